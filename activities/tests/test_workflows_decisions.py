"""Follow-ups: done with a result, opened again, by those who may."""

from datetime import date
from typing import Any

import pytest

from activities.choices import ActivityState
from activities.models import Decision
from activities.tests.factories import make_activity
from activities.workflows.decisions import Done, mark_done, reopen
from branches.tests.factories import NOW
from members.models import Member
from members.tests.factories import make_member
from orgportal.core.errors import NotAllowed, Refused, StaleVersion
from orgportal.core.models import AuditEntry

DONE = Done(date(2026, 3, 9), "已公示")


@pytest.fixture
def decision(world: Any) -> Decision:
    item = make_activity(world.a, world.li.user, [world.li]).items.create(position=1, topic="经费公开")
    return item.decisions.create(text="公示", owner=world.chen, due_on=date(2026, 3, 20))


def by(world: Any, persona: str) -> dict[str, Any]:
    return {"actor": world.user(persona), "scope": world.scope(persona), "at": NOW}


@pytest.mark.parametrize("persona", ["chen", "li", "ran"])
def test_the_person_in_charge_and_the_branch_say_it_is_done(
    world: Any, decision: Decision, persona: str
) -> None:
    row = mark_done(decision, DONE, seen_version=1, **by(world, persona))

    assert (row.done_on, row.result, row.version) == (DONE.on, "已公示", 2)
    assert AuditEntry.objects.get(action="decision.done").target_id == decision.pk


def test_what_was_decided_under_a_record_merged_away_is_the_person_s(world: Any, decision: Decision) -> None:
    double = make_member(world.a, "陈党员", merged_into=world.chen)
    third = make_member(world.a, "陈党员", merged_into=double)
    Decision.unscoped.update(owner=third)
    decision.refresh_from_db()

    seen = {name: Decision.objects.visible_to(world.scope(name)).exists() for name in ("chen", "sun", "wang")}
    row = mark_done(decision, DONE, seen_version=1, **by(world, "chen"))

    assert seen == {"chen": True, "sun": False, "wang": False}
    assert row.done_on == DONE.on
    with pytest.raises(NotAllowed):
        reopen(row, seen_version=2, **by(world, "sun"))


def test_once_the_merge_is_undone_each_does_their_own(world: Any, decision: Decision) -> None:
    double = make_member(world.a, "陈党员", merged_into=world.chen)
    Decision.unscoped.update(owner=double)
    Member.unscoped.filter(pk=double.pk).update(merged_into=None)
    decision.refresh_from_db()

    assert not Decision.objects.visible_to(world.scope("chen")).exists()
    with pytest.raises(NotAllowed):
        mark_done(decision, DONE, seen_version=1, **by(world, "chen"))


@pytest.mark.parametrize("persona", ["sun", "zhao", "wang"])
def test_others_do_not(world: Any, decision: Decision, persona: str) -> None:
    with pytest.raises(NotAllowed):
        mark_done(decision, DONE, seen_version=1, **by(world, persona))


@pytest.mark.parametrize(
    ("done", "code"),
    [(Done(DONE.on, " "), "result_missing"), (Done(date(2026, 3, 11), "已公示"), "done_in_the_future")],
)
def test_done_needs_a_result_and_a_day_gone_by(world: Any, decision: Decision, done: Done, code: str) -> None:
    with pytest.raises(Refused, match=code):
        mark_done(decision, done, seen_version=1, **by(world, "li"))


def test_done_is_said_once_and_taken_back(world: Any, decision: Decision) -> None:
    row = mark_done(decision, DONE, seen_version=1, **by(world, "li"))
    with pytest.raises(Refused, match="already_done"):
        mark_done(row, DONE, seen_version=2, **by(world, "li"))
    with pytest.raises(StaleVersion):
        reopen(row, seen_version=1, **by(world, "li"))

    row = reopen(row, seen_version=2, **by(world, "chen"))

    assert (row.done_on, row.result) == (None, "")
    assert AuditEntry.objects.get(action="decision.reopened").changes["result"] == ["已公示", ""]


def test_a_decision_without_an_owner_is_the_branch_s(world: Any, decision: Decision) -> None:
    Decision.unscoped.update(owner=None, due_on=None)
    decision.refresh_from_db()

    with pytest.raises(NotAllowed):
        mark_done(decision, DONE, seen_version=1, **by(world, "chen"))
    assert mark_done(decision, DONE, seen_version=1, **by(world, "li")).done_on == DONE.on


def test_a_voided_record_s_decision_is_no_more_followed_up(world: Any, decision: Decision) -> None:
    activity = decision.item.activity
    activity.state, activity.reason = ActivityState.VOID, "录错"
    activity.save()

    with pytest.raises(Refused, match="record_is_void"):
        mark_done(decision, DONE, seen_version=1, **by(world, "li"))
