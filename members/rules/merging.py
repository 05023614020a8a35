"""Two records of one person: how their times in branches and standings join, what stands against it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from members.choices import EndKind, Standing

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Days in one branch, both inclusive; a null end is open."""

    branch_id: int
    starts_on: date
    ends_on: date | None = None
    reason: str = ""
    recorded_at: datetime | None = field(default=None, compare=False)

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


def join(one: Iterable[Span], other: Iterable[Span], away: Iterable["Stand"] = ()) -> Joined:
    """Both histories in one: days in the same branch are counted once, days in two branches are refused.

    Days in no branch are refused too, unless the person had left the Party (`away`).
    """
    spans = sorted([*one, *other], key=lambda span: (span.starts_on, span.last))
    overlaps = tuple(_overlaps(spans))
    if overlaps:
        return Joined(overlaps=overlaps)
    merged = _coalesced(spans)
    left = [stand for stand in away if stand.has_ended]
    for before, after in pairwise(merged):
        if before.last + DAY != after.starts_on and not _was_away(left, before.last + DAY, after.starts_on):
            return Joined(gap=before.last + DAY)
    return Joined(tuple(merged))


def _was_away(left: Iterable["Stand"], first: date, back_on: date) -> bool:
    """Away from the first such day to the last: the table asks for no less (migration 0019)."""
    return any(stand.starts_on == first and stand.last == back_on - DAY for stand in left)


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


# --- standings


@dataclass(frozen=True, slots=True)
class Stand:
    """Days in one standing, both inclusive; a null end is open."""

    standing: str
    end_kind: str
    restriction: str
    starts_on: date
    ends_on: date | None = None
    basis: str = ""
    ground: str = ""
    recorded_at: datetime | None = field(default=None, compare=False)

    @property
    def last(self) -> date:
        return self.ends_on or date.max

    @property
    def has_ended(self) -> bool:
        return self.standing == Standing.ENDED

    @property
    def facts(self) -> tuple[str, str, str, str]:
        return self.standing, self.end_kind, self.restriction, self.ground

    def days(self) -> str:
        return f"{self.starts_on.isoformat()} – {self.ends_on.isoformat() if self.ends_on else '…'}"


@dataclass(frozen=True, slots=True)
class JoinedStands:
    """One history of standings, or the days on which the two say something else."""

    stands: tuple[Stand, ...] = ()
    overlaps: tuple[tuple[Stand, Stand], ...] = ()


def join_stands(one: Sequence[Stand], other: Sequence[Stand]) -> JoinedStands:
    """Both histories in one: days both tell alike count once, days told differently are refused.

    Whoever left and came back was away until the day of coming back; nobody comes back from the dead.
    """
    first, second = _until_back(one, other), _until_back(other, one)
    overlaps = tuple(
        (mine, theirs)
        for mine in first
        for theirs in second
        if mine.facts != theirs.facts and mine.starts_on <= theirs.last and theirs.starts_on <= mine.last
    )
    if overlaps:
        return JoinedStands(overlaps=overlaps)
    found: list[Stand] = []
    for stand in sorted([*first, *second], key=lambda each: (each.starts_on, each.last)):
        last = found[-1] if found else None
        if last and last.facts == stand.facts and stand.starts_on <= last.last:
            ends_on = None if None in {last.ends_on, stand.ends_on} else max(last.last, stand.last)
            found[-1] = replace(last, ends_on=ends_on, basis=last.basis or stand.basis)
        else:
            found.append(stand)
    return JoinedStands(tuple(found))


def _until_back(stands: Iterable[Stand], other: Iterable[Stand]) -> list[Stand]:
    """An end lasts until the other record begins to tell of a membership."""
    begins = sorted(each.starts_on for each in other if not each.has_ended)
    found = []
    for stand in stands:
        back = next((day for day in begins if day > stand.starts_on), None)
        is_open = stand.has_ended and stand.end_kind != EndKind.DEATH
        cut_short = is_open and back is not None and back <= stand.last
        found.append(replace(stand, ends_on=back - DAY) if cut_short and back else stand)
    return found


def prefer(chosen: Sequence[Stand], other: Sequence[Stand]) -> tuple[list[Stand], list[Stand]]:
    """The other record tells only of the days of which the chosen one says nothing.

    Its end is no more than its last word: what the other one tells from then on counts.
    """
    if not chosen:
        return [], list(other)
    begins, last = chosen[0].starts_on, chosen[-1]
    before = [
        replace(each, ends_on=min(each.last, begins - DAY)) for each in other if each.starts_on < begins
    ]
    silent_from = last.starts_on if last.has_ended else last.last
    after = [each for each in other if each.starts_on > silent_from and not each.has_ended]
    ends = [each for each in other if each.has_ended and after and each.starts_on > after[0].starts_on]
    return list(chosen), [*before, *after, *ends]
