"""Party groups: what the branch may do with them, and what is refused."""

from datetime import date

import pytest

from branches.tests.factories import NOW, make_group
from branches.workflows.groups import end_group, found_group, rename_group
from branches.workflows.history import Order
from members.tests.factories import make_member
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.models import AuditEntry

ORDER = Order(on=date(2026, 3, 1), version=1)


@pytest.fixture
def by(world):
    return {"actor": world.user("li"), "scope": world.scope("li"), "at": NOW}


def refusal(call, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    return caught.value.code


@pytest.mark.django_db
def test_a_group_is_founded_renamed_and_ended_with_audit(world, by):
    group = found_group(world.a, "一组", ORDER, **by)
    group = rename_group(group, "二组", ORDER, **by)
    group = end_group(group, Order(on=date(2026, 3, 5), version=2), **by)

    assert (group.name, group.founded_on, group.ended_on) == ("二组", ORDER.on, date(2026, 3, 5))
    actions = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
    assert actions == ["group.found", "group.rename", "group.end"]


@pytest.mark.django_db
def test_only_branches_have_groups_and_names_are_taken_once(world, by):
    make_group(world.a, "一组")
    other = make_group(world.a, "二组")
    above = refusal(found_group, world.committee_1, "一组", ORDER, **{**by, "scope": anywhere(world)})
    twice = refusal(found_group, world.a, "一组", ORDER, **by)
    renamed = refusal(rename_group, other, "一组", ORDER, **by)

    assert (above, twice, renamed) == ("only_branches_have_groups", "name_taken", "name_taken")


def anywhere(world):
    return type(world.scope("li"))(grants=(type(world.scope("li").grants[0])("", frozenset({"group.edit"})),))


@pytest.mark.django_db
def test_a_group_in_use_or_over_stays_as_it_is(world, by):
    used, over = make_group(world.a, "一组"), make_group(world.a, "旧组", ended_on=date(2020, 1, 1))
    make_member(world.a, group=used)
    held = refusal(end_group, used, ORDER, **by)
    ended = refusal(rename_group, over, "新组", ORDER, **by)
    early = refusal(end_group, used, Order(on=date(2001, 1, 1), version=1), **by)

    assert (held, ended, early) == ("group_has_members", "group_ended", "date_before_founding")


@pytest.mark.django_db
def test_another_branch_has_no_say(world, by):
    with pytest.raises(NotAllowed):
        found_group(world.a, "一组", ORDER, **{**by, "scope": world.scope("wang")})
