"""A correction period that ends: said to those who keep the file, to nobody else, and without a name."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from branches.choices import PostKind
from branches.tests.factories import make_organization
from members.choices import CaseState
from members.models import Case, Member, Post
from members.provisions import PROVISIONS
from members.rules import cases as rules
from members.tests.factories import make_person, make_post
from members.workflows import case_reminders, reminders
from orgportal.core import reminders as ground
from orgportal.core.models import Notification, Reminder
from orgportal.core.rulebook import Rulebook

TODAY = date(2026, 3, 10)
NINE = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
BOOK = Rulebook.of(PROVISIONS)


def correcting(world: Any, until: date, member: Member | None = None, **fields: Any) -> Case:
    return Case.unscoped.create(**{
        "member": member or world.chen, "kind": "correct", "grounds": ["passive"],
        "facts": "长期不参加组织生活", "proposed_on": date(2025, 9, 1),
        "state": CaseState.CORRECTING, "correct_until": until, "opened_by": world.li.user,
        "opened_at": world.now, **fields,
    })  # fmt: skip


def planned() -> list[tuple[str, int]]:
    rows = Reminder.objects.filter(rule=case_reminders.ENDING)
    return sorted(rows.values_list("recipient__user_name", "step"))


def test_the_days_are_a_provision_with_its_citation() -> None:
    assert rules.remind_steps(BOOK, TODAY) == (-14, 0)
    assert BOOK.cite("dispose.correct_remind_days", TODAY).article == "限期改正到期提醒"


@pytest.mark.parametrize(
    ("days", "rows"),
    [
        (16, []),
        (15, [("li", -14), ("zhao", -14)]),
        (3, [("li", -14), ("zhao", -14)]),
        (1, [("li", 0), ("zhao", 0)]),
        (0, [("li", 0), ("zhao", 0)]),
        (-40, []),
    ],
)
def test_before_the_end_and_on_the_day(world: Any, days: int, rows: list[tuple[str, int]]) -> None:
    correcting(world, TODAY + timedelta(days=days))

    reminders.plan(TODAY, at=NINE)
    reminders.plan(TODAY, at=NINE)

    assert planned() == rows


def test_other_states_are_not_reminded_of(world: Any) -> None:
    correcting(world, TODAY, state=CaseState.CORRECTED, closed_at=world.now)

    reminders.plan(TODAY, at=NINE)

    assert planned() == []


def test_whoever_may_not_open_the_file_does_not_learn_of_it(world: Any) -> None:
    """The deputy, the district's officer, the member; and nobody stands in for a vacant post."""
    for name, kind in (("fu", PostKind.DEPUTY_SECRETARY), ("ji", PostKind.DISCIPLINE)):
        make_post(make_person(world.a, name, name), world.a, kind)
    correcting(world, TODAY, world.li)
    Post.unscoped.filter(member=world.zhao).update(ends_on=date(2026, 3, 9))

    reminders.plan(TODAY, at=NINE)

    assert planned() == []


def test_a_branch_without_a_committee_above_has_its_own_keepers_only(world: Any) -> None:
    alone = make_organization(None, "直属党支部")
    secretary = make_person(alone, "du", "杜书记")
    make_post(secretary, alone, PostKind.SECRETARY)
    case = correcting(world, TODAY, make_person(alone, "gu", "顾某"))

    assert case_reminders.keepers_of([case], TODAY) == {case.pk: frozenset({secretary.user_id})}


def test_what_is_sent_has_no_name_and_leads_to_the_file(world: Any) -> None:
    case = correcting(world, TODAY)
    reminders.plan(TODAY, at=NINE)

    ground.send_due(at=NINE)

    notes = list(Notification.unscoped.filter(rule=case_reminders.ENDING))
    assert {note.recipient_id for note in notes} == {world.li.user_id, world.zhao.user_id}
    for note in notes:
        words = ground.sentence(note.rule, note.params)
        assert note.url == case.get_absolute_url()
        assert world.a.name in words
        assert world.chen.name not in words
        assert world.chen.name not in str(note.params)


def change(**fields: Any) -> Any:
    return lambda world: Case.unscoped.update(**fields)


@pytest.mark.parametrize(
    ("happens", "outcomes"),
    [
        (change(state=CaseState.CORRECTED, closed_at=NINE), {"already_done"}),
        (change(correct_until=date(2026, 9, 1)), {"put_off"}),
        (lambda world: Post.unscoped.filter(member=world.li).update(ends_on=TODAY - timedelta(days=1)),
         {"not_in_office", ""}),
        (lambda world: Case.unscoped.update(member=world.li), {"not_in_office", ""}),
    ],
)  # fmt: skip
def test_it_is_checked_again_before_it_goes_out(world: Any, happens: Any, outcomes: set[str]) -> None:
    correcting(world, TODAY)
    reminders.plan(TODAY, at=NINE)
    happens(world)

    ground.send_due(at=NINE)

    rows = Reminder.objects.filter(rule=case_reminders.ENDING)
    assert set(rows.values_list("outcome", flat=True)) == outcomes
