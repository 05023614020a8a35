"""A record's life: confirmed by its chair or on paper, locked by the day, sent back by the level above."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from activities.choices import ActivityKind, LifeMove, LifeState, ReturnReason
from activities.models import Activity, ActivityRevision, ActivityStep, Duty
from activities.queries.life import life_column, life_is, sent_back_in, waiting_for
from activities.tests.factories import make_activity
from activities.tests.test_meetings_once import at_once
from activities.tests.test_workflows_meetings import TODAY, amend, entry_for, record
from activities.workflows.life import SentBack, confirm, confirm_on_paper, moves_for, send_back
from activities.workflows.meetings import NotHeld, amend_meeting, record_not_held, void_record
from branches.choices import PostKind
from branches.tests.factories import NOW
from members.models import Member
from members.tests.factories import make_member, make_post
from orgportal.core.errors import NotAllowed, Refused, StaleVersion
from orgportal.core.models import AuditEntry, LocalProvision, Notification, OutboxEvent

SAID = SentBack(ReturnReason.COUNTS, "第2项表决票数与到会人数不符")
LOCK = timedelta(days=30)


def by(world: Any, persona: str, at: datetime = NOW) -> dict[str, Any]:
    return {"actor": world.user(persona), "scope": world.scope(persona), "at": at}


def void(world: Any, row: Activity, version: int, at: datetime = NOW) -> Activity:
    return void_record(row, reason="录错支部", seen_version=version, **by(world, "li", at))


def life(row: Activity, on: date = TODAY) -> LifeState | None:
    row.refresh_from_db()
    return row.life(on)


def told(rule: str) -> list[int]:
    rows = Notification.unscoped.filter(rule=f"activities.{rule}").order_by("pk")
    return list(rows.values_list("recipient_id", flat=True))


def steps(row: Activity) -> list[str]:
    return list(row.steps.order_by("pk").values_list("move", flat=True))


def test_whoever_chaired_it_and_recorded_it_has_confirmed_it(world: Any) -> None:
    row = record(world, "li")

    assert (row.confirmed_by, row.confirmed_at, row.paper_on) == (world.li.user, NOW, None)
    assert row.locks_on == TODAY + LOCK
    assert (steps(row), told("record_to_confirm")) == (["confirm"], [])
    assert not waiting_for(world.scope("li")).exists()


def test_the_chair_is_told_once_and_confirms_with_one_press(world: Any) -> None:
    row = record(world, "ran")

    assert life(row) == LifeState.TO_CONFIRM
    assert (told("record_to_confirm"), list(waiting_for(world.scope("li")))) == ([world.li.user.pk], [row])
    assert Duty.unscoped.filter(activity=row, state="on_time").exists()

    done = confirm(row, seen_version=1, **by(world, "li"))

    assert (done.confirmed_by, done.locks_on, done.version) == (world.li.user, TODAY + LOCK, 2)
    assert (steps(row), told("record_to_confirm")) == (["confirm"], [world.li.user.pk])
    entry = AuditEntry.objects.get(action="activity.confirmed")
    assert (entry.target_id, entry.changes) == (row.pk, {"locks_on": "2026-04-09"})
    with pytest.raises(Refused, match="already_confirmed"):
        confirm(row, seen_version=1, **by(world, "li"))


def test_without_chair_or_account_nobody_is_told(world: Any) -> None:
    record(world, "ran", chair_id=None)
    record(
        world, "ran", chair_id=make_member(world.a, "老支书").pk, held_on=date(2026, 3, 6), roster_ids=None
    )

    assert told("record_to_confirm") == []


def test_a_chair_without_posts_or_under_an_earlier_record_confirms(world: Any) -> None:
    double = make_member(world.a, "陈党员", merged_into=world.chen)
    row = make_activity(world.a, world.ran.user, [world.chen], chair=double)

    assert list(waiting_for(world.scope("chen"))) == [row]
    assert moves_for(row, world.scope("chen"), TODAY) == {LifeMove.CONFIRM}
    with pytest.raises(NotAllowed):
        confirm(row, seen_version=1, **by(world, "li"))
    assert confirm(row, seen_version=1, **by(world, "chen")).confirmed_by == world.chen.user
    assert not waiting_for(world.scope("sun")).exists()


def test_what_cannot_be_confirmed_says_why(world: Any) -> None:
    row = record(world, "ran")
    amend(world, row, entry_for(world, title="更正"), "ran")
    with pytest.raises(StaleVersion):
        confirm(row, seen_version=1, **by(world, "li"))
    void(world, row, 2)

    with pytest.raises(Refused, match="not_a_meeting_held"):
        confirm(row, seen_version=3, **by(world, "li"))
    # With no chair there is nobody to be asked, nor to have signed.
    bare = make_activity(world.a, world.ran.user, [world.li], held_on=date(2026, 3, 6))
    with pytest.raises(Refused, match="chair_missing"):
        confirm_on_paper(bare, TODAY, seen_version=1, **by(world, "ran"))
    with pytest.raises(NotAllowed):
        confirm(bare, seen_version=1, **by(world, "li"))
    assert moves_for(bare, world.scope("li"), TODAY) == {LifeMove.AMEND, LifeMove.VOID}


@pytest.mark.parametrize(
    ("on", "code"),
    [(date(2026, 3, 4), "confirmed_before_meeting"), (date(2026, 3, 11), "confirmed_in_the_future")],
)
def test_on_paper_for_a_chair_without_account(world: Any, on: date, code: str) -> None:
    old = make_member(world.a, "老支书")
    row = make_activity(world.a, world.ran.user, [old], chair=old)
    assert LifeMove.ON_PAPER in moves_for(row, world.scope("ran"), TODAY)

    with pytest.raises(Refused, match=code):
        confirm_on_paper(row, on, seen_version=1, **by(world, "ran"))
    with pytest.raises(NotAllowed):
        confirm_on_paper(row, TODAY, seen_version=1, **by(world, "zhao"))
    done = confirm_on_paper(row, date(2026, 3, 8), seen_version=1, **by(world, "ran"))

    assert (done.paper_on, done.confirmed_by) == (date(2026, 3, 8), world.ran.user)
    entry = AuditEntry.objects.get(action="activity.confirmed_on_paper")
    assert entry.changes == {"locks_on": "2026-04-09", "paper_on": "2026-03-08"}
    step = ActivityStep.objects.get()
    assert (step.move, step.paper_on, step.version) == (LifeMove.ON_PAPER, date(2026, 3, 8), 2)


def test_nobody_confirms_on_paper_for_a_chair_who_signs_in(world: Any) -> None:
    row = record(world, "ran")

    assert LifeMove.ON_PAPER not in moves_for(row, world.scope("ran"), TODAY)
    with pytest.raises(Refused) as refused:
        confirm_on_paper(row, TODAY, seen_version=1, **by(world, "ran"))
    assert (refused.value.code, refused.value.params) == ("chair_signs_in", {"name": "李书记"})
    # A closed account is none.
    world.li.user.is_active = False
    world.li.user.save()
    assert confirm_on_paper(row, TODAY, seen_version=1, **by(world, "ran")).paper_on == TODAY


def test_an_amendment_takes_the_confirmation_away_unless_it_is_the_chair_s(world: Any) -> None:
    row = record(world, "li")

    amend(world, row, entry_for(world, title="更正"), "ran")
    assert (life(row), told("record_to_confirm")) == (LifeState.TO_CONFIRM, [world.li.user.pk])
    # Amended once more the chair is told nothing new, another chair is.
    amend(world, row, entry_for(world, title="再更正"), "ran", version=2)
    assert told("record_to_confirm") == [world.li.user.pk]
    amend(world, row, entry_for(world, chair_id=world.chen.pk), "ran", version=3)
    assert told("record_to_confirm") == [world.li.user.pk, world.chen.user.pk]
    amend(world, row, entry_for(world), "li", version=4)

    assert (life(row), row.locks_on) == (LifeState.CONFIRMED, TODAY + LOCK)
    assert steps(row) == ["confirm", "amend", "confirm"]


def test_it_locks_on_its_day_and_a_later_rule_moves_nothing(world: Any) -> None:
    row = record(world, "li")
    LocalProvision.objects.create(
        path=world.a.path, key="record.lock_days", value=1, instrument="示范区委通知", article="二",
        valid_from=date(2026, 1, 1), recorded_at=NOW, recorded_by=world.user("qian"),
    )  # fmt: skip
    before, after = NOW + LOCK - timedelta(days=1), NOW + LOCK

    assert (life(row, before.date()), life(row, after.date())) == (LifeState.CONFIRMED, LifeState.LOCKED)
    with pytest.raises(Refused) as refused:
        amend_meeting(row, entry_for(world, title="更正"), seen_version=1, **by(world, "li", after))
    assert (refused.value.code, refused.value.params) == ("record_locked", {"day": "2026-04-09"})
    with pytest.raises(Refused, match="record_locked"):
        void(world, row, 1, after)
    assert moves_for(row, world.scope("li"), after.date()) == frozenset({LifeMove.FILES})
    assert moves_for(row, world.scope("zhao"), after.date()) == {LifeMove.RETURN}
    amend_meeting(row, entry_for(world, title="更正"), seen_version=1, **by(world, "li", before))
    # The new confirmation goes by the rule that holds now.
    assert life(row) == LifeState.CONFIRMED
    assert row.locks_on == before.date() + timedelta(days=1)


def test_sent_back_it_opens_and_confirmed_again_it_is_answered(world: Any) -> None:
    row = record(world, "ran", chair_id=world.li.pk)
    confirm(row, seen_version=1, **by(world, "li"))
    locked = NOW + LOCK
    OutboxEvent.objects.all().delete()

    back = send_back(row, SAID, seen_version=2, **by(world, "zhao", locked))

    assert (life(back), back.confirmed_at, back.locks_on) == (LifeState.RETURNED, None, None)
    assert set(told("record_returned")) == {world.li.user.pk, world.ran.user.pk}
    notice = Notification.unscoped.filter(rule="activities.record_returned")[0]
    assert notice.params["remark"] == SAID.remark
    entry = AuditEntry.objects.get(action="activity.returned")
    assert (entry.changes["reason"], entry.changes["locks_on"]) == ("counts", "2026-04-09")
    assert OutboxEvent.objects.filter(topic="activity.changed").count() == 1
    assert list(sent_back_in(world.a, world.scope("li"))) == [row]
    assert Duty.unscoped.filter(activity=row, state="on_time").exists()
    with pytest.raises(Refused, match="returned_put_right_first"):
        confirm(row, seen_version=3, **by(world, "li"))
    with pytest.raises(Refused, match="already_returned"):
        send_back(row, SAID, seen_version=3, **by(world, "zhao"))

    amend_meeting(row, entry_for(world, title="更正"), seen_version=3, **by(world, "ran", locked))
    assert (life(row), row.steps.get(move="return").closed_at) == (LifeState.TO_CONFIRM, None)
    assert told("record_to_confirm") == [world.li.user.pk, world.li.user.pk]
    confirm(row, seen_version=4, **by(world, "li", locked))

    assert life(row, locked.date()) == LifeState.CONFIRMED
    assert row.locks_on == locked.date() + LOCK
    assert row.steps.get(move="return").closed_at == locked
    assert steps(row) == ["confirm", "return", "confirm"]
    # Only what it said before is a revision.
    assert list(ActivityRevision.objects.values_list("version", flat=True)) == [3]


def test_sent_back_to_a_chair_who_puts_it_right_it_is_answered_at_once(world: Any) -> None:
    row = record(world, "li")
    send_back(row, SAID, seen_version=1, **by(world, "qian"))

    amend(world, row, entry_for(world, title="更正"), "li", version=2)

    assert (life(row), row.steps.filter(closed_at=None, move="return").count()) == (LifeState.CONFIRMED, 0)


@pytest.mark.parametrize("persona", ["li", "ran", "wang"])
def test_only_the_level_above_sends_back(world: Any, persona: str) -> None:
    row = record(world, "li")

    with pytest.raises(NotAllowed):
        send_back(row, SAID, seen_version=1, **by(world, persona))


def test_what_cannot_be_sent_back_says_why(world: Any) -> None:
    row = record(world, "ran")

    with pytest.raises(Refused, match="not_confirmed_yet"):
        send_back(row, SAID, seen_version=1, **by(world, "zhao"))
    confirm(row, seen_version=1, **by(world, "li"))
    with pytest.raises(Refused, match="remark_missing"):
        send_back(row, replace(SAID, remark="  "), seen_version=2, **by(world, "zhao"))
    with pytest.raises(StaleVersion):
        send_back(row, SAID, seen_version=1, **by(world, "zhao"))
    none = record_not_held(
        NotHeld(ActivityKind.THEME_DAY, date(2026, 2, 3), "防汛"), branch=world.a, **by(world, "li")
    )
    with pytest.raises(Refused, match="not_a_meeting_held"):
        send_back(none, SAID, seen_version=1, **by(world, "zhao"))
    # "Did not meet" is taken back as before, and says nothing of confirmations.
    assert void(world, none, 1).is_void
    assert life(row) == LifeState.CONFIRMED


def test_voiding_ends_confirmation_and_return(world: Any) -> None:
    kept, back = record(world, "li"), record(world, "li", held_on=date(2026, 3, 6))
    send_back(back, SAID, seen_version=1, **by(world, "zhao"))

    void(world, kept, 1)
    void(world, back, 2)

    assert (life(kept), kept.confirmed_at, steps(kept)) == (None, None, ["confirm", "void"])
    assert (life(back), back.returned_at, steps(back)) == (None, None, ["confirm", "return"])
    assert back.steps.get(move="return").closed_at == NOW


def test_a_recorder_who_left_is_not_told_and_the_one_above_stands_in(world: Any) -> None:
    row = record(world, "ran")
    confirm(row, seen_version=1, **by(world, "li"))
    world.ran.user.is_active = False
    world.ran.user.save()
    make_post(world.chen, world.committee_1, PostKind.SECRETARY)

    send_back(row, SAID, seen_version=2, **by(world, "zhao"))

    assert told("record_returned") == [world.li.user.pk]


@pytest.mark.parametrize(
    "columns",
    [
        {"confirmed_at": NOW},
        {"locks_on": TODAY},
        {"confirmed_at": NOW, "confirmed_by_id": 1, "locks_on": TODAY, "chair": None},
        {"returned_at": NOW, "state": "did_not_meet", "reason": "防汛"},
        {"confirmed_at": NOW, "confirmed_by_id": 1, "locks_on": TODAY, "paper_on": date(2026, 3, 4)},
        {"confirmed_at": NOW, "confirmed_by_id": 1, "locks_on": TODAY, "returned_at": NOW},
    ],
)
def test_the_database_keeps_no_half_of_a_life(world: Any, columns: dict[str, Any]) -> None:
    row = make_activity(world.a, world.ran.user, [world.li], chair=world.li)
    if "confirmed_by_id" in columns:
        columns = {**columns, "confirmed_by_id": world.li.user.pk}

    with pytest.raises(IntegrityError), transaction.atomic():
        Activity.unscoped.filter(pk=row.pk).update(**columns)
    with pytest.raises(IntegrityError), transaction.atomic():
        ActivityStep.objects.create(
            activity=row, move=LifeMove.RETURN, version=1, at=NOW, by=world.li.user, reason="other"
        )


def test_the_column_and_the_filter_say_what_the_record_says(world: Any) -> None:
    made = [record(world, "li"), record(world, "ran", held_on=date(2026, 3, 6))]
    made.append(record(world, "li", held_on=date(2026, 3, 7)))
    send_back(made[2], SAID, seen_version=1, **by(world, "zhao"))
    made.append(void(world, record(world, "li", held_on=date(2026, 3, 8)), 1))

    for on in (TODAY, TODAY + LOCK):
        rows = list(Activity.unscoped.annotate(told=life_column(on)))
        assert {row.pk: row.told for row in rows} == {row.pk: row.life(on) or "" for row in rows}
        for state in LifeState:
            found = set(Activity.unscoped.filter(life_is(state, on)).values_list("pk", flat=True))
            assert found == {row.pk for row in rows if row.life(on) == state}


@pytest.mark.usefixtures("committed_db")
def test_two_presses_at_once_confirm_once(world: Any) -> None:
    row = record(world, "ran")

    def press() -> str:
        try:
            confirm(Activity.unscoped.get(pk=row.pk), seen_version=1, **by(world, "li"))
        except Refused as refusal:
            return refusal.code
        return "done"

    assert sorted(at_once([press, press])) == ["already_confirmed", "done"]
    assert (steps(row), Member.unscoped.filter(pk=row.chair_id).count()) == (["confirm"], 1)
