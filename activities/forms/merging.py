"""Two people changed one record: what each typed, put together part by part as the person chooses."""

from collections.abc import Callable, Mapping

from django.http import QueryDict

from activities.forms.meetings import HERE
from activities.forms.starting import marks_of, over
from activities.forms.voting import EXCLUSION
from activities.models import Activity
from activities.queries import Setting
from activities.tables import PARTS

PICK = "pick-"
# Sent from the page of a new record: the same meeting was logged by somebody else already.
BESIDE = "beside"
# The fields of the form each part of the compare page stands for.
_FIELDS: dict[str, Callable[[str], bool]] = {
    "held_on": lambda name: name == "held_on",
    "hours": lambda name: name in {"starts_at", "ends_at"},
    "attendance": lambda name: name in {"away", "roster", *EXCLUSION} or name.startswith("p-"),
    "items": lambda name: name == "items" or name.startswith("row-"),
}


def picks_of(data: Mapping[str, str]) -> set[str]:
    """Parts for which the other's version was chosen."""
    return {part for part in PARTS if data.get(f"{PICK}{part}") == "theirs"}


def raw_values(activity: Activity, setting: Setting) -> QueryDict:
    """The record as if it had just been typed into the form."""
    values = QueryDict(mutable=True)
    for name, value in over(activity, setting).items():
        if isinstance(value, list):
            values.setlist(name, value)
        elif value is not None:
            values[name] = f"{value:%H:%M}" if name in {"starts_at", "ends_at"} else str(value)
    marks = marks_of(activity)
    for seat in setting.seats:
        values[f"p-{seat.id}"] = marks.get(seat.id, HERE)
    values["roster"] = setting.roster
    return values


def merged(mine: QueryDict, theirs: QueryDict, picks: set[str]) -> QueryDict | None:
    """What was sent, with the chosen parts taken from the other; None where nothing was sent."""
    if not mine:
        return None
    result = QueryDict(mutable=True)
    for source, is_theirs in ((mine, False), (theirs, True)):
        for name in source:
            if name.startswith(PICK) or (_part(name) in picks) is not is_theirs:
                continue
            if is_theirs and _part(name) is None:
                continue
            result.setlist(name, source.getlist(name))
    return result


def sent_again(data: QueryDict | None) -> list[tuple[str, str]]:
    """What was typed, to travel hidden through the compare page."""
    skipped = {"csrfmiddlewaretoken", "idempotency_key", "version", BESIDE}
    pairs = [] if data is None else [(name, value) for name in data for value in data.getlist(name)]
    return [(name, str(value)) for name, value in pairs if name not in skipped]


def _part(name: str) -> str | None:
    for part, holds in _FIELDS.items():
        if holds(name):
            return part
    return name if name in PARTS else None
