"""Addresses of health: who may, who may not, and which rows they are shown.

The oracles read the cast and plain rows, not the scope.
"""

from datetime import date, timedelta
from typing import Any

from django.test import override_settings

from activities.choices import DutyState
from activities.models import Activity, Duty
from activities.tests.factories import make_activity
from branches.models import HandoverNote, Unit
from branches.tests.factories import NOW, TODAY
from branches.tests.matrix_units import seen as units_seen
from branches.tests.matrix_units import units
from members.choices import TransferState
from members.models import Term, Transfer
from members.tests.factories import make_term, make_transfer
from orgportal.health.models import CoverageReview, Nudge, NudgeItem, PeriodSummary, Robot
from orgportal.health.tests.factories import make_duty
from orgportal.health.workflows.assessments import assess_all
from orgportal.health.workflows.coverage import make_reviews
from orgportal.health.workflows.summaries import make_summaries
from orgportal.tests.matrix import Row

JAN, MAR = date(2026, 1, 1), date(2026, 3, 1)
LONG_AGO = NOW - timedelta(days=60)


def branches_of(world: Any, persona: str) -> set[int]:
    """The branches whose health each person may see."""
    committee_1 = {world.a.pk, world.b.pk}
    return {
        "li": {world.a.pk},
        "zhao": committee_1,
        "qian": committee_1 | {world.c.pk, world.organ.pk},
        "wang": {world.c.pk},
    }.get(persona, set())


def bodies_of(world: Any, persona: str) -> set[int]:
    above = {
        "zhao": {world.committee_1.pk},
        "qian": {world.district.pk, world.committee_1.pk, world.committee_2.pk},
    }
    return branches_of(world, persona) | above.get(persona, set())


def a_month(world: Any) -> None:
    """A winter in which A met and B and C said nothing; terms end, a transfer waits at B; all stored."""
    met = make_activity(world.a, world.li.user, held_on=date(2026, 1, 15), recorded_at=LONG_AGO)
    for branch in (world.a, world.b, world.c):
        state = DutyState.ON_TIME if branch == world.a else DutyState.MISSING
        record = met if branch == world.a else None
        make_duty(branch, state, month=JAN, activity=record, recorded_at=LONG_AGO, decided_at=LONG_AGO)
        make_duty(branch, DutyState.NOT_DUE, month=MAR)
        make_term(branch, due_on=date(2026, 6, 1))
    make_transfer(
        world.chen, world.b, state=TransferState.AT_RECEIVER, state_since=LONG_AGO, started_at=LONG_AGO
    )
    assess_all(TODAY, at=NOW)
    make_summaries(date(2026, 2, 6), at=NOW)


def with_month(world: Any) -> dict[str, Any]:
    a_month(world)
    return {"pk": PeriodSummary.unscoped.get(organization=world.a, starts_on=JAN).pk}


def as_pdf(world: Any) -> dict[str, Any]:
    return {**with_month(world), "form": "pdf"}


def silent_of(world: Any, persona: str) -> set[int]:
    """A met in January, but has said nothing for more than 45 days by March; so have B and C."""
    return branches_of(world, persona) & {world.a.pk, world.b.pk, world.c.pk}


def duties_of(state: DutyState, month: date) -> Any:
    def ids(world: Any, persona: str) -> set[int]:
        seen = branches_of(world, persona)
        return {
            duty.pk
            for duty in Duty.unscoped.all()
            if duty.branch_id in seen and duty.state == state and duty.starts_on == month
        }

    return ids


def transfers_of(world: Any, persona: str) -> set[int]:
    """Both sides of the transfer from A to B see it wait."""
    seen = branches_of(world, persona)
    return {row.pk for row in Transfer.unscoped.all() if {row.source_id, row.target_id} & seen}


def terms_of(world: Any, persona: str) -> set[int]:
    seen = branches_of(world, persona)
    return {term.pk for term in Term.unscoped.all() if term.organization_id in seen}


def returned_records(world: Any) -> None:
    """One of each branch was sent back, one of A was not."""
    make_activity(world.a, world.li.user)
    for branch in (world.a, world.b, world.c):
        make_activity(branch, world.li.user, returned_at=NOW)


def returned_of(world: Any, persona: str) -> set[int]:
    seen = branches_of(world, persona)
    return {row.pk for row in Activity.unscoped.exclude(returned_at=None) if row.branch_id in seen}


def summaries_of(world: Any, persona: str) -> set[int]:
    seen = bodies_of(world, persona)
    return {row.pk for row in PeriodSummary.unscoped.all() if row.organization_id in seen}


def branches_by_period(world: Any, persona: str) -> set[int]:
    """Where no body stands below, a row is a branch; above it a row is a body and holds no branch."""
    return set() if persona == "qian" else branches_of(world, persona)


def of_a(world: Any) -> dict[str, Any]:
    return {"pk": world.a.pk}


def notes(world: Any) -> None:
    for branch, author in ((world.a, world.li), (world.b, world.zhao), (world.c, world.wang)):
        HandoverNote.unscoped.create(branch=branch, text="备注", recorded_at=NOW, recorded_by=author.user)


def notes_of(world: Any, persona: str) -> set[int]:
    return {note.pk for note in HandoverNote.unscoped.all() if note.branch_id == world.a.pk}


def a_note(world: Any) -> dict[str, Any]:
    notes(world)
    return {"pk": world.a.pk, "note": HandoverNote.unscoped.get(branch=world.a).pk}


def a_quarter(world: Any) -> None:
    units(world)
    Unit.unscoped.update(recorded_at=NOW - timedelta(days=120))
    make_reviews(TODAY, at=NOW)


def units_by_quarter(world: Any, persona: str) -> set[int]:
    """The street answers for units and has no body below it; above it a row is a body and holds no unit."""
    return units_seen(world, persona) if persona == "zhao" else set()


def quarters_of(world: Any, persona: str) -> set[int]:
    seen = bodies_of(world, persona)
    return {row.pk for row in CoverageReview.unscoped.all() if row.organization_id in seen}


def a_nudge(world: Any) -> dict[str, Any]:
    """Two of them: the district asks B and C, the street asks A."""
    from orgportal.health.tests.nudging import nudge_by  # noqa: PLC0415

    a_month(world)
    nudge_by(world, "zhao", matter="election", query="")
    return {"pk": nudge_by(world, "qian").pk}


def nudges_of(world: Any, persona: str) -> set[int]:
    seen = bodies_of(world, persona)
    return {row.pk for row in Nudge.unscoped.all() if row.organization_id in seen}


def items_of(world: Any, persona: str) -> set[int]:
    return {row.pk for row in NudgeItem.unscoped.filter(nudge__matter="duty")}


def asked_of(world: Any, persona: str) -> set[int]:
    """The street asked A, the district B and C."""
    return branches_of(world, persona) & {world.a.pk, world.b.pk, world.c.pk}


def a_word(world: Any) -> dict[str, Any]:
    duties = Duty.unscoped.filter(state=DutyState.MISSING).values_list("pk", flat=True)
    return {"answer_by": "2026-03-17", "note": "", "seen": ",".join(f"duty:{pk}" for pk in duties)}


def as_json(world: Any) -> dict[str, Any]:
    return {"answer_by": "2026-03-17", "subjects": a_word(world)["seen"].split(",")}


def a_robot(world: Any) -> dict[str, Any]:
    """The district's; A has one of its own."""
    from orgportal.health.workflows.robots import Wiring, save_robot  # noqa: PLC0415

    found = {}
    for who, body in (("li", world.a), ("qian", world.district)):
        wiring = Wiring("群", "wecom", "zh-hans", "https://robots.example/x")
        by = {"actor": world.user(who), "scope": world.scope(who), "at": NOW}
        with override_settings(WEBHOOK_HOSTS=["robots.example"]):
            found[who] = save_robot(body, None, wiring, **by)
    return {"pk": found["qian"].pk}


def a_test(world: Any) -> dict[str, Any]:
    return {**a_robot(world), "act": "test"}


def robots_of(world: Any, persona: str) -> set[int]:
    bodies = {"li": {world.a.pk}, "zhao": {world.a.pk}, "qian": {world.a.pk, world.district.pk}}
    seen = bodies.get(persona, set())
    return {row.pk for row in Robot.unscoped.all() if row.organization_id in seen}


def wiring_of(world: Any) -> dict[str, Any]:
    """Of the district, at a host nobody has opened: refused in words whoever may set it up."""
    address = "https://robots.example/x"
    said = {"name": "群", "style": "wecom", "language": "zh-hans", "address": address, "secret": ""}
    return {"organization": world.district.pk, "version": 1, **said}


WITH_POST = "anon:302 li|zhao|qian|wang:200 ran|chen|sun|sys|sec|aud:403"
IN_SCOPE = "anon:302 li|zhao|qian:200 wang:404 ran|chen|sun|sys|sec|aud:403"
API_LIST = "anon:401 li|ran|chen|sun|zhao|qian|wang|sys|sec|aud:200"
API_ONE = "anon:401 li|zhao|qian:200 ran|chen|sun|wang|sys|sec|aud:404"
# Handing over: the recorder sees the branch, not its health; only who runs it writes.
WRITES = "anon:302 zhao|qian|ran|chen|sun|sys|sec|aud:403 wang:404 li:"
API_SEEN = "anon:401 li|zhao|qian:200 ran:403 chen|sun|wang|sys|sec|aud:404"
# Nudges: overseers of the body ask; the street may ask, but has nobody to ask in the district's list.
ASKS = "anon:302 zhao|qian:200 li|wang|ran|chen|sun|sys|sec|aud:403"
OWED = "?month=2026-01-01&state=missing&matter=duty"
API_ASKS = "anon:401 zhao:409 qian:201 li|wang|ran|chen|sun|sys|sec|aud:403"
NUDGE_ONE = "anon:302 qian:200 zhao|li|wang:404 ran|chen|sun|sys|sec|aud:403"
NUDGE_BACK = "anon:302 qian:302 zhao:404 li|wang|ran|chen|sun|sys|sec|aud:403"
API_NUDGE = "anon:401 qian:200 zhao|li|wang|ran|chen|sun|sys|sec|aud:404"
# Robots: who runs or oversees a body sets up its own.
ROBOTS = "anon:302 li|zhao|qian|wang:200 ran|chen|sun|sys|sec|aud:403"
ROBOT_SAVE = "anon:302 li|zhao|qian|wang:422 ran|chen|sun|sys|sec|aud:403"
ROBOT_ONE = "anon:302 qian:200 li|zhao|wang:404 ran|chen|sun|sys|sec|aud:403"
API_ROBOT_SAVE = "anon:401 qian:409 li|zhao|wang:400 ran|chen|sun|sys|sec|aud:403"
API_STRIKE = "anon:401 li:200 zhao|qian|ran:403 chen|sun|wang|sys|sec|aud:404"

ROWS = [
    Row("health:home", "anon:302 li|ran|chen|sun|wang|sys|sec|aud:200 zhao|qian:302"),
    Row("health:district", WITH_POST, ids=branches_of, prepare=a_month),
    Row("health:district", WITH_POST, query="?as_of=2026-02-01", ids=branches_of, prepare=a_month),
    Row("api-health:assessment-list", API_LIST, query="?as_of=2026-02-01", ids=branches_of, prepare=a_month),
    Row("health:district", WITH_POST, query="?need=silent", ids=silent_of, prepare=a_month),
    Row("health:duty-list", WITH_POST, query="?state=not_due", prepare=a_month,
        ids=duties_of(DutyState.NOT_DUE, MAR)),
    Row("health:duty-list", WITH_POST, query="?month=2026-01-01&state=missing", prepare=a_month,
        ids=duties_of(DutyState.MISSING, JAN)),
    Row("health:transfer-list", WITH_POST, ids=transfers_of, prepare=a_month),
    Row("health:term-list", WITH_POST, ids=terms_of, prepare=a_month),
    Row("health:returned-list", WITH_POST, ids=returned_of, prepare=returned_records),
    Row("health:branch", IN_SCOPE, kwargs=of_a, prepare=a_month),
    Row("health:hand-over", IN_SCOPE, kwargs=of_a, prepare=notes, ids=notes_of),
    Row("health:hand-over", f"{WRITES}422", kwargs=of_a, method="POST"),
    Row("health:note-strike", f"{WRITES}302", kwargs=a_note, method="POST"),
    Row("api-health:hand-over", API_SEEN, kwargs=of_a, prepare=notes),
    Row("api-health:hand-over", API_SEEN.replace("200", "400"), kwargs=of_a, method="POST"),
    Row("api-health:note-strike", API_STRIKE, kwargs=a_note, method="POST"),
    Row("health:nudge-create", ASKS, query=OWED, prepare=a_month),
    Row("health:nudge-create", ASKS.replace("zhao|qian:200", "zhao:422 qian:302"), query=OWED,
        method="POST", prepare=a_month, data=a_word),
    Row("health:nudge-list", WITH_POST, ids=nudges_of, prepare=a_nudge),
    Row("health:nudge-received", WITH_POST, ids=asked_of, prepare=a_nudge),
    Row("health:nudge-detail", NUDGE_ONE, kwargs=a_nudge, ids=items_of),
    Row("health:nudge-withdraw", NUDGE_BACK, kwargs=a_nudge, method="POST"),
    Row("api-health:nudge-list", API_LIST, ids=nudges_of, prepare=a_nudge),
    Row("api-health:nudge-list", API_ASKS, query=OWED, method="POST", prepare=a_month, data=as_json),
    Row("api-health:nudge-preview", ASKS.replace("302", "401"), query=OWED, prepare=a_month),
    Row("api-health:nudge-received", API_LIST, ids=asked_of, prepare=a_nudge),
    Row("api-health:nudge-detail", API_NUDGE, kwargs=a_nudge),
    Row("api-health:nudge-withdraw", API_NUDGE, kwargs=a_nudge, method="POST"),
    Row("health:robot-list", ROBOTS, ids=robots_of, prepare=a_robot),
    Row("health:robot-create", ROBOTS),
    Row("health:robot-create", ROBOT_SAVE, method="POST", data=wiring_of),
    Row("health:robot-detail", ROBOT_ONE, kwargs=a_robot),
    Row("health:robot-edit", ROBOT_ONE, kwargs=a_robot),
    Row("health:robot-edit", ROBOT_ONE.replace("qian:200", "qian:422"), kwargs=a_robot, method="POST",
        data=wiring_of),
    Row("health:robot-act", ROBOT_ONE.replace("qian:200", "qian:302"), kwargs=a_test, method="POST"),
    Row("api-health:robot-list", API_LIST, ids=robots_of, prepare=a_robot),
    Row("api-health:robot-list", API_ROBOT_SAVE, method="POST", data=wiring_of),
    Row("api-health:robot-detail", API_NUDGE, kwargs=a_robot),
    Row("api-health:robot-detail", API_NUDGE.replace("qian:200", "qian:409"), kwargs=a_robot, method="PUT",
        data=wiring_of),
    Row("api-health:robot-act", API_NUDGE.replace("qian:200", "qian:204"), kwargs=a_test, method="POST"),
    Row("health:unit-review", WITH_POST, prepare=units),
    Row("health:unit-names", WITH_POST, ids=units_seen, prepare=units),
    Row("health:unit-names", WITH_POST, query="?quarter=2025-10-01", ids=units_seen, prepare=a_quarter),
    Row("health:unit-matrix", WITH_POST, ids=units_by_quarter, prepare=a_quarter),
    Row("api-health:coverage", API_LIST, prepare=units),
    Row("api-health:coverage-matrix", API_LIST, prepare=a_quarter),
    Row("api-health:coverage-quarters", API_LIST, ids=quarters_of, prepare=a_quarter),
    Row("health:summary-list", WITH_POST, ids=summaries_of, prepare=a_month),
    Row("health:period-matrix", WITH_POST, ids=branches_by_period, prepare=a_month),
    Row("api-health:period-matrix", API_LIST, prepare=a_month),
    Row("health:summary-detail", IN_SCOPE, kwargs=with_month),
    Row("health:summary-print", IN_SCOPE, kwargs=with_month),
    Row("health:summary-file", IN_SCOPE, kwargs=as_pdf),
    Row("api-health:assessment-list", API_LIST, ids=branches_of, prepare=a_month),
    Row("api-health:assessment-detail", API_ONE, kwargs=of_a, prepare=a_month),
    Row("api-health:summary-list", API_LIST, ids=summaries_of, prepare=a_month),
    Row("api-health:summary-detail", API_ONE, kwargs=with_month),
]  # fmt: skip
