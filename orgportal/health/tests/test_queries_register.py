"""The one statement on posts, members on the way, lost or from elsewhere, and gaps: as they were on a day."""

from datetime import timedelta
from typing import Any

from branches.choices import PostKind
from branches.tests.factories import NOW, TODAY
from conftest import World
from members.choices import InflowState, ProposalKind, ProposalState, TransferState
from members.models import ContactProposal, Inflow, Member
from members.tests.factories import make_member, make_post, make_spell, make_transfer
from orgportal.health.queries.inputs import Moment
from orgportal.health.rules import Dated, Seat
from orgportal.health.tests.test_queries_inputs import of_branch

DAY = timedelta(days=1)
LONG_AGO = NOW - timedelta(days=120)
A_WEEK_AGO = Moment.of(TODAY - 7 * DAY, NOW)


def test_posts_are_those_held_that_day(world: World) -> None:
    make_post(world.chen, world.a, PostKind.ORGANISATION, ends_on=TODAY - DAY)
    make_post(world.sun, world.a, PostKind.DISCIPLINE, ends_on=TODAY)
    make_post(world.ran, world.a, PostKind.PUBLICITY, cancelled_on=TODAY)

    now, then = of_branch(world.a).posts, of_branch(world.a, A_WEEK_AGO).posts

    by_kind = {seat.kind: seat for seat in now}
    assert by_kind["organisation"] == Seat("organisation", is_held=False, vacant_since=TODAY)
    assert by_kind["discipline"].is_held
    assert "publicity" not in by_kind
    assert {seat.kind: seat.is_held for seat in then}["organisation"] is True


def test_who_was_sent_off_counts_from_the_day_it_was_sent(world: World) -> None:
    sent_on = TODAY - 40 * DAY
    sent = make_transfer(
        world.chen, world.c, state=TransferState.AT_RECEIVER, started_at=LONG_AGO, state_since=NOW,
        sent_on=sent_on,
    )  # fmt: skip
    make_transfer(world.sun, world.c, state=TransferState.DRAFT, started_at=LONG_AGO, state_since=LONG_AGO)
    without = make_transfer(
        world.ran, world.c, state=TransferState.SENT, started_at=LONG_AGO, state_since=LONG_AGO
    )

    started_on = (LONG_AGO + timedelta(hours=8)).date()
    assert of_branch(world.a).on_the_way == (Dated(without.pk, started_on), Dated(sent.pk, sent_on))
    assert of_branch(world.c).on_the_way == ()


def lapse(member: Member, world: World, **fields: Any) -> Any:
    ended = NOW - timedelta(days=20)
    usual = {"state": TransferState.EXPIRED, "started_at": LONG_AGO, "state_since": ended, "ended_at": ended}
    return make_transfer(member, world.c, **{**usual, **fields})


def test_a_letter_that_ran_out_is_nobodys_until_somebody_starts_again(world: World) -> None:
    lapsed = lapse(world.chen, world)
    lapse(world.sun, world)
    make_transfer(world.sun, world.c, state=TransferState.DRAFT, started_at=NOW - DAY, state_since=NOW - DAY)
    lapse(make_member(world.b, "已在别处"), world, source=world.a)

    assert [row.id for row in of_branch(world.a).lapsed] == [lapsed.pk]
    assert of_branch(world.a, Moment.of(TODAY - 30 * DAY, NOW)).lapsed == ()
    assert of_branch(world.a).waiting == ()


def test_clocks_of_lost_contact_are_those_open_that_day(world: World) -> None:
    opened = TODAY - 10 * DAY
    rows = [
        ContactProposal.unscoped.create(
            member=member, kind=ProposalKind.STOP, counts_from=TODAY - 200 * DAY, due_on=opened,
            opened_on=opened, recorded_at=LONG_AGO, **closed,
        )
        for member, closed in (
            (world.chen, {}),
            (world.sun, {"state": ProposalState.OVERTAKEN, "closed_on": TODAY - 2 * DAY}),
        )
    ]  # fmt: skip

    assert of_branch(world.a).lost == (Dated(rows[0].pk, TODAY - 200 * DAY),)
    assert [row.id for row in of_branch(world.a, A_WEEK_AGO).lost] == [row.pk for row in rows]
    assert of_branch(world.a, Moment.of(opened - DAY, NOW)).lost == ()


def test_members_from_elsewhere_wait_until_both_ends_met(world: World) -> None:
    def host(number: str, **fields: Any) -> Inflow:
        usual = {"state": InflowState.REGISTERED, "recorded_at": NOW - timedelta(days=12)}
        row: Inflow = Inflow.unscoped.create(
            host=world.b, number=number, name="来客", since=TODAY, recorded_by=world.li.user,
            **{**usual, **fields},
        )  # fmt: skip
        return row

    waiting = host("X1")
    host("X2", state=InflowState.MATCHED, spell=make_spell(world.chen))
    host("X3", state=InflowState.ENDED, ended_on=TODAY)
    host("X4", recorded_at=NOW + DAY)

    found = of_branch(world.b)

    assert (found.hosted, found.expected_here) == (2, (Dated(waiting.pk, TODAY - 12 * DAY),))
    assert of_branch(world.b, Moment.of(TODAY - DAY, NOW)).hosted == 3


def test_gaps_are_members_without_a_number(world: World) -> None:
    numbered = make_member(world.b, "有号", id_number_digest="0" * 64)
    bare = make_member(world.b, "缺号")

    assert bare.pk in of_branch(world.b).unnumbered
    assert numbered.pk not in of_branch(world.b).unnumbered
