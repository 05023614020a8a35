"""The list of a past day as it was on record on a later one: page, export, API; what each writer leaves."""

import re
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse

from branches.choices import PostKind
from branches.workflows.history import Order
from members.filters import MemberFilter
from members.models import BranchPeriod, Fact, Member, MobileSpell, Post, StandingPeriod, Superseded
from members.queries.lists import list_count, list_page, list_rows
from members.tests.arrivals import person
from members.tests.factories import make_member, make_post, make_spell
from members.tests.merging import merge
from members.tests.test_workflows_standing import DEATH
from members.workflows import merging, mobile, posts, standing, versions
from members.workflows.mobile import Away
from members.workflows.register import Correction, correct_member
from members.workflows.reorganise import merge_branches

pytestmark = pytest.mark.usefixtures("on_the_day")
LIST, EXPORT = reverse("members:member-list"), reverse("members:member-export")
API = reverse("api-members:member-list")
LOADED = datetime(2026, 1, 1, tzinfo=UTC)
SLIP_CAME = datetime(2026, 3, 5, 2, tzinfo=UTC)
ON, BEFORE, AFTER = "2026-03-03", "2026-03-04", "2026-03-05"


@pytest.fixture
def loaded(world):
    """Everything there is was on record since New Year."""
    for rows in (BranchPeriod.objects, StandingPeriod.objects, MobileSpell.unscoped, Post.unscoped):
        rows.update(recorded_at=LOADED)
    return world


def hand(world, persona="li", at=SLIP_CAME):
    return {"actor": world.user(persona), "scope": world.scope(persona), "at": at}


def known(world, day, on=ON, persona="li", **query):
    asked = {"as_of": on, "known_at": day, **query}
    filters = MemberFilter(asked, scope=world.scope(persona), today=world.today)
    rows = list_rows(filters.roots, filters.narrow, 100, on=filters.past)
    assert list_count(filters.roots, filters.narrow, on=filters.past) == len(rows)
    assert list_page(filters.roots, filters.narrow, on=filters.past).rows == tuple(rows)
    return {row.name: row for row in rows}


# --- what each writer leaves


def test_a_death_told_late_is_not_known_before(loaded):
    standing.enter(loaded.chen, DEATH, seen_version=1, **hand(loaded))

    assert "陈党员" in known(loaded, BEFORE)
    assert "陈党员" not in known(loaded, AFTER)
    assert known(loaded, BEFORE)["陈党员"].standing == "formal"
    told = Superseded.objects.filter(member=loaded.chen)
    assert set(told.values_list("kind", "branch", "said", "ends_on", "known_from", "known_until")) == {
        ("branch", loaded.a.pk, "", None, LOADED, SLIP_CAME),
        ("standing", None, "formal", None, LOADED, SLIP_CAME),
    }


def test_whoever_is_entered_late_was_not_known_before(loaded):
    make_member(loaded.a, "补录")
    BranchPeriod.objects.filter(member__name="补录").update(recorded_at=SLIP_CAME)
    StandingPeriod.objects.filter(member__name="补录").update(recorded_at=SLIP_CAME)

    assert "补录" not in known(loaded, BEFORE)
    assert "补录" in known(loaded, AFTER)


def test_an_order_about_a_branch_is_known_from_when_it_was_carried_out(loaded):
    order = Order(on=date(2026, 3, 2), basis="文件", version=1)
    merge_branches(loaded.a, loaded.b, order, **hand(loaded, "qian"))

    assert known(loaded, BEFORE, persona="qian")["陈党员"].branch_id == loaded.a.pk
    assert known(loaded, AFTER, persona="qian")["陈党员"].branch_id == loaded.b.pk


def test_two_records_were_two_until_they_were_merged_and_again_when_parted(loaded):
    double = make_member(loaded.a, "陈党员", since=date(2018, 7, 1))
    made = make_spell(double, starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 3), end_kind="returned")
    for rows in (BranchPeriod.objects, StandingPeriod.objects, MobileSpell.unscoped):
        rows.update(recorded_at=LOADED)
    make_post(double, loaded.a, PostKind.PUBLICITY, recorded_at=LOADED)
    row = merging.merge(
        loaded.chen, Member.unscoped.get(pk=double.pk), merging.Choice(from_merged=(), basis="同一人"),
        versions=(1, 1), **hand(loaded, at=SLIP_CAME - timedelta(days=1)),
    )  # fmt: skip

    def shown(day):
        rows = MemberFilter({"as_of": ON, "known_at": day}, scope=loaded.scope("li"), today=loaded.today)
        found = list_rows(rows.roots, rows.narrow, 100, on=rows.past)
        away = {each.id: each.mobile_state for each in found if each.name == "陈党员"}
        post = known(loaded, day, post="publicity")
        return away, [each.id for each in post.values()]

    assert shown(ON) == ({loaded.chen.pk: "", double.pk: "out"}, [double.pk])
    assert shown(BEFORE) == ({loaded.chen.pk: "out"}, [loaded.chen.pk])

    merging.undo(row, **hand(loaded))

    assert shown(BEFORE) == ({loaded.chen.pk: "out"}, [loaded.chen.pk])
    assert shown(AFTER) == ({loaded.chen.pk: "", double.pk: "out"}, [double.pk])
    assert made.member_id == double.pk


def test_a_record_merged_twice_over_brings_its_stays(loaded):
    first, second = (make_member(loaded.a, "陈党员", since=date(2018, 7, 1)) for _ in range(2))
    make_spell(first, starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 3), end_kind="returned")
    merge(loaded, first, kept=second)
    merge(loaded, second, versions=(1, 2))
    for rows in (BranchPeriod.objects, StandingPeriod.objects, MobileSpell.unscoped):
        rows.update(recorded_at=LOADED, changed_at=None)
    for row in merging.Merge.unscoped.all():
        merging.Merge.unscoped.filter(pk=row.pk).update(made_at=SLIP_CAME)

    assert known(loaded, AFTER, mobile="any")["陈党员"].mobile_state == "out"
    assert known(loaded, BEFORE, mobile="any") == {}


def test_a_stay_put_right_or_struck_stays_on_record_as_it_was(loaded):
    spell = make_spell(loaded.chen, starts_on=date(2026, 3, 1), recorded_at=LOADED)
    away = Away(is_abroad=True, reason="work", place="日本", since=date(2026, 3, 2))
    at = SLIP_CAME - timedelta(days=1)
    after = mobile.correct(spell, away, seen_version=1, **hand(loaded, at=at))
    mobile.annul(after, seen_version=2, **hand(loaded))

    assert known(loaded, ON, mobile="out")["陈党员"].mobile_state == "out"
    assert known(loaded, BEFORE, mobile="abroad")["陈党员"].mobile_state == "abroad"
    assert known(loaded, BEFORE, mobile="out") == {}
    assert known(loaded, AFTER, mobile="any") == {}


def test_a_post_ended_late_is_held_until_then(loaded, as_):
    post = make_post(loaded.chen, loaded.a, PostKind.PUBLICITY, recorded_at=LOADED)
    posts.end_post(post, date(2026, 3, 1), "决议", **hand(loaded))

    assert list(known(loaded, BEFORE, post="publicity")) == ["陈党员"]
    assert known(loaded, AFTER, post="publicity") == {}
    text = as_("li").get(LIST, {"as_of": ON, "known_at": BEFORE}).content.decode()
    assert "宣传委员" in text.split(f'data-id="{loaded.chen.pk}"')[1].split("</tr>")[0]


def test_a_confirmation_entered_later_shows_no_day_yet(loaded):
    StandingPeriod.objects.filter(member=loaded.chen).update(standing="probationary")
    Member.unscoped.filter(pk=loaded.chen.pk).update(confirmed_on=None, standing="probationary")
    decision = standing.Decision(
        kind="confirm", decided_on=date(2026, 3, 1), effect_on=date(2026, 3, 1), document="决议",
        approval="批复",
    )  # fmt: skip
    standing.enter(loaded.chen, decision, seen_version=1, **hand(loaded, "zhao"))

    early, late = known(loaded, BEFORE)["陈党员"], known(loaded, AFTER)["陈党员"]
    assert (early.standing, early.confirmed_on) == ("probationary", None)
    assert (late.standing, late.confirmed_on) == ("formal", date(2026, 3, 1))


def test_days_corrected_by_hand_leave_what_stood_before(loaded):
    told = Correction(
        person=person(joined_on=date(2006, 7, 1), confirmed_on=date(2007, 7, 1)), version=1, insists=True
    )
    correct_member(loaded.chen, told, **hand(loaded))

    assert Superseded.objects.filter(member=loaded.chen, kind="standing").get().starts_on == date(2005, 7, 1)


def test_what_was_written_at_the_same_moment_was_never_on_record(loaded):
    rows = BranchPeriod.objects.filter(member=loaded.chen)
    rows.update(recorded_at=SLIP_CAME)
    versions.amend(rows, SLIP_CAME, ends_on=None)
    assert not Superseded.objects.exists()

    rows.update(recorded_at=LOADED, changed_at=None)
    versions.amend(rows, SLIP_CAME, ends_on=None)
    versions.amend(rows, SLIP_CAME, ends_on=None)
    assert Superseded.objects.get().known_from == LOADED
    assert str(Superseded.objects.get()).startswith(f"{loaded.chen.pk} branch")
    assert str(Fact.objects.filter(kind="post").first()).endswith("2025-01-01")


def test_dated_rows_change_by_one_door():
    """Whoever closes, corrects or takes back a dated row says when: `workflows.versions`."""
    plan = "next_contact_on="  # is read as of today alone
    around = re.compile(
        r"(BranchPeriod|StandingPeriod|MobileSpell|Post)\.(objects|unscoped)\S*\.(update|delete)\("
        r"|save\(update_fields=\[\"(ends|cancelled)_on"
        r"|update\([^)\n]*ends_on="
    )
    folder = Path(versions.__file__).parent
    found = {
        f"{file.name}: {line.strip()}"
        for file in sorted(folder.glob("*.py"))
        for line in file.read_text(encoding="utf-8").splitlines()
        if around.search(line) and "versions.amend(" not in line and plan not in line
    }

    assert found == set()
    assert around.search("    Post.unscoped.filter(pk=post.pk).update(ends_on=last)")


def test_periods_closed_before_this_was_kept_were_open_until_the_next_one_was_written(loaded):
    move = import_module("members.migrations.0030_what_was_on_record")
    BranchPeriod.objects.filter(member=loaded.chen).update(ends_on=date(2026, 3, 1))
    StandingPeriod.objects.filter(member=loaded.chen).update(ends_on=date(2026, 3, 1))
    StandingPeriod.objects.create(
        member=loaded.chen, standing="ended", end_kind="death", starts_on=date(2026, 3, 2),
        recorded_at=SLIP_CAME,
    )  # fmt: skip
    Member.unscoped.filter(pk=loaded.chen.pk).update(standing="ended")

    with connection.cursor() as cursor:
        cursor.execute(move.BRANCH)
        cursor.execute(move.STANDING)

    assert "陈党员" in known(loaded, BEFORE)
    assert "陈党员" not in known(loaded, AFTER)
    assert Superseded.objects.count() == 2


# --- the page and the API


def test_page_says_by_when_and_costs_the_same(loaded, as_, django_assert_num_queries):
    standing.enter(loaded.chen, DEATH, seen_version=1, **hand(loaded))
    client = as_("li")
    client.get(LIST, {"as_of": ON, "known_at": BEFORE})

    with django_assert_num_queries(13):
        text = client.get(LIST, {"as_of": ON, "known_at": BEFORE}).content.decode()

    assert "当时已知" in text
    assert "2026年3月4日" in text
    assert "陈党员" in text
    assert f"known_at={BEFORE}" in text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"as_of": ON, "known_at": "2026-03-11"}, "该日期在未来"),
        ({"as_of": ON, "known_at": "2026-03-02"}, "请选择名单当日或之后的日期"),
        ({"known_at": BEFORE}, "请同时选择名单的过往日期"),
        ({"as_of": ON, "known_at": "gestern"}, ""),
    ],
)
def test_a_day_that_cannot_be_is_refused_with_words(loaded, as_, query, words):
    page = as_("li").get(LIST, query).content.decode()
    part = as_("li").get(LIST, query, HTTP_HX_REQUEST="true").content.decode()

    assert words in page
    assert words in part
    assert 'role="alert"' in part
    assert "data-id=" not in page
    assert as_("li").get(API, query).status_code == 400


def test_known_today_is_the_list_as_known_today(loaded, as_):
    standing.enter(loaded.chen, DEATH, seen_version=1, **hand(loaded))

    text = as_("li").get(LIST, {"as_of": ON, "known_at": "2026-03-10"}).content.decode()

    assert "陈党员" not in text
    assert "按截至该日的登记情况显示：之后补登的" not in text


def test_print_spreadsheet_and_api_hold_what_was_known(loaded, as_):
    standing.enter(loaded.chen, DEATH, seen_version=1, **hand(loaded))
    data = {"purpose": "核对年报", "kind": "print"}

    text = as_("li").post(f"{EXPORT}?as_of={ON}&known_at={BEFORE}", data).content.decode()
    sheet = as_("li").post(f"{EXPORT}?as_of={ON}&known_at={BEFORE}", {**data, "kind": "export"})
    rows = as_("li").get(API, {"as_of": ON, "known_at": BEFORE, "standing": "formal"}).json()["results"]
    own = as_("li").get(API, {"as_of": ON, "known_at": AFTER}).json()["results"]

    assert "陈党员" in text
    assert "2026年3月4日" in text
    assert sheet.status_code == 200
    assert loaded.chen.pk in {row["id"] for row in rows}
    assert loaded.chen.pk not in {row["id"] for row in own}
