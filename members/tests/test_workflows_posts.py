"""Terms and posts; and that rights follow the post at the next request."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from branches.choices import PostKind, Sector
from branches.tests.factories import NOW, make_group, make_organization
from members.choices import Standing
from members.models import Post, Term
from members.queries import scope_for
from members.tests.factories import make_member, make_post, make_term
from members.workflows.posts import PostOrder, TermOrder, appoint, end_post, open_term
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.models import AuditEntry, Notification, OutboxEvent

TODAY = date(2026, 3, 10)


def by(world, persona="li"):
    return {"actor": world.user(persona), "scope": world.scope(persona), "at": NOW}


def give(world, member, kind, body=None, persona="li", **order):
    wanted = PostOrder(kind=kind, **{"starts_on": TODAY, "basis": "党员大会", **order})
    return appoint(member, body or world.a, wanted, **by(world, persona))


def end(world, post, last_day=TODAY, persona="li"):
    return end_post(post, last_day, "辞职", **by(world, persona))


def code_of(call, *args, **kwargs) -> str:
    with pytest.raises(Refused) as refusal:
        call(*args, **kwargs)
    return refusal.value.code


# --- terms


def test_a_term_ends_the_one_before_and_is_due_by_the_rule(world):
    old = make_term(world.a, starts_on=date(2021, 3, 1), due_on=date(2026, 3, 1))

    term = open_term(world.a, TermOrder(starts_on=date(2026, 3, 5)), **by(world))

    old.refresh_from_db()
    assert old.ended_on == date(2026, 3, 4)
    assert term.due_on == date(2031, 3, 5)
    assert AuditEntry.objects.get(action="term.opened").changes["due_on"] == "2031-03-05"
    assert OutboxEvent.objects.filter(topic="members.changed", key=str(world.a.pk)).exists()


def test_a_firms_branch_elects_after_three_years(world):
    world.a.sector = Sector.ENTERPRISE
    world.a.save()

    assert open_term(world.a, TermOrder(starts_on=TODAY), **by(world)).due_on == date(2029, 3, 10)


def test_a_longer_term_needs_its_approval(world):
    order = TermOrder(starts_on=TODAY, due_on=date(2032, 3, 10))

    assert code_of(open_term, world.a, order, **by(world)) == "term_too_long"
    approved = TermOrder(starts_on=TODAY, due_on=date(2032, 3, 10), extension_basis="区委批复3号")
    assert open_term(world.a, approved, **by(world)).extension_basis == "区委批复3号"


def test_a_term_is_refused_in_the_future_backwards_and_over_another(world):
    make_term(world.a, starts_on=date(2026, 3, 1), due_on=date(2031, 3, 1))

    assert (
        code_of(open_term, world.a, TermOrder(starts_on=date(2026, 3, 11)), **by(world)) == "date_in_future"
    )
    assert (
        code_of(open_term, world.a, TermOrder(starts_on=TODAY, due_on=TODAY), **by(world))
        == "ends_before_start"
    )
    assert code_of(open_term, world.a, TermOrder(starts_on=date(2026, 3, 1)), **by(world)) == "term_overlaps"
    Term.unscoped.update(ended_on=TODAY)
    assert code_of(open_term, world.a, TermOrder(starts_on=TODAY), **by(world)) == "term_overlaps"


def test_a_term_before_its_body_or_before_any_rule_is_refused(world):
    order = TermOrder(starts_on=date(1975, 3, 1), due_on=date(1978, 3, 1))

    assert code_of(open_term, world.a, order, **by(world)) == "date_before_founding"
    world.a.established_on = date(1950, 7, 1)
    world.a.save()
    assert code_of(open_term, world.a, order, **by(world)) == "term_before_rules"


def test_a_term_follows_one_that_ended_by_itself(world):
    make_term(world.a, starts_on=date(2020, 1, 1), due_on=date(2023, 1, 1), ended_on=date(2025, 12, 31))

    assert open_term(world.a, TermOrder(starts_on=TODAY), **by(world)).ended_on is None


def test_a_term_needs_the_right_and_a_living_body(world):
    with pytest.raises(NotAllowed):
        open_term(world.c, TermOrder(starts_on=TODAY), **by(world))
    world.a.dissolved_on = TODAY
    world.a.save()
    assert code_of(open_term, world.a, TermOrder(starts_on=TODAY), **by(world)) == "body_dissolved"


# --- giving a post


def test_a_post_is_written_told_and_tied_to_its_term(world):
    term = make_term(world.a)

    post = give(world, world.chen, PostKind.PUBLICITY)

    assert (post.term, post.recorded_by, post.ends_on) == (term, world.li.user, None)
    entry = AuditEntry.objects.get(action="post.appointed")
    assert (entry.target_id, entry.changes["post"]) == (world.chen.pk, "publicity")
    notice = Notification.unscoped.get(recipient=world.chen.user)
    assert (notice.rule, notice.params) == (
        "members.post_appointed",
        {"body": "甲社区党支部", "on": "2026-03-10"},
    )


def test_one_person_may_hold_two_posts(world):
    give(world, world.chen, PostKind.PUBLICITY)
    give(world, world.chen, PostKind.ORGANISATION)

    assert Post.unscoped.filter(member=world.chen).count() == 2


def test_giving_oneself_a_post_needs_no_notice(world):
    give(world, world.li, PostKind.PUBLICITY)
    give(world, make_member(world.a, "无号"), PostKind.DISCIPLINE)

    assert not Notification.unscoped.exists()


def test_a_new_secretary_takes_over_from_the_present_one(world):
    old = Post.unscoped.get(member=world.li)

    give(world, world.chen, PostKind.SECRETARY, ends_on=date(2031, 3, 9))

    old.refresh_from_db()
    assert old.ends_on == TODAY - timedelta(days=1)
    assert AuditEntry.objects.get(action="post.ended").changes["handed_over_to"] == "陈党员"
    assert not world.scope("li").may("post.edit", world.a)
    assert world.scope("chen").may("post.edit", world.a)


def test_a_first_secretary_may_come_from_elsewhere(world):
    assert give(world, world.qian, PostKind.SECRETARY, world.b, "qian").member == world.qian


def test_a_secretary_is_refused_on_a_day_that_is_taken(world):
    assert code_of(give, world, world.chen, PostKind.SECRETARY, starts_on=date(2025, 1, 1)) == "post_taken"
    make_post(world.sun, world.b, PostKind.SECRETARY, starts_on=date(2020, 1, 1), ends_on=date(2026, 3, 31))
    make_post(world.chen, world.b, PostKind.SECRETARY, starts_on=date(2026, 4, 1))
    assert code_of(give, world, world.qian, PostKind.SECRETARY, world.b, "qian") == "post_taken"


def test_a_group_leader_leads_a_group_of_the_branch(world):
    post = give(world, world.chen, PostKind.GROUP_LEADER, group=make_group(world.a))

    assert scope_for(world.chen.user, TODAY).groups == {post.group_id}
    assert code_of(give, world, world.sun, PostKind.GROUP_LEADER) == "leader_needs_group"
    other = make_group(world.b)
    assert code_of(give, world, world.sun, PostKind.GROUP_LEADER, group=other) == "group_not_here"
    gone = make_group(world.a, "旧组", ended_on=date(2025, 1, 1))
    assert code_of(give, world, world.sun, PostKind.GROUP_LEADER, group=gone) == "group_not_here"


def test_a_recorder_records_activities_only_and_for_a_time(world):
    assert code_of(give, world, world.sun, PostKind.RECORDER) == "recorder_needs_end"

    give(world, world.sun, PostKind.RECORDER, ends_on=date(2026, 12, 31))

    rights = world.scope("sun")
    assert rights.may("activity.record", world.a)
    assert not rights.may("member.view", world.a)
    assert not scope_for(world.sun.user, date(2027, 1, 1)).may("activity.record", world.a)


def test_a_post_is_not_held_twice_at_once(world):
    give(world, world.chen, PostKind.PUBLICITY, ends_on=date(2026, 6, 30))

    assert (
        code_of(give, world, world.chen, PostKind.PUBLICITY, starts_on=date(2026, 6, 1))
        == "post_held_already"
    )
    assert give(
        world, world.chen, PostKind.PUBLICITY, starts_on=date(2026, 7, 1), ends_on=date(2026, 8, 1)
    ).pk


def test_a_post_needs_its_member_and_its_body(world):
    probationer = make_member(world.a, "艾新", standing=Standing.PROBATIONARY, confirmed_on=None)

    assert code_of(give, world, probationer, PostKind.PUBLICITY) == "post_needs_formal_member"
    assert code_of(give, world, world.wang, PostKind.PUBLICITY) == "post_needs_own_member"
    assert code_of(give, world, world.chen, PostKind.OFFICER) == "post_not_in_body"
    with pytest.raises(NotAllowed):
        give(world, world.chen, PostKind.PUBLICITY, persona="ran")


def test_nobody_gives_more_rights_than_they_have_in_their_own_body(world):
    make_post(world.sun, world.district, PostKind.ORGANISER)

    assert code_of(give, world, world.chen, PostKind.OFFICER, world.district, "sun") == "beyond_own_rights"
    assert give(world, world.chen, PostKind.OFFICER, world.district, "qian").pk
    assert give(world, world.chen, PostKind.OFFICER, world.committee_2, "sun").pk


# --- ending a post


def test_a_post_ends_and_its_rights_with_it(world):
    post = Post.unscoped.get(member=world.ran)

    end(world, post)

    assert scope_for(world.ran.user, TODAY).may("activity.record", world.a)
    assert not scope_for(world.ran.user, TODAY + timedelta(days=1)).may("activity.record", world.a)
    assert AuditEntry.objects.get(action="post.ended").changes["ends_on"] == ["2026-12-31", "2026-03-10"]
    assert Notification.unscoped.get(recipient=world.ran.user).rule == "members.post_ended"


def test_nobody_ends_the_very_post_that_lets_them(world):
    post = Post.unscoped.get(member=world.li)

    assert code_of(end, world, post) == "own_post"
    assert end(world, post, persona="zhao").ends_on == TODAY


def test_one_of_two_such_posts_may_be_ended(world):
    second = make_post(world.li, world.a, PostKind.ORGANISATION)

    assert end(world, second).ends_on == TODAY


def test_a_post_elsewhere_does_not_help(world):
    make_post(world.li, world.b, PostKind.ORGANISATION)
    make_post(world.li, world.a, PostKind.DISCIPLINE)

    assert code_of(end, world, Post.unscoped.get(kind="secretary", member=world.li)) == "own_post"


def test_a_post_ends_once_and_not_before_it_began(world):
    post = make_post(world.sun, world.a, PostKind.PUBLICITY)

    assert code_of(end, world, post, date(2024, 12, 31)) == "ends_before_start"
    end(world, post)
    assert code_of(end, world, post) == "post_ended_already"
    assert end(world, post, TODAY - timedelta(days=1)).ends_on == TODAY - timedelta(days=1)
    with pytest.raises(NotAllowed):
        end(world, Post.unscoped.get(member=world.wang))


# --- F39: rights follow at the next request


def test_a_right_that_is_taken_away_is_refused_at_the_next_request(world, as_, on_the_day):
    client = as_("li")
    address = reverse("members:member-detail", args=[world.chen.pk])
    assert client.get(address).status_code == 200

    end(world, Post.unscoped.get(member=world.li), TODAY - timedelta(days=1), "zhao")

    assert client.get(address).status_code == 404
    assert client.get(reverse("members:member-list")).status_code == 403


def test_a_right_that_is_given_holds_at_the_next_request(world, as_, on_the_day):
    client = as_("chen")
    assert client.get(reverse("members:member-list")).status_code == 403

    give(world, world.chen, PostKind.DISCIPLINE)

    assert client.get(reverse("members:member-list")).status_code == 200


def test_the_head_of_a_new_body_is_given_from_above(world):
    body = make_organization(world.committee_1, "新支部")

    post = give(world, world.zhao, PostKind.SECRETARY, body, "zhao")

    assert post.organization == body


def test_a_cancelled_post_is_shown_as_never_begun_and_cannot_be_ended(world, as_):
    post = make_post(
        world.chen, world.a, PostKind.PUBLICITY, starts_on=date(2026, 4, 1), cancelled_on=date(2026, 3, 1)
    )
    page = as_("li").get(reverse("members:post-list", args=[world.a.pk])).content.decode()
    said = as_("li").get(f"/api/v1/posts/?member={world.chen.pk}").json()["results"][0]

    assert "2026年3月1日撤销，未到任" in page
    assert "撤销" in as_("li").get(world.chen.get_absolute_url()).content.decode()
    assert (said["cancelled_on"], said["ends_on"]) == ("2026-03-01", None)
    assert code_of(end, world, post, date(2026, 4, 2)) == "post_cancelled"
    assert give(world, world.chen, PostKind.PUBLICITY, starts_on=date(2026, 4, 2)).cancelled_on is None
