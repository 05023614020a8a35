"""A branch goes into another: members with their history, posts, terms; and the tree knows."""

from datetime import date, timedelta

import pytest
from django.db import connection

from branches.choices import PostKind
from branches.models import Organization
from branches.tests.factories import NOW, make_group
from branches.workflows.history import Order
from members.choices import PeriodReason, Standing
from members.models import BranchPeriod, Member, Post, Term
from members.queries import roster_for
from members.tasks import end_outlived_offices
from members.tests.factories import make_member, make_post, make_term, make_transfer
from members.tests.merging import merge
from members.workflows.reorganise import MergePreview, merge_branches, preview_merger
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.models import AuditEntry, Notification, OutboxEvent

TODAY = date(2026, 3, 10)
ORDER = Order(on=TODAY, basis="区委组织部文件", version=1)


def by(world, persona="qian"):
    return {"actor": world.user(persona), "scope": world.scope(persona), "at": NOW}


def founded(body, on):
    Organization.unscoped.filter(pk=body.pk).update(established_on=on)


def test_merger_moves_members_with_their_history(world):
    group = make_group(world.a)
    Member.unscoped.filter(pk=world.chen.pk).update(group=group)
    gone = make_member(world.a, "已故", standing=Standing.ENDED)

    merge_branches(world.a, world.b, ORDER, **by(world))

    world.chen.refresh_from_db()
    gone.refresh_from_db()
    assert (world.chen.branch, world.chen.path, world.chen.group) == (world.b, world.b.path, None)
    assert gone.branch == world.a
    assert [
        (p.branch, p.starts_on, p.ends_on, p.reason)
        for p in BranchPeriod.objects.filter(member=world.chen).order_by("starts_on")
    ] == [
        (world.a, date(2015, 7, 1), TODAY - timedelta(days=1), PeriodReason.LOADED),
        (world.b, TODAY, None, PeriodReason.REORGANISED),
    ]
    assert {line.id for line in roster_for(world.b, TODAY)} == {
        world.li.pk, world.ran.pk, world.chen.pk, world.sun.pk,
    }  # fmt: skip
    connection.check_constraints()


def test_a_record_merged_into_a_member_follows_the_member(world):
    double = make_member(world.a, "陈党员", since=date(2018, 7, 1))
    merge(world, double)

    merge_branches(world.a, world.b, ORDER, **by(world))

    double.refresh_from_db()
    assert (double.branch, double.path) == (world.b, world.b.path)


def test_merger_ends_posts_terms_and_groups_and_dissolves(world):
    group = make_group(world.a)
    make_term(world.a)
    later = make_post(world.sun, world.a, PostKind.PUBLICITY, starts_on=TODAY)
    coming = make_post(world.sun, world.a, PostKind.ORGANISATION, starts_on=TODAY + timedelta(days=9))

    row = merge_branches(world.a, world.b, ORDER, **by(world))

    group.refresh_from_db()
    later.refresh_from_db()
    assert row.dissolved_on == TODAY
    assert Post.unscoped.get(member=world.li).ends_on == TODAY - timedelta(days=1)
    assert later.ends_on == TODAY
    coming.refresh_from_db()
    assert (coming.cancelled_on, coming.ends_on) == (TODAY, None)
    assert Term.unscoped.get().ended_on == TODAY - timedelta(days=1)
    assert group.ended_on == TODAY
    assert not world.scope("li").may("member.view", world.b)


def test_merger_is_told(world):
    merge_branches(world.a, world.b, ORDER, **by(world))

    entry = AuditEntry.objects.get(action="member.reorganised")
    assert entry.changes["members"] == sorted([world.li.pk, world.ran.pk, world.chen.pk, world.sun.pk])
    assert entry.changes["posts_ended"] == 2
    assert Notification.unscoped.filter(rule="members.branch_merged").count() == 4
    keys = set(OutboxEvent.objects.filter(topic="members.changed").values_list("key", flat=True))
    assert keys == {str(world.a.pk), str(world.b.pk)}


@pytest.mark.parametrize(
    ("prepare", "order", "code"),
    [
        (lambda w: None, Order(on=date(2026, 3, 11), basis="x", version=1), "date_in_future"),
        (lambda w: None, Order(on=date(2010, 6, 30), basis="x", version=1), "date_before_founding"),
        (lambda w: founded(w.b, date(2026, 3, 11)), ORDER, "date_before_founding"),
        (lambda w: make_transfer(w.chen, w.c), ORDER, "has_open_transfers"),
        (lambda w: make_member(w.a, "新到", since=TODAY), ORDER, "arrived_later"),
        (lambda w: None, Order(on=TODAY, basis="x", version=9), "stale_version"),
    ],
)
def test_merger_is_refused_whole(world, prepare, order, code):
    prepare(world)

    with pytest.raises(Refused) as refusal:
        merge_branches(world.a, world.b, order, **by(world))

    assert refusal.value.code == code
    assert Member.unscoped.filter(branch=world.b).count() == 0


def test_merger_needs_the_right_at_both_ends(world):
    with pytest.raises(NotAllowed):
        merge_branches(world.a, world.b, ORDER, **by(world, "zhao"))


def test_preview_counts_what_would_move_and_end(world):
    make_group(world.a)
    make_transfer(world.chen, world.c)
    make_transfer(world.wang, world.a)

    preview = preview_merger(world.a, scope=world.scope("qian"), on=TODAY)

    assert preview == MergePreview(members=4, posts=2, groups=1, transfers=2)
    assert not preview.is_possible
    assert preview_merger(world.b, scope=world.scope("qian"), on=TODAY).is_possible


def test_posts_and_terms_end_with_a_dissolved_body_and_are_told_once(world):
    post = Post.unscoped.get(member=world.li, organization=world.a)
    term = make_term(world.a, starts_on=date(2024, 1, 1))
    coming = make_post(world.sun, world.a, PostKind.ORGANISATION, starts_on=date(2099, 1, 1))
    Organization.unscoped.filter(pk=world.a.pk).update(dissolved_on=TODAY)

    found = [end_outlived_offices(), end_outlived_offices()]

    post.refresh_from_db()
    term.refresh_from_db()
    coming.refresh_from_db()
    assert found == [3, 0]
    assert coming.cancelled_on is not None
    assert (post.ends_on, term.ended_on) == (TODAY - timedelta(days=1), TODAY - timedelta(days=1))
    assert not Post.unscoped.held_on(TODAY).filter(organization=world.a).exists()
    assert Post.unscoped.held_on(TODAY).filter(organization=world.c).exists()
    assert AuditEntry.objects.filter(action="post.outlived").count() == 1
