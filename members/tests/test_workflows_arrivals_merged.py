"""On paper comes somebody of whom the register held two lines, made one since."""

from typing import Any

import pytest

from members.models import Member, Paper
from members.tests.arrivals import NUMBER, accepted, registered
from members.tests.factories import make_member
from members.tests.merging import merge
from members.tests.test_workflows_arrivals import chen_back, chen_left
from orgportal.core.errors import Refused
from orgportal.core.sealing import blind


def merged_double(world: Any) -> Member:
    double = make_member(world.a, "陈党员", since=world.chen.joined_on)
    merge(world, double)
    return double


def test_the_number_of_a_merged_record_names_the_person_it_stands_for(world: Any) -> None:
    double = merged_double(world)
    Member.unscoped.filter(pk=double.pk).update(id_number_digest=blind(NUMBER))

    with pytest.raises(Refused, match="id_in_register_here") as told:
        registered(world)

    assert told.value.params["member"] == world.chen.pk
    assert not Paper.unscoped.exists()


def test_merged_records_follow_whoever_comes_back(world: Any) -> None:
    double = merged_double(world)
    chen_left(world)

    accepted(world, chen_back(world, letter={"issued_on": world.today}), "wang")

    double.refresh_from_db()
    assert (double.branch, double.path) == (world.c, world.c.path)
