"""What the pages of a transfer say, put together from its row, the rules and the clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from branches.choices import PostKind
from branches.queries import rulebook_for
from members.choices import MemberReport, PaperState, RefusalReason, TransferMove, TransferState
from members.messages import TRANSFER_ACTIONS, TRANSFER_CANCELLED, TRANSFER_REFUSALS, TRANSFER_WARNINGS
from members.models import Paper, Transfer, TransferStep
from members.provisions import PROVISIONS
from members.queries.papers import LetterTerm, letter_term
from members.queries.recipients import Owners
from members.queries.transfers import known_on_the_way
from members.rules import transfer as rules
from members.rules import transfer_check as check
from members.rules.papers import Verdict, verdict
from members.rules.transfer import Clock, Move, Side
from members.workflows import reports
from members.workflows import transfer as work
from members.workflows.transfer_notices import owners_now
from members.workflows.transfer_plans import plan_on_the_way
from orgportal.core.errors import Refused
from orgportal.core.refusals import sentence
from orgportal.core.rulebook import Citation, Rulebook
from orgportal.core.scoping import Scope


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has to act: the body (or the member), and which posts of it."""

    name: str
    posts: str
    is_you: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the timeline, done or still to come."""

    title: str
    at: datetime | None
    who: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """How a state is shown beside its word: never by colour alone."""

    tone: str
    icon: str


LOOKS = {
    TransferState.DRAFT: Look("neutral", "pencil"),
    TransferState.SUBMITTED: Look("info", "clock"),
    TransferState.SENT: Look("info", "send"),
    TransferState.AT_RECEIVER: Look("info", "inbox"),
    TransferState.RETURNED: Look("warn", "undo-2"),
    TransferState.ACCEPTED: Look("good", "circle-check"),
    TransferState.WITHDRAWN: Look("neutral", "archive-x"),
    TransferState.REFUSED: Look("said", "circle-x"),
    TransferState.EXPIRED: Look("neutral", "calendar-x"),
    TransferState.CANCELLED: Look("neutral", "ban"),
}


@dataclass(frozen=True, slots=True)
class Button:
    """A move this person can make, as it is drawn: pressed at once, confirmed, or asked about on a page."""

    name: str
    label: str
    icon: str
    is_primary: bool
    needs_page: bool
    is_final: bool
    url: str


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A letter or slip of the transfer, with what may be said of it today."""

    paper: Paper
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything one transfer's page says."""

    transfer: Transfer
    look: Look
    queue: str
    holder: Holder | None
    owners: Owners | None  # by name, for a side that is a body
    clock: Clock | None
    next_word: str
    past: list[Line]
    coming: list[Line]
    buttons: list[Button]
    reports: tuple[MemberReport, ...]
    may_correct: bool
    warnings: list[tuple[str, Citation | None]]
    held_up: str  # what the sending side has to settle before it moves on
    duty: Citation
    why_ended: str
    end_word: str
    letters: list[LetterLine]
    is_pocket: bool  # a letter that lapsed without ever being handed in


def sheet_of(transfer: Transfer, scope: Scope, today: date) -> Sheet:
    book = rulebook_for(transfer.source.path, PROVISIONS, today)
    steps = list(transfer.steps.select_related("actor").order_by("pk"))
    plan = _plan(transfer, today)
    return Sheet(
        transfer=transfer,
        look=LOOKS[TransferState(transfer.state)],
        queue="todo" if transfer.is_open else "ended",
        holder=holder_of(transfer, scope),
        owners=owners_now(transfer, today),
        clock=clock_of(transfer, book, today),
        next_word=_next_word(transfer),
        past=[_line(step, transfer) for step in steps],
        coming=_coming(transfer),
        buttons=[_button(row, transfer) for row in work.allowed_moves(transfer, scope)],
        reports=reports.open_reports(transfer, scope),
        may_correct=work.may_correct(transfer, scope),
        warnings=_warnings(transfer, plan, today),
        held_up=_held_up(transfer, plan),
        duty=book.cite("duty.sender", today),
        why_ended=_why_ended(transfer, steps),
        end_word=_end_word(transfer),
        letters=_letters(transfer, today),
        is_pocket=rules.is_pocket(transfer.case, transfer.valid_until, today),
    )


def clock_of(transfer: Transfer, book: Rulebook, today: date) -> Clock | None:
    """How long it has been where it is, while it is open."""
    if not transfer.is_open:
        return None
    return rules.clock(timezone.localdate(transfer.state_since), transfer.valid_until, book, today)


def _letters(transfer: Transfer, today: date) -> list[LetterLine]:
    """The newest first; only those a paper way ever had."""
    papers = list(transfer.papers.order_by("-pk")) if transfer.is_outside else []
    return [LetterLine(row, verdict(PaperState(row.state), row.valid_until, today)) for row in papers]


ICONS = {
    TransferMove.SUBMIT: "send",
    TransferMove.RELEASE: "send",
    TransferMove.APPROVE: "stamp",
    TransferMove.ACCEPT: "user-check",
    TransferMove.RESUBMIT: "send",
    TransferMove.RETURN: "undo-2",
    TransferMove.REFUSE: "circle-x",
    TransferMove.WITHDRAW: "archive-x",
    TransferMove.ISSUE: "stamp",
    TransferMove.HAND_IN: "mail-check",
    TransferMove.CONFIRM: "file-check",
    TransferMove.LOSE: "mail-x",
    TransferMove.REISSUE: "refresh-cw",
}


def _button(row: Move, transfer: Transfer) -> Button:
    url = reverse("members:transfer-move", args=[transfer.pk, row.name])
    leads_on = _leads_on(row, transfer.case)
    return Button(row.name, row.label, ICONS[row.name], leads_on, row.needs_page, row.is_end, url)


def _leads_on(row: Move, case: rules.Case) -> bool:
    """The next step is the button in colour: a letter that is gone is issued anew before a slip can come."""
    if case.is_away and not case.has_letter and not case.is_handed_in:
        return row.name == TransferMove.REISSUE
    return row.is_step_forward


def holder_of(transfer: Transfer, scope: Scope) -> Holder | None:
    owner = rules.owner_of(transfer.case)
    if owner is None:
        return None
    may = [row for row in work.allowed_moves(transfer, scope) if row.side == owner.side]
    posts = _(", ").join(str(kind.label) for kind in PostKind if kind in owner.posts)
    return Holder(_place(transfer, owner.side), posts, is_you=bool(may))


def _place(transfer: Transfer, side: Side) -> str:
    row: Any = transfer
    if side == Side.MEMBER:
        return transfer.member.name
    if side == Side.COMMITTEE:
        return row.committee_name or ""
    body = transfer.target if side == Side.TARGET else transfer.source
    return body.name if body else transfer.outside_body


def _line(step: TransferStep, transfer: Transfer) -> Line:
    said = [step.remark] if step.remark else []
    if grounds := step.details.get("grounds"):
        said.insert(0, str(RefusalReason(grounds).label))
    if because := step.details.get("because"):
        said.insert(0, str(TRANSFER_CANCELLED[because]))
    who = step.actor.display_name if step.actor else _("by the system")
    return Line(str(TRANSFER_ACTIONS[f"transfer.{step.move}"]), step.at, who, _("; ").join(said))


def _coming(transfer: Transfer) -> list[Line]:
    """The way that still lies ahead, as a parcel's does."""
    stages = {
        TransferState.DRAFT: _("Submit it"),
        TransferState.RETURNED: _("Correct it and send it again"),
        TransferState.SUBMITTED: _("The sending branch releases"),
        TransferState.SENT: _("The sending committee approves"),
        TransferState.AT_RECEIVER: _("The receiving branch accepts"),
    }
    if transfer.is_outside:
        stages[TransferState.SENT] = _("The sending committee issues the letter")
        del stages[TransferState.AT_RECEIVER]
    if transfer.case.is_inside:
        del stages[TransferState.SENT]
    if transfer.state != TransferState.RETURNED:
        del stages[TransferState.RETURNED]
    elif rules.side_of(transfer.case) == Side.SOURCE:
        del stages[TransferState.SUBMITTED]  # what the branch sends again itself is released with it
    order = list(stages)
    if not transfer.is_open:
        return []
    ahead = order[order.index(TransferState(transfer.state)) :] if transfer.state in order else []
    lines = [Line(stages[state], None, _place(transfer, _side_at(transfer, state))) for state in ahead]
    return lines + (_coming_outside(transfer) if transfer.is_outside else [])


def _side_at(transfer: Transfer, state: TransferState) -> Side:
    """Whose step it is: where it stands, its owner's."""
    now = rules.side_of(transfer.case) if state == transfer.state else None
    return now or _SIDES[state]


def _coming_outside(transfer: Transfer) -> list[Line]:
    """The way of the letter and of its slip."""
    case, member, committee = transfer.case, transfer.member.name, _place(transfer, Side.COMMITTEE)
    lines = [Line(_("The return slip is confirmed"), None, committee)]
    if not case.is_handed_in:
        lines.insert(0, Line(_("Hand the letter in and report it"), None, member))
    if case.is_away and not case.has_letter and not case.is_handed_in:
        lines.insert(0, Line(_("Find out why, and issue a new letter"), None, committee))
    return lines


_SIDES = {
    TransferState.DRAFT: Side.MEMBER,
    TransferState.RETURNED: Side.SOURCE,
    TransferState.SUBMITTED: Side.SOURCE,
    TransferState.SENT: Side.COMMITTEE,
    TransferState.AT_RECEIVER: Side.TARGET,
}


def _next_word(transfer: Transfer) -> str:
    """What the holder has to do now."""
    lines = _coming(transfer)
    return lines[0].title if lines else ""


def proposal(transfer: Transfer, today: date) -> dict[str, Any]:
    """What the page of a move offers before anything is typed."""
    return {"version": transfer.version, "days": term(transfer, today).usual}


def term(transfer: Transfer, today: date) -> LetterTerm:
    """For how long a letter of it is valid, with the rules that say so."""
    return letter_term(transfer, rulebook_for(transfer.source.path, PROVISIONS, today), today)


def _warnings(transfer: Transfer, plan: check.Plan | None, today: date) -> list[tuple[str, Citation | None]]:
    if plan is None:
        return []
    book = rulebook_for(transfer.source.path, PROVISIONS, today)
    return objection_lines(check.objections(plan, book, today))


def _held_up(transfer: Transfer, plan: check.Plan | None) -> str:
    if plan is None:
        return ""
    found = check.holds_up(plan.pending, transfer.case, has_matter=plan.has_matter)
    return sentence(Refused(found.code, **found.params), TRANSFER_REFUSALS) if found else ""


def _plan(transfer: Transfer, today: date) -> check.Plan | None:
    if not transfer.is_open:
        return None
    return plan_on_the_way(transfer, known_on_the_way([transfer], today)[transfer.member_id])


def objection_lines(found: Iterable[check.Objection]) -> list[tuple[str, Citation | None]]:
    words = {**TRANSFER_REFUSALS, **TRANSFER_WARNINGS}
    return [(sentence(Refused(each.code, **each.params), words), each.citation) for each in found]


def _end_word(transfer: Transfer) -> str:
    """Where the member belongs now that it is over; nothing where that is past as well."""
    member, is_accepted = transfer.member, transfer.state == TransferState.ACCEPTED
    branch, body = transfer.source.name, transfer.source_id
    if is_accepted:
        branch, body = transfer.target_name, transfer.target_id or 0
    is_there = member.is_present and member.branch_id == body
    if not is_there and not (is_accepted and transfer.is_outside):
        return ""
    return _("%(name)s belongs to %(branch)s.") % {"name": member.name, "branch": branch}


def _why_ended(transfer: Transfer, steps: list[TransferStep]) -> str:
    if transfer.is_open or not steps:
        return ""
    return _line(steps[-1], transfer).text
