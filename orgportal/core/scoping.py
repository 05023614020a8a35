"""Who sees which rows. One place decides, and a guarded queryset cannot be read before it has asked.

`Scope` is a plain value built once per request (`members.queries.scope_for`). Each scoped model states
where its tree path is found, which right lets a body's office holders see it, and what makes a row one's own.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar, cast, runtime_checkable

from django.db import models
from django.db.models import Q

from orgportal.core.errors import NotAllowed, ScopeMissing

M = TypeVar("M", bound=models.Model)

# Sorts after every base-36 digit in the C collation, so `[path, path + AFTER)` is the subtree.
AFTER = "~"


@runtime_checkable
class Placed(Protocol):
    """Anything that stands in the tree."""

    path: str


@dataclass(frozen=True, slots=True)
class Grant:
    """The rights one post gives over one subtree."""

    root: str
    rights: frozenset[str]


@dataclass(frozen=True, slots=True)
class Scope:
    """Who is asking: their own ids, and what their posts of the day let them see and do, and where."""

    user_id: int | None = None
    member_id: int | None = None
    grants: tuple[Grant, ...] = ()
    groups: frozenset[int] = field(default_factory=frozenset)  # party groups the person leads

    def roots_for(self, right: str) -> tuple[str, ...]:
        """The topmost subtrees in which the right holds, in path order, none inside another."""
        found: list[str] = []
        for root in sorted({grant.root for grant in self.grants if right in grant.rights}):
            if not found or not root.startswith(found[-1]):
                found.append(root)
        return tuple(found)

    def may(self, right: str, where: Placed | str) -> bool:
        """Whether some post carries the right at this place."""
        path = where if isinstance(where, str) else where.path
        return any(path.startswith(root) for root in self.roots_for(right))

    def may_somewhere(self, right: str) -> bool:
        return any(right in grant.rights for grant in self.grants)

    def demand(self, right: str, where: Placed | str) -> None:
        """Raise NotAllowed unless some post carries the right at this place."""
        if not self.may(right, where):
            raise NotAllowed(right)


NOBODY = Scope()


def within(lookup: str, roots: tuple[str, ...]) -> Q:
    """Rows whose path, found through `lookup`, lies in one of the subtrees. No roots: no rows."""
    parts = [Q(**{f"{lookup}__gte": root, f"{lookup}__lt": root + AFTER}) for root in roots]
    return reduce(or_, parts, Q(pk__in=[]))


class ScopedModel(Protocol):
    """What a scoped model states about itself."""

    scope_lookups: ClassVar[tuple[str, ...]]
    view_right: ClassVar[str]
    own_lookup: ClassVar[str | None]
    own_user_lookup: ClassVar[str | None]


def reach(model: type[models.Model], scope: Scope) -> Q:
    """The condition under which a row of this model may be shown to this scope."""
    stated = cast("type[ScopedModel]", model)
    roots = scope.roots_for(stated.view_right)
    condition = Q(pk__in=[])
    if roots:
        for lookup in stated.scope_lookups:
            condition |= within(lookup, roots)
    own, own_user = getattr(stated, "own_lookup", None), getattr(stated, "own_user_lookup", None)
    if own and scope.member_id:
        condition |= Q(**{own: scope.member_id})
    if own_user and scope.user_id:
        condition |= Q(**{own_user: scope.user_id})
    return condition


class ScopedQuerySet(models.QuerySet[M]):
    """A queryset that, when guarded, refuses to touch rows until it has been narrowed to a scope."""

    _guarded = False
    _narrowed = False

    def visible_to(self, scope: Scope) -> Self:
        """Only the rows this scope may see; no rows for an empty scope."""
        narrowed = self.filter(reach(self.model, scope))
        narrowed._narrowed = True
        return narrowed

    def _clone(self) -> Self:
        clone = cast("Self", super()._clone())  # type: ignore[misc]
        clone._guarded, clone._narrowed = self._guarded, self._narrowed
        return clone

    def _check(self) -> None:
        if self._guarded and not self._narrowed:
            raise ScopeMissing(f"{self.model.__name__}.objects was read without visible_to(scope)")

    def _fetch_all(self) -> None:
        self._check()
        super()._fetch_all()

    def iterator(self, chunk_size: int | None = None) -> Iterator[M]:
        self._check()
        return super().iterator(chunk_size)

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._check()
        return super().aggregate(*args, **kwargs)

    def count(self) -> int:
        self._check()
        return super().count()

    def exists(self) -> bool:
        self._check()
        return super().exists()

    def explain(self, *, format: Any = None, **options: Any) -> str:
        self._check()
        return super().explain(format=format, **options)

    def update(self, **kwargs: Any) -> int:
        self._check()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._check()
        return super().delete()

    def raw(self, *args: Any, **kwargs: Any) -> Any:
        self._check()
        return super().raw(*args, **kwargs)

    def __or__(self, other: Any) -> Self:
        self._check_all(other)
        return super().__or__(other)

    def __and__(self, other: Any) -> Self:
        self._check_all(other)
        return super().__and__(other)

    def __xor__(self, other: Any) -> Self:
        self._check_all(other)
        return super().__xor__(other)

    def union(self, *others: Any, all: bool = False) -> Self:
        self._check_all(*others)
        return super().union(*others, all=all)

    def intersection(self, *others: Any) -> Self:
        self._check_all(*others)
        return super().intersection(*others)

    def difference(self, *others: Any) -> Self:
        self._check_all(*others)
        return super().difference(*others)

    def _check_all(self, *others: Any) -> None:
        self._check()
        for other in others:
            if isinstance(other, ScopedQuerySet):
                other._check()


class ScopedManager(models.Manager[M], Generic[M]):
    """Two are declared on each scoped model: `unscoped` first (Django's default), `objects` guarded."""

    def __init__(self, *, guarded: bool = False) -> None:
        super().__init__()
        self.guarded = guarded

    def get_queryset(self) -> models.QuerySet[M]:
        rows = super().get_queryset()
        cast("ScopedQuerySet[M]", rows)._guarded = self.guarded
        return rows


def still_visible(row: models.Model, scope: Scope) -> bool:
    """Whether a row just written is still inside the writer's scope; asked before the commit."""
    guarded = cast("Any", type(row)).objects
    return bool(guarded.visible_to(scope).filter(pk=row.pk).exists())
