"""How long a letter may be valid, and whether a day on a slip can be right. Pure."""

from collections.abc import Iterable
from datetime import date, timedelta

from members.rules.places import city_in
from members.rules.register import add_months
from orgportal.core.rulebook import Rulebook

# What the three figures on stub and letter hold.
MOST_DAYS = 999


def in_one_city(home: Iterable[str], target: Iterable[str]) -> bool:
    """Whether both sides name the same city; names and addresses, the nearest first.

    Where either names none the letter counts as going outside: the longer term is the safe one.
    """
    cities = [next(filter(None, map(city_in, texts)), "") for texts in (home, target)]
    return bool(cities[0]) and cities[0] == cities[1]


def usual_key(*, in_city: bool) -> str:
    return "letter.valid_usual_city" if in_city else "letter.valid_usual"


def usual_days(book: Rulebook, today: date, *, in_city: bool = False) -> int:
    """What a letter is valid for unless somebody says otherwise."""
    usual = int(book.value(usual_key(in_city=in_city), today))
    return min(usual, int(book.value("letter.valid_max", today)))


def last_day(issued_on: date, days: int) -> date:
    """The day of issue is not counted."""
    return issued_on + timedelta(days=days)


def days_objection(days: int, book: Rulebook, today: date, *, has_reason: bool) -> str:
    """The code of what stands against a term of that many days ("" if nothing).

    The upper limit holds as a rule only: whoever goes beyond it says why.
    """
    if days < 1:
        return "letter_days_missing"
    if days > MOST_DAYS:
        return "letter_days_unwritable"
    is_long = days > int(book.value("letter.valid_max", today))
    return "letter_days_too_many" if is_long and not has_reason else ""


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
