"""Calendar feeds: which days they cover, when an entry is, whether it stands, and who is called to it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from activities.choices import ActivityKind, ActivityState
from activities.provisions import COMMITTEE_POSTS
from members.rules.register import add_months
from orgportal.core import ical

MONTHS_BACK, MONTHS_AHEAD = 6, 12
# A feed is read every few minutes by some programs; "last read" is told to the hour.
NOTED_EVERY = timedelta(hours=1)
NOT_HELD = frozenset(
    {
        ActivityState.DID_NOT_MEET,
        ActivityState.EXCUSED,
        ActivityState.VOID,
        # The day that stood there is off; with a new one the same entry comes back.
        ActivityState.POSTPONED,
        ActivityState.CANCELLED,
    }
)


@dataclass(frozen=True, slots=True)
class Window:
    """Both days inclusive."""

    since: date
    until: date


def window_on(today: date) -> Window:
    return Window(add_months(today, -MONTHS_BACK), add_months(today, MONTHS_AHEAD))


def hours_of(on: date, starts_at: time | None, ends_at: time | None) -> tuple[date, datetime | None]:
    """From when to when: the whole day where no beginning is known, open where no end is."""
    if starts_at is None:
        return on, None
    return datetime.combine(on, starts_at), datetime.combine(on, ends_at) if ends_at else None


def status_of(state: str, starts_at: time | None) -> str:
    """Cancelled where nothing took place or nothing stands; a plan without its hour may still move."""
    if state in NOT_HELD:
        return ical.CANCELLED
    is_open = state == ActivityState.PLANNED and starts_at is None
    return ical.TENTATIVE if is_open else ical.CONFIRMED


def kinds_not_called_to(posts: Collection[str]) -> frozenset[str]:
    """Meetings a member of the branch with these posts has no seat in."""
    return frozenset() if COMMITTEE_POSTS.intersection(posts) else frozenset({ActivityKind.COMMITTEE})


def is_to_note(used_at: datetime | None, at: datetime) -> bool:
    """Whether a reading is the first of its hour."""
    return used_at is None or at - used_at >= NOTED_EVERY
