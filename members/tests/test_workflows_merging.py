"""Two records of one person made one and, untouched, two again."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.urls import reverse

from branches.choices import PostKind
from members.models import (
    BranchPeriod,
    ContactProposal,
    Correction,
    LastSeen,
    Look,
    Member,
    Merge,
    Post,
    StandingPeriod,
)
from members.queries import merging as reads
from members.tests.factories import make_member, make_person, make_post, make_spell, make_transfer, make_user
from members.tests.merging import (
    a_confirmation,
    a_contact,
    a_correction,
    a_paper,
    a_sighting,
    an_ended_stay,
    merge,
)
from members.tests.test_workflows_loader import id_number
from members.tests.test_workflows_register import by, code_of
from members.workflows import merging as work
from members.workflows.merging import Choice
from orgportal.core.errors import NotAllowed, Refused, StaleVersion
from orgportal.core.models import AuditEntry
from orgportal.core.sealing import blind, seal, unseal

D = date


# --- workflow


@pytest.fixture
def double(world):
    """Chen was entered again, in A, with another mobile and the identity number."""
    row = make_member(world.a, "陈党员", since=date(2018, 7, 1), mobile="13900008888", employer="龙山厂")
    number = id_number(date(1980, 5, 17), 1)
    Member.unscoped.filter(pk=row.pk).update(id_number_sealed=seal(number), id_number_digest=blind(number))
    return Member.unscoped.get(pk=row.pk)


def test_merge_keeps_both_numbers_and_takes_what_was_chosen(world, double):
    make_post(double, world.a, PostKind.PUBLICITY)
    LastSeen.objects.create(member=double, source="attendance", on=date(2026, 2, 1), evidence="activity:1")

    row = merge(world, double, Choice(from_merged={"mobile", "id_number"}, basis="同一身份证"))
    connection.check_constraints()

    kept, alias = Member.unscoped.get(pk=world.chen.pk), Member.unscoped.get(pk=double.pk)
    assert (kept.mobile, kept.employer) == ("13900008888", "")
    assert unseal(bytes(kept.id_number_sealed)) == id_number(date(1980, 5, 17), 1)
    assert (alias.standing, alias.merged_into, alias.id_number_digest) == ("ended", kept, None)
    assert list(BranchPeriod.objects.filter(member=kept).values_list("branch", "starts_on", "ends_on")) == [
        (world.a.pk, date(2015, 7, 1), None)
    ]
    assert not BranchPeriod.objects.filter(member=alias).exists()
    assert Post.unscoped.get(kind="publicity").member == kept
    assert LastSeen.objects.get(member=kept).on == date(2026, 2, 1)
    assert reads.ids_of(kept.pk) == [kept.pk, alias.pk]
    assert AuditEntry.objects.get(action="member.merged").changes["number"] == double.number
    assert row.taken["merged"]["row"]["mobile"] == "13900008888"


def test_undo_gives_both_back_as_they_were(world, double):
    make_post(double, world.a, PostKind.PUBLICITY)
    before = [reads.snapshot(each) for each in (world.chen, double)]

    row = merge(world, double, Choice(from_merged={"name", "id_number", "standing"}, basis="同一人"))
    work.undo(row, **by(world, "li"))
    connection.check_constraints()

    after = [reads.snapshot(each) for each in (world.chen, double)]
    for one, other in zip(before, after, strict=True):
        one["row"].pop("version")
        other["row"].pop("version")
        assert one == other
    assert code_of(work.undo, row, **by(world, "li")) == "merge_undone_already"
    assert AuditEntry.objects.filter(action="member.unmerged").count() == 1


def test_undo_gives_each_record_its_own_last_sighting(world, double):
    for member, day, number in ((world.chen, date(2025, 1, 1), 1), (double, date(2026, 2, 1), 2)):
        LastSeen.objects.create(member=member, source="attendance", on=day, evidence=f"activity:{number}")
    LastSeen.objects.create(member=double, source="contact", on=date(2026, 1, 1), evidence="call:1")

    work.undo(merge(world, double), **by(world, "li"))

    seen = LastSeen.objects.order_by("member", "source").values_list("member", "on", "evidence")
    assert list(seen) == [
        (world.chen.pk, date(2025, 1, 1), "activity:1"),
        (double.pk, date(2026, 2, 1), "activity:2"),
        (double.pk, date(2026, 1, 1), "call:1"),
    ]


@pytest.mark.parametrize("of", ["kept", "merged"])
@pytest.mark.parametrize(
    "work_on", [a_contact, a_paper, a_correction, a_confirmation, a_sighting, an_ended_stay]
)
def test_work_of_any_kind_on_either_record_seals_the_merge(world, double, work_on, of):
    row = merge(world, double)
    work_on(world, world.chen if of == "kept" else double)

    assert code_of(work.undo, row, **by(world, "li")) == "merge_touched"


def test_what_the_night_proposes_seals_no_merge_but_an_answer_does(world, double):
    row = merge(world, double)
    proposal = ContactProposal.unscoped.create(
        member=world.chen, kind="stop", counts_from=date(2025, 8, 1), due_on=date(2026, 2, 1),
        opened_on=date(2026, 2, 1), recorded_at=world.now,
    )  # fmt: skip
    print_of = reads.fingerprint(world.chen, double)
    assert print_of == row.fingerprint

    ContactProposal.unscoped.filter(pk=proposal.pk).update(
        state="decided", closed_on=world.today, closed_by=world.li.user
    )
    assert reads.fingerprint(world.chen, double) != print_of


def test_a_post_cancelled_since_seals_the_merge(world, double):
    post = make_post(world.chen, world.a, PostKind.PUBLICITY, starts_on=world.today + timedelta(days=9))
    row = merge(world, double)
    Post.unscoped.filter(pk=post.pk).update(cancelled_on=world.today)

    assert code_of(work.undo, row, **by(world, "li")) == "merge_touched"


def test_a_touched_merge_is_not_undone(world, double):
    row = merge(world, double)
    make_post(world.chen, world.a, PostKind.PUBLICITY)

    assert code_of(work.undo, row, **by(world, "li")) == "merge_touched"


def test_two_branches_on_the_same_days_are_refused_with_the_days_until_a_cut_is_chosen(world):
    other = make_member(world.b, "陈党员", since=date(2018, 7, 1))

    with pytest.raises(Refused) as refusal:
        merge(world, other, persona="zhao")
    assert (refusal.value.code, refusal.value.params) == (
        "merge_overlap", {"one": "2015-07-01 – …", "other": "2018-07-01 – …"},
    )  # fmt: skip

    cut_there = Choice(from_merged=(), basis="同一人", cut_on=date(2020, 1, 1), later="merged")
    merge(world, other, cut_there, persona="zhao")
    connection.check_constraints()
    kept = Member.unscoped.get(pk=world.chen.pk)
    assert (kept.branch, kept.path) == (world.b, world.b.path)
    assert list(
        BranchPeriod.objects.filter(member=kept).order_by("starts_on").values_list("branch", "ends_on")
    ) == [(world.a.pk, date(2019, 12, 31)), (world.b.pk, None)]


def test_a_cut_the_other_way_and_one_that_leaves_a_gap(world):
    other = make_member(world.b, "陈党员", since=date(2018, 7, 1))
    before = Choice(from_merged=(), basis="同一人", cut_on=date(2020, 1, 1), later="kept")
    gap = Choice(from_merged=(), basis="同一人", cut_on=date(2016, 1, 1), later="merged")

    assert code_of(merge, world, other, gap, persona="zhao") == "merge_gap"
    merge(world, other, before, persona="zhao")
    assert Member.unscoped.get(pk=world.chen.pk).branch == world.a


def test_who_may_merge_what(world, double):
    other = make_member(world.c, "陈党员")

    for persona in ("li", "zhao"):
        with pytest.raises(NotAllowed):
            merge(world, other, persona=persona)
    with pytest.raises(StaleVersion):
        merge(world, double, versions=(1, 2))
    assert code_of(merge, world, world.chen) == "merge_same_record"
    assert code_of(merge, world, double, kept=world.li) == "not_oneself"
    spell = make_spell(double)
    assert code_of(merge, world, double) == "merge_open_business"
    spell.delete()
    make_transfer(world.chen, world.b)
    assert code_of(merge, world, double) == "merge_open_business"


def test_accounts_posts_and_sightings_of_both(world, double):
    named = make_person(world.a, "chen2", "陈党员")
    assert code_of(merge, world, named) == "merge_two_accounts"
    LastSeen.objects.create(
        member=world.chen, source="attendance", on=date(2026, 1, 1), evidence="activity:1"
    )
    LastSeen.objects.create(member=double, source="attendance", on=date(2026, 2, 1), evidence="activity:2")
    LastSeen.objects.create(member=world.chen, source="contact", on=date(2026, 3, 1), evidence="call:1")
    LastSeen.objects.create(member=double, source="contact", on=date(2026, 1, 1), evidence="call:2")
    for member in (world.chen, double):
        make_post(member, world.a, PostKind.PUBLICITY)
    assert code_of(merge, world, double) == "merge_post_twice"
    Post.unscoped.filter(member=double).delete()
    merge(world, double)

    seen = LastSeen.objects.filter(member=world.chen).order_by("source")
    assert list(seen.values_list("source", "on")) == [
        ("attendance", date(2026, 2, 1)), ("contact", date(2026, 3, 1)),
    ]  # fmt: skip


def test_the_only_account_goes_with_the_person(world, double):
    plain = make_member(world.a, "陈党员")
    Member.unscoped.filter(pk=double.pk).update(user=make_user("neu"))

    merge(world, Member.unscoped.get(pk=double.pk), kept=plain)

    assert Member.unscoped.get(pk=plain.pk).user.user_name == "neu"
    assert Member.unscoped.get(pk=double.pk).user is None


# --- pages and search


@pytest.mark.usefixtures("on_the_day")
def test_pages_find_compare_merge_and_undo(world, as_, double):
    li = as_("li")
    pick = reverse("members:merge-pick", args=[world.chen.pk])
    form = reverse("members:merge-form", args=[world.chen.pk, double.pk])

    assert form in li.get(pick).content.decode()
    assert "empty--no_result" in li.get(pick, {"q": "没有这人"}).content.decode()
    text = li.get(form).content.decode()
    assert "龙山厂" in text
    assert id_number(date(1980, 5, 17), 1) not in text
    values = {
        "employer": "merged", "mobile": "kept", "id_number": "merged", "basis": "同一身份证", "version": 1,
        "other_version": 1,
    }  # fmt: skip
    assert li.post(form, {**values, "other_version": 4}).status_code == 422
    url = li.post(form, values).url
    assert "撤销合并" in li.get(url).content.decode()

    alias = reverse("members:member-detail", args=[double.pk])
    page = reverse("members:member-detail", args=[world.chen.pk])
    assert li.get(alias).url == page
    assert double.number in li.get(page).content.decode()
    assert page in li.get(reverse("search:search"), {"q": double.number}).content.decode()
    assert url in li.get(reverse("members:standing-of", args=[world.chen.pk])).content.decode()

    assert li.post(f"{url}undo/").url == url
    assert li.post(f"{url}undo/").status_code == 409
    assert Member.unscoped.get(pk=double.pk).standing == "formal"


@pytest.mark.usefixtures("on_the_day")
def test_looks_at_either_record_are_read_on_one_page(world, as_, double):
    as_("li").get(reverse("members:member-detail", args=[double.pk]))
    merge(world, double)

    own = as_("chen").get(reverse("members:own")).content.decode()

    assert Look.objects.get().member_id == double.pk
    assert "李书记" in own
    assert StandingPeriod.objects.filter(member=double).count() == 0
    assert Merge.unscoped.standing().count() == 1


@pytest.mark.parametrize("which", ["kept", "merged"])
def test_an_open_correction_request_is_answered_first(world, double, which):
    record = world.chen if which == "kept" else double
    asked = Correction.unscoped.create(
        member=record, field="employer", held="", wanted="龙山厂", state="open", asked_at=world.now,
        due_on=date(2026, 3, 25),
    )  # fmt: skip

    assert code_of(merge, world, double) == "merge_open_business"

    Correction.unscoped.filter(pk=asked.pk).update(
        state="declined", answered_at=world.now, answered_by=world.li.user, answer="已核实"
    )
    assert merge(world, double).kept == world.chen
