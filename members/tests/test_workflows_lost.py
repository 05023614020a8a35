"""Out-of-contact proposals: opened and closed by the night, set aside, settled; equal to an oracle."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.choices import DismissReason, PeriodReason, ProposalKind, ProposalState, SeenSource, Standing
from members.models import BranchPeriod, ContactProposal, LastSeen, Member, StandingPeriod
from members.queries.contact import citation_of, open_proposals
from members.tables import evidence_lines
from members.tasks import propose_out_of_contact
from members.tests.factories import make_member
from members.tests.mobile import Life, by, call, expected_of
from members.tests.test_workflows_register import code_of
from members.tests.test_workflows_standing import STOP, enter
from members.workflows import lost
from members.workflows.lost import Night, Setting
from orgportal.core.errors import NotAllowed, StaleVersion
from orgportal.core.models import AuditEntry, LocalProvision

LONG_AGO = date(2025, 9, 10)
LOADED = datetime(2025, 1, 1, 1, tzinfo=UTC)


def seen_on(member, day, source=SeenSource.ATTENDANCE):
    LastSeen.objects.create(member=member, source=source, on=day, evidence=f"test:{member.pk}")


def begin(member, standing, since, ground="", restriction=""):
    """That standing from that day on."""
    StandingPeriod.objects.filter(member=member, ends_on=None).update(ends_on=since - timedelta(days=1))
    StandingPeriod.objects.create(
        member=member, standing=standing, starts_on=since, ground=ground, restriction=restriction,
        recorded_at="2024-01-01T00:00Z",
    )  # fmt: skip
    Member.unscoped.filter(pk=member.pk).update(standing=standing)


def stop(member, since, ground="lost"):
    """Stopped by a meeting that day."""
    begin(member, Standing.SUSPENDED, since, ground)


def night(world, on=None):
    return lost.propose(on or world.today, at=world.now)


def lost_chen(world):
    seen_on(world.chen, LONG_AGO)
    night(world)
    return ContactProposal.unscoped.get()


def test_the_night_opens_once_with_evidence_and_changes_nobodys_standing(world):
    seen_on(world.chen, LONG_AGO)
    seen_on(world.chen, LONG_AGO - timedelta(days=30), SeenSource.CONTACT)
    seen_on(world.sun, LONG_AGO + timedelta(days=1))

    assert (night(world), night(world)) == (Night(1, 0), Night(0, 0))

    row = ContactProposal.unscoped.get()
    assert (row.member, row.kind, row.due_on, row.counts_from) == (
        world.chen, ProposalKind.STOP, world.today, LONG_AGO,
    )  # fmt: skip
    assert [line["source"] for line in row.evidence] == ["attendance", "contact"]
    assert Member.unscoped.get(pk=world.chen.pk).standing == Standing.FORMAL
    assert citation_of(row).article == "第二十四条"
    assert AuditEntry.objects.get(action="lost.proposed").changes["opened"] == 1
    assert list(open_proposals(world.scope("li"))) == [row]
    assert list(open_proposals(world.scope("wang"))) == []


def test_a_contact_closes_the_proposal_the_next_night(world):
    row = lost_chen(world)
    call(world, world.today)

    assert night(world, world.today + timedelta(days=1)) == Night(0, 1)

    row.refresh_from_db()
    assert (row.state, row.closed_on) == (ProposalState.OVERTAKEN, world.today + timedelta(days=1))


def test_the_strike_counts_from_the_stop(world):
    stop(world.chen, date(2024, 3, 10))
    seen_on(world.chen, date(2023, 1, 1))

    assert night(world, world.today - timedelta(days=1)) == Night(0, 0)
    assert night(world) == Night(1, 0)
    row = ContactProposal.unscoped.get()
    assert (row.kind, row.counts_from, citation_of(row).key) == (
        ProposalKind.STRIKE, date(2024, 3, 10), "strike.lost",
    )  # fmt: skip


def test_nobody_is_struck_off_for_living_abroad(world):
    stop(world.chen, date(2020, 3, 10), "settled")
    stop(world.sun, date(2020, 3, 10), "")

    assert night(world) == Night(0, 0)


def test_whoever_is_restored_is_counted_from_that_day(world):
    """Last seen three years ago, restored yesterday: nobody had six months to find them yet."""
    seen_on(world.chen, date(2023, 1, 5))
    stop(world.chen, date(2024, 3, 10))
    begin(world.chen, Standing.FORMAL, world.today - timedelta(days=1))

    assert night(world) == Night(0, 0)
    assert night(world, date(2026, 9, 8)) == Night(0, 0)
    assert night(world, date(2026, 9, 9)) == Night(1, 0)
    row = ContactProposal.unscoped.get()
    assert (row.counts_from, [line["source"] for line in row.evidence]) == (
        date(2026, 3, 9), ["standing", "attendance"],
    )  # fmt: skip


def test_a_restriction_of_rights_is_no_new_standing(world):
    seen_on(world.chen, LONG_AGO)
    begin(world.chen, Standing.FORMAL, world.today - timedelta(days=40), restriction="watch")

    assert night(world) == Night(1, 0)


def test_whoever_was_never_seen_is_counted_from_the_day_they_came(world):
    came = make_member(world.b, "新来", since=date(2025, 9, 10))
    late = make_member(world.b, "后来", since=date(2025, 9, 11))
    Member.unscoped.filter(pk__in=[came.pk, late.pk]).update(recorded_at=LOADED)

    assert night(world) == Night(1, 0)
    row = ContactProposal.unscoped.get()
    assert (row.member_id, row.counts_from, row.was_never_seen) == (came.pk, date(2025, 9, 10), True)
    period = BranchPeriod.objects.get(member=came)
    assert row.evidence == [
        {"source": "came", "on": "2025-09-10", "evidence": f"members.branchperiod:{period.pk}"}
    ]
    assert evidence_lines(row.evidence)[0]["record"].endswith(str(period.pk & ((1 << 40) - 1)))


def test_a_reorganised_branch_is_no_coming(world):
    came = make_member(world.b, "老员", since=date(2025, 2, 1))
    Member.unscoped.filter(pk=came.pk).update(recorded_at=LOADED)
    BranchPeriod.objects.filter(member=came).update(ends_on=date(2025, 12, 31))
    BranchPeriod.objects.create(
        member=came, branch=world.b, starts_on=date(2026, 1, 1), reason=PeriodReason.REORGANISED,
        recorded_at=world.now,
    )  # fmt: skip

    night(world)

    assert ContactProposal.unscoped.get().counts_from == date(2025, 2, 1)


def test_what_lies_before_the_takeover_is_held_against_nobody(world):
    came = make_member(world.b, "在册", since=date(2015, 7, 1))
    seen_on(world.chen, date(2024, 1, 1))
    LocalProvision.objects.create(
        key="duty.taken_over_on", path=world.district.path, value="2026-01-01", instrument="接管",
        valid_from=date(1921, 7, 23), recorded_at=world.now,
    )  # fmt: skip

    assert night(world, date(2026, 6, 30)) == Night(0, 0)
    night(world, date(2026, 7, 1))

    counted = dict(ContactProposal.unscoped.values_list("member", "counts_from"))
    assert counted[came.pk] == counted[world.chen.pk] == date(2026, 1, 1)
    lines = evidence_lines(ContactProposal.unscoped.get(member=came).evidence)
    assert [line["record"] == "" for line in lines] == [True, False]


def test_a_decided_stop_overtakes_the_proposal_where_nobody_settled_it(world):
    row = lost_chen(world)
    stop(world.chen, world.today)

    assert night(world) == Night(0, 1)
    row.refresh_from_db()
    assert row.state == ProposalState.OVERTAKEN


def test_the_standing_decided_on_a_proposal_settles_it(world):
    row = lost_chen(world)

    enter(world, STOP)

    row.refresh_from_db()
    assert (row.state, row.closed_on) == (ProposalState.DECIDED, world.today)
    assert Member.unscoped.get(pk=world.chen.pk).standing == Standing.SUSPENDED
    assert night(world) == Night(0, 0)


def test_a_local_rule_is_followed(world):
    seen_on(world.chen, world.today - timedelta(days=100))
    LocalProvision.objects.create(
        key="stop.lost", path=world.a.path, value=3, instrument="本级规定", article="一",
        valid_from=date(2020, 1, 1), recorded_at=world.now,
    )  # fmt: skip

    assert night(world) == Night(1, 0)


def test_set_aside_it_rests_and_comes_again_on_the_same_facts(world):
    row = lost_chen(world)
    setting = Setting(DismissReason.SEARCHING, "仍在查找")

    closed = lost.dismiss(row, setting, seen_version=1, **by(world, "li"))

    assert (closed.state, closed.rests_until, closed.reason) == (
        ProposalState.DISMISSED, date(2026, 6, 10), DismissReason.SEARCHING,
    )  # fmt: skip
    assert night(world, date(2026, 6, 9)) == Night(0, 0)
    assert night(world, date(2026, 6, 10)) == Night(1, 0)
    assert AuditEntry.objects.get(action="lost.dismissed").changes["remark"] == "仍在查找"


def test_new_facts_are_proposed_though_the_old_ones_rest(world):
    row = lost_chen(world)
    lost.dismiss(
        row, Setting(DismissReason.FOUND, "", date(2027, 12, 31)), seen_version=1, **by(world, "zhao")
    )
    LastSeen.objects.update(on=world.today - timedelta(days=1))

    assert night(world, date(2026, 9, 9)) == Night(1, 0)


def test_setting_aside_needs_the_right_the_version_and_a_day_to_come(world):
    row = lost_chen(world)
    setting = Setting(DismissReason.EXCUSED)

    with pytest.raises(NotAllowed):
        lost.dismiss(row, setting, seen_version=1, **by(world, "wang"))
    with pytest.raises(StaleVersion):
        lost.dismiss(row, setting, seen_version=2, **by(world, "li"))
    past = Setting(DismissReason.EXCUSED, "", world.today)
    assert code_of(lost.dismiss, row, past, seen_version=1, **by(world, "li")) == "proposal_rest_is_past"
    lost.dismiss(row, setting, seen_version=1, **by(world, "li"))
    assert code_of(lost.dismiss, row, setting, seen_version=2, **by(world, "li")) == "proposal_closed"


def test_a_meetings_decision_settles_the_proposal(world):
    lost_chen(world)
    actor, at = world.user("li"), world.now

    assert lost.settle(world.chen, ProposalKind.STRIKE, actor=actor, at=at) is None
    settled = lost.settle(world.chen, ProposalKind.STOP, actor=actor, at=at)

    assert settled is not None
    assert (settled.state, settled.closed_by, settled.closed_on) == (
        ProposalState.DECIDED, actor, world.today,
    )  # fmt: skip


def test_the_task_runs_for_a_day_and_twice_without_harm(world, on_the_day):
    seen_on(world.chen, LONG_AGO)

    assert (propose_out_of_contact(on="2026-03-09"), propose_out_of_contact(), propose_out_of_contact()) == (
        0, 1, 0,
    )  # fmt: skip


def test_the_number_of_statements_does_not_depend_on_the_members(world):
    def cost(how_many):
        for number in range(how_many):
            seen_on(make_member(world.b, f"失{number}"), LONG_AGO)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            night(world)
        return len(queries)

    assert cost(1) == cost(12)


days = st.dates(min_value=date(2022, 1, 1), max_value=date(2026, 12, 31))
grounds = st.sampled_from(["lost", "settled", "study", ""])


@st.composite
def lives(draw):
    """Formal for long, perhaps stopped, perhaps restored; perhaps seen; came and was entered some day."""
    stopped, restored = draw(st.none() | days), draw(st.none() | days)
    standings = [("formal", date(2005, 7, 1))]
    if stopped:
        standings.append(("suspended", stopped, draw(grounds)))
        if restored and restored > stopped:
            standings.append(("formal", restored))
    seen = draw(st.lists(days, max_size=2).map(tuple))
    return Life(seen, tuple(standings), draw(days), draw(days))


def live(world, life, number):
    """The same life as rows."""
    member = make_member(world.c, f"人{number}", since=life.came)
    at = timezone.make_aware(datetime.combine(life.entered, time(9)))
    Member.unscoped.filter(pk=member.pk).update(recorded_at=at)
    if life.seen:
        seen_on(member, max(life.seen))
    for standing, since, *ground in life.standings[1:]:
        begin(member, standing, since, *ground)
    return member


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=st.lists(lives(), min_size=1, max_size=4), on=days)
def test_proposals_equal_the_oracle(world, found, on):
    """From the same raw events, told to the database and to plain Python, the same rows."""
    ContactProposal.unscoped.all().delete()
    people = {}
    for number, life in enumerate(found):
        # What lies ahead is not known that day.
        known = replace(
            life,
            seen=tuple(day for day in life.seen if day <= on),
            standings=tuple(each for each in life.standings if each[1] <= on),
            came=min(life.came, on),
            entered=min(life.entered, on),
        )
        people[live(world, known, number).pk] = known

    lost.propose(on, at=world.now)

    rows = ContactProposal.unscoped.open().filter(member__in=people)
    assert {row.member_id: (row.kind, row.due_on) for row in rows} == expected_of(people, on)
    LastSeen.objects.filter(member__in=people).delete()
