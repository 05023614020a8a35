"""Reads over the tree: rules in force for a body, the directory, counts of a subtree, the body's page."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    ExpressionWrapper,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Left, Length

from branches.choices import COMMITTEES, Form, Kind, PostKind
from branches.models import Organization, OrganizationQuerySet
from branches.provisions import PROVISIONS
from branches.rules import LEVEL_WIDTH, MAX_DEPTH, Advice, ancestors, parent_of, posts_expected, set_up_advice
from orgportal.core.forms import tidy
from orgportal.core.models import LocalProvision
from orgportal.core.rulebook import LocalRule, Provision, Rulebook, Version
from orgportal.core.scoping import AFTER, Grant, Scope, within

# --- rules in force


def rulebook_for(path: str, provisions: Iterable[Provision], on: date) -> Rulebook:
    """National provisions merged with the local rules of the body and of all bodies above it."""
    return rulebooks_for([path], provisions, on)[path]


def rulebooks_for(paths: Iterable[str], provisions: Iterable[Provision], on: date) -> dict[str, Rulebook]:
    """The same for many bodies in one query, by path; bodies under the same local rules share one book."""
    national = tuple(provisions)
    above = {path: {*ancestors(path), path} for path in paths}
    wanted = set().union(*above.values())
    # Append-only: where two rows of one body hold, the later one is what was decided last.
    rows = LocalProvision.objects.filter(
        key__in=[provision.key for provision in national], path__in=wanted, valid_from__lte=on
    ).order_by("-valid_from", "-id")
    rules = [_local_rule(row) for row in rows]
    shared: dict[tuple[int, ...], Rulebook] = {}
    books = {}
    for path, prefixes in above.items():
        own = tuple(place for place, rule in enumerate(rules) if rule.path in prefixes)
        if own not in shared:
            shared[own] = Rulebook.of(national, (rules[place] for place in own))
        books[path] = shared[own]
    return books


def rule_by_row(
    key: str, provisions: Iterable[Provision], on: date, path: str, reading: Callable[[Any], Any]
) -> Case:
    """For each row of a query what the rule says in the row's own body, its path being found at `path`.

    `reading` makes of the rule's value what the query compares with.
    """
    in_force = Q(valid_to=None) | Q(valid_to__gte=on)
    rows = LocalProvision.objects.filter(in_force, key=key, valid_from__lte=on)
    books = rulebooks_for({"", *rows.values_list("path", flat=True)}, provisions, on)
    said = {place: book.value(key, on) for place, book in books.items()}
    nearest_first = sorted((place for place in said if place), key=len, reverse=True)
    cases = [
        When(within(path, (place,)), then=Value(reading(said[place])))
        for place in nearest_first
        if said[place] != said[max((up for up in ancestors(place) if up in said), key=len, default="")]
    ]
    return Case(*cases, default=Value(reading(said[""])))


def _local_rule(row: LocalProvision) -> LocalRule:
    return LocalRule(
        row.key, row.path, Version(row.value, row.instrument, row.article, row.valid_from, row.valid_to)
    )


# --- the directory: the one read of bodies that does not ask where the reader stands

# docs/crossings.md: name, kind and phone of every existing body, for whoever signs in.
EVERYBODY = Scope(grants=(Grant("", frozenset({Organization.view_right})),))
DIRECTORY_FIELDS = ("id", "name", "kind", "phone")


def directory() -> OrganizationQuerySet:
    """Existing bodies, with no more of them loaded than the directory shows."""
    rows = Organization.objects.visible_to(EVERYBODY).current()
    return rows.only(*DIRECTORY_FIELDS, "name_key")


def committee_above(path: str) -> Organization | None:
    """The nearest committee above a body, not a general branch: it approves, issues and takes in for it."""
    return committees_above([path]).get(path)


def committees_above(paths: Collection[str]) -> dict[str, Organization]:
    """By path of a body, the nearest committee above it; those without one are left out."""
    chains = {path: ancestors(path) for path in paths}
    wanted = {up for chain in chains.values() for up in chain}
    rows = Organization.objects.visible_to(EVERYBODY).filter(kind__in=COMMITTEES, path__in=wanted)
    found = {body.path: body for body in rows}
    nearest = {path: max(found.keys() & {*chain}, key=len, default="") for path, chain in chains.items()}
    return {path: found[up] for path, up in nearest.items() if up}


@cache
def committee_above_row(path: str, field: str = "pk") -> Subquery:
    """The same for each row of a query: a field of that committee, a branch's path being found at `path`."""
    widths = range(LEVEL_WIDTH, LEVEL_WIDTH * MAX_DEPTH, LEVEL_WIDTH)
    steps = [Left(OuterRef(path), width) for width in widths]
    above = Organization.objects.filter(kind__in=COMMITTEES, path__in=steps)  # hands out no rows of its own
    return Subquery(above.order_by(Length("path").desc()).values(field)[:1])


def named(text: str) -> Q:
    """How a body is found by what somebody typed of its name: characters, or pinyin initials."""
    wanted = tidy(text)
    return Q(name__icontains=wanted) | Q(initials__startswith=wanted.lower())


def bodies_found(text: str, scope: Scope, limit: int) -> list[Organization]:
    """Bodies of the directory of such a name, one's own first (`is_mine`)."""
    mine = within("path", scope.roots_for(Organization.view_right))
    rows = directory().filter(named(text)).annotate(is_mine=ExpressionWrapper(mine, BooleanField()))
    return list(rows.order_by("-is_mine", "name_key", "pk")[:limit])


MOST_MATCHES = 5


def body_of_text(text: str) -> list[Organization]:
    """Bodies of the directory meant by what was typed: one of just that name or code, or all that match."""
    wanted = tidy(text)
    if not wanted:
        return []
    rows = directory()
    exact = list(rows.filter(Q(name=wanted) | Q(code=wanted) | Q(short_name=wanted))[:MOST_MATCHES])
    return exact or list(rows.filter(named(wanted)).order_by("name_key", "pk")[:MOST_MATCHES])


# --- member counts: at the leaf, rolled up


@dataclass(frozen=True, slots=True)
class Counts:
    """Members a body answers for, and the branches they are in."""

    formal: int = 0
    probationary: int = 0
    branches: int = 0

    @property
    def members(self) -> int:
        return self.formal + self.probationary

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.formal + other.formal, self.probationary + other.probationary, self.branches + other.branches
        )


def counts_of(bodies: Iterable[Organization], scope: Scope) -> dict[int, Counts]:
    """Counts of each body with all below it, in one query whatever their number."""
    wanted = {body.path: body.pk for body in bodies}
    found = dict.fromkeys(wanted.values(), Counts())
    for path, leaf in _leaves(wanted, scope):
        for above in (*ancestors(path), path):
            if above in wanted:
                found[wanted[above]] += leaf
    return found


def _leaves(paths: Iterable[str], scope: Scope) -> Iterable[tuple[str, Counts]]:
    """Each existing branch inside the subtrees with its own members."""
    inside = Q(pk__in=[])
    for path in _topmost(paths):
        inside |= Q(path__gte=path, path__lt=path + AFTER)
    branches = Organization.objects.visible_to(scope).branches().current().filter(inside)
    rows = branches.annotate(
        formal=Count("members", filter=Q(members__standing="formal")),
        probationary=Count("members", filter=Q(members__standing="probationary")),
    ).values_list("path", "formal", "probationary")
    return ((path, Counts(formal, probationary, 1)) for path, formal, probationary in rows)


def _topmost(paths: Iterable[str]) -> list[str]:
    found: list[str] = []
    for path in sorted(paths):
        if not found or not path.startswith(found[-1]):
            found.append(path)
    return found


# --- one body's page


@dataclass(frozen=True)
class BodySheet:
    """All that the page of a body shows beside its own facts."""

    counts: Counts
    holders: list[Any]
    vacant: list[PostKind]
    term: Any
    groups: list[Any]
    children: list[Organization]
    child_counts: dict[int, Counts]
    advice: list[Advice]
    events: list[Any]


def body_sheet(body: Organization, scope: Scope, on: date) -> BodySheet:
    """The body's posts, term, groups, counts, advice and history, in a constant number of queries."""
    kind = Kind(body.kind)
    children = _children(body, scope)
    counts = counts_of([body, *children], scope)
    own = counts[body.pk]
    holders = _holders(body, on)
    held = {PostKind(post.kind) for post in holders}
    expected = () if body.is_dissolved else posts_expected(kind, has_committee=body.has_committee)
    return BodySheet(
        counts=own,
        holders=holders,
        vacant=[post for post in expected if post not in held],
        term=body.terms.running_on(on).order_by("-starts_on").first(),
        groups=list(_groups(body)),
        children=children,
        child_counts=counts,
        advice=_advice(body, own, on),
        events=list(body.events.select_related("other", "recorded_by").order_by("-on", "-id")),
    )


def _children(body: Organization, scope: Scope) -> list[Organization]:
    """Nothing stands under a branch (branches.provisions.STRUCTURE)."""
    if body.is_branch:
        return []
    return list(Organization.objects.visible_to(scope).current().filter(parent=body).order_by("path"))


def _holders(body: Organization, on: date) -> list[Any]:
    order = list(PostKind)
    posts = body.posts.held_on(on).select_related("member", "group")
    return sorted(posts, key=lambda post: (order.index(PostKind(post.kind)), post.member.name_key))


def _groups(body: Organization) -> Any:
    return (
        body.groups.current()
        .annotate(size=Count("members", filter=~Q(members__standing="ended")))
        .order_by("founded_on", "pk")
    )


def _advice(body: Organization, counts: Counts, on: date) -> list[Advice]:
    if not body.is_branch or body.is_dissolved:
        return []
    return set_up_advice(
        form=Form(body.form),
        has_committee=body.has_committee,
        formal=counts.formal,
        probationary=counts.probationary,
        book=rulebook_for(body.path, PROVISIONS, on),
        on=on,
    )


# --- the tree


@dataclass(frozen=True)
class Node:
    """A body with its counts and what stands below it."""

    body: Organization
    counts: Counts
    children: list["Node"]


MOST_NODES = 1500


def tree_of(scope: Scope) -> list[Node]:
    """The scope's existing bodies as trees, in two queries. A very large scope is shown without its branches:
    they are a list away."""
    rows = Organization.objects.visible_to(scope).current().order_by("path")
    if rows.count() > MOST_NODES:
        rows = rows.exclude(kind=Kind.BRANCH)
    bodies = list(rows)
    counts = counts_of(bodies, scope)
    nodes: dict[str, Node] = {}
    roots: list[Node] = []
    for body in bodies:
        node = nodes[body.path] = Node(body, counts[body.pk], [])
        above = nodes.get(parent_of(body.path))
        (above.children if above else roots).append(node)
    return roots
