"""The two one-line notations: who was away, and what was decided; without a database."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.choices import LeaveReason, Presence
from activities.rules.agenda import parse_agenda, read_date, write_agenda
from activities.rules.away import parse_away, write_away
from activities.rules.people import Problem, find_person
from activities.rules.records import Absence, FollowUp, Item, Seat
from branches.choices import PostKind

NAMES = [
    ("陈建国", "cjg", ()),
    ("李明", "lm", (PostKind.SECRETARY,)),
    ("李明华", "lmh", (PostKind.ORGANISATION,)),
    ("王伟", "ww", ()),
    ("王伟", "ww", ()),
    ("张三", "zs", (PostKind.DEPUTY_SECRETARY,)),
    ("赵四", "zs", ()),
]
SEATS = [
    Seat(number, 100 + number, name, short, posts=posts)
    for number, (name, short, posts) in enumerate(NAMES, start=1)
]
HELD_ON = date(2026, 3, 5)
WORK, ILL, AWAY = LeaveReason.WORK, LeaveReason.ILLNESS, LeaveReason.AWAY
OTHER = LeaveReason.OTHER


@pytest.mark.parametrize(
    ("token", "number"),
    [
        ("3", 3), ("3号", 3), ("陈建国", 1), ("李明", 2), ("李书记", 2), ("书记", 2),
        ("张副书记", 6), ("副书记", 6), ("组织委员", 3), ("cjg", 1), ("LMH", 3), ("陈", 1), ("李明华", 3),
    ],
)  # fmt: skip
def test_a_person_is_found_by(token: str, number: int) -> None:
    found = find_person(token, SEATS)

    assert isinstance(found, Seat)
    assert found.number == number


@pytest.mark.parametrize(
    ("token", "code", "names"),
    [
        ("8", "person_unknown", None),
        ("胡八", "person_unknown", None),
        ("王书记", "person_unknown", None),
        ("xyz", "person_unknown", None),
        ("王伟", "person_ambiguous", "4 王伟、5 王伟"),
        ("zs", "person_ambiguous", "6 张三、7 赵四"),
        ("李", "person_ambiguous", "2 李明、3 李明华"),
    ],
)
def test_a_person_is_not_found(token: str, code: str, names: str | None) -> None:
    assert find_person(token, SEATS) == Problem(code, token, params={"names": names} if names else {})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("3 7 请假 工作; 6 病假", [(3, "leave", WORK), (7, "leave", WORK), (6, "leave", ILL)]),
        ("3 7 请假", [(3, "leave", OTHER), (7, "leave", OTHER)]),
        ("1-3 事假", [(1, "leave", OTHER), (2, "leave", OTHER), (3, "leave", OTHER)]),
        ("陈建国病假，李书记出差", [(1, "leave", ILL), (2, "leave", WORK)]),
        ("４、７号　因病；６ 缺席", [(4, "leave", ILL), (7, "leave", ILL), (6, "absent", None)]),
        ("1 缺席 工作\n2 work", [(1, "absent", WORK), (2, "leave", WORK)]),
        ("6号 外出务工", [(6, "leave", AWAY)]),
        (
            "CJG ill, lmh Family。7 leave",
            [(1, "leave", ILL), (3, "leave", LeaveReason.FAMILY), (7, "leave", OTHER)],
        ),
    ],
)
def test_the_away_line_is_read(text: str, expected: list[tuple[int, str, LeaveReason | None]]) -> None:
    absences, problems = parse_away(text, SEATS)

    assert problems == []
    assert [(each.member_id - 100, each.presence, each.reason) for each in absences] == expected


def test_what_follows_a_colon_is_a_remark() -> None:
    absences, problems = parse_away("3 4 请假 其他：去北京，下周回；李明（外出: 在沈阳）", SEATS)

    assert problems == []
    assert [(each.member_id, each.remark) for each in absences] == [
        (103, "去北京，下周回"),
        (104, "去北京，下周回"),
        (102, "在沈阳"),
    ]


@pytest.mark.parametrize(
    ("text", "code", "token"),
    [
        ("9 病假", "person_unknown", "9"),
        ("胡八病假", "person_unknown", "胡八"),
        ("5-3 病假", "person_unknown", "5-3"),
        ("王伟 病假", "person_ambiguous", "王伟"),
        ("病假", "reason_without_person", "病假"),
        ("3 4", "person_without_reason", "3 4"),
        ("3 病假 3 工作", "person_twice", "李明华"),
        ("3 病价", "person_unknown", "病价"),
    ],
)
def test_a_word_that_cannot_be_read_is_named(text: str, code: str, token: str) -> None:
    _, problems = parse_away(text, SEATS)

    assert (problems[0].code, problems[0].token) == (code, token)


absences = st.builds(
    Absence,
    member_id=st.sampled_from([seat.id for seat in SEATS]),
    presence=st.just(Presence.LEAVE),
    reason=st.sampled_from(list(LeaveReason)),
    remark=st.sampled_from(["", "在沈阳", "住院"]),
) | st.builds(
    Absence,
    member_id=st.sampled_from([seat.id for seat in SEATS]),
    presence=st.just(Presence.ABSENT),
    reason=st.none() | st.sampled_from(list(LeaveReason)),
)


@given(st.lists(absences, unique_by=lambda each: each.member_id))
def test_the_away_line_reads_back_as_written(given_absences: list[Absence]) -> None:
    found, problems = parse_away(write_away(given_absences, SEATS), SEATS)

    assert problems == []
    assert sorted(found, key=lambda each: each.member_id) == sorted(
        given_absences, key=lambda each: each.member_id
    )


@given(st.text(max_size=60))
def test_no_text_breaks_the_two_notations(text: str) -> None:
    parse_away(text, SEATS)
    parse_agenda(text, SEATS, HELD_ON)


def test_the_agenda_is_read_line_by_line() -> None:
    text = (
        "1. 讨论经费 // 逐项说明，无异议 => 公示一季度账目 @陈建国 3-31\n"
        "\n"
        "（二）研究整改 => 立行立改 @李书记 4月15日前 => 上报区委，抄送 ＠3 下月底\n"
        "=> 同意于3月31日开工\n"
        "1.5万元支出"
    )

    items, problems = parse_agenda(text, SEATS, HELD_ON)

    assert problems == []
    assert items == [
        Item("讨论经费", "逐项说明，无异议", (FollowUp("公示一季度账目", 101, date(2026, 3, 31)),)),
        Item(
            "研究整改",
            "",
            (
                FollowUp("立行立改", 102, date(2026, 4, 15)),
                FollowUp("上报区委，抄送", 103, date(2026, 4, 30)),
                FollowUp("同意于3月31日开工"),
            ),
        ),
        Item("1.5万元支出"),
    ]


@pytest.mark.parametrize(
    ("text", "code", "token", "line"),
    [
        ("=> 公示", "decision_without_item", "=> 公示", 1),
        ("甲 =>", "decision_empty", "=>", 1),
        ("甲 => @1 3-31", "decision_empty", "@1 3-31", 1),
        ("甲\n乙 => 公示 @胡八 3-31", "person_unknown", "胡八", 2),
        ("甲 => 公示 @zs 3-31", "person_ambiguous", "zs", 1),
        ("甲 => 公示 @1 @2 3-31", "two_in_charge", "@1 @2", 1),
        ("甲 => 公示 @1", "date_missing", "@1", 1),
        ("甲 => 公示 @1 2月30日", "date_unreadable", "2月30日", 1),
    ],
)
def test_a_decision_that_cannot_be_read_is_named_with_its_line(
    text: str, code: str, token: str, line: int
) -> None:
    _, problems = parse_agenda(text, SEATS, HELD_ON)

    assert [(each.code, each.token, each.line) for each in problems] == [(code, token, line)]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-04-01", date(2026, 4, 1)),
        ("2025年12月31日", date(2025, 12, 31)),
        ("2026/2/30", None),
        ("3-5", date(2026, 3, 5)),
        ("3月4日", date(2027, 3, 4)),
        ("13-1", None),
        ("15日", date(2026, 3, 15)),
        ("4号", date(2026, 4, 4)),
        ("32日", None),
        ("月底", date(2026, 3, 31)),
        ("下月底", date(2026, 4, 30)),
        ("年底", date(2026, 12, 31)),
    ],
)
def test_a_short_date_is_the_next_such_day(text: str, day: date | None) -> None:
    assert read_date(text, HELD_ON) == day


def test_the_agenda_reads_back_as_written() -> None:
    items = [
        Item("讨论经费", "逐项 说明", (FollowUp("公示", 101, date(2026, 3, 31)), FollowUp("同意"))),
        Item("其他"),
    ]
    names = {seat.id: seat.name for seat in SEATS}

    assert parse_agenda(write_agenda(items, names), SEATS, HELD_ON) == (items, [])
