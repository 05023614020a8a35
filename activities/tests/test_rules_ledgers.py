"""Ledgers as plain facts: words, periods, and the lists of a workbook."""

from datetime import date, time
from typing import Any

import pytest

from activities.choices import LedgerKind
from activities.rules.duties import Period
from activities.rules.ledgers import (
    Column,
    Fact,
    Grid,
    Ledger,
    Part,
    Sheet,
    file_name,
    fits,
    name_of,
    period_bound,
    period_named,
    sheets_of,
    written,
    written_span,
)

Q1, YEAR = Period(date(2026, 1, 1), date(2026, 3, 31)), Period(date(2026, 1, 1), date(2026, 12, 31))
NUMBER, TITLE = Column("number", "序号"), Column("title", "名称")


def ledger(*parts: Part, **more: Any) -> Ledger:
    facts = {"kind": LedgerKind.BOOK, "title": "手册", "branch": "甲/乙", "span": (Q1.starts_on, Q1.ends_on)}
    return Ledger(**{**facts, "parts": parts, "signers": (), **more})


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "—"),
        ("", "—"),
        (date(2026, 3, 5), "2026年3月5日"),
        (time(9, 5), "09:05"),
        (0, "0"),
        ("文", "文"),
    ],
)
def test_a_value_is_written_as_on_paper(value: Any, words: str) -> None:
    assert written(value) == words


def test_a_span_is_a_day_or_two() -> None:
    assert written_span((date(2026, 3, 5),)) == "2026年3月5日"
    assert written_span((Q1.starts_on, Q1.ends_on)) == "2026年1月1日 – 2026年3月31日"


def test_an_empty_text_is_room_for_a_pen() -> None:
    assert [Grid.shown(""), Grid.shown(None)] == ["", "—"]


@pytest.mark.parametrize(
    ("kind", "today", "bound"),
    [
        (LedgerKind.BOOK, date(2026, 3, 10), Q1),
        (LedgerKind.BOOK, date(2026, 4, 10), Q1),
        (LedgerKind.YEAR, date(2026, 3, 10), YEAR),
        (LedgerKind.TALKS, date(2027, 1, 10), YEAR),
    ],
)
def test_the_period_due_to_be_bound(kind: LedgerKind, today: date, bound: Period) -> None:
    assert period_bound(kind, today) == bound


@pytest.mark.parametrize("text", ["", "x", "1920", "2027", "2026-Q5", "２０２６-Q9"])
def test_no_period_is_read_out_of_other_words(text: str) -> None:
    assert period_named(text, date(2026, 3, 10)) is None


def test_a_period_goes_by_the_name_it_is_read_from() -> None:
    found = [period_named(name, date(2026, 3, 10)) for name in ("2026-Q1", "2026")]

    assert found == [Q1, YEAR]
    assert [name_of(period) for period in (Q1, YEAR)] == ["2026-Q1", "2026"]


def test_a_quarter_sheet_is_of_a_quarter_and_a_summary_of_a_year() -> None:
    asked = [
        (kind, period)
        for kind in (LedgerKind.QUARTER, LedgerKind.YEAR, LedgerKind.BOOK)
        for period in (Q1, YEAR)
    ]

    assert [fits(kind, period) for kind, period in asked] == [True, False, False, True, True, True]


def test_a_file_is_named_without_what_a_file_system_refuses() -> None:
    assert file_name(ledger()) == "手册_甲_乙_2026-Q1"
    assert file_name(ledger(span=(date(2026, 3, 5),))) == "手册_甲_乙_2026-03-05"


def test_a_table_without_rows_is_said_or_left_out() -> None:
    assert [Grid("g", "", (), (), words).is_shown for words in ("无", "")] == [True, False]


def test_parts_become_lines_and_their_tables_name_the_part() -> None:
    heads = (Column("name", "姓名"),)
    short = Part(
        "record", "未开", (Fact("reason", "原因", "防汛"),), (Grid("away", "缺席", heads, ()),), 1, 7, "记录"
    )
    full = Part(
        "record", "大会", (Fact("place", "地点", "甲室"), Fact("present", "实到", 3)),
        (Grid("away", "缺席", heads, (("孙",), ("陈",))),), 2, 8, "记录",
    )  # fmt: skip
    duties = Part("duties", "", (), (Grid("duties", "任务", (Column("duty", "事项"),), (("大会",),)),))

    found = sheets_of(ledger(duties, short, full), NUMBER, TITLE)

    assert found == [
        Sheet("任务", (Column("duty", "事项"),), (("大会",),)),
        Sheet(
            "记录",
            (NUMBER, TITLE, Column("place", "地点"), Column("present", "实到"), Column("reason", "原因")),
            ((1, "未开", None, None, "防汛"), (2, "大会", "甲室", 3, None)),
        ),
        Sheet("缺席", (NUMBER, Column("name", "姓名")), ((2, "孙"), (2, "陈"))),
    ]
    assert ledger(duties, short, full).record_ids == [7, 8]
    assert [part.numbered_heading for part in (duties, full)] == ["", "2、大会"]


def test_a_part_alone_is_listed_under_its_heading_without_a_number() -> None:
    part = Part("totals", "全年", (Fact("owed", "应完成", 4),))

    assert sheets_of(ledger(part), NUMBER, TITLE) == [
        Sheet("全年", (TITLE, Column("owed", "应完成")), (("全年", 4),))
    ]
