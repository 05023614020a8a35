"""The notice of a year's holidays: read as it is published, refused in words, written back."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgportal.core.holiday_notice import read_notice, write_notice
from orgportal.core.workdays import SATURDAY, SpecialDate, WorkCalendar

# 国务院办公厅关于2026年部分节假日安排的通知, its dated lines and what stands around them.
OF_2026 = """
经国务院批准，现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作。
"""


def test_the_published_text_reads_as_the_table_that_is_shipped() -> None:
    reading = read_notice(OF_2026, 2026)

    shipped = WorkCalendar().special_days(2026)
    assert reading.faults == ()
    assert [(each.on, each.is_workday) for each in reading.days] == [
        (each.on, each.is_workday) for each in shipped
    ]
    assert reading.missing == ()
    assert [line[:4] for line in reading.passed_over] == ["经国务院", "节假日期"]


@pytest.mark.parametrize(
    "line",
    [
        "元旦：1月1日至3日放假，共3天。1月4日上班。",
        "（一）元旦: 1月1日到3日放假3天,1月4日上班",
        "1. 元旦：2026年1月1日、2日、3日放假；1月4日（星期天）上班",
        "元旦：1月1日，1月2日至3日，放假。1月4日上班",
    ],
)
def test_it_may_be_written_in_several_ways(line: str) -> None:
    reading = read_notice(line, 2026)

    assert reading.faults == ()
    assert [(each.on.day, each.is_workday, each.name) for each in reading.days] == [
        (1, False, "元旦"), (2, False, "元旦"), (3, False, "元旦"), (4, True, "元旦"),
    ]  # fmt: skip


def test_a_notice_may_reach_into_the_year_before() -> None:
    reading = read_notice("元旦：2025年12月31日至2026年1月2日放假，共3天。1月4日上班。", 2026)

    assert [each.on for each in reading.days] == [
        date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 4),
    ]  # fmt: skip


def test_a_holiday_left_out_is_told() -> None:
    assert read_notice("元旦：1月1日放假。国庆节、中秋节：10月1日放假。", 2026).missing[0] == "春节"
    assert "中秋" not in read_notice("国庆节、中秋节：10月1日至8日放假。", 2026).missing


@pytest.mark.parametrize(
    ("text", "code", "line", "params"),
    [
        ("", "no_day_in_it", 1, {}),
        ("放假安排见附件", "no_day_in_it", 1, {}),
        ("1月1日放假", "name_missing", 1, {}),
        ("1月1日：放假", "name_missing", 1, {}),
        (f"{'元' * 31}：1月1日放假", "name_missing", 1, {}),
        ("\n元旦：1月1日（周五）放假", "other_weekday", 2, {"day": date(2026, 1, 1), "said": "周五"}),
        ("元旦：1月1日至3日放假，共4天", "count_differs", 1, {"count": 4, "read": 3}),
        ("元旦：1月1日至3日放假2天", "count_differs", 1, {"count": 2, "read": 3}),
        ("元旦：31日放假", "month_missing", 1, {"part": "31日"}),
        ("春节：2月30日放假", "no_such_day", 1, {"part": "2月30日"}),
        ("春节：2025年2月3日放假", "other_year", 1, {"day": date(2025, 2, 3), "year": 2026}),
        ("春节：2027年2月3日放假", "other_year", 1, {"day": date(2027, 2, 3), "year": 2026}),
        ("春节：2月9日至3日放假", "span_backwards", 1, {"day": date(2026, 2, 3)}),
        ("元旦：1月1日放假。\n春节：1月1日放假", "day_twice", 2, {"day": date(2026, 1, 1)}),
        ("元旦：1月1日放假。1月3日", "free_or_worked", 1, {"day": date(2026, 1, 3)}),
        ("元旦：放假，1月4日上班", "day_missing", 1, {"part": "放假"}),
        ("元旦：1月5日上班", "worked_anyway", 1, {"day": date(2026, 1, 5)}),
    ],
)
def test_what_cannot_be_right_is_named_with_its_line(
    text: str, code: str, line: int, params: dict[str, Any]
) -> None:
    (fault,) = read_notice(text, 2026).faults

    assert (fault.code, fault.line, fault.params) == (code, line, params)


@st.composite
def notices(draw: st.DrawFn) -> list[SpecialDate]:
    """Any days between the December before and the January after, worked only at week-ends."""
    days = draw(st.sets(st.dates(date(2026, 12, 1), date(2028, 1, 31)), min_size=1, max_size=40))
    names = st.sampled_from(["元旦", "春节", "国庆节、中秋节", "纪念日"])
    return [
        SpecialDate(day, day.weekday() >= SATURDAY and draw(st.booleans()), draw(names))
        for day in sorted(days)
    ]


@given(notices())
def test_what_is_written_reads_back(days: list[SpecialDate]) -> None:
    reading = read_notice(write_notice(days, 2027), 2027)

    assert reading.faults == ()
    assert list(reading.days) == days


@given(st.text(alphabet="元旦：1月0日至3（周六）放假共天。，、上班\n年29", max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    reading = read_notice(text, 2026)

    assert reading.days or reading.faults
    for each in reading.days:
        assert abs(each.on - date(2026, 7, 1)) < timedelta(days=220)
