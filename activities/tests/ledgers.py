"""What the tests of ledgers share: a branch with a full quarter, and a reader of spreadsheets."""

from datetime import date, datetime
from io import BytesIO
from typing import Any

import openpyxl

from activities.choices import ActivityKind, ActivityState
from activities.models import Activity
from activities.tests.factories import make_activity
from activities.workflows.duties import open_duties

FORMULA = '=HYPERLINK("http://x")'


def quarter(world: Any) -> list[Activity]:
    """A meeting with all a record can hold, one not held, a talk, a voided entry; duties of the year."""
    user = world.li.user
    full = make_activity(
        world.a, user, [world.chen, world.li, world.ran], expected=4, leave_ids=[world.sun.pk],
        chair=world.li,
        recorder=world.ran, place="党群活动室", note="第一行\n\n第二行", voters_expected=4, voters_present=3,
        also_kinds=[ActivityKind.LECTURE], title=FORMULA,
    )  # fmt: skip
    full.exceptions.create(member=world.sun, presence="leave", reason="illness", remark="住院")
    full.guests.create(position=1, number="1", name="王外人")
    item = full.items.create(position=1, topic="经费公开", discussion="一季度账目")
    item.decisions.create(text="公示", owner=world.chen, due_on=date(2026, 3, 20))
    item.decisions.create(
        text="存档",
        owner=world.ran,
        due_on=date(2026, 3, 8),
        done_on=date(2026, 3, 7),
        result="已存",
        position=2,
    )
    item.decisions.create(text="知悉", position=3)
    silent = make_activity(
        world.a, user, kind=ActivityKind.THEME_DAY, state=ActivityState.DID_NOT_MEET, reason="防汛",
        title="主题党日", held_on=date(2026, 2, 2),
    )  # fmt: skip
    talk = make_activity(
        world.a, user, [world.li, world.sun], kind=ActivityKind.TALK, title="谈心", held_on=date(2026, 3, 6),
        chair=world.li, note="工作与生活",
    )  # fmt: skip
    make_activity(world.a, user, state=ActivityState.VOID, reason="重复", title="作废")
    for day in (date(2026, 2, 10), world.today):
        open_duties(day)
    return [silent, full, talk]


def sheets(content: bytes) -> dict[str, list[tuple[Any, ...]]]:
    """Every list of a workbook by name; days as days."""
    book = openpyxl.load_workbook(BytesIO(content))
    return {page.title: [tuple(map(_day, row)) for row in page.iter_rows(values_only=True)] for page in book}


def _day(value: Any) -> Any:
    return value.date() if isinstance(value, datetime) else value
