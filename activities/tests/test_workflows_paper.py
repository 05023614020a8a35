"""Lines typed from paper reach the records together or not at all."""

from datetime import date
from typing import Any

import pytest

from activities.choices import ActivityKind
from activities.models import Activity, Duty
from activities.rules.records import Entry
from activities.workflows.duties import open_duties
from activities.workflows.meetings import NotHeld
from activities.workflows.paper import LineRefused, PaperLine, record_lines
from branches.tests.factories import NOW
from orgportal.core.models import AuditEntry


def meeting(world: Any, day: int, **changes: Any) -> PaperLine:
    values = {
        "kind": ActivityKind.GENERAL, "title": "支部党员大会", "held_on": date(2026, 3, day),
        "chair_id": world.li.pk, **changes,
    }  # fmt: skip
    return PaperLine(Entry(**values))


def record(world: Any, *lines: PaperLine, by: str = "li") -> list[Activity]:
    return record_lines(lines, branch=world.a, actor=world.user(by), scope=world.scope(by), at=NOW)


def test_every_line_is_a_record_with_its_own_trail(world: Any) -> None:
    open_duties(world.today)
    none_held = PaperLine(NotHeld(ActivityKind.THEME_DAY, date(2026, 3, 1), "防汛"))

    done = record(world, meeting(world, 5), none_held)

    assert [each.state for each in done] == ["held", "did_not_meet"]
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions)[-2:] == ["activity.recorded", "activity.not_held"]
    answered = Duty.unscoped.filter(activity__in=done).values_list("rule", "state")
    assert set(answered) == {("meeting.general.freq", "on_time"), ("themeday.freq", "did_not_meet")}


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"held_on": date(2026, 3, 11)}, "held_in_the_future"),
        ({"chair_id": None, "roster_ids": (1,)}, "roster_changed"),
    ],
)
def test_one_refused_line_leaves_none_and_is_named(world: Any, wrong: dict[str, Any], code: str) -> None:
    before = AuditEntry.objects.count()

    with pytest.raises(LineRefused) as refused:
        record(world, meeting(world, 5), meeting(world, 6, **wrong))

    assert (refused.value.index, refused.value.code) == (1, code)
    assert not Activity.unscoped.exists()
    assert AuditEntry.objects.count() == before


def test_the_same_meeting_twice_on_one_page_asks_for_a_word(world: Any) -> None:
    with pytest.raises(LineRefused) as refused:
        record(world, meeting(world, 5), meeting(world, 5))

    assert (refused.value.index, refused.value.code) == (1, "same_kind_same_day")
    second = PaperLine(meeting(world, 5).said, is_another=True)
    assert len(record(world, meeting(world, 5), second)) == 2


def test_who_only_reads_records_nothing(world: Any) -> None:
    with pytest.raises(LineRefused) as refused:
        record(world, meeting(world, 5), by="zhao")

    assert refused.value.code == "not_allowed"
