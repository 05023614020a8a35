"""Counts of a vote and grounds of leaving somebody out, as people write them; without a database."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.choices import Ground, LeaveReason, Majority, Presence
from activities.rules.agenda import parse_agenda, write_agenda
from activities.rules.away import IMPLIED, parse_away, write_away
from activities.rules.counts import take_vote, written_vote
from activities.rules.people import Problem
from activities.rules.records import Absence, FollowUp, Item, Seat
from activities.rules.votes import Vote

SEATS = [Seat(n, 100 + n, name) for n, name in enumerate(("陈建国", "李明", "王伟", "张三"), start=1)]
HELD_ON = date(2026, 3, 5)
THREE = Vote(28, 1, 2)
LEAVE, ILL = Presence.LEAVE, LeaveReason.ILLNESS


@pytest.mark.parametrize(
    ("text", "rest", "vote"),
    [
        ("同意接收 表决：赞成28 反对1 弃权2", "同意接收", THREE),
        ("同意接收 表决结果：赞成28票，反对1票，弃权2票。", "同意接收", THREE),
        ("同意接收（28票赞成、1票反对、2票弃权）", "同意接收", THREE),
        ("同意接收，赞成28反对1弃权2", "同意接收", THREE),
        ("同意接收 28:1:2", "同意接收", THREE),
        ("同意接收 表决28：1：2", "同意接收", THREE),
        ("28:1:2 同意接收", "同意接收", THREE),
        ("同意接收 弃权2 赞成28 反对1", "同意接收", THREE),
        ("同意接收 28票同意 3票不赞成", "同意接收", Vote(28, 3)),
        ("同意接收 表决：赞成30", "同意接收", Vote(30)),
        ("同意接收 30票赞成", "同意接收", Vote(30)),
        ("不同意接收 表决：不同意30", "不同意接收", Vote(0, 30)),
        ("张三当选书记 选举：赞成28 反对1 弃权2", "张三当选书记", Vote(28, 1, 2, Majority.ELECTION)),
        ("Admit, vote: 28 for, 1 against, 2 abstained", "Admit", THREE),
        ("Admit, for 28 against 1 abstain 2", "Admit", THREE),
        ("Zhang, Election: 28:1:2", "Zhang", Vote(28, 1, 2, Majority.ELECTION)),
    ],
)
def test_counts_are_taken_out_of_the_words(text: str, rest: str, vote: Vote) -> None:
    assert take_vote(text) == (rest, vote)


@pytest.mark.parametrize(
    "text",
    [
        "同意接收张三为预备党员", "表决通过", "同意28名同志参加", "赞成28人的意见", "改到9:30开会",
        "会议 9:30:00:1 开始", "一致同意", "第12345:1:2号", "for 3 days", "投票选举产生委员3名", "",
    ],
)  # fmt: skip
def test_words_that_are_no_counts_stay_words(text: str) -> None:
    assert take_vote(text) == (text, None)


@pytest.mark.parametrize(
    "text", ["接收 赞成28 赞成1", "接收 28:1:2 表决：赞成28 反对1", "表决：赞成3 反对1 表决：赞成2 反对2"]
)
def test_counts_that_do_not_fit_together_are_said(text: str) -> None:
    found = take_vote(text)

    assert isinstance(found, Problem)
    assert found.code == "vote_unclear"


def test_a_line_holds_words_vote_person_and_day_in_any_order() -> None:
    lines = (
        "吸收预备党员 => 同意接收 表决：赞成28 反对1 弃权2 @张三 3-31 => 存档\n"
        "换届 => 李明当选书记 @张三 3-31 选举：28:1:2"
    )

    items, problems = parse_agenda(lines, SEATS, HELD_ON)

    first, second = FollowUp("同意接收", 104, date(2026, 3, 31), THREE), FollowUp("存档")
    third = FollowUp("李明当选书记", 104, date(2026, 3, 31), Vote(28, 1, 2, Majority.ELECTION))
    assert problems == []
    assert items == [Item("吸收预备党员", "", (first, second)), Item("换届", "", (third,))]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("议题 => 表决：赞成28 反对1", "decision_empty"),
        ("议题 => 28:1:2 @张三 3-31", "decision_empty"),
        ("议题 => 接收 赞成28 赞成1 @张三", "vote_unclear"),
        ("议题 => 接收 28:1:2 @张三", "date_missing"),
    ],
)
def test_what_cannot_be_read_beside_counts_is_said(text: str, code: str) -> None:
    items, problems = parse_agenda(text, SEATS, HELD_ON)

    assert [problem.code for problem in problems] == [code]
    assert items == [Item("议题")]


counts = st.integers(0, 9999)
votes = st.builds(Vote, counts, counts, counts, majority=st.sampled_from(Majority))
words = st.sampled_from(["同意接收张三", "按程序表决", "研究换届选举", "第3次", "同意 5 人", "Admit for"])


# Drawing the counts is quick; a busy machine makes it look slow.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(words, votes, st.sampled_from([None, 103]))
def test_what_is_written_reads_back(text: str, vote: Vote, owner: int | None) -> None:
    items = [Item("议题", "", (FollowUp(text, owner, HELD_ON if owner else None, vote),))]

    assert parse_agenda(write_agenda(items, {103: "王伟"}), SEATS, HELD_ON) == (items, [])
    assert take_vote(f"{text} {written_vote(vote)}") == (text, vote)


# --- left out of "should attend"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("3 不计入 卧床", Absence(103, LEAVE, ILL, "", Ground.BEDRIDDEN)),
        ("王伟 不计入应到会（自费出国）", Absence(103, LEAVE, LeaveReason.AWAY, "", Ground.ABROAD)),
        ("3 不计入卧床", Absence(103, LEAVE, ILL, "", Ground.BEDRIDDEN)),
        ("王伟不计入 留党察看", Absence(103, LEAVE, LeaveReason.OTHER, "", Ground.SENTENCED)),
        ("3 不计入：原籍", Absence(103, LEAVE, LeaveReason.AWAY, "", Ground.RETIRED)),
        ("3 不计入 失能：住院半年", Absence(103, LEAVE, ILL, "住院半年", Ground.UNABLE)),
        ("3 不计入 调动 工作", Absence(103, LEAVE, LeaveReason.WORK, "", Ground.POSTED)),
        ("3 uncounted bedridden", Absence(103, LEAVE, ILL, "", Ground.BEDRIDDEN)),
        # Without the word it is leave like any other.
        ("3 卧床", Absence(103, LEAVE, ILL)),
        ("3 出国", Absence(103, LEAVE, LeaveReason.AWAY)),
    ],
)
def test_a_word_in_the_line_leaves_somebody_out(text: str, wanted: Absence) -> None:
    assert parse_away(text, SEATS) == ([wanted], [])


def test_the_ground_must_be_named() -> None:
    absences, problems = parse_away("3 不计入；4 不计入 病假", SEATS)

    assert absences == []
    assert [problem.code for problem in problems] == ["exclusion_without_ground"] * 2


away = st.dictionaries(
    st.integers(101, 104),
    st.tuples(st.sampled_from(Ground), st.sampled_from([None, *LeaveReason]), st.sampled_from(["", "住院"])),
    min_size=1,
)


@given(away)
def test_whoever_was_left_out_reads_back(marked: dict[int, tuple[Ground, LeaveReason | None, str]]) -> None:
    absences = [
        Absence(pk, LEAVE, reason or IMPLIED[ground], remark, ground)
        for pk, (ground, reason, remark) in marked.items()
    ]

    read, problems = parse_away(write_away(absences, SEATS), SEATS)

    assert problems == []
    assert sorted(read, key=lambda each: each.member_id) == sorted(absences, key=lambda each: each.member_id)
