"""With whom a meeting was held and how far its record has come, as the ledgers say it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from activities.choices import ActivityKind, LedgerKind, ReturnReason
from activities.models import Activity
from activities.queries.ledgers import record_ledger
from activities.queries.period_ledgers import ledger_of
from activities.rules.duties import Period
from activities.rules.records import FollowUp, Item
from activities.rules.votes import Vote
from activities.tests.test_workflows_joint import entry_of, invited
from activities.tests.test_workflows_meetings import amend, entry_for, record
from activities.workflows import joint as work
from activities.workflows.life import SentBack, confirm, confirm_on_paper, send_back
from activities.workflows.meetings import void_record
from branches.tests.factories import NOW, make_organization
from members.tests.factories import make_member

Q1 = Period(date(2026, 1, 1), date(2026, 3, 31))
COUNTS = SentBack(ReturnReason.COUNTS, "第2项")
pytestmark = pytest.mark.usefixtures("on_the_day")


def by(world: Any, who: str, minutes: int = 0) -> dict[str, Any]:
    at = NOW + timedelta(minutes=minutes)
    return {"actor": world.user(who), "scope": world.scope(who), "at": at}


def fresh(row: Activity) -> Activity:
    rows = Activity.unscoped.select_related("branch", "group", "chair", "recorder", "confirmed_by")
    return rows.get(pk=row.pk)


def told(world: Any, row: Activity, days: int = 0, who: str = "li") -> tuple[dict[str, Any], list[Any]]:
    """The fields of the record's paper, and its confirmations, corrections and returns."""
    today = world.today + timedelta(days=days)
    with translation.override("zh-hans"):
        (part,) = record_ledger(fresh(row), world.scope(who), today).parts
    steps = next(grid.rows for grid in part.grids if grid.key == "steps")
    return {fact.key: fact.value for fact in part.facts}, list(steps)


def quarter(world: Any, who: str = "li", branch: Any = None) -> list[dict[str, Any]]:
    """The records of the quarter sheet, then what was decided."""
    with translation.override("zh-hans"):
        below = ledger_of(LedgerKind.QUARTER, branch or world.a, Q1, world.scope(who), world.today).parts[1]
    heads = [[column.key for column in grid.columns] for grid in below.grids]
    return [
        dict(zip(keys, row, strict=True))
        for keys, grid in zip(heads, below.grids, strict=True)
        for row in grid.rows
    ]


def test_the_whole_life_of_a_record_stands_in_its_ledgers(world: Any) -> None:
    row, today = record(world, "ran"), world.today
    assert (told(world, row)[0]["life"], told(world, row)[1]) == ("待确认", [])
    assert quarter(world)[0]["life"] == "待确认"

    confirm(fresh(row), seen_version=1, **by(world, "li", 5))
    facts, steps = told(world, row)
    assert [facts[key] for key in ("life", "confirmed_by", "confirmed_how")] == [
        "已确认", "李书记", "主持人已确认",
    ]  # fmt: skip
    assert (facts["confirmed_on"], facts["locks_on"]) == (today, today + timedelta(days=30))
    assert steps == [(today, "已确认", "李书记", "主持人已确认；2026年4月9日起锁定")]
    assert told(world, row, days=30)[0]["life"] == "已锁定"
    assert quarter(world)[0]["life"] == ("已确认\n李书记，2026年3月10日，主持人已确认\n2026年4月9日起锁定")

    send_back(fresh(row), COUNTS, seen_version=2, **by(world, "zhao", 10))
    assert "confirmed_by" not in told(world, row)[0]
    why = "出席人数或表决票数不符：第2项"
    assert quarter(world)[0]["life"] == f"已退回\n2026年3月10日退回：{why}"
    amend(world, fresh(row), entry_for(world, place="会议室"), "li", 3)

    facts, steps = told(world, row)
    assert (facts["life"], facts["confirmed_how"]) == ("已确认", "主持人更正时确认")
    assert [each[1] for each in steps] == ["已确认", "已退回", "更正", "已确认"]
    assert [each[3] for each in steps[1:3]] == [f"{why}；2026年3月10日已办结", "更正前的内容留存为第3版"]
    assert quarter(world)[0]["life"].endswith("已办结\n更正1次，最近一次2026年3月10日")


def test_each_road_of_a_confirmation_is_named(world: Any) -> None:
    by_chair = record(world, "li")
    assert told(world, by_chair)[0]["confirmed_how"] == "主持人记录时确认"
    chair = make_member(world.a, "周老", since=date(2026, 3, 6))
    absent = [world.chen.pk, world.li.pk, world.ran.pk, world.sun.pk, chair.pk]
    on_paper = record(world, "ran", held_on=date(2026, 3, 7), chair_id=chair.pk, roster_ids=tuple(absent))
    confirm_on_paper(fresh(on_paper), date(2026, 3, 8), seen_version=1, **by(world, "ran", 5))

    facts, steps = told(world, on_paper)

    assert (facts["confirmed_by"], facts["confirmed_on"]) == ("周老", date(2026, 3, 8))
    noted = "已书面确认，由冉记录于2026年3月10日登记"
    assert facts["confirmed_how"] == noted
    assert steps[0][2:] == ("冉记录", f"{noted}；签字日期2026年3月8日；2026年4月9日起锁定")


def test_a_correction_takes_the_confirmation_away_and_a_voided_entry_has_no_life(world: Any) -> None:
    row = record(world, "li")
    amend(world, fresh(row), entry_for(world, place="会议室"), "ran", 1)

    assert [each[1] for each in told(world, row)[1]] == ["已确认", "更正", "原确认失效"]
    void_record(fresh(row), reason="录错支部", seen_version=2, **by(world, "li", 90))
    facts, steps = told(world, row)
    assert "life" not in facts
    assert [each[1] for each in steps] == ["已确认", "更正", "原确认失效"]


def test_both_sides_name_the_branches_it_was_held_with(world: Any) -> None:
    invitation = invited(world)
    asked = make_organization(world.committee_2, "丁社区党支部")
    work.invite(invitation.activity, asked, **by(world, "li"))
    own = work.take_up(invitation, entry_of(world), **by(world, "wang"))

    host = f"{world.a.name}（主办）"
    assert told(world, invitation.activity)[0]["joint_with"] == world.c.name
    assert told(world, own, who="wang")[0]["joint_with"] == host
    assert quarter(world)[0]["joint_with"] == world.c.name
    assert quarter(world, "wang", world.c)[0]["joint_with"] == host
    void_record(fresh(own), reason="录错", seen_version=own.version, **by(world, "wang"))
    assert "joint_with" not in told(world, invitation.activity)[0]


def test_the_quarter_names_what_was_decided_and_how_the_vote_went(world: Any) -> None:
    decided = (FollowUp("同意", vote=Vote(3, 0, 0)), FollowUp("公示", world.chen.pk, date(2026, 3, 20)))
    record(world, "li", items=(Item("换届", "", decided),))

    _record, passed, told_off = quarter(world)

    assert passed == {
        "number": 1, "decision": "同意", "votes": "赞成3票，反对0票，弃权0票，通过", "in_charge": None,
        "due_on": None, "done_on": None, "result": None,
    }  # fmt: skip
    assert (told_off["votes"], told_off["in_charge"]) == (None, "陈党员")


@pytest.mark.parametrize("kind", [LedgerKind.BOOK, LedgerKind.QUARTER])
def test_a_longer_ledger_asks_no_more_of_the_database(world: Any, kind: LedgerKind) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as done:
            ledger_of(kind, world.a, Q1, world.scope("li"), world.today)
        return len(done)

    def one(day: int) -> None:
        row = record(world, "ran", kind=ActivityKind.THEME_DAY, held_on=date(2026, 3, day))
        invitation = work.invite(fresh(row), world.c, **by(world, "li"))
        work.take_up(invitation, entry_of(world, held_on=row.held_on), **by(world, "wang"))
        confirm(fresh(row), seen_version=1, **by(world, "li", 5))
        send_back(fresh(row), COUNTS, seen_version=2, **by(world, "zhao", 10))
        amend(world, fresh(row), entry_for(
            world, kind=ActivityKind.THEME_DAY, held_on=row.held_on, place="会议室"
        ), "ran", 3)  # fmt: skip

    one(2)
    first = asked()
    for day in (3, 4, 5):
        one(day)

    assert asked() == first
