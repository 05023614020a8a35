"""Disposition files: opened, stepped through in the order of the rule, closed; every look leaves a line."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from branches.queries import committee_above
from members.choices import CaseAct, CaseKind, ChangeKind, Standing
from members.models import Case, CaseStep, Member
from members.queries import standing as reads
from members.rules import cases as rules
from members.rules.cases import Entry
from members.rules.standing import BRANCH, COMMITTEE
from members.workflows import checks, standing
from members.workflows.standing import Decision
from orgportal.core import audit
from orgportal.core.errors import NotAllowed, Refused, StaleVersion
from orgportal.core.models import User
from orgportal.core.scoping import Scope

KEEP = "case.keep"
LEADS_TO = {CaseKind.ADVISE_OUT: ChangeKind.ADVISED_OUT, CaseKind.STRIKE: ChangeKind.STRUCK_OFF}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What the branch committee proposes, on which grounds."""

    kind: str
    grounds: tuple[str, ...]
    facts: str
    proposed_on: date


@transaction.atomic
def open_case(member: Member, proposal: Proposal, *, actor: User, scope: Scope, at: datetime) -> Case:
    """Open a file. One at a time for a member; none about oneself."""
    person = checks.locked(member)
    _demand_keeper(person, scope)
    checks.demand_present(person)
    found = rules.ground_objection(CaseKind(proposal.kind), proposal.grounds)
    if found:
        raise Refused(found.code)
    if proposal.proposed_on > timezone.localdate(at):
        raise Refused("date_in_future")
    case = Case(
        member=person, kind=proposal.kind, grounds=list(proposal.grounds), facts=proposal.facts,
        proposed_on=proposal.proposed_on, opened_by=actor, opened_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError as failure:
        raise Refused("case_is_open") from failure
    _record(case, "opened", actor, at, {"kind": case.kind})
    return case


def _demand_keeper(member: Member, scope: Scope) -> None:
    scope.demand(KEEP, member)
    if member.pk == scope.member_id:
        raise Refused("not_oneself")


@transaction.atomic
def look(case: Case, *, actor: User, scope: Scope, at: datetime) -> None:
    """Somebody opened the file."""
    _demand_keeper(case.member, scope)
    _record(case, "looked", actor, at, {})


def steps_of(case: Case) -> list[CaseStep]:
    return list(case.steps.select_related("recorded_by").order_by("pk"))


def allowed_acts(case: Case, steps: list[CaseStep], scope: Scope) -> tuple[CaseAct, ...]:
    """What this person can record now."""
    return tuple(
        act for act in rules.open_acts(case.for_rules(steps)) if _sits_at(rules.desk_of(act), case, scope)
    )


def _sits_at(desk: str, case: Case, scope: Scope) -> bool:
    if desk == BRANCH:
        return scope.may(BRANCH, case.member) and scope.may(KEEP, case.member)
    committee = committee_above(case.member.path)
    return committee is not None and scope.may(COMMITTEE, committee) and scope.may(KEEP, committee)


@transaction.atomic
def record_step(
    case: Case, entry: Entry, *, seen_version: int, actor: User, scope: Scope, at: datetime
) -> Case:
    """Record one step; an approval starts the correction period or ends the membership."""
    checks.locked(case.member)
    current = _read(case.pk)
    _demand_keeper(current.member, scope)
    if current.version != seen_version:
        raise StaleVersion(current)
    steps = steps_of(current)
    before = current.for_rules(steps)
    today = timezone.localdate(at)
    found = rules.objection(entry, before, reads.book_for(current.member.path, today), today)
    if found:
        raise Refused(found.code, **found.params)
    if not _sits_at(rules.desk_of(entry.act), current, scope):
        raise NotAllowed(rules.desk_of(entry.act))
    after = rules.state_after(entry.act, before)
    CaseStep.objects.create(
        case=current, act=entry.act, on=entry.on, document=entry.document, words=entry.words,
        recorded_by=actor, recorded_at=at,
    )  # fmt: skip
    Case.unscoped.filter(pk=current.pk).update(
        state=after, version=F("version") + 1, closed_at=None if after in rules.OPEN else at,
        correct_until=_correction_end(current, entry),
    )  # fmt: skip
    # After the end of the file: an exit ends the files it finds open.
    if entry.act == CaseAct.APPROVE:
        _carry_out(current, entry, steps, actor, scope, at)
    _record(current, "step", actor, at, {"act": entry.act, "on": entry.on, "state": after})
    return _read(current.pk)


def _correction_end(case: Case, entry: Entry) -> date | None:
    if entry.act == CaseAct.APPROVE and entry.months:
        return rules.correction_end(entry.on, entry.months)
    return case.correct_until


def _carry_out(
    case: Case, entry: Entry, steps: list[CaseStep], actor: User, scope: Scope, at: datetime
) -> None:
    """The approved disposition, entered as a decision of the committee; a correction changes no standing."""
    kind = LEADS_TO.get(CaseKind(case.kind))
    if kind is None:
        return
    if kind == ChangeKind.STRUCK_OFF and case.member.standing == Standing.SUSPENDED:
        kind = ChangeKind.GONE
    meeting = next(step for step in steps if step.act == CaseAct.MEETING)
    decision = Decision(
        kind=kind, decided_on=meeting.on, effect_on=max(entry.on, meeting.on), document=meeting.document,
        approval=entry.document,
    )  # fmt: skip
    ends = standing.enter(
        case.member, decision, seen_version=case.member.version, actor=actor, scope=scope, at=at, file=case
    )
    Case.unscoped.filter(pk=case.pk).update(change=ends)


def _record(case: Case, step: str, actor: User, at: datetime, changes: dict[str, object]) -> None:
    audit.record(actor=actor, action=f"case.{step}", target=case, at=at, changes=changes)


def _read(pk: int) -> Case:
    return Case.unscoped.select_related("member__branch").get(pk=pk)
