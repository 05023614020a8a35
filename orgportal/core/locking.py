"""Optimistic locking: a row is only changed by someone who has seen its latest version."""

from typing import Any, TypeVar, cast

from django.db import models
from django.db.models import F

from orgportal.core.errors import StaleVersion

M = TypeVar("M", bound=models.Model)


def update_versioned(row: M, *, seen_version: int, **changes: Any) -> M:
    """Write `changes` if the row is still at `seen_version`, and return it fresh.

    Raises StaleVersion holding the current row if somebody saved in between.
    """
    rows = cast("Any", type(row))._base_manager.filter(pk=row.pk)  # noqa: SLF001
    changed = rows.filter(version=seen_version).update(version=F("version") + 1, **changes)
    current = rows.get()
    if not changed:
        raise StaleVersion(current)
    return cast("M", current)
