"""Addresses of the activities room: who may, who may not, and which rows they are shown."""

from datetime import date
from typing import Any

from activities.models import Activity, Decision, Duty
from activities.tests.factories import make_activity
from activities.tests.matrix_attachments import attachment_rows
from activities.tests.matrix_campaigns import CAMPAIGN_ROWS
from activities.tests.matrix_feeds import FEED_ROWS
from activities.tests.matrix_joint import JOINT_ROWS
from activities.tests.matrix_layouts import LAYOUT_ROWS
from activities.tests.matrix_ledgers import ledger_rows
from activities.tests.matrix_life import LIFE_ROWS
from activities.tests.matrix_offline import OFFLINE_ROWS
from activities.tests.matrix_paper import paper_rows
from activities.tests.matrix_plans import PLAN_ROWS
from activities.tests.pages import typed
from activities.workflows.duties import open_duties
from branches.tests.factories import NOW
from members.tests.factories import make_member
from orgportal.tests.matrix import Row

READERS = "anon:302 li|ran|zhao|qian:200 wang:404 chen|sun|sys|sec|aud:403"
LIST = "anon:302 li|ran|zhao|qian|wang:200 chen|sun|sys|sec|aud:403"
# In sight of the bodies above, but theirs to read only.
WRITERS = "anon:302 li|ran:{} wang:404 zhao|qian|chen|sun|sys|sec|aud:403"
# Everybody who records somewhere opens on the own branch.
OWN = "anon:302 li|ran:{} wang:{} zhao|qian|chen|sun|sys|sec|aud:403"
EVERYBODY = "anon:302 li|ran|chen|sun|zhao|qian|wang|sys|sec|aud:200"
FOLLOWERS = "anon:302 li|ran|chen:{} zhao|qian:403 sun|wang|sys|sec|aud:404"

API_ALL = "anon:401 li|ran|chen|sun|zhao|qian|wang|sys|sec|aud:200"
API_READERS = "anon:401 li|ran|zhao|qian:200 wang|chen|sun|sys|sec|aud:404"
API_WRITERS = "anon:401 li|ran:200 zhao|qian:403 wang|chen|sun|sys|sec|aud:404"


def records(world: Any) -> None:
    """One meeting in each branch; A's has a revision and a decision chen is in charge of.

    B's is for li to do, written under a record merged into li's since.
    """
    double = make_member(world.b, "李书记", merged_into=world.li)
    for branch, recorder in ((world.a, world.li), (world.b, world.li), (world.c, world.wang)):
        activity = make_activity(branch, recorder.user, [recorder], held_on=date(2026, 3, 4), version=2)
        item = activity.items.create(position=1, topic="经费公开")
        owner = {world.a: world.chen, world.b: double}.get(branch, recorder)
        item.decisions.create(text="公示", owner=owner, due_on=date(2026, 3, 20))
        activity.revisions.create(
            version=1, content=_content(recorder), replaced_at=NOW, replaced_by=recorder.user
        )


def _content(recorder: Any) -> dict[str, Any]:
    return {
        "kind": "general", "also_kinds": [], "group_id": None, "state": "held", "reason": "",
        "title": "旧名称", "held_on": "2026-03-04", "starts_at": None, "ends_at": None, "place": "",
        "chair_id": None,
        "recorder_id": None, "note": "", "present_ids": [recorder.pk], "leave_ids": [], "absent_ids": [],
        "exceptions": [], "items": [],
    }  # fmt: skip


def of_a(world: Any) -> dict[str, Any]:
    return {"pk": Activity.unscoped.get(branch=world.a).pk}


def revision_of_a(world: Any) -> dict[str, Any]:
    return {**of_a(world), "version": 1}


def decision_of_a(world: Any) -> dict[str, Any]:
    return {"pk": Decision.unscoped.get(item__activity__branch=world.a).pk}


def branches_of(world: Any, persona: str) -> list[Any]:
    """Read off the cast, not off the scope."""
    return {
        "li": [world.a],
        "ran": [world.a],
        "zhao": [world.a, world.b],
        "qian": [world.a, world.b, world.c],
        "wang": [world.c],
    }.get(persona, [])


def records_seen(world: Any, persona: str) -> set[int]:
    return {Activity.unscoped.get(branch=branch).pk for branch in branches_of(world, persona)}


def decisions_seen(world: Any, persona: str) -> set[int]:
    seen = {Decision.unscoped.get(item__activity__branch=branch).pk for branch in branches_of(world, persona)}
    owner = {"chen": world.a, "li": world.b}.get(persona)
    return seen | ({Decision.unscoped.get(item__activity__branch=owner).pk} if owner else set())


def amended(world: Any) -> dict[str, Any]:
    return typed(world, held_on="2026-03-04", version="2")


def meeting(world: Any) -> dict[str, Any]:
    return {
        "branch": world.a.pk, "kind": "general", "title": "支部党员大会", "held_on": "2026-03-05",
        "chair_id": world.li.pk,
    }  # fmt: skip


def duties(world: Any) -> None:
    open_duties(world.today)


def duties_seen(world: Any, persona: str) -> set[int]:
    branches = {"qian": [world.a, world.b, world.c, world.organ]}.get(persona, branches_of(world, persona))
    return {duty.pk for duty in Duty.unscoped.all() if duty.branch in branches}


ROWS = [
    Row("activities:activity-list", LIST, ids=records_seen, prepare=records),
    Row("activities:month", LIST, query="?month=2026-03", ids=records_seen, prepare=records),
    Row("activities:activity-detail", READERS, kwargs=of_a, prepare=records),
    Row("activities:activity-saved", READERS, kwargs=of_a, prepare=records),
    Row("activities:activity-print", READERS, kwargs=of_a, prepare=records),
    Row(
        "activities:book",
        READERS,
        kwargs=lambda world: {"branch": world.a.pk},
        query="?period=2026-Q1",
        prepare=records,
        ids=lambda world, persona: {of_a(world)["pk"]},
    ),
    Row("activities:revision-detail", READERS, kwargs=revision_of_a, prepare=records),
    Row("activities:activity-create", OWN.format(200, 200)),
    Row("activities:activity-create", OWN.format(302, 422), method="POST", data=typed),
    Row("activities:activity-preview", OWN.format(200, 200), method="POST", data=typed),
    Row("activities:not-held-create", OWN.format(200, 200)),
    Row(
        "activities:not-held-create",
        OWN.format(302, 302),
        method="POST",
        data=lambda world: {"answer": "did_not_meet", "on": "2026-03-04", "reason": "防汛"},
    ),
    Row("activities:activity-amend", WRITERS.format(200), kwargs=of_a, prepare=records),
    Row(
        "activities:activity-amend",
        WRITERS.format(302),
        method="POST",
        kwargs=of_a,
        data=amended,
        prepare=records,
    ),
    Row("activities:activity-void", WRITERS.format(200), kwargs=of_a, prepare=records),
    Row(
        "activities:activity-void",
        WRITERS.format(302),
        method="POST",
        kwargs=of_a,
        data=lambda world: {"reason": "录错", "version": "2"},
        prepare=records,
    ),
    Row("activities:decision-list", EVERYBODY, ids=decisions_seen, prepare=records),
    Row("activities:decision-done", FOLLOWERS.format(200), kwargs=decision_of_a, prepare=records),
    Row(
        "activities:decision-done",
        FOLLOWERS.format(302),
        method="POST",
        kwargs=decision_of_a,
        data=lambda world: {"done_on": "2026-03-09", "result": "已公示", "version": "1"},
        prepare=records,
    ),
    Row(
        "activities:decision-reopen",
        FOLLOWERS.format(302),
        method="POST",
        kwargs=decision_of_a,
        data=lambda world: {"version": "1"},
        prepare=records,
    ),
    # --- the API
    Row("api-activities:activity-list", API_ALL, ids=records_seen, prepare=records),
    Row(
        "api-activities:activity-list",
        "anon:401 li|ran:201 zhao|qian:403 wang|chen|sun|sys|sec|aud:400",
        method="POST",
        data=meeting,
    ),
    Row("api-activities:activity-detail", API_READERS, kwargs=of_a, prepare=records),
    Row(
        "api-activities:activity-amend",
        API_WRITERS,
        method="POST",
        kwargs=of_a,
        data=lambda world: {**meeting(world), "held_on": "2026-03-04", "version": 2},
        prepare=records,
    ),
    Row(
        "api-activities:activity-void",
        API_WRITERS,
        method="POST",
        kwargs=of_a,
        data=lambda world: {"reason": "录错", "version": 2},
        prepare=records,
    ),
    Row(
        "api-activities:not-held-create",
        "anon:401 li|ran:201 zhao|qian:403 wang|chen|sun|sys|sec|aud:400",
        method="POST",
        data=lambda world: {"branch": world.a.pk, "kind": "theme_day", "on": "2026-03-04", "reason": "防汛"},
    ),
    Row("api-activities:revision-detail", API_READERS, kwargs=revision_of_a, prepare=records),
    Row(
        "api-activities:decision-reopen",
        "anon:401 li|ran|chen:200 zhao|qian:403 sun|wang|sys|sec|aud:404",
        method="POST",
        kwargs=decision_of_a,
        data=lambda world: {"version": 1},
        prepare=records,
    ),
    Row("api-activities:duty-list", API_ALL, ids=duties_seen, prepare=duties),
    Row("api-activities:decision-list", API_ALL, ids=decisions_seen, prepare=records),
    Row(
        "api-activities:decision-done",
        "anon:401 li|ran|chen:200 zhao|qian:403 sun|wang|sys|sec|aud:404",
        method="POST",
        kwargs=decision_of_a,
        data=lambda world: {"done_on": "2026-03-09", "result": "已公示", "version": 1},
        prepare=records,
    ),
]
ROWS += PLAN_ROWS
ROWS += attachment_rows(records, of_a)
ROWS += CAMPAIGN_ROWS + LAYOUT_ROWS + JOINT_ROWS + LIFE_ROWS
ROWS += OFFLINE_ROWS + FEED_ROWS + paper_rows(records, records_seen) + ledger_rows(records, of_a)
