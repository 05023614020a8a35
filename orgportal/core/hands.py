"""Two connections at once: while the database works for one, this process works for the other."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from django.db import connection

Asked = ParamSpec("Asked")
Found = TypeVar("Found")


class Hand:
    """Does one thing after the other over a connection of its own, which is closed with it.

    Inside a transaction of the caller's, of whose rows another connection knows nothing, it does them at once
    over the caller's.
    """

    def __init__(self) -> None:
        self._thread = None if connection.in_atomic_block else ThreadPoolExecutor(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._thread:
            self._thread.submit(_close)
            self._thread.shutdown()

    @property
    def is_apart(self) -> bool:
        """Whether it has a connection of its own."""
        return self._thread is not None

    def begin(
        self, work: Callable[Asked, Found], *args: Asked.args, **kwargs: Asked.kwargs
    ) -> "Future[Found]":
        """Its result, or what it raised, is in the answer; what it logs is of the caller's trace."""
        if self._thread:
            context = copy_context()
            return self._thread.submit(lambda: context.run(work, *args, **kwargs))
        done: Future[Found] = Future()
        done.set_result(work(*args, **kwargs))
        return done


def _close() -> None:
    """The connection of the thread this runs in."""
    connection.close()
