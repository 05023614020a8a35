"""Votes and whom a meeting leaves out, as they are stored: decided once, kept with their basis."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from activities.choices import ActivityKind, Ground, LeaveReason, Majority, Outcome, Presence
from activities.models import Activity, ActivityRevision, AttendanceException, Decision
from activities.queries import snapshot
from activities.queries.sheets import record_sheet
from activities.rules.records import Absence, Agreement, Entry, FollowUp, Item
from activities.rules.votes import Vote
from activities.tests.factories import make_activity
from activities.tests.test_workflows_meetings import amend, entry_for, record, void
from branches.tests.factories import NOW
from members.choices import Standing
from members.models import StandingPeriod
from orgportal.core.errors import Refused
from orgportal.core.models import AuditEntry, LocalProvision

AGREED = Agreement("区委组织部复函〔2026〕3号", date(2026, 2, 20), is_adopted=True)


def voted(world: Any, vote: Vote, **changes: Any) -> Entry:
    items = (Item("接收预备党员", "", (FollowUp("同意接收", world.chen.pk, date(2026, 4, 1), vote),)),)
    return entry_for(world, **{"items": items, "absences": (), **changes})


def left_out(world: Any) -> Absence:
    return Absence(world.sun.pk, Presence.LEAVE, LeaveReason.ILLNESS, "住院", Ground.BEDRIDDEN)


def save(world: Any, entry: Entry) -> Activity:
    return record(world, **{name: getattr(entry, name) for name in Entry.__slots__})


def test_a_vote_is_stored_with_what_it_was_held_against(world: Any) -> None:
    activity = save(world, voted(world, Vote(3, 1)))

    decision = Decision.unscoped.get()
    assert (decision.votes_for, decision.votes_against, decision.votes_abstained) == (3, 1, 0)
    assert (decision.majority, decision.outcome) == (Majority.ORDINARY, Outcome.PASSED)
    basis = decision.outcome_basis
    assert (basis["base"], basis["of"], basis["needed"]) == ("expected", 4, 3)
    assert (basis["entitled"], basis["there"], basis["quorum"]) == (4, 4, 2)
    assert (basis["rule"]["article"], basis["quorum_rule"]["key"]) == ("第十一条", "quorum.general")
    told = AuditEntry.objects.get(action="activity.recorded", target_id=activity.pk).changes["votes"]
    assert [(each["text"], each["votes_for"], each["outcome"]) for each in told] == [
        ("同意接收", 3, "passed")
    ]


def test_what_was_decided_is_never_reckoned_again_by_reading(world: Any) -> None:
    activity = save(world, voted(world, Vote(3, 1, majority=Majority.ELECTION)))
    LocalProvision.objects.create(
        key="elect.majority", path=world.a.path, value="9/10", instrument="区委通知", article="",
        valid_from=date(2026, 1, 1), recorded_at=NOW,
    )  # fmt: skip

    shown = record_sheet(activity, world.scope("li")).items[0].decisions.all()[0].vote

    assert shown is not None
    assert shown.ruling is not None
    assert (shown.ruling.outcome, shown.ruling.needed, shown.majority) == (
        Outcome.PASSED,
        3,
        Majority.ELECTION,
    )


def test_a_record_without_quorum_is_kept_and_says_that_it_decides_nothing(world: Any) -> None:
    away = tuple(Absence(each.pk, Presence.ABSENT) for each in (world.sun, world.chen))
    entry = voted(world, Vote(2, majority=Majority.ELECTION), absences=away)

    save(world, entry)

    decision = Decision.unscoped.get()
    assert decision.outcome == Outcome.NO_QUORUM
    assert (decision.outcome_basis["there"], decision.outcome_basis["quorum"]) == (2, 4)


def test_probationary_members_are_there_and_do_not_vote(world: Any) -> None:
    StandingPeriod.objects.filter(member=world.sun).update(standing=Standing.PROBATIONARY)

    with pytest.raises(Refused, match="votes_of_those_without") as refusal:
        save(world, voted(world, Vote(4)))
    save(world, voted(world, Vote(3)))

    assert refusal.value.params == {"text": "同意接收", "votes": 4, "voters": 3}
    assert Decision.unscoped.get().outcome_basis["entitled"] == 3


def test_a_theme_day_takes_no_vote_and_nothing_is_stored(world: Any) -> None:
    with pytest.raises(Refused, match="vote_not_taken"):
        save(world, voted(world, Vote(4), kind=ActivityKind.THEME_DAY))

    assert not Activity.unscoped.exists()


def test_whoever_is_left_out_moves_the_count_and_stays_in_the_record(world: Any) -> None:
    entry = voted(world, Vote(2, 1), absences=(left_out(world),), agreement=AGREED)

    activity = save(world, entry)

    assert (activity.expected, activity.voters_expected, activity.voters_present) == (4, 3, 3)
    row = activity.exceptions.get()
    assert (row.ground, row.agreed_under, row.agreed_on) == ("bedridden", AGREED.document, AGREED.agreed_on)
    assert row.words[0] == "不计入应到会"
    assert activity.leave_ids == [world.sun.pk]
    sheet = record_sheet(activity, world.scope("li"))
    assert (sheet.left_out, sheet.voters_there) == ([row], 3)
    assert sheet.quorum is not None
    assert sheet.quorum.entitled == 3
    assert Decision.unscoped.get().outcome == Outcome.PASSED


def test_nobody_is_left_out_without_the_agreement_and_the_adoption(world: Any) -> None:
    for agreement in (Agreement(), replace(AGREED, is_adopted=False), replace(AGREED, agreed_on=None)):
        with pytest.raises(Refused, match="exclusion"):
            save(world, voted(world, Vote(3), absences=(left_out(world),), agreement=agreement))

    assert not AttendanceException.objects.exists()


@pytest.mark.parametrize(
    "columns",
    [
        {"ground": "bedridden"},
        {"ground": "bedridden", "agreed_under": "复函"},
        {"ground": "bedridden", "agreed_on": date(2026, 2, 20)},
        {"agreed_under": "复函", "agreed_on": date(2026, 2, 20)},
        {"ground": "tired", "agreed_under": "复函", "agreed_on": date(2026, 2, 20)},
        {"ground": "bedridden", "agreed_under": "复函", "agreed_on": date(2026, 2, 20), "presence": "absent"},
    ],
)
def test_the_database_keeps_no_exclusion_without_ground_or_basis(world: Any, columns: dict[str, Any]) -> None:
    activity = make_activity(world.a, world.li.user, [world.li])
    row = {"member": world.sun, "presence": "leave", "reason": "illness", **columns}

    with pytest.raises(IntegrityError, match="exclusion_has_ground_and_basis"), transaction.atomic():
        activity.exceptions.create(**row)


@pytest.mark.parametrize(
    "columns",
    [
        {"votes_for": 3},
        {"votes_for": 3, "votes_against": 0, "votes_abstained": 0},
        {
            "votes_for": 3,
            "votes_against": 0,
            "votes_abstained": 0,
            "majority": "ordinary",
            "outcome": "passed",
        },
        {
            "votes_for": 3,
            "votes_against": 0,
            "votes_abstained": 0,
            "majority": "ordinary",
            "outcome_basis": {},
        },
        {"majority": "ordinary"},
        {"outcome": "passed", "outcome_basis": {}},
    ],
)
def test_the_database_keeps_no_half_of_a_vote(world: Any, columns: dict[str, Any]) -> None:
    item = make_activity(world.a, world.li.user, [world.li]).items.create(position=1, topic="议题")

    with pytest.raises(IntegrityError, match="decision_vote_whole"), transaction.atomic():
        item.decisions.create(text="决定", **columns)


def test_counts_of_a_day_before_the_rules_are_kept_without_a_ruling(world: Any) -> None:
    item = make_activity(world.a, world.li.user, [world.li]).items.create(position=1, topic="议题")

    decision = item.decisions.create(
        text="决定", votes_for=3, votes_against=0, votes_abstained=0, majority=Majority.ORDINARY
    )

    assert Decision.unscoped.get(pk=decision.pk).vote == Vote(3)


def test_amending_something_else_keeps_vote_and_exclusion(world: Any) -> None:
    entry = voted(world, Vote(2, 1), absences=(left_out(world),), agreement=AGREED)
    activity = save(world, entry)
    before = snapshot(activity)

    assert amend(world, activity, entry).version == 1
    amended = amend(world, activity, replace(entry, place="二楼"))

    assert snapshot(amended) == {**before, "place": "二楼"}
    assert ActivityRevision.objects.get().content["items"][0]["decisions"][0]["vote"]["outcome"] == "passed"


def test_amending_the_counts_decides_anew_and_keeps_what_was_said(world: Any) -> None:
    activity = save(world, voted(world, Vote(3, 1)))

    amend(world, activity, voted(world, Vote(2, 2)))

    assert Decision.unscoped.get().outcome == Outcome.NOT_PASSED
    was = ActivityRevision.objects.get().content["items"][0]["decisions"][0]["vote"]
    assert (was["votes_for"], was["outcome"]) == (3, "passed")


def test_a_vote_taken_back_leaves_nothing(world: Any) -> None:
    activity = save(world, voted(world, Vote(3, 1)))
    entry = voted(world, Vote(3, 1))
    plain = replace(entry.items[0].decisions[0], vote=None)

    amend(world, activity, replace(entry, items=(replace(entry.items[0], decisions=(plain,)),)))

    decision = Decision.unscoped.get()
    assert (decision.vote, decision.outcome, decision.outcome_basis) == (None, "", None)


def test_a_voided_record_keeps_its_votes_to_read(world: Any) -> None:
    activity = save(world, voted(world, Vote(3, 1)))

    void(world, activity)

    assert Decision.unscoped.get().outcome == Outcome.PASSED
