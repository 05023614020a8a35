"""Random walks over transfers, held at every step against a model in plain Python (reliability.md B5)."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import groupby, pairwise
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from branches.choices import PostKind
from members.models import BranchPeriod, Member, Post, Transfer
from members.queries import scope_for
from members.tests.factories import make_post
from members.tests.transfer_events import Events, outcome
from members.tests.transfer_model import COMMITTEE, NAMES, NEXT, Paper
from members.tests.transfers import add_empty_d, add_yang, details
from members.workflows import transfer as work
from members.workflows.transfer import RivalTransfer, Words
from orgportal.core.errors import Refused
from orgportal.core.models import AuditEntry

ACTORS = ("li", "yang", "wang", "zhao", "qian", "chen", "sun", "ran")
MOVABLE = ("chen", "sun", "li")
SAID = Words(remark="材料不全", grounds="not_here")


def branches_on(member: Member, day: Any) -> list[int]:
    rows = BranchPeriod.objects.filter(member=member, starts_on__lte=day)
    return list(rows.exclude(ends_on__lt=day).values_list("branch", flat=True))


class TransferMachine(Events, RuleBasedStateMachine):
    """One world, one walk; everything is rolled back after it."""

    papers = Bundle("papers")
    world: Any

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.at = self.world.now
        self.home = dict.fromkeys(("chen", "sun", "li", "ran"), "a") | {"wang": "c", "yang": "b"}
        self.since: dict[str, Any] = {}
        self.secretary: dict[str, str | None] = {"a": "li", "b": "yang", "c": "wang", "d": None}
        self.secretary_then = dict(self.secretary)
        self.first_scopes = {name: scope_for(self.world.user(name), self.today) for name in ACTORS}
        self.lived = {}
        self.ended: set[str] = set()
        self.dissolved: set[str] = set()
        self.all: dict[int, Paper] = {}
        self.moves = 0
        self.audits = AuditEntry.objects.filter(action__startswith="transfer.").count()
        self.total = Member.unscoped.count()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    # --- what may happen

    @rule(
        target=papers, member=st.sampled_from(MOVABLE), to=st.sampled_from("abcd"),
        actor=st.sampled_from(ACTORS), draft=st.booleans(),
    )  # fmt: skip
    def start(self, member: str, to: str, actor: str, *, draft: bool) -> int | None:
        source = self.home[member]
        user = self.world.user(actor)
        may = actor not in self.ended and (
            actor == member or self.secretary[source] == actor or self.oversees(actor, source)
        )
        rival = any(paper.is_open and paper.member == member for paper in self.all.values())
        expected = (
            "not_allowed" if not may
            else "transfer_not_a_member" if member in self.ended
            else "transfer_own_branch" if to == source
            else "transfer_target_dissolved" if to in self.dissolved
            else "transfer_rival" if rival
            else ""
        )  # fmt: skip
        made = outcome(
            lambda: work.start(
                getattr(self.world, member), details(getattr(self.world, to)), actor=user,
                scope=scope_for(user, self.today), at=self.at, keep_draft=draft,
            )
        )  # fmt: skip
        if isinstance(made, Refused):
            assert made.code == expected
            assert isinstance(made, RivalTransfer) is (expected == "transfer_rival")
            return None
        assert expected == ""
        inside = COMMITTEE[source] == COMMITTEE[to]
        own = actor == member
        direct = not own and self.secretary[source] == actor
        state = "draft" if draft else ("at_receiver" if inside else "sent") if direct else "submitted"
        ends = self.today + timedelta(days=90)
        self.all[made.pk] = Paper(member, source, to, state, own, direct and not draft, 1, ends)
        self.moves += 1
        return made.pk

    @rule(
        paper=papers, name=st.sampled_from(NAMES), actor=st.sampled_from(ACTORS), is_stale=st.booleans(),
        twice=st.booleans(), from_old_page=st.booleans(),
    )  # fmt: skip
    def move(
        self, paper: int | None, name: str, actor: str, *, is_stale: bool, twice: bool, from_old_page: bool
    ) -> None:
        if paper is None:
            return
        for _ in range(1 + twice):
            self._move(paper, name, actor, is_stale=is_stale, from_old_page=from_old_page)

    def _move(self, pk: int, name: str, actor: str, *, is_stale: bool, from_old_page: bool) -> None:
        known = self.all[pk]
        expected = self.expected(known, name, actor, is_stale=is_stale, from_old_page=from_old_page)
        user = self.world.user(actor)
        scope = self.first_scopes[actor] if from_old_page else scope_for(user, self.today)
        seen = known.version - 1 if is_stale else known.version
        said = Words(SAID.remark, SAID.grounds, seen)
        transfer = Transfer.unscoped.get(pk=pk)
        made = outcome(lambda: work.move(transfer, name, actor=user, scope=scope, at=self.at, words=said))
        if isinstance(made, Refused):
            assert made.code == expected
            return
        assert made.state == expected
        before = replace(known)
        self.note(known, expected)
        self._each_party_was_told_once(made, self.told(before, known), actor)
        self._its_branch_alone_sees(known.member)

    @rule(
        paper=papers, turn=st.sampled_from(["accept", "accept", "refuse", "return"]), times=st.integers(1, 4),
        who=st.sampled_from(["holder", "officer", "former"]),
    )  # fmt: skip
    def carry_on(self, paper: int | None, turn: str, times: int, who: str) -> None:
        """Whoever's turn it is does what comes next: chance alone would hardly ever reach the far end."""
        for _ in range(times if paper is not None else 0):
            known = self.all[paper or 0]
            name = turn if known.state == "at_receiver" else NEXT.get(known.state, "withdraw")
            branch = known.target if known.state == "at_receiver" else known.source
            with_member = known.state in {"draft", "returned"} and known.holder == "member"
            former = self.secretary_then[branch] if who == "former" else None
            holder = self.secretary[branch] if who == "holder" and known.state != "sent" else None
            actor = known.member if with_member else former or holder or "qian"
            self._move(paper or 0, name, actor, is_stale=False, from_old_page=who == "former")

    @rule(days=st.sampled_from([1, 1, 3, 40]))
    def time_passes(self, days: int) -> None:
        self.at += timedelta(days=days)
        due = {pk for pk, paper in self.all.items() if paper.is_open and paper.ends < self.today}

        for _ in range(2):  # a second run changes nothing
            for pk in work.lapsed(self.today):
                work.lapse(pk, on=self.today, at=self.at)

        for pk in due:
            self.note(self.all[pk], "expired")

    @rule(branch=st.sampled_from("abc"), actor=st.sampled_from(["li", "yang", "wang", "ran"]))
    def reassign_secretary(self, branch: str, actor: str) -> None:
        body, person = getattr(self.world, branch), getattr(self.world, actor)
        if actor in self.ended or self.home[actor] != branch or actor in self.secretary.values():
            return
        held = Post.unscoped.filter(organization=body, kind=PostKind.SECRETARY, ends_on=None)
        if held.filter(starts_on=self.today).exists():
            return
        if Post.unscoped.filter(organization=body, kind=PostKind.SECRETARY, ends_on=self.today).exists():
            return
        held.update(ends_on=self.today - timedelta(days=1))
        make_post(person, body, PostKind.SECRETARY, starts_on=self.today)
        self.secretary[branch] = actor

    @rule(paper=papers, to=st.sampled_from("abcd"), actor=st.sampled_from(ACTORS))
    def correct(self, paper: int | None, to: str, actor: str) -> None:
        if paper is not None:
            self.correct_statement(paper, to, actor)

    # --- what must always hold

    @invariant()
    def every_member_belongs_to_one_branch_and_the_model_agrees(self) -> None:
        assert Member.unscoped.count() == self.total
        people = {getattr(self.world, name).pk: name for name in MOVABLE}
        for member in Member.unscoped.filter(pk__in=people).select_related("branch"):
            assert member.branch == getattr(self.world, self.home[people[member.pk]])
            assert member.path == member.branch.path

    @invariant()
    def states_agree_and_ends_never_change(self) -> None:
        found = dict(Transfer.unscoped.filter(pk__in=self.all).values_list("pk", "state"))
        assert found == {pk: paper.state for pk, paper in self.all.items()}

    @invariant()
    def at_most_one_is_open_and_it_counts_for_the_source(self) -> None:
        rows = Transfer.unscoped.open().select_related("member")
        assert max(Counter(row.member_id for row in rows).values(), default=0) <= 1
        assert all(row.member.branch_id == row.source_id for row in rows)

    @invariant()
    def history_has_no_gap_and_no_overlap(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        people = {getattr(self.world, name).pk: name for name in MOVABLE}
        rows = BranchPeriod.objects.filter(member__in=people).order_by("member", "starts_on")
        for pk, group in groupby(rows, key=lambda row: row.member_id):
            periods = list(group)
            assert [period.ends_on for period in periods].count(None) == (people[pk] not in self.ended)
            for earlier, later in pairwise(periods):
                assert later.starts_on == earlier.ends_on + timedelta(days=1)

    @invariant()
    def every_day_in_transit_counts_for_one_branch(self) -> None:
        """The day before an acceptance is still the sender's, however long the transfer was on its way."""
        for name, days in self.lived.items():
            member, home = getattr(self.world, name), "a"
            for day, branch in sorted(days.items()):
                assert branches_on(member, day - timedelta(days=1)) == [getattr(self.world, home).pk]
                assert branches_on(member, day) == [getattr(self.world, branch).pk]
                home = branch

    @invariant()
    def each_transition_has_one_audit_line_and_one_step(self) -> None:
        audits = AuditEntry.objects.filter(action__startswith="transfer.").count()
        assert audits - self.audits == self.moves
        assert work.TransferStep.objects.count() == self.moves


def walk(world: Any, examples: int, steps: int, **options: Any) -> None:
    """Raises at the first step that does not agree with the model."""
    add_empty_d(world)
    TransferMachine.world = world
    run_state_machine_as_test(
        TransferMachine,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, database=None,
            suppress_health_check=list(HealthCheck), **options,
        ),
    )  # fmt: skip


@pytest.mark.timeout(900)
@pytest.mark.usefixtures("db")
def test_walks_agree_with_the_model(world: Any) -> None:
    add_yang(world)

    walk(world, 40, 30)
