"""What has to come out of the year, in plain Python: from the raw events the drill keeps, and from the rules
as they stand in the regulation; nothing here is asked of the rooms.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

SIX_MONTHS, TWO_YEARS = 6, 24  # 中国共产党党员教育管理工作条例 第二十四条
OVERSEERS = {"organiser", "officer"}
BRANCH = {"secretary", "deputy_secretary", "organisation"}
COMMITTEE = BRANCH | {"organiser"}
OVER = COMMITTEE | {"officer"}


def months_later(day: date, months: int) -> date:
    """The same day so many months on, the last of the month where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


@dataclass
class Life:
    """One member: the day they came into their branch, their standings in order, every day they were seen."""

    came: date
    standings: list[tuple[date, str, str]]  # first day, standing, ground of a stop
    seen: list[date] = field(default_factory=list)


@dataclass
class Journal:
    """The raw events of everybody, those before the year and those of the year."""

    taken_over: date  # what lies before is not known
    lives: dict[int, Life]

    def saw(self, people: Iterable[int], day: date) -> None:
        for pk in people:
            self.lives[pk].seen.append(day)

    def stands(self, pk: int, day: date, standing: str, ground: str = "") -> None:
        self.lives[pk].standings.append((day, standing, ground))

    def came(self, pk: int, day: date) -> None:
        self.lives[pk].came = day

    def due(self, day: date) -> set[tuple[int, str, date]]:
        """Who has to be proposed for what that evening, and the day it counts from."""
        found = ((pk, self._of(life, day)) for pk, life in self.lives.items())
        return {(pk, *proposed) for pk, proposed in found if proposed}

    def _of(self, life: Life, day: date) -> tuple[str, date] | None:
        since, standing, ground = life.standings[-1]
        if standing == "suspended":
            # Two years after the stop, still lost: whoever was seen since is not, nor who lives abroad.
            is_lost = ground == "lost" and all(seen < since for seen in life.seen)
            return ("strike", since) if is_lost and months_later(since, TWO_YEARS) <= day else None
        if standing not in {"formal", "probationary"}:
            return None
        start = max(max(life.seen, default=life.came), _standing_since(life), self.taken_over)
        return ("stop", start) if months_later(start, SIX_MONTHS) <= day else None


def _standing_since(life: Life) -> date:
    """The first day of the unbroken run of the present standing."""
    first, present, _ = life.standings[-1]
    for since, standing, _ in reversed(life.standings):
        if standing != present:
            break
        first = since
    return first


@dataclass(frozen=True)
class Office:
    """Somebody with an account in a post of a body, and the days they hold it."""

    body: str
    kind: str
    user: int
    starts_on: date
    ends_on: date | None


def holders(offices: Iterable[Office], body: str, kinds: set[str], day: date) -> set[int]:
    """Those in such a post of the body that day; where there is none, those of the nearest one above."""
    held = [
        each for each in offices if each.starts_on <= day and (each.ends_on is None or day <= each.ends_on)
    ]
    own = {each.user for each in held if each.body == body and each.kind in kinds}
    if own:
        return own
    above = [each for each in held if body.startswith(each.body) and each.body != body]
    above = [each for each in above if each.kind in kinds | OVERSEERS]
    nearest = max((each.body for each in above), key=len, default="")
    return {each.user for each in above if each.body == nearest}
