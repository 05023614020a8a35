"""How long a letter may be valid, and whether a day on a slip can be right. Pure."""

from datetime import date, timedelta

from members.rules.register import add_months
from orgportal.core.rulebook import Rulebook


def usual_days(book: Rulebook, today: date) -> int:
    """What a letter is valid for unless somebody says otherwise."""
    return min(int(book.value("letter.valid_usual", today)), int(book.value("letter.valid_max", today)))


def last_day(issued_on: date, days: int) -> date:
    """The day of issue is not counted."""
    return issued_on + timedelta(days=days)


def days_objection(days: int, book: Rulebook, today: date) -> str:
    """The code of what stands against a term of that many days ("" if nothing).

    The upper limit holds as a rule only, so the local rulebook may lift it; nobody lifts it by typing.
    """
    if days < 1:
        return "letter_days_missing"
    return "letter_days_too_many" if days > int(book.value("letter.valid_max", today)) else ""


def slip_objection(
    accepted_on: date | None, issued_on: date, valid_until: date | None, today: date, *, has_reason: bool
) -> str:
    """The code of what stands against a slip that says "accepted that day" ("" if nothing)."""
    if accepted_on is None:
        return "slip_needs_day"
    if accepted_on > today:
        return "date_in_future"
    if accepted_on < issued_on:
        return "slip_before_letter"
    if valid_until is not None and accepted_on > valid_until and not has_reason:
        return "slip_after_validity"
    return ""


def stay_objection(valid_until: date, book: Rulebook, today: date) -> str:
    """The code of what stands against a certificate until that day ("" if nothing)."""
    if valid_until <= today:
        return "certificate_needs_days"
    longest = add_months(today, int(book.value("certificate.valid_max", today)))
    return "certificate_too_long" if valid_until > longest else ""
