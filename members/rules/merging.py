"""Two records of one person: how their times in branches join, and what stands against it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Days in one branch, both inclusive; a null end is open."""

    branch_id: int
    starts_on: date
    ends_on: date | None = None
    reason: str = ""

    @property
    def last(self) -> date:
        return self.ends_on or date.max

    def days(self) -> str:
        """As a refusal names them."""
        return f"{self.starts_on.isoformat()} – {self.ends_on.isoformat() if self.ends_on else '…'}"


@dataclass(frozen=True, slots=True)
class Overlap:
    """The same days in two branches."""

    one: Span
    other: Span


@dataclass(frozen=True, slots=True)
class Joined:
    """One history, or why there is none: overlaps, and the first day of a gap."""

    spans: tuple[Span, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    gap: date | None = None


def join(one: Iterable[Span], other: Iterable[Span]) -> Joined:
    """Both histories in one: days in the same branch are counted once, days in two branches are refused."""
    spans = sorted([*one, *other], key=lambda span: (span.starts_on, span.last))
    overlaps = tuple(_overlaps(spans))
    if overlaps:
        return Joined(overlaps=overlaps)
    merged = _coalesced(spans)
    for before, after in pairwise(merged):
        if before.last + DAY != after.starts_on:
            return Joined(gap=before.last + DAY)
    return Joined(tuple(merged))


def _overlaps(spans: Sequence[Span]) -> Iterable[Overlap]:
    for place, span in enumerate(spans):
        for later in spans[place + 1 :]:
            if later.branch_id != span.branch_id and later.starts_on <= span.last:
                yield Overlap(span, later)


def _coalesced(spans: Sequence[Span]) -> list[Span]:
    found: list[Span] = []
    for span in spans:
        last = found[-1] if found else None
        if (
            last
            and last.branch_id == span.branch_id
            and (last.ends_on is None or span.starts_on <= last.last + DAY)
        ):
            ends_on = None if None in {last.ends_on, span.ends_on} else max(last.last, span.last)
            found[-1] = replace(last, ends_on=ends_on)
        else:
            found.append(span)
    return found


def cut(before: Iterable[Span], after: Iterable[Span], on: date) -> tuple[list[Span], list[Span]]:
    """One record counts up to the day before, the other from that day on."""
    kept = [replace(span, ends_on=min(span.last, on - DAY)) for span in before if span.starts_on < on]
    rest = [replace(span, starts_on=max(span.starts_on, on)) for span in after if span.last >= on]
    return kept, rest
