"""Quarters of the two coverages: frozen once, in the same bytes, corrected by revision, and never changed."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import InternalError, ProgrammingError, transaction

from branches.choices import CoverageKind, PauseReason
from branches.models import Unit, UnitPause
from branches.tests.factories import NOW, TODAY, make_coverage, make_unit
from conftest import World
from members.tests.factories import make_member
from orgportal.core.errors import Refused
from orgportal.health.models import CoverageReview
from orgportal.health.queries.coverage import live_lines
from orgportal.health.rules.quarters import quarter_end, quarter_of, quarters_to_freeze
from orgportal.health.tasks import freeze_coverage
from orgportal.health.workflows import coverage
from orgportal.health.workflows.coverage import make_reviews, revise_reviews

Q4 = date(2025, 10, 1)
SINCE = NOW - timedelta(days=150)


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2024, 2, 29), date(2024, 1, 1), date(2024, 3, 31)),
        (date(2025, 12, 31), date(2025, 10, 1), date(2025, 12, 31)),
        (date(2026, 4, 1), date(2026, 4, 1), date(2026, 6, 30)),
    ],
)
def test_a_quarter_has_its_days(day: date, first: date, last: date) -> None:
    assert (quarter_of(day), quarter_end(first)) == (first, last)


@pytest.mark.parametrize(
    ("on", "frozen", "expected"),
    [
        (date(2026, 1, 5), set(), [date(2025, 7, 1)]),
        (date(2026, 1, 6), set(), [date(2025, 7, 1), Q4]),
        (date(2026, 1, 6), {date(2025, 7, 1)}, [Q4]),
        (date(2025, 8, 1), set(), []),
    ],
)
def test_quarters_are_frozen_after_the_cut_off(on: date, frozen: set[date], expected: list[date]) -> None:
    assert quarters_to_freeze(date(2025, 8, 20), on, 5, frozen) == expected


def a_list(world: World) -> dict[str, Unit]:
    """With a body, due one, not operating, of the other committee, and one that came too late."""
    made = {
        "covered": make_unit(world.committee_1, "甲厂", recorded_at=SINCE, checked_on=Q4),
        "due": make_unit(world.committee_1, "乙厂", recorded_at=SINCE, checked_on=Q4),
        "asleep": make_unit(
            world.committee_1, "丙厂", recorded_at=SINCE, checked_on=Q4, hidden=1, hidden_on=Q4
        ),
        "other": make_unit(world.committee_2, "丁厂", recorded_at=SINCE, checked_on=Q4),
        "late": make_unit(world.committee_1, "戊厂", listed_on=date(2026, 1, 1)),
    }
    make_coverage(made["covered"], CoverageKind.OWN, body=world.b, starts_on=Q4)
    make_coverage(made["due"], CoverageKind.ADVISER, starts_on=date(2026, 1, 1))
    for number in range(3):
        make_member(world.a, f"员工{number}", employer="乙厂")
    UnitPause.objects.create(unit=made["asleep"], reason=PauseReason.STOPPED, starts_on=Q4, recorded_at=SINCE)
    return made


def test_a_quarter_is_frozen_once_and_says_what_was_so(world: World) -> None:
    made = a_list(world)

    assert make_reviews(TODAY, at=NOW) == 3
    assert make_reviews(TODAY, at=NOW) == 0
    # Who waited for the other one's quarter finds it done.
    assert coverage._freeze(Q4, reason="", at=NOW, actor=None) == 0
    rows = {row.organization_id: row for row in CoverageReview.unscoped.filter(starts_on=Q4)}
    top, mine = rows[world.district.pk], rows[world.committee_1.pk]
    figures = top.content["figures"]["all"]

    assert set(rows) == {world.district.pk, world.committee_1.pk, world.committee_2.pk}
    some = ("listed", "operating", "own", "ripe", "to_build", "adviser")
    assert {name: figures[name] for name in some} == {
        "listed": 4, "operating": 3, "own": 1, "ripe": 1, "to_build": 1, "adviser": 0
    }  # fmt: skip
    assert top.content["units"] == []
    assert {line["id"] for line in mine.content["units"]} == {
        made[name].pk for name in ("covered", "due", "asleep")
    }
    [asleep] = [line for line in mine.content["units"] if line["name"] == "丙厂"]
    assert (asleep["pause"], asleep["hidden"], asleep["lists"]) == ("stopped", 1, ["listed", "not_operating"])
    assert (mine.as_of, mine.known_at, len(mine.rule_version), mine.content["hidden"]) == (
        date(2025, 12, 31), NOW, 12, 1,
    )  # fmt: skip
    # The very ids of the bulk read: every unit of the scope, no other.
    assert {line.id for line in live_lines(world.scope("zhao"), TODAY)} == {
        made[name].pk for name in ("covered", "due", "asleep", "late")
    }


def test_a_correction_is_a_revision_of_what_differs_and_nothing_is_changed(world: World) -> None:
    made = a_list(world)
    make_reviews(TODAY, at=NOW)
    before = dict(CoverageReview.unscoped.values_list("pk", "digest"))
    make_coverage(made["due"], CoverageKind.LIAISON, starts_on=Q4)

    written = revise_reviews(Q4, reason="补录联络员", actor=None, at=NOW)
    again = revise_reviews(Q4, reason="再次核对", actor=None, at=NOW)
    newest = CoverageReview.unscoped.newest().filter(starts_on=Q4)

    assert (written, again) == (2, 0)
    assert {row.organization_id: row.revision for row in newest} == {
        world.district.pk: 2, world.committee_1.pk: 2, world.committee_2.pk: 1
    }  # fmt: skip
    assert {
        pk: digest for pk, digest in CoverageReview.unscoped.values_list("pk", "digest") if pk in before
    } == before
    for change in (lambda rows: rows.update(reason="改"), lambda rows: rows.delete()):
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
            change(CoverageReview.unscoped.all())


def test_a_revision_needs_a_reason_and_a_frozen_quarter(world: World) -> None:
    with pytest.raises(Refused, match="revision_needs_reason"):
        revise_reviews(Q4, reason=" ", actor=None, at=NOW)
    with pytest.raises(Refused, match="quarter_not_frozen"):
        revise_reviews(Q4, reason="补录", actor=None, at=NOW)


def test_task_and_command_do_the_same(world: World, capsys: Any) -> None:
    assert freeze_coverage(on="2026-03-10") == 0
    made = a_list(world)
    assert freeze_coverage(on="2026-03-10") == 3
    make_coverage(made["due"], CoverageKind.LIAISON, starts_on=Q4)

    call_command("revise_coverage", "2025-11", reason="补录")

    assert capsys.readouterr().out.strip() == "2 revisions"
    for wrong in ("2025", "2024-01"):
        with pytest.raises(CommandError):
            call_command("revise_coverage", wrong, reason="补录")
