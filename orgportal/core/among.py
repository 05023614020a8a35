"""Thousands of keys in one query: one array, where Django's `__in` of a list makes a parameter of each."""

from collections.abc import Iterable
from typing import Any, Literal

from django.db.models.expressions import RawSQL

READ = {"bigint": "SELECT unnest(%s::bigint[])", "text": "SELECT unnest(%s::text[])"}


def among(keys: Iterable[int | str], kind: Literal["bigint", "text"] = "bigint") -> RawSQL | list[Any]:
    """For `pk__in` and `path__in`; of no key Django knows the answer without asking."""
    found = list(set(keys))
    return RawSQL(READ[kind], [found]) if found else []  # noqa: S611  # one of two constants
