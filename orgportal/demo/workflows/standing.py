"""Decisions about standings and one disposition file, entered by the posts that would enter them."""

from datetime import date, datetime, timedelta

from branches.models import Organization
from branches.queries import committee_above
from members.choices import CaseAct, ChangeKind, Standing, StopGround
from members.models import Member
from members.queries import scope_for
from members.queries.standing import probation_clocks
from members.rules.cases import Entry
from members.workflows import cases
from members.workflows.cases import Proposal
from members.workflows.standing import Decision, enter
from orgportal.core.models import User
from orgportal.demo.workflows.posts import Cast

AHEAD = timedelta(days=20)


def decide(cast: Cast, now: datetime, today: date) -> int:
    """A confirmation that waits above, a resignation that is coming, a membership stopped, a file; how many."""
    secretary = User.objects.get(user_name="secretary")
    branch = Organization.unscoped.get(pk=Member.unscoped.get(user=secretary).branch_id)
    plain = Member.unscoped.filter(branch=branch, posts=None, user=None, transfers=None)
    formal = list(plain.filter(standing=Standing.FORMAL).order_by("-joined_on", "pk")[:3])
    made = _confirmations(cast, now, today)
    for member, kind, effect_on in zip(
        formal, (ChangeKind.RESIGNED, ChangeKind.STOP), (today + AHEAD, today), strict=False
    ):
        decision = Decision(
            kind=kind, decided_on=today, effect_on=effect_on, document="支部党员大会决议（演示）第2号",
            ground=StopGround.LOST if kind == ChangeKind.STOP else "",
        )  # fmt: skip
        _enter(member, decision, secretary, now, today)
        made += 1
    return made + _file(formal[-1], secretary, cast, now, today)


def _confirmations(cast: Cast, now: datetime, today: date) -> int:
    """Each of the first probationers whose year is over: proposed by their branch, to be approved above."""
    on_probation = Member.unscoped.filter(standing=Standing.PROBATIONARY, branch__in=list(cast.secretaries))
    members = list(on_probation.filter(posts=None, transfers=None).order_by("joined_on", "pk")[:3])
    clocks = probation_clocks(members, today)
    due = [each for each in members if clocks[each.pk].due_on <= today + AHEAD]
    for member in due:
        decision = Decision(
            kind=ChangeKind.CONFIRM,
            decided_on=today,
            effect_on=clocks[member.pk].due_on,
            document="支部党员大会决议（演示）第1号",
        )
        _enter(member, decision, cast.leader(member.branch_id), now, today)
    return len(due)


def _enter(member: Member, decision: Decision, actor: User, now: datetime, today: date) -> None:
    enter(member, decision, seen_version=member.version, actor=actor, scope=scope_for(actor, today), at=now)


def _file(member: Member, secretary: User, cast: Cast, now: datetime, today: date) -> int:
    proposal = Proposal(
        kind="correct",
        grounds=("no_meetings", "passive"),
        facts="近半年三次无故缺席支部党员大会，经谈心提醒后仍未改进。",
        proposed_on=today - timedelta(days=20),
    )
    case = cases.open_case(member, proposal, actor=secretary, scope=scope_for(secretary, today), at=now)
    committee = committee_above(member.path)
    steps = ((CaseAct.PREFILE, 15), (CaseAct.FACTS, 9), (CaseAct.HEARD, 5))
    for act, days_ago in steps:
        is_above = act == CaseAct.PREFILE and committee is not None
        actor = cast.leader(committee.pk) if is_above and committee else secretary
        words = "" if act == CaseAct.PREFILE else "已与本人谈话核实，本人承认缺席情况。"
        entry = Entry(act, today - timedelta(days=days_ago), words=words)
        case = cases.record_step(
            case, entry, seen_version=case.version, actor=actor, scope=scope_for(actor, today), at=now
        )
    return 1
