"""First screens by role, and the page of one branch."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from activities.choices import ActivityState, DutyState
from activities.tests.factories import make_activity
from branches.choices import PostKind
from branches.tests.factories import NOW, TODAY, make_organization
from conftest import World
from members.choices import TransferState
from members.models import Member
from members.tests.factories import make_member, make_post, make_spell, make_transfer
from orgportal.health.tests.factories import make_campaign, make_decision, make_duty, make_pledge
from orgportal.health.tests.reading import ids_of, text_of
from orgportal.health.workflows.assessments import assess_all

JAN, MAR = date(2026, 1, 1), date(2026, 3, 1)
pytestmark = pytest.mark.usefixtures("on_the_day")


# --- first screens


def test_home_of_a_secretary_answers_what_to_do_now(world: World, as_: Any) -> None:
    make_duty(world.a, DutyState.MISSING, month=JAN)
    make_duty(world.a, DutyState.NOT_DUE)
    make_activity(world.a, world.li.user, title="三月支部党员大会")
    since = NOW - timedelta(days=20)
    make_transfer(world.chen, world.b, state=TransferState.SUBMITTED, state_since=since, started_at=since)
    make_spell(world.sun, next_contact_on=date(2026, 3, 1), place="辽宁大连")
    assess_all(TODAY, at=NOW)

    page = text_of(as_("li").get("/"))

    for words in ("记一次会议", "未作说明", "未到期", "陈党员", "孙党员", "三月支部党员大会", "辽宁大连"):
        assert words in page


def test_home_of_a_recorder_shows_activities_only(world: World, as_: Any) -> None:
    make_duty(world.a, DutyState.NOT_DUE)
    since = NOW - timedelta(days=20)
    make_transfer(world.chen, world.b, state=TransferState.SUBMITTED, state_since=since, started_at=since)

    page = text_of(as_("ran").get("/"))

    assert "记一次会议" in page
    assert "陈党员" not in page


@pytest.mark.parametrize("persona", ["zhao", "qian"])
def test_home_of_an_overseer_is_the_month_of_the_branches(world: World, as_: Any, persona: str) -> None:
    assert as_(persona).get("/").headers["Location"] == reverse("health:district")


@pytest.mark.parametrize("persona", ["chen", "li", "qian"])
def test_home_of_a_member_says_where_the_transfer_is(world: World, as_: Any, persona: str) -> None:
    member = getattr(world, persona)
    transfer = make_transfer(member, world.c, state=TransferState.SENT)
    transfer.steps.create(move="submit", from_state="draft", to_state="submitted", at=NOW, remark="工作调动")
    make_activity(
        member.branch,
        world.li.user,
        state=ActivityState.PLANNED,
        title="清明祭英烈",
        held_on=date(2026, 4, 3),
    )
    meeting = make_activity(member.branch, world.li.user, title="已过去的会")
    make_decision(meeting, member, date(2026, 3, 1))
    make_pledge(make_campaign(world.district, world.qian.user, member.branch), member.branch, member)

    page = text_of(as_(persona).get("/?view=own"))

    for words in ("丙社区党支部", "工作调动", "清明祭英烈", "整理党员活动室", "为群众办一件实事"):
        assert words in page
    assert "已过去的会" not in page


def test_home_of_a_member_shows_what_was_given_to_a_record_merged_away(world: World, as_: Any) -> None:
    double = make_member(world.a, "陈党员", merged_into=world.chen)
    make_decision(make_activity(world.a, world.li.user), double, date(2026, 3, 1))

    assert "整理党员活动室" in text_of(as_("chen").get("/?view=own"))
    assert "整理党员活动室" not in text_of(as_("sun").get("/?view=own"))


def test_home_of_a_member_tells_whom_to_phone(world: World, as_: Any) -> None:
    world.committee_1.phone = "0454-1234567"
    world.committee_1.save()

    page = text_of(as_("chen").get("/"))

    assert "李书记" in page
    assert "0454-1234567" in page


def test_home_of_a_member_shows_no_plan_of_another_branch_or_group(world: World, as_: Any) -> None:
    make_activity(
        world.b, world.li.user, state=ActivityState.PLANNED, title="乙支部的会", held_on=date(2026, 4, 3)
    )

    assert "乙支部的会" not in text_of(as_("chen").get("/"))


def test_home_of_a_desk_opens_its_rooms_and_no_branch(world: World, as_: Any) -> None:
    page = text_of(as_("sys").get("/"))

    assert "不查看支部业务数据" in page
    assert "甲社区党支部" not in page


def test_home_of_an_account_without_member_says_what_to_do(world: World, as_: Any) -> None:
    Member.unscoped.filter(pk=world.chen.pk).update(user=None)

    assert "未关联党员" in text_of(as_("chen").get("/"))


def test_home_lets_a_secretary_of_two_branches_choose(world: World, as_: Any) -> None:
    make_post(world.li, world.b, PostKind.DEPUTY_SECRETARY)

    assert "甲社区党支部" in text_of(as_("li").get("/"))
    chosen = as_("li").get(f"/?branch={world.b.pk}")
    assert "<h1" in chosen.content.decode()
    assert re.search(r"<h1[^>]*>\s*乙社区党支部", chosen.content.decode())


# --- a branch


def test_branch_page_cites_the_rule_and_names_what_is_missing(world: World, as_: Any) -> None:
    missing = make_duty(world.a, DutyState.MISSING, month=JAN)
    assess_all(TODAY, at=NOW)

    page = text_of(as_("li").get(reverse("health:branch", args=[world.a.pk])))

    assert "中国共产党支部工作条例（试行） 第十六条" in page
    assert "主题党日 · 2026年1月" in page
    assert missing.pk in ids_of(as_("li").get(reverse("health:branch", args=[world.a.pk])))


def test_branch_page_works_out_what_is_not_stored_yet(world: World, as_: Any) -> None:
    make_duty(world.a, DutyState.MISSING, month=JAN)
    live = text_of(as_("li").get(reverse("health:branch", args=[world.a.pk])))

    assess_all(TODAY, at=NOW)

    assert text_of(as_("li").get(reverse("health:branch", args=[world.a.pk]))) == live


def test_branch_page_names_the_people_behind_findings(world: World, as_: Any) -> None:
    make_spell(world.sun, starts_on=JAN, next_contact_on=date(2026, 3, 1))
    since = NOW - timedelta(days=20)
    make_transfer(world.chen, world.b, state=TransferState.SUBMITTED, state_since=since, started_at=since)
    meeting = make_activity(world.a, world.li.user, held_on=JAN, recorded_at=NOW - timedelta(days=50))
    make_decision(meeting, world.ran, date(2026, 2, 1))
    make_campaign(world.district, world.qian.user, world.a)
    assess_all(TODAY, at=NOW)

    page = text_of(as_("li").get(reverse("health:branch", args=[world.a.pk])))

    for words in ("孙党员 · 2026年3月1日", "陈党员", "整理党员活动室 · 冉记录 · 2026年2月1日", "创先争优"):
        assert words in page


def test_branch_page_offers_the_way_to_act_only_to_who_may(world: World, as_: Any) -> None:
    make_duty(world.a, DutyState.MISSING, month=JAN)
    assess_all(TODAY, at=NOW)
    address = reverse("health:branch", args=[world.a.pk])

    assert "记一次会议" in text_of(as_("li").get(address))
    assert "记一次会议" not in text_of(as_("zhao").get(address))


def test_branch_page_of_a_dissolved_branch_is_not_found(world: World, as_: Any) -> None:
    gone = make_organization(world.committee_1, dissolved_on=TODAY - timedelta(days=1))

    assert as_("qian").get(reverse("health:branch", args=[gone.pk])).status_code == 404


def test_branch_page_takes_the_same_queries_for_one_finding_and_three(
    world: World, as_: Any, django_assert_max_num_queries: Any
) -> None:
    address = reverse("health:branch", args=[world.a.pk])
    counts = []
    for month in (JAN, date(2026, 2, 1), date(2025, 12, 1)):
        make_duty(world.a, DutyState.MISSING, month=month)
        assess_all(TODAY, at=NOW)
        as_("li").get(address)
        with django_assert_max_num_queries(40) as seen:
            as_("li").get(address)
        counts.append(len(seen))
    assert len(set(counts)) == 1
