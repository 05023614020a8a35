"""On paper comes somebody of whom the register held two lines, made one since."""

from datetime import date
from typing import Any

import pytest

from members.models import Member, Paper
from members.tests.arrivals import NUMBER, accepted, registered
from members.tests.factories import make_member
from members.tests.merging import merge
from members.tests.test_workflows_arrivals import chen_back, chen_left
from members.tests.test_workflows_loader import id_number
from orgportal.core.errors import Refused
from orgportal.core.sealing import blind, seal, unseal


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


def test_the_number_of_a_merged_record_comes_back_with_its_bearer(world: Any) -> None:
    double, other = merged_double(world), id_number(date(1990, 1, 2), 7)
    chen = chen_left(world)
    for pk, number in ((chen.pk, other), (double.pk, NUMBER)):
        Member.unscoped.filter(pk=pk).update(id_number_sealed=seal(number), id_number_digest=blind(number))

    taken = accepted(world, chen_back(world, letter={"issued_on": world.today}), "wang")

    assert taken.member == chen
    kept = {pk: Member.unscoped.get(pk=pk) for pk in (chen.pk, double.pk)}
    assert {pk: row.id_number_digest for pk, row in kept.items()} == {
        chen.pk: blind(NUMBER), double.pk: blind(other),
    }  # fmt: skip
    assert unseal(bytes(kept[double.pk].id_number_sealed or b"")) == other


def test_merged_records_follow_whoever_comes_back(world: Any) -> None:
    double = merged_double(world)
    chen_left(world)

    accepted(world, chen_back(world, letter={"issued_on": world.today}), "wang")

    double.refresh_from_db()
    assert (double.branch, double.path) == (world.c, world.c.path)
