"""A post to come is cancelled by hand, and comes again while its first day is ahead."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from branches.choices import PostKind
from members.models import Member, Post
from members.tests.factories import make_post
from members.tests.transfer_pages import text
from members.workflows import posts as work
from members.workflows.posts import PostOrder
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.models import AuditEntry, Notification, OutboxEvent

pytestmark = pytest.mark.usefixtures("on_the_day")


def by(world: Any, persona: str) -> dict[str, Any]:
    return {"actor": world.user(persona), "scope": world.scope(persona), "at": world.now}


def to_come(world: Any, member: Member | None = None, kind: PostKind = PostKind.PUBLICITY) -> Post:
    """By the ordinary way, in thirty days."""
    order = PostOrder(kind=kind, starts_on=world.today + timedelta(days=30), basis="党员大会")
    return work.appoint(member or world.chen, world.a, order, **by(world, "zhao"))


def cancelled(world: Any, post: Post, persona: str = "zhao", *, keeps: bool = False) -> Post:
    return work.cancel_post(post, "工作变动", keeps=keeps, **by(world, persona))


def secretary(world: Any) -> Post:
    return Post.unscoped.get(member=world.li, kind=PostKind.SECRETARY)


def test_it_is_kept_as_cancelled_traced_and_told(world: Any) -> None:
    post = to_come(world)
    Notification.unscoped.all().delete()
    OutboxEvent.objects.all().delete()

    after = cancelled(world, post)

    assert after.cancelled_on == world.today
    assert not Post.unscoped.held_on(post.starts_on).filter(pk=post.pk).exists()
    entry = AuditEntry.objects.get(action="post.cancelled")
    assert (entry.changes["basis"], entry.changes["starts_on"]) == ("工作变动", str(post.starts_on))
    assert [(row.recipient_id, row.rule) for row in Notification.unscoped.all()] == [
        (world.chen.user_id, "members.post_cancelled")
    ]
    assert OutboxEvent.objects.filter(topic="members.changed").exists()


def test_what_has_begun_is_ended_not_cancelled(world: Any) -> None:
    post = make_post(world.chen, world.a, PostKind.PUBLICITY, starts_on=world.today)

    with pytest.raises(Refused, match="post_begun"):
        cancelled(world, post)


def test_twice_changes_nothing(world: Any) -> None:
    post = to_come(world)
    cancelled(world, post)

    with pytest.raises(Refused, match="post_cancelled_already"):
        cancelled(world, post)


@pytest.mark.parametrize("persona", ["chen", "ran", "wang"])
def test_others_neither_cancel_nor_take_back(world: Any, persona: str) -> None:
    post = to_come(world)
    with pytest.raises(NotAllowed):
        cancelled(world, post, persona)
    cancelled(world, post)

    with pytest.raises(NotAllowed):
        work.restore_post(post, **by(world, persona))


def test_whoever_was_to_hand_over_keeps_the_post_if_so_decided(world: Any) -> None:
    post = to_come(world, kind=PostKind.SECRETARY)
    assert secretary(world).ends_on == post.starts_on - timedelta(days=1)

    cancelled(world, post, keeps=True)

    assert secretary(world).ends_on is None
    kept = AuditEntry.objects.get(action="post.kept")
    assert kept.changes["ends_on"] == [str(post.starts_on - timedelta(days=1)), None]
    assert Notification.unscoped.filter(recipient=world.li.user, rule="members.post_kept").count() == 1


def test_who_keeps_the_post_ends_on_the_day_said_before(world: Any) -> None:
    said = world.today + timedelta(days=90)
    earlier = world.now - timedelta(days=30)
    Post.unscoped.filter(pk=secretary(world).pk).update(ends_on=said, recorded_at=earlier)

    cancelled(world, to_come(world, kind=PostKind.SECRETARY), keeps=True)

    assert secretary(world).ends_on == said


def test_who_was_given_a_post_for_a_time_may_keep_it_longer(world: Any) -> None:
    post = to_come(world, kind=PostKind.SECRETARY)
    Post.unscoped.filter(pk=secretary(world).pk).update(changed_at=None)

    cancelled(world, post, keeps=True)

    assert secretary(world).ends_on is None


def test_nobody_keeps_their_own_post_by_their_own_word(world: Any) -> None:
    post = to_come(world, kind=PostKind.SECRETARY)

    with pytest.raises(Refused, match="own_stay"):
        cancelled(world, post, "li", keeps=True)

    assert Post.unscoped.get(pk=post.pk).cancelled_on is None
    assert "继续任职" not in text(world.client("li").get(reverse("members:post-cancel", args=[post.pk])))
    assert cancelled(world, post, "li").cancelled_on == world.today


def test_otherwise_the_post_falls_vacant_as_it_was_decided(world: Any) -> None:
    post = to_come(world, kind=PostKind.SECRETARY)

    cancelled(world, post)

    assert secretary(world).ends_on == post.starts_on - timedelta(days=1)
    assert not AuditEntry.objects.filter(action="post.kept").exists()


def test_nobody_hands_over_a_post_that_stood_vacant(world: Any) -> None:
    Post.unscoped.filter(pk=secretary(world).pk).update(ends_on=world.today - timedelta(days=3))
    post = to_come(world, kind=PostKind.SECRETARY)

    assert cancelled(world, post, keeps=True).cancelled_on == world.today
    assert work.handing_over_to(to_come(world, world.sun), world.today) is None


def test_it_comes_again_and_the_hand_over_with_it(world: Any) -> None:
    post = to_come(world, kind=PostKind.SECRETARY)
    cancelled(world, post, keeps=True)

    after = work.restore_post(post, **by(world, "zhao"))

    assert after.cancelled_on is None
    assert secretary(world).ends_on == post.starts_on - timedelta(days=1)
    assert AuditEntry.objects.filter(action="post.restored").count() == 1
    assert Notification.unscoped.filter(recipient=world.chen.user, rule="members.post_restored").exists()


def test_without_a_hand_over_it_just_comes_again(world: Any) -> None:
    post = to_come(world)
    cancelled(world, post)

    work.restore_post(post, **by(world, "li"))

    assert Post.unscoped.held_on(post.starts_on).filter(pk=post.pk).exists()


def test_it_comes_again_only_if_it_could_be_given_now(world: Any) -> None:
    post = to_come(world)
    with pytest.raises(Refused, match="post_not_cancelled"):
        work.restore_post(post, **by(world, "zhao"))
    cancelled(world, post)
    to_come(world)
    with pytest.raises(Refused, match="post_held_already"):
        work.restore_post(post, **by(world, "zhao"))
    Member.unscoped.filter(pk=world.chen.pk).update(standing="probationary")
    with pytest.raises(Refused, match="post_needs_formal_member"):
        work.restore_post(post, **by(world, "zhao"))
    world.now += timedelta(days=30)
    with pytest.raises(Refused, match="post_begun"):
        work.restore_post(post, **by(world, "zhao"))


def test_on_the_page_it_is_cancelled_and_taken_back(world: Any) -> None:
    post, client = to_come(world, kind=PostKind.SECRETARY), world.client("zhao")
    address, listed = (
        reverse("members:post-cancel", args=[post.pk]),
        reverse("members:post-list", args=[world.a.pk]),
    )
    offered = text(client.get(listed))
    form = text(client.get(address))
    empty = client.post(address, {"basis": ""})
    done = text(client.post(address, {"basis": "工作变动", "keeps": "on"}, follow=True))
    again = text(client.post(reverse("members:post-restore", args=[post.pk]), follow=True))
    refused = text(client.post(reverse("members:post-restore", args=[post.pk]), follow=True))

    assert "取消" in offered
    assert "李书记继续任职" in form
    assert empty.status_code == 422
    assert "撤回取消" in done
    assert "陈党员的任职恢复为待任" in again
    assert "该任职未被取消" in refused
    Post.unscoped.filter(pk=secretary(world).pk).update(ends_on=world.today - timedelta(days=1))
    Post.unscoped.filter(pk=post.pk).update(starts_on=world.today)
    begun = client.post(address, {"basis": "工作变动"})
    assert (begun.status_code, "请办理免职" in text(begun)) == (422, True)


def test_whoever_keeps_the_post_hands_it_over_to_the_next_one_to_come(world: Any) -> None:
    post = to_come(world, kind=PostKind.SECRETARY)
    order = PostOrder(
        kind=PostKind.SECRETARY, starts_on=post.starts_on + timedelta(days=60), basis="党员大会"
    )
    after = work.appoint(world.sun, world.a, order, **by(world, "zhao"))

    cancelled(world, post, keeps=True)

    assert secretary(world).ends_on == after.starts_on - timedelta(days=1)
    assert AuditEntry.objects.get(action="post.kept").changes["ends_on"] == [
        str(post.starts_on - timedelta(days=1)),
        str(after.starts_on - timedelta(days=1)),
    ]
    work.restore_post(post, **by(world, "zhao"))
    assert secretary(world).ends_on == post.starts_on - timedelta(days=1)
