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


class Part(StrEnum):
    """Rows about a member beside the member's own line."""

    STAYS = "stays"
    CONTACTS = "contacts"
    ATTENDANCE = "attendance"
    WAYS = "ways"
    CASES = "cases"
    TRACES = "traces"


# What each kind of rows says, by keys of the own copy.
PARTS: dict[Part, tuple[str, ...]] = {
    Part.STAYS: ("state", "place", "reason", "starts_on", "expected_on", "contact_person", "next_contact_on"),
    Part.CONTACTS: ("method", "on", "by", "note"),
    Part.ATTENDANCE: ("presence", "excuse"),
    Part.WAYS: ("transfer_steps", "papers"),
    Part.CASES: (),
    Part.TRACES: ("account", "sign_ins"),
}


class Place(StrEnum):
    """By what somebody reads: a post at home or above, the other side of a move, a host, a task, a desk."""

    HOME = "home"
    TARGET = "target"
    FORMER = "former"  # branches the member belonged to
    HOST = "host"  # looks after the member now
    VISITED = "visited"  # has had the member as a guest
    DEALT = "dealt"  # issued a paper or was a side of a transfer that is over
    CONTACT = "contact"
    SYSTEM = "system"
    SECURITY = "security"
    AUDIT = "audit"


# No right of a post: what the home contact person and the three desks have by what they are.
TASK = "by.task"


@dataclass(frozen=True, slots=True)
class Access:
    """What a right opens of a class of facts, to those who hold it at such a place."""

    code: str
    right: str
    place: Place = Place.HOME


ACCESS: dict[FieldClass | Part, tuple[Access, ...]] = {
    FieldClass.PUBLIC: (),
    FieldClass.INTERNAL: (Access("read", "member.view"), Access("home_branch", "member.view", Place.HOST)),
    FieldClass.PERSONAL: (
        Access("read", "member.view"),
        Access("correct", "member.edit"),
        Access("take_along", "member.export"),
        Access("name_in_records", "activity.view"),
        Access("name_in_transfer", "transfer.view", Place.TARGET),
        Access("name_and_mobile", TASK, Place.CONTACT),
        Access("name_and_number", "member.view", Place.HOST),
        Access("trail_names", TASK, Place.AUDIT),
    ),
    FieldClass.SENSITIVE: (
        Access("read_masked", "member.view"),
        Access("reveal", "member.reveal"),
        Access("standing_in_transfer", "transfer.view", Place.TARGET),
    ),
    Part.STAYS: (
        Access("read", "member.view"),
        Access("read_to_reach", TASK, Place.CONTACT),
        Access("since_when_hosted", "member.view", Place.HOST),
    ),
    Part.CONTACTS: (Access("read", "member.view"), Access("read_to_reach", TASK, Place.CONTACT)),
    Part.ATTENDANCE: (
        Access("read", "activity.view"),
        Access("their_own_records", "activity.view", Place.FORMER),
        Access("guest_in_records", "activity.view", Place.VISITED),
        Access("read_to_reach", TASK, Place.CONTACT),
    ),
    Part.WAYS: (
        Access("read", "transfer.view"),
        Access("way_of_now", "transfer.view", Place.TARGET),
        Access("what_they_dealt_with", "transfer.view", Place.DEALT),
    ),
    Part.CASES: (Access("keep", "case.keep"),),
    Part.TRACES: (
        Access("account_only", TASK, Place.SYSTEM),
        Access("posts_only", TASK, Place.SECURITY),
        Access("whole_trail", TASK, Place.AUDIT),
    ),
}


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever has something to read today: by a post, a task or a desk, with its rights at that place."""

    name: str
    post: str
    body: str
    rights: frozenset[str]
    place: Place = Place.HOME


def who_can(access: Access, holders: Iterable[Holder]) -> tuple[Holder, ...]:
    """Those who have it at that place; elsewhere only those who have not got it at home."""
    return tuple(each for each in holders if access.right in each.rights and each.place == access.place)
