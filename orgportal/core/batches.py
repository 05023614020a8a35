"""Rows taken so many at a time, so that what is held does not grow with what there is."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Row = TypeVar("Row")


def batches(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    """In their order; the last may be shorter, none is empty."""
    waiting = iter(rows)
    while batch := list(islice(waiting, size)):
        yield batch
