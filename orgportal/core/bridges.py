"""Questions a lower floor asks a higher one, each answered by the function the roof names for it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from celery import current_app
from django.utils.module_loading import import_string

from orgportal.core.scoping import Scope


@dataclass(frozen=True, slots=True)
class Meeting:
    """A recorded general meeting of a branch, as far as a decision names it."""

    id: int
    on: date
    title: str
    url: str


def meetings_of(branch_id: int, *, since: date, until: date) -> list[Meeting]:
    """General meetings the branch held in these days, latest first."""
    found: list[Meeting] = _answer("meetings_of")(branch_id, since, until)
    return found


def meeting(meeting_id: int) -> Meeting | None:
    """One recorded meeting; None once its record was voided."""
    found: Meeting | None = _answer("meeting")(meeting_id)
    return found


@dataclass(frozen=True, slots=True)
class HeldPart:
    """One kind of rows held about a person: stable keys and codes, and how either reads."""

    key: str
    title: Any
    rows: Sequence[dict[str, Any]]
    headings: Mapping[str, Any]
    words: Mapping[str, Mapping[Any, Any]] = field(default_factory=dict)


def held_about(members: Collection[int], branches: Collection[int], account: int) -> list[HeldPart]:
    """What the floor above keeps on a person recorded under these ids, who was in these branches."""
    found: list[HeldPart] = _answer("held_about")(members, branches, account)
    return found


def follow_ups_open(members: Collection[int]) -> dict[int, int]:
    """How many open follow-ups of meetings each of these members has in hand; who has none is left out."""
    found: dict[int, int] = _answer("follow_ups_open")(members)
    return found


def place_of(subject: str) -> str:
    """The path of the body whose duty a reminder is about; "" for a matter of one's own."""
    places: dict[str, str] = current_app.conf.reminder_places
    name = places.get(subject.partition(":")[0])
    return str(import_string(name)(subject)) if name else ""


def overseers(path: str, on: date) -> frozenset[int]:
    """Accounts of those who oversee this body from the next level above."""
    found: frozenset[int] = _answer("overseers")(path, on)
    return found


def places_of(accounts: Collection[int]) -> dict[int, str]:
    """By account, the path of the branch the person belongs to; who is no member is left out."""
    found: dict[int, str] = _answer("places_of")(accounts)
    return found


@dataclass(frozen=True, slots=True)
class Workplace:
    """A unit as the register is asked about it: its name, who answers for it, the body its members are in."""

    id: int
    name: str
    path: str
    body_id: int | None = None
    is_own_body: bool = False


@dataclass(frozen=True, slots=True)
class Workforce:
    """Members known to work at a unit, and all members of its body, on a day."""

    formal: int = 0
    members: int = 0
    body_formal: int = 0
    body_members: int = 0


def members_at(places: Collection[Workplace], on: date) -> dict[int, Workforce]:
    """How many members work at each unit, by its id; counts alone."""
    found: dict[int, Workforce] = _answer("members_at")(places, on)
    return found


@dataclass(frozen=True, slots=True)
class WorkingMember:
    """One member who works at a unit."""

    name: str
    standing: str
    branch: str
    url: str


def names_at(place: Workplace, scope: Scope, on: date) -> list[WorkingMember]:
    """Those of the unit's members the person may see, by name."""
    found: list[WorkingMember] = _answer("names_at")(place, scope, on)
    return found


def _answer(question: str) -> Callable[..., Any]:
    answers: dict[str, str] = current_app.conf.bridges
    answer: Callable[..., Any] = import_string(answers[question])
    return answer
