"""What a member may put right at once, when the yearly look is due, who sees which class of facts. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from members.choices import OwnField
from orgportal.core.rulebook import Rulebook

# How the branch reaches the member: the member knows it best, so it changes at once.
DIRECT = (OwnField.MOBILE, OwnField.EMPLOYER)
# Everything else rests on papers: the branch looks at them and answers.
ASKED = tuple(field for field in OwnField if field not in DIRECT)
# May be empty in the register.
OPTIONAL = frozenset({OwnField.CONFIRMED_ON})


def answer_due(asked_on: date, book: Rulebook) -> date:
    return asked_on + timedelta(days=int(book.value("own.answer_days", asked_on)))


def reminder_steps(book: Rulebook, on: date) -> tuple[int, ...]:
    """Days from the due day on which the branch is reminded, the first before it."""
    steps: tuple[int, ...] = tuple(book.value("own.remind_days", on))
    return steps


# --- the yearly look


@dataclass(frozen=True, slots=True)
class Window:
    """The days of a year in which members look their data over."""

    year: int
    opens_on: date
    closes_on: date

    def is_open(self, today: date) -> bool:
        """From the first day on; who has not done it by the last one is still asked."""
        return today >= self.opens_on

    def is_over(self, today: date) -> bool:
        return today > self.closes_on


def window(book: Rulebook, today: date) -> Window:
    first, last = (int(book.value(key, today)) for key in ("own.confirm_from_month", "own.confirm_to_month"))
    after = date(today.year + last // 12, last % 12 + 1, 1)
    return Window(today.year, date(today.year, first, 1), after - timedelta(days=1))


# --- who can see it


class FieldClass(StrEnum):
    """The classes of the data dictionary."""

    PUBLIC = "public"
    INTERNAL = "internal"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"


# The columns of a member's line by class, as docs/data-dictionary/members.yaml has them (a test compares);
# keys of the row, search keys and copies of another column are left out.
FIELDS: dict[FieldClass, tuple[str, ...]] = {
    FieldClass.PUBLIC: (),
    FieldClass.INTERNAL: ("branch", "group"),
    FieldClass.PERSONAL: (
        "number", "name", "gender", "birth_on", "education", "occupation", "employer", "mobile",
        "joined_on", "confirmed_on", "probation_until", "mobile_state",
    ),
    FieldClass.SENSITIVE: ("ethnicity", "standing", "id_number"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Access:
    """What a right opens of a class of facts; `at_target` is held on the other side of an open transfer."""

    code: str
    right: str
    at_target: bool = False


ACCESS: dict[FieldClass, tuple[Access, ...]] = {
    FieldClass.PUBLIC: (),
    FieldClass.INTERNAL: (Access("read", "member.view"),),
    FieldClass.PERSONAL: (
        Access("read", "member.view"),
        Access("correct", "member.edit"),
        Access("take_along", "member.export"),
        Access("name_in_records", "activity.view"),
        Access("name_in_transfer", "transfer.view", at_target=True),
    ),
    FieldClass.SENSITIVE: (
        Access("read_masked", "member.view"),
        Access("reveal", "member.reveal"),
        Access("standing_in_transfer", "transfer.view", at_target=True),
    ),
}


@dataclass(frozen=True, slots=True)
class Holder:
    """A post that is held today, and the rights it carries at the member's place or at the other side."""

    name: str
    post: str
    body: str
    rights: frozenset[str]
    at_target: bool = False


def who_can(access: Access, holders: Iterable[Holder]) -> tuple[Holder, ...]:
    """Holders who have it; at the other side only those who have not got it at home."""
    return tuple(
        each for each in holders if access.right in each.rights and each.at_target == access.at_target
    )
