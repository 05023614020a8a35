"""Ledgers as files: the same facts in each form, no formula, every file a line of the trail."""

from datetime import date, time
from io import BytesIO
from typing import Any

import openpyxl
import pypdfium2
import pytest
from django.utils import translation
from docx import Document

from activities.choices import PERIODIC, ActivityState, LedgerForm, LedgerKind
from activities.models import Activity
from activities.queries.period_ledgers import ledger_of
from activities.rules.duties import Period
from activities.rules.ledgers import Paper
from activities.tests.factories import make_activity
from activities.tests.ledgers import FORMULA, quarter, sheets
from activities.workflows.duties import open_duties
from activities.workflows.ledger_files import sheet_data, workbook_of
from activities.workflows.ledgers import Order, drawn, take, take_of_meeting
from branches.tests.factories import make_group
from orgportal.core.errors import NotAllowed
from orgportal.core.models import AuditEntry

Q1, YEAR = Period(date(2026, 1, 1), date(2026, 3, 31)), Period(date(2026, 1, 1), date(2026, 12, 31))
PERIODS = dict.fromkeys(PERIODIC, Q1) | {LedgerKind.YEAR: YEAR}


def made(world: Any, kind: LedgerKind, form: LedgerForm, period: Period | None = None) -> bytes:
    order = Order(kind, world.a, period or PERIODS[kind], form)
    return drawn(order, scope=world.scope("li"), at=world.now)[0].content


def text_of(content: bytes) -> str:
    pages = pypdfium2.PdfDocument(content)
    return "".join("".join(page.get_textpage().get_text_range() for page in pages).split())


@pytest.mark.parametrize("kind", PERIODIC)
def test_each_ledger_comes_in_each_form(world: Any, kind: LedgerKind) -> None:
    quarter(world)

    assert made(world, kind, LedgerForm.PDF).startswith(b"%PDF-")
    assert Document(BytesIO(made(world, kind, LedgerForm.DOCX))).tables
    assert len(sheets(made(world, kind, LedgerForm.XLSX))) > 1


def test_the_book_holds_each_fact_in_its_type(world: Any) -> None:
    silent, full, talk = quarter(world)

    found = sheets(made(world, LedgerKind.BOOK, LedgerForm.XLSX))

    assert list(found) == [
        "说明",
        "本期应落实的组织生活",
        "本期记录",
        "请假、缺席人员",
        "会议议题",
        "决议及落实",
        "记录的确认、更正与退回",
    ]
    heads, *rows = found["本期记录"]
    lines = [dict(zip(heads, row, strict=True)) for row in rows]
    assert [line["记录编号"] for line in lines] == [silent.reference, full.reference, talk.reference]
    assert lines[0]["原因"] == "防汛"
    assert (lines[1]["日期"], lines[1]["应到"], lines[1]["出席人员"]) == (
        date(2026, 3, 5), 4, "陈党员、李书记、冉记录",
    )  # fmt: skip
    assert lines[1]["会议记录"] == "第一行\n第二行"
    assert found["决议及落实"][1:] == [
        (2, 1, "公示", "陈党员", date(2026, 3, 20), None, None),
        (2, 1, "存档", "冉记录", date(2026, 3, 8), date(2026, 3, 7), "已存"),
        (2, 1, "知悉", None, None, None, None),
    ]
    assert found["请假、缺席人员"][1:] == [(2, "孙党员", "请假", "生病", "住院")]


def test_nothing_typed_becomes_a_formula(world: Any) -> None:
    quarter(world)

    book = openpyxl.load_workbook(BytesIO(made(world, LedgerKind.BOOK, LedgerForm.XLSX)))

    typed = [cell for page in book for row in page.iter_rows() for cell in row if cell.value == FORMULA]
    assert [cell.data_type for cell in typed] == ["s"]


def test_hours_are_hours_and_names_of_sheets_are_their_own(world: Any) -> None:
    row = make_activity(world.a, world.li.user, [world.li], starts_at=time(9), ends_at=time(10, 30))
    row.items.create(position=1, topic="甲")

    found = sheets(made(world, LedgerKind.BOOK, LedgerForm.XLSX))

    heads, line = found["本期记录"]
    assert dict(zip(heads, line, strict=True))["结束时间"] == time(10, 30)


def test_two_lists_of_one_name_both_come(world: Any) -> None:
    quarter(world)
    with translation.override("zh-hans"):
        ledger = ledger_of(LedgerKind.DUTIES, world.a, Q1, world.scope("li"), world.today)

    parts = (*ledger.parts, *map(_renamed, ledger.parts))
    twice = Paper("两份", ledger.branch, ledger.span, parts, ())

    assert list(sheets(workbook_of(twice, at=world.now)))[1:] == [
        "本期应落实的组织生活",
        "本期应落实的组织生活 2",
    ]


def _renamed(part: Any) -> Any:
    return type(part)("other", part.heading, part.facts, part.grids)


def test_an_empty_book_says_so_in_each_form(world: Any) -> None:
    old = Period(date(2024, 1, 1), date(2024, 3, 31))

    assert "本期没有记录" in text_of(made(world, LedgerKind.BOOK, LedgerForm.PDF, old))
    word = Document(BytesIO(made(world, LedgerKind.BOOK, LedgerForm.DOCX, old)))
    assert "本期没有记录。" in [each.text for each in word.paragraphs]
    assert ("本期记录", "本期没有记录。") in sheets(made(world, LedgerKind.BOOK, LedgerForm.XLSX, old))[
        "说明"
    ]


def test_papers_are_chinese_whatever_is_spoken(world: Any) -> None:
    quarter(world)

    with translation.override("en"):
        content = made(world, LedgerKind.QUARTER, LedgerForm.PDF)

    assert "季度组织生活落实表" in text_of(content)
    assert _title(world) == "季度组织生活落实表"


def _title(world: Any) -> str:
    with translation.override("zh-hans"):
        return str(
            sheet_data(ledger_of(LedgerKind.QUARTER, world.a, Q1, world.scope("li"), world.today))["title"]
        )


def test_the_quarter_lays_each_duty_by_its_month(world: Any) -> None:
    silent, full, _talk = quarter(world)
    with translation.override("zh-hans"):
        sheet, records = ledger_of(LedgerKind.QUARTER, world.a, Q1, world.scope("li"), world.today).parts

    cells = {row[0]: row[1:] for row in sheet.grids[0].rows}
    assert cells["支部党员大会"] == (None, None, None, f"按时完成 2026年3月5日 {full.reference}")
    assert cells["党课"][3].startswith("按时完成 ")
    assert cells["主题党日"][1] == f"未召开 2026年2月2日 {silent.reference} 防汛"
    assert [row[0] for row in records.grids[0].rows] == [1, 2, 3]
    assert records.grids[0].rows[0][5:7] == (None, None)


def test_a_duty_of_more_than_a_quarter_says_its_days(world: Any) -> None:
    quarter(world)
    last = Period(date(2026, 10, 1), date(2026, 12, 31))
    with translation.override("zh-hans"):
        sheet = ledger_of(LedgerKind.QUARTER, world.a, last, world.scope("li"), world.today).parts[0]

    cells = {row[0]: row[4] for row in sheet.grids[0].rows}
    assert cells["谈心谈话"].startswith("2026年1月1日至2026年12月31日 ")


def test_the_year_counts_what_stands_in_it(world: Any) -> None:
    quarter(world)
    with translation.override("zh-hans"):
        (part,) = ledger_of(LedgerKind.YEAR, world.a, YEAR, world.scope("li"), world.today).parts

    values = {fact.key: fact.value for fact in part.facts}
    states, kinds, months = part.grids
    assert (values["decisions_made"], values["decisions_done"], values["decisions_open"]) == (3, 1, 1)
    assert values["owed"] == sum(row[1] for row in states.rows)
    assert kinds.rows == (
        ("支部党员大会", 1, 0, 0, 4, 3), ("党课", 1, 0, 0, 4, 3), ("主题党日", 0, 1, 0, 0, 0),
        ("谈心谈话", 1, 0, 0, 2, 2),
    )  # fmt: skip
    assert [(row[0], row[3]) for row in months.rows] == [("支部党员大会", 1), ("党课", 1), ("谈心谈话", 1)]


def test_the_talks_are_those_that_were_held(world: Any) -> None:
    talk = quarter(world)[2]
    item = talk.items.create(position=1, topic="家访", discussion="老人住院")
    talk.items.create(position=2, topic="其他")
    with translation.override("zh-hans"):
        (part,) = ledger_of(LedgerKind.TALKS, world.a, Q1, world.scope("li"), world.today).parts

    (row,) = part.grids[0].rows
    assert row[3:7] == ("李书记", "孙党员", "谈心", "工作与生活\n家访：老人住院\n其他")
    assert item.topic in row[6]


def test_a_group_stands_beside_its_duty_and_its_record(world: Any) -> None:
    group = make_group(world.a, "第一党小组")
    make_activity(world.a, world.li.user, [world.li], kind="group", group=group)

    open_duties(world.today)
    with translation.override("zh-hans"):
        duties, record = ledger_of(LedgerKind.BOOK, world.a, Q1, world.scope("li"), world.today).parts

    assert "党小组会（第一党小组）" in [row[0] for row in duties.grids[0].rows]
    assert {fact.key: fact.value for fact in record.facts}["group"] == "第一党小组"


def test_the_sign_in_sheet_numbers_everybody(world: Any) -> None:
    full = quarter(world)[1]
    how = {"actor": world.li.user, "scope": world.scope("li"), "at": world.now}

    taken = take_of_meeting(LedgerKind.SIGN_IN, full, LedgerForm.XLSX, **how)

    rows = sheets(taken.content)["应到人员"]
    assert [row[:4] for row in rows[1:]] == [
        (1, "陈党员", "有表决权", "实到"), (2, "李书记", "有表决权", "实到"),
        (3, "冉记录", "有表决权", "实到"),
        (4, "孙党员", "有表决权", "请假、生病"),
    ]  # fmt: skip


def test_a_record_below_quorum_says_so(world: Any) -> None:
    row = make_activity(
        world.a,
        world.li.user,
        [world.li],
        expected=4,
        leave_ids=[1, 2, 3],
        voters_expected=4,
        voters_present=1,
    )
    how = {"actor": world.li.user, "scope": world.scope("li"), "at": world.now}

    assert "未达到（需2人）" in text_of(
        take_of_meeting(LedgerKind.RECORD, row, LedgerForm.PDF, **how).content
    )


def test_a_voided_record_says_so_across_the_sheet(world: Any) -> None:
    quarter(world)
    void = Activity.unscoped.select_related("branch").get(state=ActivityState.VOID)
    how = {"actor": world.li.user, "scope": world.scope("li"), "at": world.now}

    assert "作废" in text_of(take_of_meeting(LedgerKind.RECORD, void, LedgerForm.PDF, **how).content)


def test_what_is_taken_stands_in_the_trail(world: Any) -> None:
    rows = quarter(world)
    order = Order(LedgerKind.BOOK, world.a, Q1, LedgerForm.PDF)

    taken = take(order, actor=world.li.user, scope=world.scope("li"), at=world.now)

    entry = AuditEntry.objects.get(action="ledger.taken")
    assert taken.name == "党支部工作手册_甲社区党支部_2026-Q1.pdf"
    assert (entry.path, entry.changes) == (
        world.a.path,
        {"kind": "book", "form": "pdf", "records": [row.pk for row in rows], "period": "2026-Q1"},
    )


def test_nothing_leaves_to_a_stranger(world: Any) -> None:
    full = quarter(world)[1]
    how = {"actor": world.wang.user, "scope": world.scope("wang"), "at": world.now}

    with pytest.raises(NotAllowed):
        take(Order(LedgerKind.BOOK, world.a, Q1, LedgerForm.PDF), **how)
    with pytest.raises(NotAllowed):
        take_of_meeting(LedgerKind.RECORD, full, LedgerForm.PDF, **how)
    assert not AuditEntry.objects.filter(action="ledger.taken").exists()


def test_the_same_moment_gives_the_same_file(world: Any) -> None:
    quarter(world)

    assert made(world, LedgerKind.BOOK, LedgerForm.PDF) == made(world, LedgerKind.BOOK, LedgerForm.PDF)
