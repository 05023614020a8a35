"""What the branches invited to a joint activity are told of its host's day. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from activities.choices import ActivityState

CALLED_OFF = frozenset(
    {
        ActivityState.POSTPONED,
        ActivityState.CANCELLED,
        ActivityState.DID_NOT_MEET,
        ActivityState.EXCUSED,
        ActivityState.VOID,
    }
)


class JointNews(StrEnum):
    MOVED = "moved"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Announced:
    """State and day of the host's plan or record."""

    state: str
    on: date


def news_of(was: Announced, now: Announced) -> JointNews | None:
    """Off, on another day, or on again; None where neither changed."""
    if now.state in CALLED_OFF:
        return JointNews.OFF if was.state != now.state else None
    return JointNews.MOVED if was.on != now.on or was.state in CALLED_OFF else None
