"""What a move of the paper way does: the letter issued, voided, issued anew; the member leaves with the slip.

Called by the one door of a transfer, in its transaction, after its conditional update.
"""

from datetime import date, datetime
from typing import Any, cast

from django.utils import timezone, translation

from branches.models import Organization
from members.choices import Gender, PaperEnd, PaperKind, Standing, TransferMove
from members.models import Member, Paper, Transfer
from members.queries.papers import letter_term
from members.rules import letters as rules
from members.rules.register import age_on
from members.rules.transfer import MAY_MOVE, Move
from members.workflows import checks, handover, papers
from orgportal.core.errors import Refused
from orgportal.core.models import User
from orgportal.core.rulebook import Rulebook

# How a letter in force ends with a move.
ENDS: dict[TransferMove, PaperEnd] = {
    TransferMove.CONFIRM: PaperEnd.USED,
    TransferMove.LOSE: PaperEnd.LOST,
    TransferMove.LAPSE: PaperEnd.EXPIRED,
    TransferMove.REISSUE: PaperEnd.CORRECTED,
    TransferMove.RETURN: PaperEnd.RETURNED,
    TransferMove.REFUSE: PaperEnd.RETURNED,
    TransferMove.WITHDRAW: PaperEnd.WITHDRAWN,
    TransferMove.CANCEL: PaperEnd.WITHDRAWN,
}


def columns(transfer: Transfer, row: Move, said: Any, book: Rulebook, at: datetime) -> dict[str, Any]:
    """What the move writes into the transfer. Raises Refused if what was stated cannot be."""
    today = timezone.localdate(at)
    match row.name:
        case TransferMove.ISSUE | TransferMove.REISSUE:
            days = letter_term(transfer, book, today).usual if said.days is None else said.days
            if code := rules.days_objection(days, book, today, has_reason=bool(said.remark.strip())):
                limit = int(book.value("letter.valid_max", today))
                raise Refused(code, days=limit, most=rules.MOST_DAYS)
            return {"valid_until": rules.last_day(today, days), "handed_in_on": None}
        case TransferMove.HAND_IN:
            return {"handed_in_on": today}
        case TransferMove.CONFIRM:
            return _slip(transfer, said, today)
        case TransferMove.RETURN:
            return {"handed_in_on": None}
    return {}


def _slip(transfer: Transfer, said: Any, today: date) -> dict[str, Any]:
    letter = last_letter(transfer)
    code = rules.slip_objection(
        said.accepted_on, letter.issued_on, letter.valid_until, today, has_reason=bool(said.remark.strip())
    )
    if code:
        raise Refused(code, issued_on=letter.issued_on.isoformat(), number=letter.number)
    return {"accepted_on": said.accepted_on, "slip_number": said.slip_number}


def last_letter(transfer: Transfer) -> Paper:
    """The letter of the transfer issued last, whether still in force or not."""
    letters = Paper.unscoped.filter(transfer=transfer, kind=PaperKind.LETTER)
    return cast("Paper", letters.order_by("-pk").first())


def take_effect(
    transfer: Transfer, row: Move, remark: str, *, actor: User | None, at: datetime
) -> dict[str, Any]:
    """Papers follow the move; returns what the step remembers of it. `transfer` is read after the update."""
    details: dict[str, Any] = {}
    letters = Paper.unscoped.filter(transfer=transfer, kind=PaperKind.LETTER)
    in_force = letters.standing().first()
    if in_force is not None and row.name in ENDS:
        papers.close(in_force, papers.PaperEnding(ENDS[row.name], remark), at=at)
        details["ended_letter"] = in_force.number
    if row.name in {TransferMove.ISSUE, TransferMove.REISSUE}:
        details["letter"] = _issue(transfer, letters.order_by("-pk").first(), cast("User", actor), at).number
    if row.name == TransferMove.CONFIRM:
        details |= _depart(transfer, cast("date", transfer.accepted_on), at)
    return details


def _issue(transfer: Transfer, before: Paper | None, actor: User, at: datetime) -> Paper:
    issuer = Organization.unscoped.get(pk=cast("int", transfer.committees[0]))
    draft = papers.Draft(
        kind=PaperKind.LETTER,
        issuer=issuer,
        member=transfer.member,
        valid_until=transfer.valid_until,
        facts={**letter_facts(transfer, timezone.localdate(at)), **body_facts(issuer)},
        transfer=transfer,
        replaces=before,
    )
    return papers.write(draft, actor=actor, at=at)


def letter_facts(transfer: Transfer, today: date) -> dict[str, Any]:
    """What the letter says, in the words of official papers."""
    return {
        "to": transfer.outside_committee,
        "body": transfer.outside_body,
        "to_address": transfer.outside_address,
        "to_postcode": transfer.outside_postcode,
        "from": transfer.source.name,
        "dues_paid_to": f"{transfer.dues_paid_to:%Y-%m}" if transfer.dues_paid_to else "",
        "days": (cast("date", transfer.valid_until) - today).days,
        **person_facts(transfer.member, today),
    }


def person_facts(member: Member, today: date) -> dict[str, Any]:
    """The person as papers name one: everything but the identity number, which is opened for each print."""
    with translation.override("zh-hans"):
        return {
            "name": member.name,
            "gender": str(Gender(member.gender).label),
            "age": age_on(member.birth_on, today),
            "ethnicity": member.ethnicity,
            "standing": str(Standing(member.standing).label),
            "mobile": member.mobile,
        }


def body_facts(body: Organization) -> dict[str, Any]:
    """How the other side reaches the body that issues."""
    return {"issuer": body.name, "issuer_address": body.address, "issuer_phone": body.phone}


def _depart(transfer: Transfer, accepted_on: date, at: datetime) -> dict[str, Any]:
    """From the day the body outside accepted, the member is in our register no more."""
    member = checks.locked(transfer.member)
    if member.branch_id != transfer.source_id or member.standing not in MAY_MOVE:
        raise Refused("transfer_member_moved")
    basis = f"{transfer.outside_body} {transfer.slip_number}".strip()
    return handover.leave(member, accepted_on, basis[:200], at=at)
