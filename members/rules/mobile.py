"""Members who live away: when to be in touch, when a transfer is called for, what a spell may say. Pure."""

from calendar import monthrange
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from members.choices import MobileReason, MobileState
from members.provisions import (
    CARD_CHECK,
    CARD_NOT_FOR,
    CARD_USE,
    GRADUATE_KEEP,
    MOBILE_CONTACT,
    MOBILE_CONTACT_ABROAD,
    MOVE_WHEN,
)
from members.rules.register import add_months
from orgportal.core.rulebook import Citation, Force, Rulebook

# What whoever keeps in touch for a branch, or stands in for it, has to be able to do.
KEEPS_TOUCH = ("mobile.edit",)


@dataclass(frozen=True, slots=True)
class NextContact:
    """The day the branch should be in touch by, and the rule it follows from."""

    on: date
    citation: Citation
    is_binding: bool  # a later day is refused; else it is only said


@dataclass(frozen=True, slots=True)
class Advice:
    """A stay long enough that the affiliation should follow. It advises; nothing is blocked."""

    months: int
    since: date
    citation: Citation


def next_contact(state: str, after: date, book: Rulebook, on: date) -> NextContact:
    """Proposed from the last contact or the start of the spell: abroad each half-year, else by quarter."""
    key = (MOBILE_CONTACT_ABROAD if state == MobileState.ABROAD else MOBILE_CONTACT).key
    day = add_months(after, int(book.value(key, on)))
    return NextContact(day, book.cite(key, on), book.force(key) == Force.BINDING)


def is_late(next_on: date | None, latest: NextContact | None) -> bool:
    """Planned for later than the rule has it."""
    return next_on is not None and latest is not None and next_on > latest.on


def away_months(reason: str, book: Rulebook, on: date) -> tuple[int, str]:
    """After how many months at one place the affiliation should follow, and by which rule.

    ED Art 25: half a year; a graduate who has not settled may leave it with the school for two years.
    """
    if reason == MobileReason.GRADUATED:
        return 12 * int(book.value(GRADUATE_KEEP.key, on)), GRADUATE_KEEP.key
    return int(book.value(MOVE_WHEN.key, on)), MOVE_WHEN.key


def transfer_due_on(reason: str, since: date, book: Rulebook, on: date) -> date:
    return add_months(since, away_months(reason, book, on)[0])


def latest_start(on: date, months: int) -> date:
    """The last day a stay may have begun to have lasted so many months by then."""
    start = add_months(on, -months)
    is_last = (on + timedelta(days=1)).month != on.month
    return start.replace(day=monthrange(start.year, start.month)[1]) if is_last else start


def transfer_advice(state: str, reason: str, since: date, book: Rulebook, on: date) -> Advice | None:
    """Long enough at a fairly fixed place, so the affiliation moves; abroad there is no branch."""
    months, key = away_months(reason, book, on)
    if state == MobileState.ABROAD or add_months(since, months) > on:
        return None
    return Advice(months, since, book.cite(key, on))


@dataclass(frozen=True, slots=True)
class CardWarning:
    """Why the activity card may be the wrong paper for this stay. It warns; the branch decides."""

    code: str
    months: int
    citation: Citation


def card_warnings(
    reason: str, since: date, expected_on: date | None, book: Rulebook, on: date
) -> tuple[CardWarning, ...]:
    """The card is for up to half a year, or longer while a transfer is not possible; not for short study."""
    use, other = (int(book.value(key, on)) for key in (CARD_USE.key, CARD_NOT_FOR.key))
    is_long = add_months(since, use) <= on
    is_short_study = (
        reason == MobileReason.STUDY and expected_on is not None and expected_on <= add_months(since, other)
    )
    found = (
        (is_long, CardWarning("card_long_stay", use, book.cite(CARD_USE.key, on))),
        (is_short_study, CardWarning("card_short_study", other, book.cite(CARD_NOT_FOR.key, on))),
    )
    return tuple(warning for is_so, warning in found if is_so)


def check_is_due(issued_on: date, years: Collection[int], book: Rulebook, on: date) -> bool:
    """Once in each year after the one of the issue, as long as the rule asks for it."""
    return bool(book.value(CARD_CHECK.key, on)) and on.year > issued_on.year and on.year not in years


def fault_of_spell(since: date, expected_on: date | None, earliest: date, on: date) -> str:
    """What is wrong with the days of a spell, "" if nothing: it begins by today and its end lies later."""
    if since > on:
        return "spell_in_future"
    if since < earliest:
        return "spell_too_early"
    if expected_on is not None and expected_on <= since:
        return "spell_expected_before"
    return ""


def fault_of_contact(
    on: date, began: date, next_on: date | None, today: date, latest: NextContact | None = None
) -> str:
    """What is wrong with a contact's days: it happened, since the spell began; the next one is later, and
    no later than a binding rule has it.
    """
    if on > today:
        return "contact_in_future"
    if on < began:
        return "contact_before_spell"
    if next_on is not None and next_on <= on:
        return "contact_next_before"
    if latest is not None and latest.is_binding and is_late(next_on, latest):
        return "contact_next_too_late"
    return ""
