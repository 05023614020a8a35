"""Hosts: announced by home, registered by exact number and name; both ends meet, and nothing is said back."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from members.choices import InflowState
from members.models import Inflow, NumberTry
from members.queries import mobile as queries
from members.tests.mobile import SINCE, away, by, host, send_away
from members.tests.test_workflows_mobile import rules_told
from members.tests.test_workflows_register import code_of
from members.workflows import inflow, mobile
from members.workflows.inflow import Told
from members.workflows.numbers import TRIES_AN_HOUR, count_tries
from orgportal.core.errors import NotAllowed, Refused, StaleVersion
from orgportal.core.models import AuditEntry

SHOWN = ("host_id", "number", "name", "state", "since", "expected_on", "ended_on", "version")


def told(row):
    return {name: getattr(row, name) for name in SHOWN if name not in {"number", "name"}}


def test_exact_number_and_name_meet_the_stay_on_both_ends(world):
    spell = send_away(world)

    row = host(world, world.chen.number, "陈党员")

    assert (row.state, row.spell) == (InflowState.MATCHED, spell)
    assert "members.mobile_matched" in rules_told(world, "li")
    assert rules_told(world, "wang") == []
    assert queries.host_of(spell).name == "丙社区党支部"
    assert queries.home_of(row) == queries.HomeSide("甲社区党支部", "")


def test_a_wrong_name_is_answered_like_a_right_one(world):
    right = host(world, world.chen.number, "陈党员")
    wrong = host(world, world.sun.number, "孙悟空")
    unknown = host(world, "P0000000000", "陈党员")

    assert told(right) == told(wrong) == told(unknown)
    assert (right.member, wrong.member, unknown.member) == (world.chen, None, None)
    assert [queries.home_of(row) for row in (right, wrong, unknown)] == [None, None, None]
    assert rules_told(world, "li") == ["members.mobile_reported"]
    found = AuditEntry.objects.filter(action="member.number_typed").order_by("pk")
    assert [line.changes["found"] for line in found] == [True, False, False]


def test_a_report_waits_until_home_registers_the_stay(world):
    row = host(world, world.chen.number, "陈党员")

    assert [(line.member, line.host_id) for line in queries.reported(world.scope("li"))] == [
        (world.chen, world.c.pk)
    ]
    assert queries.reported(world.scope("wang")) == []
    spell = send_away(world)

    row.refresh_from_db()
    assert (row.state, row.spell) == (InflowState.MATCHED, spell)
    assert rules_told(world, "wang") == ["members.inflow_matched"]
    assert queries.reported(world.scope("li")) == []


def test_home_names_the_host_who_confirms(world):
    spell = send_away(world, host=world.c, expected_on=date(2026, 12, 1))
    row = Inflow.unscoped.get()

    assert (row.state, row.name, row.number, row.expected_on) == (
        InflowState.ANNOUNCED, "陈党员", world.chen.number, date(2026, 12, 1),
    )  # fmt: skip
    assert queries.home_of(row) is not None
    confirmed = inflow.confirm(row, seen_version=1, **by(world, "wang"))
    assert confirmed.state == InflowState.MATCHED
    assert rules_told(world, "li") == ["members.mobile_matched"]
    assert code_of(inflow.confirm, row, seen_version=2, **by(world, "wang")) == "inflow_moved_on"
    assert queries.host_body(spell) == world.c


def test_naming_another_host_moves_the_care(world):
    spell = send_away(world, host=world.c)

    after = mobile.correct(spell, away(host=world.b), seen_version=1, **by(world, "li"))
    same = mobile.correct(after, away(host=world.b), seen_version=2, **by(world, "li"))
    mobile.correct(same, away(), seen_version=3, **by(world, "li"))

    states = list(Inflow.unscoped.order_by("pk").values_list("host", "state"))
    assert states == [(world.c.pk, InflowState.ENDED), (world.b.pk, InflowState.ANNOUNCED)]


def test_an_announcement_takes_the_place_of_a_wrong_entry_of_the_host(world):
    wrong = host(world, world.chen.number, "陈团员")

    send_away(world, host=world.c)

    wrong.refresh_from_db()
    assert wrong.state == InflowState.ENDED
    assert Inflow.unscoped.live().get().state == InflowState.ANNOUNCED


def test_a_report_of_the_named_host_is_met_not_doubled(world):
    row = host(world, world.chen.number, "陈党员")

    send_away(world, host=world.c)

    row.refresh_from_db()
    assert (row.state, Inflow.unscoped.count()) == (InflowState.MATCHED, 1)


def test_a_second_host_of_one_stay_stays_unconfirmed(world):
    send_away(world, host=world.c)

    row = host(world, world.chen.number, "陈党员", "zhao", branch=world.b)

    assert (row.state, row.spell) == (InflowState.REGISTERED, None)


def test_double_registration_is_refused_by_the_hosts_own_list(world):
    host(world, "P0000000000", "何来客")

    assert code_of(host, world, "P0000000000", "另一人") == "inflow_already_here"


def test_another_broken_constraint_is_not_taken_for_a_double_entry(world):
    row = host(world, "P0000000000", "何来客")
    row.state = "nonsense"

    with pytest.raises(IntegrityError), transaction.atomic():
        inflow._once(row.save)


def test_ones_own_member_is_nobodys_guest(world):
    assert host(world, world.chen.number, "陈党员", "li", branch=world.a).member is None


def test_number_and_name_are_typed_again(world):
    spell = send_away(world)
    row = host(world, "P0000000000", "陈党员")

    again = inflow.correct(row, Told(world.chen.number, "陈党员", SINCE), seen_version=1, **by(world, "wang"))

    assert (again.state, again.spell_id) == (InflowState.MATCHED, spell.pk)
    assert code_of(
        inflow.correct, again, Told("P1", "某人", SINCE), seen_version=again.version, **by(world, "wang")
    ) == "inflow_moved_on"  # fmt: skip


def test_typing_again_needs_the_version_seen_and_a_number_not_listed(world):
    host(world, "P0000000001", "甲")
    row = host(world, "P0000000002", "乙")

    assert code_of(
        inflow.correct, row, Told("P0000000001", "乙", SINCE), seen_version=1, **by(world, "wang")
    ) == "inflow_already_here"  # fmt: skip
    with pytest.raises(StaleVersion):
        inflow.correct(row, Told("P0000000003", "乙", SINCE), seen_version=9, **by(world, "wang"))


def test_the_host_ends_its_care(world):
    spell = send_away(world, host=world.c)
    row = Inflow.unscoped.get()

    assert code_of(
        inflow.end, row, SINCE - timedelta(days=1), seen_version=1, **by(world, "wang")
    ) == "inflow_end_out_of_range"  # fmt: skip
    ended = inflow.end(row, world.today, seen_version=1, **by(world, "wang"))

    assert (ended.state, ended.ended_on) == (InflowState.ENDED, world.today)
    assert rules_told(world, "li") == ["members.mobile_host_ended"]
    assert queries.host_of(spell) is None
    assert queries.host_body(spell) is None
    alone = host(world, "P0000000009", "何来客")
    assert inflow.end(alone, world.today, seen_version=1, **by(world, "wang")).ended_on == world.today


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"since": date(2026, 3, 11)}, "spell_in_future"),
        ({"expected_on": SINCE}, "spell_expected_before"),
    ],
)
def test_an_entry_that_cannot_be_is_refused(world, fields, code):
    assert code_of(host, world, "P0000000000", "何来客", **fields) == code


def test_only_branches_host_and_only_their_own_people_enter_it(world):
    assert code_of(host, world, "P1", "何来客", "qian", branch=world.committee_1) == "no_such_branch"
    with pytest.raises(NotAllowed):
        host(world, "P1", "何来客", "li")


def test_tries_are_counted_by_the_hour_even_when_refused(world):
    count_tries(TRIES_AN_HOUR - 1, actor=world.user("wang"), at=world.now)

    assert code_of(host, world, "P1", "何来客", since=date(2026, 3, 11)) == "spell_in_future"
    assert code_of(host, world, world.chen.number, "陈党员") == "number_too_often"
    assert NumberTry.objects.count() == TRIES_AN_HOUR
    count_tries(1, actor=world.user("wang"), at=world.now + timedelta(hours=1, seconds=1))
    with pytest.raises(Refused):
        count_tries(TRIES_AN_HOUR, actor=world.user("wang"), at=world.now + timedelta(hours=1, seconds=1))
