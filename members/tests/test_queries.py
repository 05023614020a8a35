"""Who is on a roster on a day, and whom a notice reaches."""

from datetime import date

import pytest

from branches.choices import Kind, PostKind, Sector
from branches.provisions import RIGHTS
from branches.tests.factories import make_group, make_organization
from members.choices import PeriodReason, Standing
from members.models import BranchPeriod, Post, StandingPeriod
from members.queries import roster_for, users_who_may, users_with_posts
from members.tests.factories import NOW, make_member, make_person, make_post, make_transfer

TODAY = date(2026, 3, 10)
SEES = ("transfer.view",)


def test_roster_is_in_pinyin_order_with_posts_and_votes(world):
    group = make_group(world.a)
    world.chen.group = group
    world.chen.save()
    make_post(world.li, world.a, PostKind.ORGANISATION)
    probationer = make_member(
        world.a, "艾新", standing=Standing.PROBATIONARY, confirmed_on=None, joined_on=date(2025, 9, 1)
    )

    roster = roster_for(world.a, TODAY)

    assert roster == [
        (probationer.pk, "艾新", "probationary", None, (), False),
        (world.chen.pk, "陈党员", "formal", group.pk, (), True),
        (world.li.pk, "李书记", "formal", None, ("secretary", "organisation"), True),
        (world.ran.pk, "冉记录", "formal", None, ("recorder",), True),
        (world.sun.pk, "孙党员", "formal", None, (), True),
    ]


def test_roster_is_that_of_the_day(world):
    period = BranchPeriod.objects.get(member=world.chen)
    period.ends_on = date(2026, 1, 31)
    period.save()
    BranchPeriod.objects.create(
        member=world.chen,
        branch=world.b,
        starts_on=date(2026, 2, 1),
        reason=PeriodReason.TRANSFERRED,
        recorded_at=NOW,
    )
    world.chen.branch, world.chen.path = world.b, world.b.path
    world.chen.save()
    standing = StandingPeriod.objects.get(member=world.sun)
    standing.ends_on = date(2026, 1, 31)
    standing.save()
    StandingPeriod.objects.create(
        member=world.sun, standing=Standing.SUSPENDED, starts_on=date(2026, 2, 1), recorded_at=NOW
    )

    assert {line.name for line in roster_for(world.a, date(2026, 1, 31))} == {
        "陈党员",
        "李书记",
        "冉记录",
        "孙党员",
    }
    assert {line.name for line in roster_for(world.a, date(2026, 2, 1))} == {"李书记", "冉记录"}
    assert {line.name for line in roster_for(world.b, date(2026, 2, 1))} == {"陈党员"}


def test_roster_keeps_a_member_until_the_other_side_accepts(world):
    make_transfer(world.chen, world.b, state="at_receiver")

    assert world.chen.pk in {line.id for line in roster_for(world.a, TODAY)}
    assert roster_for(world.b, TODAY) == []


def test_roster_costs_two_queries(world, django_assert_num_queries):
    with django_assert_num_queries(2):
        roster_for(world.a, TODAY)


def test_users_with_posts_finds_the_holders(world):
    assert users_with_posts(world.a.pk, [PostKind.SECRETARY], TODAY, may=SEES) == {world.li.user_id}
    assert users_with_posts(
        world.a.path, [PostKind.SECRETARY, PostKind.RECORDER], TODAY, may=("activity.record",)
    ) == {
        world.li.user_id,
        world.ran.user_id,
    }


def test_users_with_posts_turns_to_the_next_body_above(world):
    assert users_with_posts(world.b.pk, [PostKind.SECRETARY], TODAY, may=SEES) == {world.zhao.user_id}
    assert users_with_posts(world.organ.pk, [PostKind.SECRETARY], TODAY, may=SEES) == {world.qian.user_id}


def test_users_with_posts_passes_over_those_who_cannot_read_it(world):
    world.li.user.is_active = False
    world.li.user.save()
    make_post(make_member(world.a, "无账号"), world.a, PostKind.DEPUTY_SECRETARY)

    assert users_with_posts(world.a.pk, [PostKind.SECRETARY, PostKind.DEPUTY_SECRETARY], TODAY, may=SEES) == {
        world.zhao.user_id
    }


def test_users_with_posts_is_empty_where_nobody_is(world):
    root = make_organization(None, "另一区委", kind=Kind.COMMITTEE, sector=Sector.TERRITORY)

    assert users_with_posts(root.pk, [PostKind.SECRETARY], TODAY, may=SEES) == set()
    assert users_with_posts(999, [PostKind.SECRETARY], TODAY, may=SEES) == set()


@pytest.mark.parametrize("kind", [PostKind.ORGANISER, PostKind.OFFICER])
def test_an_overseer_of_the_body_itself_is_told_only_when_asked_for(world, kind):
    make_post(make_person(world.organ, "hu", "胡某"), world.committee_2, kind)
    make_post(world.sun, world.committee_2, PostKind.SECRETARY)

    assert users_with_posts(world.committee_2.pk, [PostKind.SECRETARY], TODAY, may=SEES) == {
        world.sun.user_id
    }


def test_a_right_is_looked_for_upwards_until_somebody_has_it(world, monkeypatch):
    monkeypatch.setitem(RIGHTS, PostKind.OFFICER, RIGHTS[PostKind.OFFICER] | {"member.account"})
    make_post(world.zhao, world.committee_2, PostKind.ORGANISER)  # the nearest above, without the right

    def told():
        return users_who_may("member.account", world.c.path, TODAY)

    assert told() == {world.wang.user_id}
    Post.unscoped.filter(member=world.wang).update(kind=PostKind.ORGANISATION)
    assert told() == {world.qian.user_id}
    world.qian.user.desk = "system"
    world.qian.user.save()
    assert told() == set()
