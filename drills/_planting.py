"""Puts faults in place of sound code for a while, for drills that must turn red."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch


@contextmanager
def planted(changes: Iterable[tuple[Any, str, Any]]) -> Iterator[None]:
    """Each change is (module or class, name, what stands there meanwhile)."""
    with ExitStack() as stack:
        for where, name, value in changes:
            stack.enter_context(patch.object(where, name, value))
        yield
