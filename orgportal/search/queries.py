"""What each room finds within the person's scope. A room is one statement, whatever it finds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from activities.queries.search import activities_found
from branches.queries import bodies_found
from members.queries.search import (
    arrivals_found,
    members_found,
    members_found_by_name,
    papers_found,
    transfers_found,
)
from orgportal.core.scoping import Scope

# Rows a group shows beside the others, and alone.
FEW, MANY = 8, 50

Room = Callable[[str, Scope, int], list[Any]]
ROOMS: dict[str, Room] = {
    "members": members_found,
    "bodies": bodies_found,
    "activities": activities_found,
    "transfers": transfers_found,
    "arrivals": arrivals_found,
    "papers": papers_found,
}
ROOM_CHOICES = tuple((key, key) for key in ROOMS)
WITHOUT_IDENTITY: dict[str, Room] = {**ROOMS, "members": members_found_by_name}


@dataclass(frozen=True, slots=True)
class Group:
    """What one room found; `has_more` says that there is more than is shown."""

    key: str
    rows: list[Any]
    has_more: bool


def search(text: str, scope: Scope, *, only: str = "", with_identity: bool = True) -> list[Group]:
    """Every room's group, empty ones included; with `only` that room alone, and more of it."""
    most = MANY if only else FEW
    rooms = ROOMS if with_identity else WITHOUT_IDENTITY
    groups = []
    for key, ask in rooms.items():
        if text and only in {"", key}:
            rows = ask(text, scope, most + 1)
            groups.append(Group(key, rows[:most], len(rows) > most))
    return groups
