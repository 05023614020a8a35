"""Members put into groups, and memberships that end."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection

from branches.choices import PostKind
from branches.tests.factories import make_group
from members.choices import Standing
from members.models import BranchPeriod, Member, Post, StandingPeriod
from members.queries import scope_for
from members.tests.factories import make_member, make_post, make_transfer
from members.tests.test_workflows_register import by, code_of
from members.workflows.ending import Ending, end_membership
from members.workflows.grouping import assign_group
from orgportal.core.errors import NotAllowed, StaleVersion
from orgportal.core.models import AuditEntry

# --- groups


def test_members_are_put_into_a_group_and_out_again(world):
    group = make_group(world.a)
    pks = [world.chen.pk, world.sun.pk]

    assert assign_group(world.a, pks, group, **by(world, "li")) == 2
    assert assign_group(world.a, pks, group, **by(world, "li")) == 0
    assert assign_group(world.a, [world.sun.pk], None, **by(world, "li")) == 1

    assert list(Member.unscoped.filter(group=group)) == [world.chen]
    last = AuditEntry.objects.filter(action="member.grouped").latest("pk")
    assert last.changes == {"group": "", "before": {str(world.sun.pk): "第一党小组"}}
    assert AuditEntry.objects.filter(action="member.grouped").count() == 2


def test_groups_take_only_members_of_their_branch(world):
    group = make_group(world.a)

    assert code_of(assign_group, world.a, [world.wang.pk], group, **by(world, "li")) == "not_all_here"
    assert (
        code_of(assign_group, world.a, [world.chen.pk], make_group(world.b), **by(world, "li"))
        == "group_not_here"
    )
    with pytest.raises(NotAllowed):
        assign_group(world.a, [world.chen.pk], group, **by(world, "zhao"))


# --- ending

DEATH = Ending(kind="death", on=date(2026, 3, 1), basis="死亡证明")


def end(world, member=None, ending=DEATH, persona="li", version=1):
    return end_membership(member or world.chen, ending, seen_version=version, **by(world, persona))


def test_end_closes_periods_posts_and_account(world):
    make_post(world.chen, world.a, PostKind.PUBLICITY)
    recorder = Post.unscoped.get(member=world.ran)

    row = end(world)
    end(world, world.ran)

    assert (row.standing, row.is_present) == (Standing.ENDED, False)
    assert BranchPeriod.objects.get(member=row).ends_on == DEATH.on
    last = StandingPeriod.objects.filter(member=row).latest("starts_on")
    assert (last.standing, last.end_kind, last.starts_on, last.basis) == (
        "ended",
        "death",
        DEATH.on + timedelta(days=1),
        "死亡证明",
    )
    assert Post.unscoped.get(member=row).ends_on == DEATH.on
    recorder.refresh_from_db()
    assert recorder.ends_on == DEATH.on
    world.chen.user.refresh_from_db()
    assert not world.chen.user.is_active
    assert scope_for(world.chen.user, date(2026, 3, 10)).member_id is None
    connection.check_constraints()


def test_end_of_somebody_without_account(world):
    member = make_member(world.a, "无号")

    assert end(world, member).standing == Standing.ENDED


def test_end_refuses_oneself_the_future_and_what_is_still_open(world):
    assert code_of(end, world, world.li) == "not_oneself"
    assert code_of(end, world, ending=replace(DEATH, on=date(2026, 3, 11))) == "date_in_future"
    assert code_of(end, world, ending=replace(DEATH, kind="cancelled")) == "not_on_probation"
    assert code_of(end, world, ending=replace(DEATH, on=date(2015, 6, 30))) == "ends_too_early"
    make_transfer(world.chen, world.b)
    assert code_of(end, world) == "transfer_is_open"


def test_end_refuses_an_ended_file_and_a_stale_version(world):
    with pytest.raises(StaleVersion):
        end(world, version=4)
    end(world)
    assert code_of(end, world, version=2) == "membership_ended"


def test_probation_can_be_cancelled(world):
    member = make_member(
        world.a, "艾新", standing=Standing.PROBATIONARY, confirmed_on=None, joined_on=date(2025, 9, 1)
    )

    assert end(world, member, replace(DEATH, kind="cancelled")).standing == Standing.ENDED
