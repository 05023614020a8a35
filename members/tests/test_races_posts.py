"""A post to come and what it rests on, changed at the same moment by two people on real connections."""

from datetime import timedelta
from threading import Event
from time import sleep
from typing import Any

import pytest
from django.db import transaction

from branches.choices import PostKind
from branches.models import Organization
from members.models import Member, Post, Superseded
from members.tests.factories import make_person, make_post
from members.tests.test_races_transfer import together
from members.workflows import posts as work
from members.workflows import versions
from members.workflows.posts import PostOrder
from members.workflows.reorganise import end_offices
from members.workflows.standing import Decision, enter
from orgportal.core.errors import Refused
from orgportal.core.models import AuditEntry

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
ROUNDS = 5


def by(world: Any) -> dict[str, Any]:
    return {"actor": world.user("zhao"), "scope": world.scope("zhao"), "at": world.now}


def secretary_in(world: Any, member: Member, days: int) -> Post:
    order = PostOrder(kind=PostKind.SECRETARY, starts_on=world.today + timedelta(days=days), basis="党员大会")
    return work.appoint(member, world.a, order, **by(world))


def test_a_post_cancelled_while_another_is_given_leaves_one_secretary_at_a_time(world: Any) -> None:
    for number in range(ROUNDS):
        first, then = (make_person(world.a, f"next{number}{place}", f"继{number}{place}") for place in (1, 2))
        post = secretary_in(world, first, 30)

        together(
            lambda post=post: work.cancel_post(post, "工作变动", keeps=True, **by(world)),  # type: ignore[misc]
            lambda then=then: secretary_in(world, then, 60),  # type: ignore[misc]
        )

        (later,) = Post.unscoped.standing().filter(member=then)
        assert Post.unscoped.get(member=world.li, kind="secretary").ends_on == later.starts_on - timedelta(
            days=1
        )
        work.cancel_post(later, "工作变动", keeps=True, **by(world))


def test_nobody_keeps_a_post_that_is_ended_at_the_same_moment(world: Any) -> None:
    coming, begun = secretary_in(world, make_person(world.a, "next", "继任"), 30), Event()
    held = Post.unscoped.get(member=world.li, kind="secretary")

    def end() -> None:
        with transaction.atomic():
            Post.unscoped.select_for_update().get(pk=held.pk)
            begun.set()
            sleep(1)  # the other one comes as far as it can before this goes on
            work.end_post(held, world.today, "免职", **by(world))

    def cancel() -> None:
        assert begun.wait(20)
        work.cancel_post(coming, "工作变动", keeps=True, **by(world))

    together(end, cancel)

    held.refresh_from_db()
    coming.refresh_from_db()
    assert (held.ends_on, coming.cancelled_on) == (world.today, world.today)
    assert not AuditEntry.objects.filter(action="post.kept").exists()


def test_ends_with_dissolved_bodies_and_an_end_by_hand_do_not_wait_in_a_circle(world: Any) -> None:
    begun, last = Event(), world.today - timedelta(days=1)
    first, held = (
        make_post(make_person(body, f"holder{body.pk}", "任职"), body, PostKind.PUBLICITY)
        for body in (world.a, world.b)
    )
    Organization.unscoped.filter(pk__in=[world.a.pk, world.b.pk]).update(dissolved_on=world.today)

    def by_hand() -> None:
        with transaction.atomic():
            Post.unscoped.select_for_update().get(pk=held.pk)
            begun.set()
            sleep(1)  # the other one comes as far as it can before this goes on
            work.end_post(held, last - timedelta(days=1), "免职", **by(world))

    def nightly() -> None:
        assert begun.wait(20)
        end_offices(at=world.now)

    together(by_hand, nightly)

    ends = [Post.unscoped.get(pk=post.pk).ends_on for post in (first, held)]
    assert ends == [last, last - timedelta(days=1)]


def test_of_two_changes_at_once_the_second_keeps_what_the_first_wrote(world: Any) -> None:
    post, changed = make_post(world.chen, world.a, PostKind.PUBLICITY), Event()
    Post.unscoped.filter(pk=post.pk).update(recorded_at=world.now - timedelta(days=9))
    rows, later = Post.unscoped.filter(pk=post.pk), world.now + timedelta(hours=1)

    def first() -> None:
        with transaction.atomic():
            versions.amend(rows.all(), world.now, ends_on=world.today)
            changed.set()
            sleep(1)  # the other one begins before this is committed

    def second() -> None:
        assert changed.wait(20)
        with transaction.atomic():
            versions.amend(rows.all(), later, ends_on=world.today - timedelta(days=1))

    together(first, second)

    kept = Superseded.objects.order_by("known_until").values_list("ends_on", "known_from", "known_until")
    assert list(kept) == [
        (None, world.now - timedelta(days=9), world.now),
        (world.today, world.now, later),
    ]


def test_nobody_is_to_hold_a_post_who_has_died_meanwhile(world: Any) -> None:
    person, died = make_person(world.a, "leaver", "离世"), Event()
    post = make_post(
        person, world.a, PostKind.PUBLICITY, starts_on=world.today + timedelta(days=30),
        cancelled_on=world.today,
    )  # fmt: skip
    death = Decision(kind="death", decided_on=world.today, effect_on=world.today, document="死亡证明")

    def die() -> None:
        with transaction.atomic():
            enter(person, death, seen_version=person.version, **by(world))
            died.set()
            sleep(1)  # the other one reads before this is committed

    def restore() -> Any:
        assert died.wait(20)
        return work.restore_post(post, **by(world))

    _, refusal = together(die, restore)

    assert isinstance(refusal, Refused)
    assert not Post.unscoped.standing().filter(member=person).exists()
