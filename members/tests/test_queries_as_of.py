"""The roster of a past day: from the history alone, in the page, its pages, the export and the API."""

from datetime import date

import pytest
from django.urls import reverse

from branches.choices import PostKind
from members.choices import Standing
from members.filters import MemberFilter
from members.models import BranchPeriod, Look, Member, StandingPeriod
from members.queries.lists import Cursor, list_count, list_page, list_rows
from members.tests.factories import make_member, make_post

pytestmark = pytest.mark.usefixtures("on_the_day")
LIST, EXPORT = reverse("members:member-list"), reverse("members:member-export")
API = reverse("api-members:member-list")
THEN = "2026-01-15"


@pytest.fixture
def past(world):
    """In January: Chen was still on probation, Sun belonged to C, a member of A has gone to C since."""
    StandingPeriod.objects.filter(member=world.chen).update(starts_on=date(2026, 2, 1))
    StandingPeriod.objects.create(
        member=world.chen, standing=Standing.PROBATIONARY, starts_on=date(2025, 2, 1),
        ends_on=date(2026, 1, 31), recorded_at=world.now,
    )  # fmt: skip
    Member.unscoped.filter(pk=world.chen.pk).update(joined_on=date(2025, 2, 1), confirmed_on=date(2026, 2, 1))
    _moved(world.sun, world.c, date(2026, 2, 1), world)
    left = make_member(world.c, "高离开", since=date(2026, 2, 10), mobile="13900007777")
    BranchPeriod.objects.create(
        member=left, branch=world.a, starts_on=date(2015, 7, 1), ends_on=date(2026, 2, 9), reason="loaded",
        recorded_at=world.now,
    )  # fmt: skip
    return left


def _moved(member, came_from, day, world):
    BranchPeriod.objects.filter(member=member).update(starts_on=day)
    BranchPeriod.objects.create(
        member=member, branch=came_from, starts_on=date(2015, 7, 1), ends_on=date(2026, 1, 31),
        reason="loaded", recorded_at=world.now,
    )  # fmt: skip


def rows_of(world, persona, query):
    filters = MemberFilter(query, scope=world.scope(persona), today=world.today)
    rows = list_rows(filters.roots, filters.narrow, 100, on=filters.past)
    assert list_count(filters.roots, filters.narrow, on=filters.past) == len(rows)
    page = list_page(filters.roots, filters.narrow, on=filters.past)
    assert page.rows == tuple(rows)
    return rows


def test_a_past_day_shows_who_was_there_then(world, past):
    rows = rows_of(world, "li", {"as_of": THEN})

    assert {row.name: row.standing for row in rows} == {
        "李书记": "formal", "冉记录": "formal", "陈党员": "probationary", "高离开": "formal",
    }  # fmt: skip
    chen = next(row for row in rows if row.name == "陈党员")
    assert (chen.confirmed_on, chen.branch) == (None, world.a.short_name)
    assert {row.mobile for row in rows} == {row.employer for row in rows} == {""}


@pytest.mark.parametrize("written", ["2026/1/15", " 2026-01-15 "])
def test_a_day_is_the_same_however_it_is_written(world, past, written):
    asked = {"as_of": written, "known_at": "2026/3/9"}
    filters = MemberFilter(asked, scope=world.scope("li"), today=world.today)

    assert filters.form.is_valid()
    assert (filters.past.day, filters.past.known) == (date(2026, 1, 15), date(2026, 3, 9))


def test_filters_hold_for_that_day(world, past):
    make_post(world.chen, world.a, PostKind.PUBLICITY, starts_on=date(2026, 2, 1))
    make_post(past, world.a, PostKind.DISCIPLINE, ends_on=date(2026, 2, 9))

    def names(**query):
        return [row.name for row in rows_of(world, "qian", {"as_of": THEN, **query})]

    assert names(standing="probationary") == ["陈党员"]
    assert names(branch=str(world.c.pk)) == ["孙党员", "王外人"]
    assert names(post="discipline") == ["高离开"]
    assert names(post="publicity") == []
    assert names(q="陈") == ["陈党员"]
    assert names(q=past.number) == ["高离开"]
    assert names(q="13900007777") == []
    assert "group" not in MemberFilter({"as_of": THEN}, scope=world.scope("li"), today=world.today).filters


def test_an_exit_is_a_member_to_the_last_day(world):
    BranchPeriod.objects.filter(member=world.chen).update(ends_on=date(2026, 1, 15))
    StandingPeriod.objects.filter(member=world.chen).update(ends_on=date(2026, 1, 15))
    StandingPeriod.objects.create(
        member=world.chen,
        standing="ended",
        end_kind="death",
        starts_on=date(2026, 1, 16),
        recorded_at=world.now,
    )
    Member.unscoped.filter(pk=world.chen.pk).update(standing="ended")

    assert "陈党员" in {row.name for row in rows_of(world, "li", {"as_of": THEN})}
    assert "陈党员" not in {row.name for row in rows_of(world, "li", {"as_of": "2026-01-16"})}
    assert "陈党员" not in {row.name for row in rows_of(world, "li", {})}


def test_pages_of_a_past_day_go_on_where_the_last_one_ended(world):
    for number in range(60):
        make_member(world.a, f"成员{number:02d}")
    filters = MemberFilter({"as_of": THEN}, scope=world.scope("li"), today=world.today)
    first = list_page(filters.roots, filters.narrow, on=filters.past)
    second = list_page(filters.roots, filters.narrow, cursor=Cursor(first.rows[-1].id), on=filters.past)
    back = list_page(filters.roots, filters.narrow, cursor=Cursor(second.rows[0].id, True), on=filters.past)

    everybody = list_rows(filters.roots, filters.narrow, 100, on=filters.past)
    assert [*first.rows, *second.rows] == everybody
    assert back.rows == first.rows
    stranger = list_page(filters.roots, filters.narrow, cursor=Cursor(world.wang.pk), on=filters.past)
    assert stranger.rows == first.rows


@pytest.mark.parametrize("more", [0, 3])
def test_page_of_a_past_day_costs_the_same(world, as_, past, more, django_assert_num_queries):
    for number in range(more):
        make_member(world.a, f"又{number}")
    client = as_("li")
    client.get(LIST, {"as_of": THEN})

    with django_assert_num_queries(13):
        client.get(LIST, {"as_of": THEN})


def test_page_says_it_is_a_past_day_and_links_only_who_is_in_reach(world, as_, past):
    text = as_("li").get(LIST, {"as_of": THEN}).content.decode()

    assert "并非今日" in text
    assert "高离开" in text
    assert reverse("members:member-detail", args=[past.pk]) not in text
    assert reverse("members:member-detail", args=[world.chen.pk]) in text
    assert f"as_of={THEN}" in text


def test_a_coming_day_is_refused_and_today_is_the_list_of_today(world, as_):
    coming = as_("li").get(LIST, {"as_of": "2026-03-11"}).content.decode()
    broken = as_("li").get(LIST, {"as_of": "gestern"}).content.decode()
    today = as_("li").get(LIST, {"as_of": "2026-03-10"}).content.decode()

    assert "该日期在未来" in coming
    assert "data-id=" not in coming
    assert "data-id=" not in broken
    assert "陈党员" in today
    assert "并非今日" not in today
    assert as_("li").get(API, {"as_of": "2026-03-11"}).status_code == 400


def test_print_and_spreadsheet_hold_that_day_only(world, as_, past):
    data = {"purpose": "核对年报", "kind": "print"}

    text = as_("li").post(f"{EXPORT}?as_of={THEN}", data).content.decode()
    sheet = as_("li").post(f"{EXPORT}?as_of={THEN}", {**data, "kind": "export"})

    assert "2026年1月15日" in text
    assert "高离开" in text
    assert "13900007777" not in text
    assert sheet.status_code == 200
    assert Look.objects.filter(member=past, kind="print").count() == 1


def test_api_answers_for_that_day(world, as_, past):
    rows = as_("li").get(API, {"as_of": THEN}).json()["results"]
    own = as_("chen").get(API, {"as_of": THEN}).json()["results"]

    assert {row["id"]: (row["branch_id"], row["standing"]) for row in rows} == {
        world.li.pk: (world.a.pk, "formal"),
        world.ran.pk: (world.a.pk, "formal"),
        world.chen.pk: (world.a.pk, "probationary"),
        past.pk: (world.a.pk, "formal"),
    }
    assert {row["group_id"] for row in rows} == {None}
    assert [row["id"] for row in own] == [world.chen.pk]
