"""Whether a paper letter can be taken in, on which day its bearer was accepted, and by when. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from members.choices import EndKind
from members.rules.register import Doubt
from members.rules.transfer import Clock
from orgportal.core.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Objection:
    """Why not, with what the sentence names."""

    code: str
    params: dict[str, Any]


def letter_objection(issued_on: date, valid_until: date, today: date) -> str:
    """The code of what stands against the letter itself ("" if nothing)."""
    if issued_on > today:
        return "date_in_future"
    if valid_until < issued_on:
        return "letter_days_in_order"
    return "arrival_letter_over" if valid_until < today else ""


def letter_doubts(issued_on: date, valid_until: date, book: Rulebook, today: date) -> tuple[Doubt, ...]:
    """A term longer than the rule has it is odd; the sender may have a reason."""
    if (valid_until - issued_on).days <= int(book.value("letter.valid_max", today)):
        return ()
    citation = book.cite("letter.valid_max", today)
    return (Doubt("valid_until", "letter_term_long", refuses=False, citation=citation),)


def acceptance_objection(
    accepted_on: date, issued_on: date, valid_until: date, left_on: date | None, today: date
) -> Objection | None:
    """`left_on`: the first day a member known before was in the register no more."""
    if accepted_on > today:
        return Objection("date_in_future", {})
    if accepted_on < issued_on:
        return Objection("arrival_before_letter", {"day": issued_on.isoformat()})
    if accepted_on > valid_until:
        return Objection("arrival_letter_over", {})
    if left_on is not None and accepted_on <= left_on:
        return Objection("arrival_before_leaving", {"day": left_on.isoformat()})
    return None


def may_come_back(end_kind: str) -> bool:
    """Only who left by a transfer comes back by one; every other end needs a decision of its own."""
    return end_kind == EndKind.TRANSFERRED_OUT


# --- the clock


def act_by(since: date, valid_until: date, book: Rulebook, today: date) -> date:
    """The day the branch has to answer by: never later than the letter's last day."""
    return min(valid_until, since + timedelta(days=int(book.value("arrival.step_days", today))))


def clock(since: date, valid_until: date, book: Rulebook, today: date) -> Clock:
    due = act_by(since, valid_until, book, today)
    return Clock((today - since).days, due, valid_until, max(0, (today - due).days))


def ladder(book: Rulebook, today: date) -> tuple[int, int, int]:
    """Days from the day to act by: the reminder, the second one, and the one that goes above as well."""
    keys = ("arrival.remind_first_days", "arrival.remind_again_days", "arrival.escalate_days")
    first, again, escalate = (int(book.value(key, today)) for key in keys)
    return first, again, escalate
