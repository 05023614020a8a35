"""The review of the two coverages: units as lines, today or as frozen, and what they add up to."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, Self

from branches.choices import UnitKind
from branches.models import Organization, Unit
from branches.provisions import OLDER_SHARE, ORGANISATION_SHARE
from branches.queries.units import CoverageBooks, bodies_named, measured
from branches.rules.coverage import (
    ALL,
    MEASURES,
    NON_PUBLIC,
    STATE_FIRMS,
    TWO_NEW,
    Figures,
    Share,
    UnitFacts,
    belongs,
    figures_of,
    shares_of,
)
from orgportal.core.scoping import Scope
from orgportal.health.models import CoverageReview, CoverageReviewQuerySet

QUARTERS_SHOWN = 12
TREND_QUARTERS = 8
GROUPS = (NON_PUBLIC, UnitKind.SOCIAL_BODY.value, STATE_FIRMS, *(
    kind.value for kind in UnitKind if kind not in {UnitKind.ENTERPRISE, UnitKind.SOCIAL_BODY}
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One unit as the review says it; frozen, it is stored just so."""

    id: int
    name: str
    kind: str
    group: str
    pause: str
    covers: tuple[tuple[str, str], ...]  # kind of coverage, by whom
    formal: int
    hidden: int
    checked_on: str
    lists: frozenset[str]
    committee_id: int = 0
    path: str = ""

    def as_json(self) -> dict[str, Any]:
        """Without the place, which the row of its body says."""
        said = {**asdict(self), "lists": [name for name in MEASURES if name in self.lists]}
        del said["committee_id"], said["path"]
        return {**said, "covers": [list(cover) for cover in self.covers]}

    @classmethod
    def read(cls, said: Mapping[str, Any], committee: Organization) -> Self:
        covers = tuple((kind, who) for kind, who in said["covers"])
        lists = frozenset(said["lists"])
        return cls(
            **{**said, "covers": covers, "lists": lists}, committee_id=committee.pk, path=committee.path
        )

    def belongs(self, group: str) -> bool:
        return belongs(self.group, group)


def line_of(facts: UnitFacts, lists: frozenset[str], bodies: Mapping[int, str]) -> ReviewLine:
    return ReviewLine(
        id=facts.id,
        name=facts.name,
        kind=facts.kind,
        group=facts.group,
        pause=facts.pause,
        covers=tuple(
            (cover.kind, cover.holder or bodies.get(cover.body_id or 0, "")) for cover in facts.covers
        ),
        formal=facts.formal,
        hidden=facts.hidden,
        checked_on=facts.checked_on.isoformat() if facts.checked_on else "",
        lists=lists,
        committee_id=facts.committee_id,
        path=facts.path,
    )


def figures_by_group(lines: Sequence[ReviewLine]) -> dict[str, dict[str, int]]:
    """How many units of each group stand on each list; groups without a unit are left out."""
    found = {}
    for group in (ALL, TWO_NEW, *GROUPS):
        inside = [line for line in lines if line.belongs(group)]
        if inside:
            figures = figures_of(line.lists for line in inside)
            found[group] = {name: figures[name] for name in MEASURES}
    return found


# --- where the lines come from


def live_lines(scope: Scope, on: date) -> list[ReviewLine]:
    """Every unit of the scope as it is, in order of name."""
    rows = Unit.objects.visible_to(scope).listed_on_day(on).select_related("committee")
    found = measured(list(rows.order_by("name_key", "pk")), on)
    names = bodies_named(cover.body_id for facts, _lists in found for cover in facts.covers)
    return [line_of(facts, lists, names) for facts, lists in found]


def frozen_lines(scope: Scope, quarter: date) -> list[ReviewLine]:
    """The same as they were frozen, by the newest revision of each body in scope."""
    rows = newest_reviews(scope).filter(starts_on=quarter).select_related("organization")
    return [ReviewLine.read(said, row.organization) for row in rows for said in row.content["units"]]


def newest_reviews(scope: Scope) -> CoverageReviewQuerySet:
    rows: Any = CoverageReview.objects.visible_to(scope)
    found: CoverageReviewQuerySet = rows.newest()
    return found


def quarters_frozen(scope: Scope) -> list[date]:
    """First days of frozen quarters, newest first."""
    rows = CoverageReview.objects.visible_to(scope).order_by("-starts_on").values_list("starts_on", flat=True)
    return list(rows.distinct()[:QUARTERS_SHOWN])


class Frozen(NamedTuple):
    """What a frozen quarter says of itself."""

    as_of: date
    known_at: datetime
    rule_version: str
    revision: int
    reason: str


def frozen_of(scope: Scope, quarter: date, body: Organization) -> Frozen | None:
    row = newest_reviews(scope).filter(starts_on=quarter, organization=body).first()
    return Frozen(row.as_of, row.known_at, row.rule_version, row.revision, row.reason) if row else None


# --- what they add up to


class BodyLine(NamedTuple):
    """A body directly below, or the units the body itself answers for."""

    body: Organization
    figures: Figures
    is_direct: bool


@dataclass(frozen=True)
class Review:
    """All that the page says of one body and group on a day."""

    figures: Figures
    hidden: int
    shares: list[Share]
    by_group: list[tuple[str, Figures]]
    below: list[BodyLine]
    left_out: list[ReviewLine]


def review(
    lines: Iterable[ReviewLine],
    group: str,
    bodies: Sequence[Organization],
    body: Organization | None,
    on: date,
) -> Review:
    """Adds the lines up for the body (all in sight where there is none) and for what stands below it."""
    inside = [line for line in lines if body is None or line.path.startswith(body.path)]
    chosen = [line for line in inside if line.belongs(group)]
    figures = figures_of(line.lists for line in chosen)
    path = body.path if body else ""
    groups = [(key, [line for line in inside if line.group == key]) for key in GROUPS]
    return Review(
        figures=figures,
        hidden=sum(line.hidden for line in chosen),
        shares=shares_of(figures, CoverageBooks([path], on).book(path), on),
        by_group=[(key, figures_of(line.lists for line in found)) for key, found in groups if found],
        below=_below(chosen, bodies, body),
        left_out=[line for line in chosen if "not_operating" in line.lists],
    )


def directly_below(bodies: Sequence[Organization], body: Organization | None) -> list[Organization]:
    """In the order of the tree: an order of places, not a ranking. Without a body, the topmost in sight."""
    seen = {each.pk for each in bodies}
    return [
        each for each in bodies
        if (each.parent_id == body.pk if body else each.parent_id not in seen)
    ]  # fmt: skip


def _below(
    lines: Sequence[ReviewLine], bodies: Sequence[Organization], body: Organization | None
) -> list[BodyLine]:
    children = directly_below(bodies, body)
    found = []
    direct = [line for line in lines if body and line.committee_id == body.pk]
    if body and direct and children:
        found.append(BodyLine(body, figures_of(line.lists for line in direct), is_direct=True))
    for child in children:
        own = [line for line in lines if line.path.startswith(child.path)]
        found.append(BodyLine(child, figures_of(line.lists for line in own), is_direct=False))
    return found


class TrendQuarter(NamedTuple):
    """A frozen quarter of a body: its shares, oldest first."""

    first: date
    operating: int
    ripe: int
    shares: list[Share]

    @property
    def both(self) -> tuple[int | None, int | None]:
        """Organisation coverage by either official denominator, in tenths of a per cent."""
        tenths = {share.key: share.tenths for share in self.shares}
        return tenths[ORGANISATION_SHARE.key], tenths[OLDER_SHARE.key]


def trend(scope: Scope, body: Organization, group: str) -> list[TrendQuarter]:
    """The body against its own past, as it was frozen."""
    rows = newest_reviews(scope).filter(organization=body)
    latest = sorted(rows, key=lambda row: row.starts_on)[-TREND_QUARTERS:]
    return [_trend_quarter(row, body, group) for row in latest]


def _trend_quarter(row: CoverageReview, body: Organization, group: str) -> TrendQuarter:
    figures: Figures = Counter(row.content["figures"].get(group, {}))
    book = CoverageBooks([body.path], row.as_of).book(body.path)
    return TrendQuarter(
        row.starts_on, figures["operating"], figures["ripe"], shares_of(figures, book, row.as_of)
    )
