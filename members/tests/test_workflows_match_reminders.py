"""Two ends that have to meet are asked on the days of the rule, and the level above with the last one."""

from datetime import timedelta

import pytest

from branches.choices import PostKind
from members.choices import MobileState
from members.models import Inflow, Member
from members.tests.factories import make_person, make_post
from members.tests.mobile import by, host, send_away
from members.tests.test_workflows_mobile import reminder
from members.workflows import inflow, match_reminders, mobile
from orgportal.core.tests.asking import objection

SOON, LAST = 9, 23  # the evenings before the first and the last step


@pytest.fixture
def xue(world):
    """The organiser over C."""
    person = make_person(world.committee_2, "xue", "薛组织")
    make_post(person, world.committee_2, PostKind.ORGANISER)
    return person


def planned(world, days):
    return list(match_reminders.drafts(world.today + timedelta(days=days)))


def steps(world, days):
    return [
        (draft.rule.removeprefix("members."), draft.step, draft.recipients) for draft in planned(world, days)
    ]


def only(*people):
    return frozenset(person.user_id for person in people)


def test_a_host_told_to_expect_somebody_is_asked_until_it_answers(world, xue):
    send_away(world, host=world.c)

    assert steps(world, SOON - 1) == []
    assert steps(world, SOON) == [("inflow_waiting", 10, only(world.wang))]
    assert steps(world, 16) == [("inflow_waiting", 17, only(world.wang))]
    assert steps(world, LAST) == [
        ("inflow_waiting", 24, only(world.wang)), ("inflow_escalated", 24, only(xue)),
    ]  # fmt: skip
    ours, above = planned(world, LAST)
    asked, told = reminder(world, "wang", ours), reminder(world, "wang", above)
    assert objection(match_reminders.objections, asked, world.now) == ""
    assert objection(match_reminders.objections, told, world.now) == "not_in_office"
    row = Inflow.unscoped.get()
    inflow.confirm(row, seen_version=row.version, **by(world, "wang"))
    assert objection(match_reminders.objections, asked, world.now) == "already_done"
    assert planned(world, LAST) == []


def test_home_is_asked_for_a_stay_a_host_has_reported(world):
    host(world, world.chen.number, world.chen.name)

    assert steps(world, SOON) == [
        ("inflow_unconfirmed", 10, only(world.wang)), ("reported_waiting", 10, only(world.li)),
    ]  # fmt: skip
    unconfirmed, waiting, above = planned(world, LAST)
    assert (above.rule, above.recipients) == ("members.reported_escalated", only(world.zhao))
    assert above.params["body"] == world.a.name
    assert waiting.url.endswith(f"?host={world.c.pk}")
    assert objection(match_reminders.objections, reminder(world, "zhao", above), world.now) == ""
    told = reminder(world, "li", waiting)
    send_away(world)
    assert objection(match_reminders.objections, told, world.now) == "already_done"
    late = reminder(world, "wang", unconfirmed)
    assert objection(match_reminders.objections, late, world.now) == "already_done"


def test_a_hosts_reminder_does_not_tell_whether_the_number_is_anybodys(world):
    host(world, "P0199999999", "何来客")
    host(world, world.chen.number, "陈错名")

    assert [step[:2] for step in steps(world, SOON)] == [("inflow_unconfirmed", 10)] * 2
    assert [step[:2] for step in steps(world, LAST)] == [("inflow_unconfirmed", 24)] * 2


def test_home_is_left_alone_about_whom_it_has_away_already(world):
    send_away(world, host=world.b)
    host(world, world.chen.number, world.chen.name)
    Member.unscoped.filter(pk=world.chen.pk).update(mobile_state=MobileState.OUT)

    rules = {draft.rule for draft in planned(world, SOON)}
    assert "members.reported_waiting" not in rules
    assert rules == {"members.inflow_waiting", "members.inflow_unconfirmed"}


def test_an_entry_that_ended_asks_nobody(world):
    spell = send_away(world, host=world.c)
    mobile.come_back(spell, world.today, seen_version=spell.version, **by(world, "li"))

    assert planned(world, SOON) == []
