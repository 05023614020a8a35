"""Moves and events that meet on one transfer: who makes each, from which state, what holds after any two."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations_with_replacement
from typing import Any, Self

from branches.choices import PostKind
from branches.tests.factories import make_organization
from branches.workflows import tree
from branches.workflows.history import Order
from members.choices import Standing, TransferState
from members.models import BranchPeriod, Member, Post, Transfer, TransferStep
from members.rules import transfer as rules
from members.tests.factories import make_person, make_post
from members.tests.test_races_transfer import mover
from members.tests.transfers import details
from members.workflows import transfer as work
from members.workflows.posts import end_post
from members.workflows.register import TYPED, Correction, PersonData, correct_member
from members.workflows.reorganise import merge_branches
from members.workflows.standing import Decision, enter
from orgportal.core.models import AuditEntry, Notification

Act = tuple[str, str]
WITHDRAWALS = [("withdraw", "chen"), ("withdraw", "li"), ("expire", ""), ("die", "qian")]
# What is nobody's move but may come in between, with who does it.
EVENTS = [("start", "li"), ("edit", "li"), ("dissolve", "qian"), ("merge", "qian")]
# State, whether it was sent before, each move that starts there with who makes it, and the events it meets.
PLACES: dict[str, tuple[bool, list[Act], list[Act]]] = {
    "draft": (False, [("submit", "chen"), ("correct", "chen"), *WITHDRAWALS], EVENTS),
    "submitted": (False, [("release", "li"), ("return", "li"), *WITHDRAWALS], EVENTS),
    "sent": (True, [("approve", "zhao"), ("return", "zhao"), *WITHDRAWALS], EVENTS),
    "at_receiver": (
        True,
        [("accept", "wang"), ("return", "wang"), ("refuse", "wang"), *WITHDRAWALS],
        [*EVENTS, ("unseat", "qian")],
    ),
    "returned": (True, [("resubmit", "li"), ("correct", "li"), *WITHDRAWALS], EVENTS),
}
# A member's draft is the member's: the branch tries and is refused, whatever meets it.
NOT_THEIRS = {("draft", ("withdraw", "li"))}
PAIRS = [
    (state, *pair)
    for state, (_, moves, events) in PLACES.items()
    for pair in [
        *combinations_with_replacement(moves, 2),
        *((move, event) for move in moves for event in events),
    ]
]


def may_move(state: str, *acts: Act) -> bool:
    """Whether one of them is a move whoever makes it may make; an event may wait for the transfer to end."""
    return any(each in PLACES[state][1] and (state, each) not in NOT_THEIRS for each in acts)


@dataclass(frozen=True)
class Trail:
    """How much had been written before the two began."""

    audits: int
    steps: int

    @classmethod
    def now(cls) -> Self:
        audits = AuditEntry.objects.filter(action__startswith="transfer.")
        return cls(audits.count(), TransferStep.objects.count())


def racer(world: Any, state: str, number: int) -> Transfer:
    """A transfer of somebody new to a branch of its own, where Wang is secretary."""
    person = make_person(world.a, f"racer{number}", f"赛{number}")
    target = make_organization(world.committee_2, f"第{number}接收党支部")
    make_post(world.wang, target, PostKind.SECRETARY)
    was_sent = PLACES[state][0]
    return Transfer.unscoped.create(
        member=person, source=world.a, target=target, state=state, reason="job", started_by=person.user,
        started_at=world.now, state_since=world.now, sent_on=world.today if was_sent else None,
        valid_until=date(2026, 6, 1),
    )  # fmt: skip


def act(world: Any, transfer: Transfer, name: str, persona: str) -> Callable[[], Any]:
    if name in _EVENTS:
        return _EVENTS[name](world, transfer, _by(world, transfer, persona))
    if persona == "chen":
        by = _by(world, transfer, persona)
        return lambda: work.move(transfer, name, **by)
    return mover(world, transfer, name, persona)


def check(transfer: Transfer, before: Trail, where: Any) -> None:
    """What holds whatever the two did."""
    transfer.refresh_from_db()
    steps = list(transfer.steps.order_by("pk"))
    ends = [step for step in steps if step.to_state not in rules.OPEN]
    assert len(ends) <= 1, (where, "two ends")
    is_at_its_end = bool(ends) and ends[0] == steps[-1] and transfer.state == ends[0].to_state
    assert not ends or is_at_its_end, (where, "moved after the end")
    _check_member(transfer, where)
    _check_target(transfer, where)
    made = Trail.now()
    assert made.audits - before.audits == made.steps - before.steps, (where, "trail and steps differ")
    keys = Notification.unscoped.filter(key__startswith=f"transfer:{transfer.pk}:")
    told = Counter(keys.values_list("key", "recipient"))
    assert max(told.values(), default=1) == 1, (where, "told twice")


def _check_member(transfer: Transfer, where: Any) -> None:
    member = Member.unscoped.get(pk=transfer.member_id)
    was_accepted = transfer.state == TransferState.ACCEPTED
    assert (member.branch_id == transfer.target_id) is was_accepted, where
    open_periods = BranchPeriod.objects.filter(member=member, ends_on=None)
    if member.standing == Standing.ENDED:
        assert not open_periods.exists(), where
    else:
        assert open_periods.get().branch_id == member.branch_id, where
    under_way = Transfer.unscoped.open().filter(member=member)
    assert under_way.count() <= (member.standing != Standing.ENDED), (where, "one open, none of the dead")
    assert all(each.source_id == member.branch_id for each in under_way), (where, "open from elsewhere")


def _check_target(transfer: Transfer, where: Any) -> None:
    """A body that is gone has nobody and nobody on the way to it."""
    target = transfer.target
    assert target is not None
    target.refresh_from_db()
    if target.dissolved_on is not None:
        assert not Member.unscoped.active().filter(branch=target).exists(), (where, "left behind")
        assert not Transfer.unscoped.open().filter(target=target).exists(), (where, "on the way to nowhere")


# --- what comes in between


def _by(world: Any, transfer: Transfer, persona: str) -> dict[str, Any]:
    """ "chen" is whoever is being transferred."""
    if persona != "chen":
        return {"actor": world.user(persona), "scope": world.scope(persona), "at": world.now}
    user = transfer.member.user
    assert user is not None
    return {"actor": user, "scope": work.scope_for(user, world.today), "at": world.now}


def _die(world: Any, transfer: Transfer, by: dict[str, Any]) -> Callable[[], Any]:
    who = Member.unscoped.get(pk=transfer.member_id)
    death = Decision(kind="death", decided_on=world.today, effect_on=world.today, document="死亡证明")
    return lambda: enter(who, death, seen_version=who.version, **by)


def _start(world: Any, transfer: Transfer, by: dict[str, Any]) -> Callable[[], Any]:
    """A rival, or the next one if the first has ended by then."""
    return lambda: work.start(transfer.member, details(world.b), **by)


def _correct(world: Any, transfer: Transfer, by: dict[str, Any]) -> Callable[[], Any]:
    return lambda: work.correct(transfer, details(world.b), seen_version=transfer.version, **by)


def _edit(_world: Any, transfer: Transfer, by: dict[str, Any]) -> Callable[[], Any]:
    who = Member.unscoped.get(pk=transfer.member_id)
    typed = {field: getattr(who, field) for field in TYPED} | {"id_number": "", "employer": "县医院"}
    correction = Correction(person=PersonData(**typed), version=who.version, insists=True)
    return lambda: correct_member(who, correction, **by)


def _dissolve(world: Any, transfer: Transfer, by: dict[str, Any]) -> Callable[[], Any]:
    return lambda: tree.dissolve(transfer.target, _order(world, transfer), **by)


def _merge(world: Any, transfer: Transfer, by: dict[str, Any]) -> Callable[[], Any]:
    return lambda: merge_branches(transfer.target, world.c, _order(world, transfer), **by)


def _unseat(world: Any, transfer: Transfer, by: dict[str, Any]) -> Callable[[], Any]:
    post = Post.unscoped.get(organization=transfer.target, member=world.wang)
    return lambda: end_post(post, world.today - timedelta(days=1), "支委会决定", **by)


def _order(world: Any, transfer: Transfer) -> Order:
    assert transfer.target is not None
    return Order(on=world.today, basis="区委组〔2026〕3号", version=transfer.target.version)


_EVENTS = {
    "die": _die, "start": _start, "correct": _correct, "edit": _edit, "dissolve": _dissolve, "merge": _merge,
    "unseat": _unseat,
}  # fmt: skip
