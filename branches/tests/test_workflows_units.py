"""Units: put on the list, changed, covered, paused, counted, checked, off the list; and each undone."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from branches.choices import CoverageKind, LeaveListReason, OwnerKind, PauseReason, UnitEventKind, UnitKind
from branches.models import Organization, Unit, UnitCoverage, UnitEvent, UnitPause
from branches.tests.factories import NOW, TODAY, make_coverage, make_unit
from branches.workflows import coverage, unit_history, units
from branches.workflows.coverage import NewCoverage, NewVisit
from branches.workflows.units import Entry, NewPause, Step, UnitDetails
from conftest import World
from orgportal.core.errors import NotAllowed, Refused, StaleVersion
from orgportal.core.models import AuditEntry

MARCH = date(2026, 3, 1)
GOOD_CODE = "91350100M000100Y43"
DETAILS = UnitDetails(
    kind=UnitKind.ENTERPRISE, name="东街纺织有限公司", owner=OwnerKind.PRIVATE, credit_code=GOOD_CODE
)
MISTAKE = LeaveListReason.MISTAKE


def by(world: World, persona: str = "zhao") -> dict[str, Any]:
    return {"actor": world.user(persona), "scope": world.scope(persona), "at": NOW}


def refused(code: str, act: Callable[[], Any]) -> dict[str, Any]:
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.code == code
    return caught.value.params


def last_event(unit: Unit) -> UnitEvent:
    found = unit.events.order_by("-pk").first()
    assert found is not None
    return found


def undo(world: World, unit: Unit) -> Unit:
    return unit_history.undo(unit, last_event(unit).pk, **by(world))


def seen(unit: Unit) -> Unit:
    return Unit.unscoped.get(pk=unit.pk)


def test_a_unit_comes_on_the_list_once_and_is_changed(world: World) -> None:
    doubtful = UnitDetails(**{**_typed(DETAILS), "credit_code": "91350211M0000XUF46", "name": "西街物流"})
    unit = units.add_unit(Entry(world.committee_1, DETAILS), MARCH, **by(world))
    warned = units.add_unit(Entry(world.committee_1, doubtful), MARCH, **by(world))

    def add(details: UnitDetails, place: Organization = world.committee_1) -> Callable[[], Any]:
        return lambda: units.add_unit(Entry(place, details), MARCH, **by(world))

    refused("unit_name_taken", add(DETAILS))
    other = UnitDetails(**{**_typed(DETAILS), "name": "另一家"})
    taken = refused(
        "unit_code_taken", lambda: units.add_unit(Entry(world.committee_1, other), MARCH, **by(world))
    )
    make_unit(world.committee_2, "外区企业", credit_code="91110000101623741K")
    away = UnitDetails(**{**_typed(other), "credit_code": "91110000101623741K"})
    told = refused(
        "unit_code_elsewhere", lambda: units.add_unit(Entry(world.committee_1, away), MARCH, **by(world))
    )
    refused("unit_needs_committee", lambda: units.add_unit(Entry(world.a, other), MARCH, **by(world)))
    refused(
        "date_in_future",
        lambda: units.add_unit(Entry(world.committee_1, other), TODAY + timedelta(days=1), **by(world)),
    )
    with pytest.raises(NotAllowed):
        units.add_unit(Entry(world.committee_2, other), MARCH, **by(world))
    with pytest.raises(NotAllowed):
        units.add_unit(Entry(world.a, other), MARCH, **by(world, "li"))

    assert (unit.checked_on, unit.listed_on, unit.name_key.split("|")[1]) == (MARCH, MARCH, unit.name)
    assert warned.credit_code == "91350211M0000XUF46"
    assert taken == {"taken": GOOD_CODE, "name": unit.name}
    assert told == {"taken": "91110000101623741K"}
    assert last_event(unit).after["committee"] == "东街道党工委"


def _typed(details: UnitDetails) -> dict[str, Any]:
    return {name: getattr(details, name) for name in UnitDetails.__dataclass_fields__}


def test_a_change_keeps_what_was_before_and_is_undone(world: World) -> None:
    unit = make_unit(world.committee_1, "东街纺织", staff=40)
    grown = UnitDetails(**{**_typed(DETAILS), "staff": 60})
    both = by(world, "qian")

    moved = units.change_unit(unit, Entry(world.committee_2, grown, 1), **both)
    same = units.change_unit(moved, Entry(world.committee_2, grown, 2), **both)
    with pytest.raises(StaleVersion):
        units.change_unit(unit, Entry(world.committee_2, grown, 1), **both)
    with pytest.raises(NotAllowed):
        units.change_unit(unit, Entry(world.committee_1, grown, 3), **by(world))
    event = last_event(unit)
    back = unit_history.undo(unit, event.pk, **both)

    assert (moved.committee, moved.staff, same.version) == (world.committee_2, 60, 3)
    assert (event.before["staff"], event.after["staff"]) == (40, 60)
    assert event.before["committee"] == "东街道党工委"
    assert (back.committee, back.name, back.staff) == (world.committee_1, "东街纺织", 40)
    assert back.name_key.startswith("dong jie")
    refused("unit_not_the_last_step", lambda: unit_history.undo(unit, event.pk, **both))
    refused("unit_not_the_last_step", lambda: unit_history.undo(unit, last_event(unit).pk, **both))


def test_a_step_is_undone_for_a_month_and_not_into_a_name_taken_meanwhile(world: World) -> None:
    unit = make_unit(world.committee_1, "东街纺织")
    refused("unit_not_the_last_step", lambda: unit_history.undo(unit, 0, **by(world)))
    gone = units.leave_list(unit, LeaveListReason.CLOSED, Step(TODAY, 1), **by(world))
    make_unit(world.committee_1, "东街纺织")
    event = last_event(unit)

    refused("unit_name_taken", lambda: unit_history.undo(unit, event.pk, **by(world)))
    late = {**by(world), "at": NOW + timedelta(days=31)}
    refused("unit_undo_too_late", lambda: unit_history.undo(unit, event.pk, **late))
    refused("unit_left", lambda: units.resume(gone, Step(TODAY, gone.version), **by(world)))

    assert unit_history.may_undo([event], NOW) == event
    assert unit_history.may_undo([event], late["at"]) is None
    assert unit_history.may_undo([], NOW) is None
    assert unit_history.may_undo([UnitEvent(kind=UnitEventKind.UNDONE)], NOW) is None


def test_a_unit_listed_by_mistake_counts_on_no_day(world: World) -> None:
    unit = units.add_unit(Entry(world.committee_1, DETAILS), MARCH, **by(world))

    back = undo(world, unit)

    assert (back.left_on, back.left_reason) == (MARCH, MISTAKE)
    assert not Unit.unscoped.listed_on_day(MARCH).exists()
    assert not Unit.unscoped.current().exists()


def test_leaving_is_undone(world: World) -> None:
    unit = make_unit(world.committee_1)
    gone = units.leave_list(unit, LeaveListReason.MOVED, Step(TODAY, 1), **by(world))

    assert list(Unit.unscoped.listed_on_day(TODAY - timedelta(days=1))) == [gone]
    assert not Unit.unscoped.listed_on_day(TODAY).exists()
    assert undo(world, unit).left_on is None


def test_a_unit_that_does_not_operate_is_paused_and_resumed(world: World) -> None:
    unit = make_unit(world.committee_1, checked_on=date(2026, 1, 1))
    stopped = NewPause(PauseReason.STOPPED, "大门上锁")

    paused = units.pause(unit, stopped, Step(MARCH, 1), **by(world))
    refused("unit_already_paused", lambda: units.pause(unit, stopped, Step(TODAY, 2), **by(world)))
    refused("unit_resumes_too_early", lambda: units.resume(unit, Step(MARCH, 2), **by(world)))
    refused("unit_before_listing", lambda: units.pause(unit, stopped, Step(date(2024, 1, 1), 2), **by(world)))
    resumed = units.resume(unit, Step(TODAY, 2), **by(world))
    refused("unit_not_paused", lambda: units.resume(unit, Step(TODAY, 3), **by(world)))
    refused("unit_already_paused", lambda: units.pause(unit, stopped, Step(MARCH, 3), **by(world)))

    assert (paused.checked_on, resumed.checked_on) == (MARCH, TODAY)
    assert UnitPause.objects.get().ends_on == TODAY - timedelta(days=1)
    assert undo(world, unit).checked_on == MARCH
    assert UnitPause.objects.get().ends_on is None


def test_a_pause_entered_by_mistake_is_undone(world: World) -> None:
    unit = make_unit(world.committee_1, checked_on=date(2026, 1, 1))
    units.pause(unit, NewPause(PauseReason.EMPTY), Step(MARCH, 1), **by(world))

    assert undo(world, unit).checked_on == date(2026, 1, 1)
    assert UnitPause.objects.get().voided_at == NOW


def test_members_not_on_the_register_are_counted(world: World) -> None:
    unit = make_unit(world.committee_1)

    counted = units.count_hidden(unit, 2, Step(MARCH, 1), **by(world))
    same = units.count_hidden(unit, 2, Step(MARCH, 2), **by(world))
    refused("unit_counted_later", lambda: units.count_hidden(unit, 1, Step(date(2026, 2, 1), 3), **by(world)))

    assert (counted.hidden, counted.hidden_on, same.version) == (2, MARCH, 3)
    assert unit.events.count() == 1
    back = undo(world, unit)
    assert (back.hidden, back.hidden_on) == (None, None)


def test_one_press_checks_exactly_the_units_seen(world: World) -> None:
    yesterday = TODAY - timedelta(days=1)
    mine = [make_unit(world.committee_1, checked_on=yesterday) for _ in range(3)]
    today = make_unit(world.committee_1)
    left = make_unit(world.committee_1, left_on=TODAY, left_reason="closed", checked_on=yesterday)
    strange = make_unit(world.committee_2, checked_on=yesterday)
    asked = [unit.pk for unit in (*mine, today, left, strange)]

    told = refused("units_not_as_seen", lambda: units.check_units(asked, 6, **by(world)))
    marked = units.check_units(asked, 4, **by(world))

    # The oracle: on the list of a committee of the checker's, and not checked today already.
    assert marked == [unit.pk for unit in mine]
    assert told == {"expected": 6, "count": 4}
    assert {row.pk for row in Unit.unscoped.filter(version=2)} == {*marked}
    assert {(row.unit_id, row.kind) for row in UnitEvent.objects.all()} == {
        (pk, UnitEventKind.CHECKED) for pk in marked
    }
    entry = AuditEntry.objects.get(action="unit.check_many")
    assert entry.changes["rows"] == 3
    assert undo(world, mine[0]).checked_on == yesterday
    assert units.check_units([left.pk], 0, **by(world)) == []


def test_a_coverage_begins_and_ends_and_one_of_its_kind_runs_at_a_time(world: World) -> None:
    unit = make_unit(world.committee_1)
    own, joint = (
        NewCoverage(kind=CoverageKind.OWN, body=world.b),
        NewCoverage(kind=CoverageKind.JOINT, body=world.c),
    )
    adviser = NewCoverage(kind=CoverageKind.ADVISER, holder="周指导", phone="1", basis="〔2026〕1号")

    first = coverage.begin_coverage(unit, own, Step(MARCH, 1), **by(world))
    sent = coverage.begin_coverage(unit, adviser, Step(MARCH, 2), **by(world))

    def begin(new: NewCoverage, on: date = TODAY, version: int = 3) -> Callable[[], Any]:
        return lambda: coverage.begin_coverage(unit, new, Step(on, version), **by(world))

    told = refused("coverage_runs", begin(joint))
    refused("coverage_runs", begin(adviser))
    refused("coverage_needs_name", begin(NewCoverage(kind=CoverageKind.LIAISON)))
    refused("coverage_needs_body", begin(NewCoverage(kind=CoverageKind.OWN)))

    def end(on: date, version: int = 3) -> Callable[[], Any]:
        return lambda: coverage.end_coverage(first, "并入联合党支部", Step(on, version), **by(world))

    refused("coverage_ends_too_early", end(date(2026, 2, 1)))
    with pytest.raises(StaleVersion):
        end(TODAY, 2)()
    ended = end(date(2026, 3, 5))()
    refused("coverage_ended", end(date(2026, 3, 6)))
    shared = begin(joint, date(2026, 3, 6), 4)()

    assert told["kind"]
    assert (first.body, first.holder, sent.holder, sent.phone) == (world.b, "", "周指导", "1")
    assert (ended.ends_on, ended.end_reason) == (date(2026, 3, 5), "并入联合党支部")
    assert set(UnitCoverage.unscoped.running_on(TODAY)) == {sent, shared}
    undo(world, unit)
    assert UnitCoverage.unscoped.get(pk=shared.pk).voided_at == NOW
    assert set(UnitCoverage.unscoped.standing()) == {first, sent}


def test_an_end_is_undone_and_a_body_must_exist_then(world: World) -> None:
    unit = make_unit(world.committee_1)
    row = make_coverage(unit, CoverageKind.ADVISER)
    coverage.end_coverage(row, "调离", Step(MARCH, 1), **by(world))
    undo(world, unit)
    world.b.dissolved_on = MARCH
    world.b.save()
    world.c.established_on = TODAY
    world.c.save()

    def begin(body: Organization) -> Callable[[], Any]:
        new = NewCoverage(kind=CoverageKind.JOINT, body=body)
        return lambda: coverage.begin_coverage(unit, new, Step(MARCH, 3), **by(world))

    assert UnitCoverage.unscoped.get().is_open
    refused("already_dissolved", begin(world.b))
    refused("date_before_founding", begin(world.c))


def test_a_committee_that_ended_takes_no_unit(world: World) -> None:
    world.committee_1.dissolved_on = MARCH
    world.committee_1.save()

    refused(
        "parent_dissolved",
        lambda: units.add_unit(Entry(world.committee_1, DETAILS), MARCH, **by(world, "qian")),
    )


def test_a_visit_is_logged_and_struck_out_once(world: World) -> None:
    unit = make_unit(world.committee_1)

    ahead = NewVisit("周指导", TODAY + timedelta(days=1), "走访")
    refused("date_in_future", lambda: coverage.log_visit(unit, ahead, **by(world)))
    visit = coverage.log_visit(unit, NewVisit("周指导", MARCH, "上门了解党员情况"), **by(world))
    struck = coverage.strike_visit(visit, **by(world))
    refused("visit_struck", lambda: coverage.strike_visit(visit, **by(world)))
    with pytest.raises(NotAllowed):
        coverage.log_visit(unit, NewVisit("书记", MARCH, "走访"), **by(world, "wang"))

    assert (visit.visitor, struck.struck_at) == ("周指导", NOW)
    assert not unit.visits.standing().exists()


def test_who_writes_keeps_sight_of_the_unit(world: World) -> None:
    unit = make_unit(world.committee_1)

    with pytest.raises(NotAllowed):
        unit_history.demand_visible(unit, world.scope("wang"))
