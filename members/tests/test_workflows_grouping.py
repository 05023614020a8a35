"""Members put into groups."""

import pytest

from branches.tests.factories import make_group
from members.models import Member
from members.tests.test_workflows_register import by, code_of
from members.workflows.grouping import assign_group
from orgportal.core.errors import NotAllowed
from orgportal.core.models import AuditEntry


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
