"""What a line of the register must hold: identity number, mobile, dates, and who looks like whom. Pure."""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from branches.choices import Kind, Sector
from members.choices import Gender, Standing
from members.provisions import (
    LONG_TERM_SECTORS,
    MIN_AGE,
    PROBATION_EXTENSION_MONTHS,
    PROBATION_MONTHS,
    TERM_YEARS,
    TERM_YEARS_COMMITTEE,
    TERM_YEARS_LONG,
)
from orgportal.core.rulebook import Citation, Force, Provision, Rulebook

# GB 11643-1999: weights of the first 17 digits and the check character of each remainder.
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
ID_SHAPE = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)
MOBILE_SHAPE = re.compile(r"1[3-9][0-9]{9}", re.ASCII)
OLDEST = 120


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something about one field. A refusal stops the line, the rest only warns."""

    field: str
    code: str
    refuses: bool = True
    citation: Citation | None = None


@dataclass(frozen=True, slots=True)
class IdNumber:
    """What an identity number says about its holder."""

    birth_on: date
    gender: Gender
    check_holds: bool


@dataclass(frozen=True, slots=True)
class Particulars:
    """The fields of a person that are checked against each other."""

    gender: Gender
    birth_on: date
    standing: Standing
    joined_on: date
    confirmed_on: date | None = None
    id_number: str = ""
    mobile: str = ""


# --- calendar


def add_months(day: date, months: int) -> date:
    """The same day so many months on, the last of the month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_years(day: date, years: int) -> date:
    return add_months(day, 12 * years)


def age_on(birth_on: date, day: date) -> int:
    return day.year - birth_on.year - ((day.month, day.day) < (birth_on.month, birth_on.day))


# --- identity number and mobile


def check_character(first_17: str) -> str:
    return CHECKS[sum(int(digit) * weight for digit, weight in zip(first_17, WEIGHTS, strict=True)) % 11]


def read_id_number(text: str) -> IdNumber | None:
    """What the number says; None when it is no number of 18 characters with a day of birth in it."""
    if not ID_SHAPE.fullmatch(text):
        return None
    try:
        birth_on = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return None
    gender = Gender.MALE if int(text[16]) % 2 else Gender.FEMALE
    return IdNumber(birth_on, gender, check_character(text[:17]) == text[17])


def mask_id_number(text: str) -> str:
    """220***********1234: the province and the last four."""
    return f"{text[:3]}{'*' * 11}{text[-4:]}" if len(text) == 18 else "*" * len(text)


def is_mobile(text: str) -> bool:
    return MOBILE_SHAPE.fullmatch(text) is not None


# --- one person


def doubts_of(person: Particulars, book: Rulebook, on: date) -> list[Doubt]:
    """Everything wrong or odd about a person's line, in the order of the form."""
    return [
        *_id_doubts(person),
        *([Doubt("mobile", "mobile_shape")] if person.mobile and not is_mobile(person.mobile) else ()),
        *_birth_doubts(person, on),
        *_membership_doubts(person, book, on),
    ]


def _id_doubts(person: Particulars) -> Iterator[Doubt]:
    if not person.id_number:
        return
    said = read_id_number(person.id_number)
    if said is None:
        yield Doubt("id_number", "id_shape")
        return
    if not said.check_holds:
        yield Doubt("id_number", "id_check_digit", refuses=False)
    if said.birth_on != person.birth_on:
        yield Doubt("birth_on", "birth_differs_from_id", refuses=False)
    if said.gender != person.gender:
        yield Doubt("gender", "gender_differs_from_id", refuses=False)


def _birth_doubts(person: Particulars, on: date) -> Iterator[Doubt]:
    if person.birth_on > on:
        yield Doubt("birth_on", "in_future")
    elif age_on(person.birth_on, on) > OLDEST:
        yield Doubt("birth_on", "too_old")


def _membership_doubts(person: Particulars, book: Rulebook, on: date) -> Iterator[Doubt]:
    if person.joined_on > on:
        yield Doubt("joined_on", "in_future")
        return
    if person.joined_on <= person.birth_on:
        yield Doubt("joined_on", "joined_before_birth")
        return
    if _is_in_force(book, MIN_AGE, person.joined_on):
        wanted = add_years(person.birth_on, book.value(MIN_AGE.key, person.joined_on))
        if person.joined_on < wanted:
            yield _warning("joined_on", "joined_too_young", book, MIN_AGE, person.joined_on)
    if person.standing == Standing.PROBATIONARY:
        yield from _probation_doubts(person, book, on)
    else:
        yield from _confirmation_doubts(person, book, on)


def _probation_doubts(person: Particulars, book: Rulebook, on: date) -> Iterator[Doubt]:
    if person.confirmed_on is not None:
        yield Doubt("confirmed_on", "probationary_but_confirmed")
    elif on > probation_ends_on(person.joined_on, book, on, is_extended=True):
        yield _warning("joined_on", "probation_over", book, PROBATION_MONTHS, on)


def _confirmation_doubts(person: Particulars, book: Rulebook, on: date) -> Iterator[Doubt]:
    if person.confirmed_on is None:
        if person.standing == Standing.FORMAL:
            yield Doubt("confirmed_on", "formal_needs_confirmation")
    elif person.confirmed_on > on:
        yield Doubt("confirmed_on", "in_future")
    elif person.confirmed_on < person.joined_on:
        yield Doubt("confirmed_on", "confirmed_before_joining")
    elif _is_in_force(book, PROBATION_MONTHS, person.joined_on) and (
        person.confirmed_on < probation_ends_on(person.joined_on, book, person.joined_on)
    ):
        yield _warning("confirmed_on", "probation_short", book, PROBATION_MONTHS, person.joined_on)


def probation_ends_on(joined_on: date, book: Rulebook, on: date, *, is_extended: bool = False) -> date:
    """The day probation has been served: a year from the vote, longer only if a meeting extended it."""
    months = book.value(PROBATION_MONTHS.key, on)
    if is_extended:
        months += book.value(PROBATION_EXTENSION_MONTHS.key, on)
    return add_months(joined_on, months)


def _is_in_force(book: Rulebook, provision: Provision, day: date) -> bool:
    return book.has(provision.key, day)


def _warning(field: str, code: str, book: Rulebook, provision: Provision, day: date) -> Doubt:
    return Doubt(field, code, refuses=False, citation=book.cite(provision.key, day))


# --- terms of office


def term_provision(kind: Kind, sector: Sector) -> Provision:
    """Which rule fixes the length of a body's term."""
    if kind in {Kind.COMMITTEE, Kind.WORK_COMMITTEE}:
        return TERM_YEARS_COMMITTEE
    return TERM_YEARS_LONG if sector in LONG_TERM_SECTORS else TERM_YEARS


def term_due_on(kind: Kind, sector: Sector, starts_on: date, book: Rulebook) -> date:
    """The day by which the next election is due."""
    return add_years(starts_on, book.value(term_provision(kind, sector).key, starts_on))


def term_doubt(kind: Kind, sector: Sector, starts_on: date, due_on: date, book: Rulebook) -> Doubt | None:
    """A term longer than the rule: refused where the rule binds, a warning where it holds as a rule."""
    provision = term_provision(kind, sector)
    if due_on <= add_years(starts_on, book.value(provision.key, starts_on)):
        return None
    return Doubt(
        "due_on",
        "term_too_long",
        refuses=book.force(provision.key) is Force.BINDING,
        citation=book.cite(provision.key, starts_on),
    )


# --- likeness


@dataclass(frozen=True, slots=True)
class Likeness:
    """What two lines of the register are compared by."""

    name: str
    birth_on: date
    mobile: str = ""
    id_digest: str = ""


def likeness(one: Likeness, other: Likeness) -> tuple[str, ...]:
    """Why two persons might be one: "id_number", "name_birth", "mobile", strongest first."""
    found = []
    if one.id_digest and one.id_digest == other.id_digest:
        found.append("id_number")
    if (one.name, one.birth_on) == (other.name, other.birth_on):
        found.append("name_birth")
    if one.mobile and one.mobile == other.mobile:
        found.append("mobile")
    return tuple(found)


def refusals(doubts: Iterable[Doubt]) -> list[Doubt]:
    return [doubt for doubt in doubts if doubt.refuses]
