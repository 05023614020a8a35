"""One person after a merge: joined standings, who left and came back, all that is recorded of them."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.urls import reverse

from members.models import BranchPeriod, Member, StandingPeriod
from members.queries import merging as reads
from members.queries.records import records_of
from members.tests.factories import make_member, make_spell, make_transfer
from members.tests.merging import a_confirmation, a_contact, a_correction, a_paper, an_ended_stay, merge
from members.tests.test_workflows_register import by, code_of
from members.workflows import merging as work
from members.workflows.handover import hand_over
from members.workflows.merging import Choice
from orgportal.core.errors import Refused


@pytest.fixture
def double(world):
    """Chen was entered again, in A."""
    return make_member(world.a, "陈党员", since=date(2018, 7, 1))


def left(world, branch, last, **fields):
    """A record of somebody who resigned on that day."""
    row = make_member(branch, "陈党员", **{"since": date(2000, 7, 1), **fields})
    BranchPeriod.objects.filter(member=row).update(ends_on=last)
    StandingPeriod.objects.filter(member=row).update(starts_on=row.joined_on, ends_on=last)
    StandingPeriod.objects.create(
        member=row, standing="ended", end_kind="resigned", starts_on=last + timedelta(days=1),
        recorded_at=world.now,
    )  # fmt: skip
    Member.unscoped.filter(pk=row.pk).update(standing="ended")
    return Member.unscoped.get(pk=row.pk)


@pytest.fixture
def returned(world):
    """Chen's record begins with the day of coming back."""
    day = date(2015, 7, 1)
    Member.unscoped.filter(pk=world.chen.pk).update(joined_on=day, confirmed_on=date(2016, 7, 1))
    StandingPeriod.objects.filter(member=world.chen).update(starts_on=day)
    world.chen.refresh_from_db()
    return world.chen


@pytest.mark.parametrize("keep_old", [False, True])
def test_left_and_came_back_becomes_one_history_and_two_again(world, returned, keep_old):
    old = left(world, world.a, date(2010, 6, 30), joined_on=date(2000, 7, 1), confirmed_on=date(2001, 7, 1))
    before = [reads.snapshot(each) for each in (returned, old)]
    kept, other = (old, returned) if keep_old else (returned, old)
    if keep_old:
        Member.unscoped.filter(pk=returned.pk).update(user=None)

    row = merge(world, other, Choice(from_merged={"standing"} if keep_old else (), basis="同一人"), kept=kept)
    connection.check_constraints()

    kept = Member.unscoped.get(pk=kept.pk)
    assert (kept.standing, kept.joined_on, kept.branch) == ("formal", date(2015, 7, 1), world.a)
    history = StandingPeriod.objects.filter(member=kept).order_by("starts_on")
    assert list(history.values_list("standing", "end_kind", "starts_on", "ends_on")) == [
        ("formal", "", date(2000, 7, 1), date(2010, 6, 30)),
        ("ended", "resigned", date(2010, 7, 1), date(2015, 6, 30)),
        ("formal", "", date(2015, 7, 1), None),
    ]
    assert list(BranchPeriod.objects.filter(member=kept).order_by("pk").values_list("ends_on")) == [
        (date(2010, 6, 30),), (None,),
    ]  # fmt: skip
    if not keep_old:
        work.undo(row, **by(world, "li"))
        connection.check_constraints()
        for one, each in zip(before, (returned, old), strict=True):
            after = reads.snapshot(each)
            one["row"].pop("version"), after["row"].pop("version")
            assert after == one


def test_two_records_that_ended_are_joined_and_the_survivor_has_left(world):
    first = left(world, world.a, date(2005, 6, 30), joined_on=date(2000, 7, 1), confirmed_on=date(2001, 7, 1))
    second = left(
        world, world.a, date(2012, 6, 30), joined_on=date(2008, 7, 1), confirmed_on=date(2009, 7, 1),
        since=date(2008, 7, 1),
    )  # fmt: skip

    merge(world, second, kept=first)
    connection.check_constraints()

    assert Member.unscoped.get(pk=first.pk).standing == "ended"
    assert StandingPeriod.objects.filter(member=first).count() == 4


def test_days_told_differently_are_refused_until_somebody_says_whose_standing_counts(world, double):
    StandingPeriod.objects.filter(member=double).update(standing="suspended", starts_on=date(2020, 1, 1))
    Member.unscoped.filter(pk=double.pk).update(standing="suspended")

    with pytest.raises(Refused) as refusal:
        merge(world, double)
    assert refusal.value.code == "merge_standing_overlap"
    assert (refusal.value.params["one"], refusal.value.params["other"]) == (
        "2005-07-01 – …",
        "2020-01-01 – …",
    )

    merge(world, double, Choice(from_merged=(), basis="同一人", counts="merged"))
    connection.check_constraints()
    assert Member.unscoped.get(pk=world.chen.pk).standing == "suspended"
    assert list(StandingPeriod.objects.filter(member=world.chen).values_list("standing", "ends_on")) == [
        ("formal", date(2019, 12, 31)), ("suspended", None),
    ]  # fmt: skip


def test_a_merge_ends_no_membership_and_its_dates_fit_the_standing(world, returned):
    old = left(world, world.a, date(2018, 6, 30), joined_on=date(2000, 7, 1), confirmed_on=date(2001, 7, 1))
    ends = Choice(from_merged=(), basis="同一人", counts="merged")
    assert code_of(merge, world, old, ends) == "merge_ends_membership"
    new = make_member(
        world.a, "陈党员", standing="probationary", joined_on=date(2010, 7, 1), confirmed_on=None,
        since=date(2015, 7, 1),
    )  # fmt: skip
    StandingPeriod.objects.filter(member=new).update(ends_on=date(2015, 6, 30))
    dates = Choice(from_merged={"standing"}, basis="同一人")
    assert code_of(merge, world, new, dates) == "merge_dates_do_not_fit"


def test_an_alias_is_merged_no_further_and_a_closed_last_place_is_a_gap(world, double, returned):
    merge(world, double, Choice(from_merged=(), basis="同一人", counts="kept"))
    alias = Member.unscoped.get(pk=double.pk)
    fresh = make_member(world.a, "陈党员")
    with pytest.raises(Refused) as refusal:
        merge(world, alias, kept=fresh, versions=(1, alias.version))
    assert refusal.value.code == "merge_is_alias"
    old = left(world, world.b, date(2010, 6, 30), joined_on=date(2000, 7, 1), confirmed_on=date(2001, 7, 1))
    cuts = Choice(from_merged=(), basis="同一人", cut_on=date(2005, 1, 1), later="merged", counts="kept")
    assert code_of(merge, world, old, cuts, kept=fresh, persona="zhao") == "merge_gap"


# --- one person, all that is recorded of them


@pytest.fixture
def joined(world, double):
    """Chen's double had a stay, a contact, a paper, a confirmation and a transfer of its own."""
    for work_on in (an_ended_stay, a_contact, a_paper, a_correction, a_confirmation):
        work_on(world, double)
    make_transfer(double, world.b, state="withdrawn", ended_at=world.now)
    merge(world, double)
    return Member.unscoped.get(pk=double.pk)


KINDS = {"stay", "contact", "paper", "correction", "confirmation", "transfer"}


@pytest.mark.usefixtures("on_the_day")
def test_the_page_and_the_api_show_what_was_recorded_under_either_number(world, as_, joined):
    page = as_("li").get(reverse("members:member-detail", args=[world.chen.pk])).content.decode()
    assert page.count(f"登记于{joined.number}") == len(KINDS)

    told = as_("li").get(reverse("api-members:member-detail", args=[world.chen.pk])).json()
    assert told["aliases"] == [{"id": joined.pk, "number": joined.number}]
    assert {(row["kind"], row["member_id"]) for row in told["records"]} == {
        (kind, joined.pk) for kind in KINDS
    }
    own = as_("chen").get(reverse("api-members:own")).json()
    assert {row["kind"] for row in own["records"]} == KINDS
    assert f"登记于{joined.number}" in as_("chen").get(reverse("members:own")).content.decode()


@pytest.mark.usefixtures("on_the_day")
def test_the_copy_and_the_lists_by_member_hold_both_ids(world, as_, joined):
    copy = as_("chen").get(reverse("members:own-copy", args=["json"])).json()
    names = ("stays", "contacts", "corrections", "confirmations")
    assert {name: len(copy[name]) for name in names} == dict.fromkeys(names, 1)

    lists = ("spell-list", "contact-list", "paper-list", "correction-list", "transfer-list")
    for name in lists:
        url = reverse(f"api-members:{name}")
        rows = as_("li").get(url, {"member": world.chen.pk}).json()["results"]
        assert (name, len(rows)) == (name, 1)
        assert as_("li").get(url, {"member": world.li.pk}).json()["results"] == []


def test_records_of_an_alias_are_read_where_the_person_is_now(world):
    other = make_member(world.b, "陈党员", since=date(2018, 7, 1))
    stay = make_spell(other, ends_on=date(2026, 2, 1), end_kind="returned")
    merge(world, other, Choice(from_merged=(), basis="同一人", cut_on=date(2020, 1, 1)), persona="zhao")

    assert Member.unscoped.get(pk=other.pk).path == world.a.path
    assert [row.id for row in records_of(world.chen, world.scope("li"))] == [stay.pk]
    assert records_of(world.chen, world.scope("wang")) == []


def test_the_alias_goes_where_the_person_goes(world, double):
    merge(world, double)

    hand_over(make_transfer(world.chen, world.b), at=world.now)

    assert Member.unscoped.get(pk=double.pk).path == world.b.path
