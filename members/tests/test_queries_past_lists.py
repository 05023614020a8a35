"""Lists of a past day beside the roster: stays, hosts, probation, decisions, posts."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from branches.choices import PostKind
from members.choices import Standing
from members.filters import MemberFilter
from members.models import BranchPeriod, ContactProposal, Inflow, StandingChange
from members.queries import past_lists
from members.queries.as_of import AsOf
from members.queries.lists import list_count, list_rows
from members.tests.factories import make_member, make_post, make_spell, make_term
from members.tests.merging import merge

pytestmark = pytest.mark.usefixtures("on_the_day")
THEN = date(2026, 1, 15)
ASKED = {"as_of": THEN.isoformat()}


def moved(member, came_from, day, recorded_at):
    """The member came from another branch that day; the slip was written then."""
    BranchPeriod.objects.filter(member=member).update(starts_on=day, recorded_at=recorded_at)
    BranchPeriod.objects.create(
        member=member, branch=came_from, starts_on=date(2015, 7, 1), ends_on=day - timedelta(days=1),
        reason="loaded", recorded_at=recorded_at - timedelta(days=400),
    )  # fmt: skip


def names(world, persona, **query):
    filters = MemberFilter(query, scope=world.scope(persona), today=world.today)
    rows = list_rows(filters.roots, filters.narrow, 100, on=filters.past)
    assert list_count(filters.roots, filters.narrow, on=filters.past) == len(rows)
    return {row.name: row for row in rows}


def text_of(response):
    return response.content.decode()


# --- stays away


@pytest.fixture
def stays(world):
    """Chen was away in January and came back; a member who has gone from A to C since was away too."""
    made = world.now - timedelta(days=90)
    back = make_spell(
        world.chen, starts_on=date(2025, 12, 1), ends_on=date(2026, 2, 1), end_kind="returned",
        recorded_at=made,
    )  # fmt: skip
    left = make_member(world.c, "高离开")
    moved(left, world.a, date(2026, 2, 10), world.now)
    gone = make_spell(left, starts_on=date(2026, 1, 1), state="abroad", place="日本", recorded_at=made)
    make_spell(world.ran, starts_on=date(2026, 1, 1), ends_on=date(2026, 1, 20), end_kind="mistake")
    make_spell(world.li, starts_on=date(2026, 2, 1))
    return back, gone


def test_the_roster_of_a_past_day_knows_who_was_away(world, stays, as_):
    rows = names(world, "li", **ASKED)
    assert {name: row.mobile_state for name, row in rows.items() if row.mobile_state} == {
        "陈党员": "out", "高离开": "abroad",
    }  # fmt: skip
    assert set(names(world, "li", **ASKED, mobile="any")) == {"陈党员", "高离开"}
    assert set(names(world, "li", **ASKED, mobile="abroad")) == {"高离开"}
    api = as_("li").get(reverse("api-members:member-list"), {**ASKED, "mobile": "out"}).json()["results"]
    assert [(row["id"], row["mobile_state"]) for row in api] == [(world.chen.pk, "out")]


def test_the_list_of_members_away_on_a_past_day(world, stays, as_):
    back, gone = stays
    url = reverse("members:mobile-list")

    text = text_of(as_("li").get(url, {**ASKED, "list": "away"}))
    assert (f'data-id="{back.pk}"' in text, f'data-id="{gone.pk}"' in text) == (True, True)
    assert back.get_absolute_url() in text
    assert gone.get_absolute_url() not in text
    assert "并非今日" in text
    assert f'data-id="{back.pk}"' in text_of(as_("li").get(url, ASKED))
    assert f'data-id="{back.pk}"' not in text_of(as_("li").get(url, {"list": "away"}))
    assert "data-id=" not in text_of(as_("wang").get(url, {**ASKED, "list": "away"}))
    one = {**ASKED, "list": "away", "branch": world.a.pk, "q": "高"}
    assert text_of(as_("li").get(url, one)).count("data-id=") == 1
    coming = text_of(as_("li").get(url, {"as_of": "2026-03-11", "list": "away"}))
    assert ("该日期在未来" in coming, "data-id=" in coming) == (True, False)

    api = as_("li").get(reverse("api-members:spell-list"), ASKED).json()["results"]
    assert {row["id"] for row in api} == {back.pk, gone.pk}
    assert as_("li").get(reverse("api-members:spell-list"), {"as_of": "2026-03-11"}).status_code == 400


def test_stays_of_a_merged_record_are_the_persons(world):
    double = make_member(world.a, "陈党员", since=date(2018, 7, 1))
    spell = make_spell(double, starts_on=date(2026, 1, 1), ends_on=date(2026, 2, 1), end_kind="returned")
    merge(world, double)

    assert [row.pk for row in past_lists.away_then(world.scope("li"), AsOf(THEN))] == [spell.pk]
    assert names(world, "li", **ASKED)["陈党员"].mobile_state == "out"
    assert set(names(world, "li", **ASKED, mobile="any")) == {"陈党员"}


def test_hosted_and_out_of_contact_on_a_past_day(world, as_):
    guest = Inflow.unscoped.create(
        host=world.a, number="M1", name="外来人", state="ended", since=date(2026, 1, 1),
        ended_on=date(2026, 2, 1), recorded_at=world.now, recorded_by=world.li.user,
    )  # fmt: skip
    lost = ContactProposal.unscoped.create(
        member=world.chen, kind="stop", counts_from=date(2025, 6, 1), due_on=date(2025, 12, 1),
        opened_on=date(2025, 12, 2), closed_on=date(2026, 2, 1), state="overtaken", recorded_at=world.now,
    )  # fmt: skip
    url = reverse("members:mobile-list")

    for key, row in (("hosted", guest), ("lost", lost)):
        assert f'data-id="{row.pk}"' in text_of(as_("li").get(url, {**ASKED, "list": key}))
        assert f'data-id="{row.pk}"' not in text_of(as_("li").get(url, {"list": key}))


# --- probation, decisions


@pytest.fixture
def new(world):
    """On probation in January, extended in February to August, confirmed never."""
    row = make_member(
        world.a, "艾新", standing=Standing.PROBATIONARY, confirmed_on=None, joined_on=date(2025, 2, 1),
        since=date(2025, 2, 1), probation_until=date(2026, 8, 1),
    )  # fmt: skip
    StandingChange.unscoped.create(
        member=row, kind="extend", state="in_force", decided_on=date(2026, 2, 2), document="决议",
        effect_on=date(2026, 2, 2), extended_to=date(2026, 8, 1), entered_by=world.li.user,
        entered_at=at(2026, 1, 10), approved_by=world.zhao.user, approved_at=at(2026, 2, 2),
        settled_at=at(2026, 2, 2),
    )  # fmt: skip
    return row


def at(*day):
    return datetime.fromisoformat(f"{date(*day).isoformat()}T10:00:00+08:00")


def test_who_was_on_probation_that_day_and_when_it_was_served_then(world, new, as_):
    url, api = reverse("members:probation-list"), reverse("api-members:probation-list")

    text = text_of(as_("li").get(url, ASKED))
    assert (f'data-id="{new.pk}"' in text, "2026年2月1日" in text, "并非今日" in text) == (True, True, True)
    assert "2026年8月1日" in text_of(as_("li").get(url))
    rows = as_("li").get(api, ASKED).json()["results"]
    assert [(row["id"], row["due_on"], row["days_left"]) for row in rows] == [(new.pk, "2026-02-01", 17)]
    assert as_("li").get(api, {"as_of": "2024-01-01"}).json()["results"] == []
    assert as_("li").get(api, {"as_of": "no day"}).status_code == 400
    later = as_("li").get(api, {"as_of": "2026-02-05"}).json()["results"]
    assert later[0]["due_on"] == "2026-08-01"
    assert "data-id=" not in text_of(as_("li").get(url, {"as_of": "2026-03-11"}))


def test_which_decisions_were_open_that_day_and_in_which_state(world, new, as_):
    change = StandingChange.unscoped.get()
    stop = StandingChange.unscoped.create(
        member=world.chen, kind="stop", state="in_force", decided_on=date(2026, 1, 5), document="决议",
        ground="lost",
        effect_on=date(2026, 2, 1), entered_by=world.li.user, entered_at=at(2026, 1, 5),
        settled_at=at(2026, 2, 1),
    )  # fmt: skip
    scope = world.scope("li")

    def then(day):
        rows = past_lists.with_state_then(past_lists.changes_then(scope, AsOf(day)))
        return {row.pk: str(row.state) for row in rows}

    assert then(THEN) == {change.pk: "proposed", stop.pk: "coming"}
    assert then(date(2026, 1, 6)) == {stop.pk: "coming"}
    assert then(date(2026, 2, 2)) == {}
    StandingChange.unscoped.filter(pk=change.pk).update(approved_at=at(2026, 1, 12))
    assert then(THEN)[change.pk] == "coming"

    text = text_of(as_("li").get(reverse("members:change-list"), ASKED))
    assert text.count("data-id=") == 2
    assert "data-id=" not in text_of(as_("li").get(reverse("members:change-list"), {"as_of": "2026-03-11"}))
    api = as_("li").get(reverse("api-members:change-list"), ASKED).json()["results"]
    assert {row["id"]: row["state"] for row in api} == {change.pk: "coming", stop.pk: "coming"}
    assert len(as_("li").get(reverse("api-members:change-list")).json()["results"]) == 2


# --- posts


def test_posts_and_the_term_of_a_past_day(world, as_):
    old = make_post(world.chen, world.a, PostKind.PUBLICITY, ends_on=date(2026, 2, 1))
    make_term(world.a, starts_on=date(2022, 1, 1), due_on=date(2025, 1, 1), ended_on=date(2026, 2, 1))
    make_term(world.a, starts_on=date(2026, 2, 2), due_on=date(2031, 2, 2))
    url = reverse("members:post-list", args=[world.a.pk])

    then, now = text_of(as_("li").get(url, ASKED)), text_of(as_("li").get(url))
    assert ("当日在任" in then, "2022年1月1日" in then, "2026年2月2日" in now) == (True, True, True)
    assert reverse("members:post-create", args=[world.a.pk]) not in then
    rows = as_("li").get(reverse("api-members:post-list"), {**ASKED, "organization": world.a.pk}).json()
    assert old.pk in {row["id"] for row in rows["results"]}
    later = as_("li").get(reverse("api-members:post-list"), {"as_of": "2026-02-02"}).json()["results"]
    assert old.pk not in {row["id"] for row in later}


def test_a_stay_under_a_record_merged_twice_over_is_on_the_list_of_then(world):
    first, second = (make_member(world.a, "陈党员", since=date(2018, 7, 1)) for _ in range(2))
    make_spell(first, starts_on=date(2026, 1, 1), ends_on=date(2026, 2, 1), end_kind="returned")
    merge(world, first, kept=second)
    merge(world, second, versions=(1, 2))

    rows = past_lists.away_then(world.scope("li"), AsOf(THEN))

    assert [(row.member_id, row.branch_then) for row in rows] == [(first.pk, world.a.short_name)]
