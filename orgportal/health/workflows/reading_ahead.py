"""The facts of stretch after stretch of branches: the next is read while the last is judged and written."""

from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from django.db import connection

from orgportal.core.scoping import AFTER
from orgportal.health.queries.inputs import Moment, Stretch, inputs_of
from orgportal.health.rules import BranchInputs
from orgportal.health.workflows.assessments import stretches


class Ahead:
    """Reads over a connection of its own, so that the database and this process work side by side.

    Inside a transaction of the caller's, of whose rows another connection knows nothing, it reads when asked.
    """

    def __init__(self, moment: Moment) -> None:
        self.moment = moment
        self._thread = None if connection.in_atomic_block else ThreadPoolExecutor(1)
        self._waiting: tuple[Stretch, Future[list[BranchInputs]]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._thread:
            self._thread.submit(_close)
            self._thread.shutdown()

    def after(self, cursor: str) -> tuple[Stretch, list[BranchInputs]]:
        """The stretch that begins there, with its branches in path order."""
        if self._waiting and self._waiting[0].path_from == cursor:
            stretch, reading = self._waiting
        else:  # the first, or another worker has been at it
            stretch = next(stretches(since=cursor))
            reading = self._begin(stretch)
        found = reading.result()
        self._waiting = None
        if self._thread and stretch.path_below != AFTER:
            following = next(stretches(since=stretch.path_below))
            self._waiting = following, self._begin(following)
        return stretch, found

    def _begin(self, stretch: Stretch) -> "Future[list[BranchInputs]]":
        if self._thread:
            return self._thread.submit(inputs_of, stretch, self.moment)
        read: Future[list[BranchInputs]] = Future()
        read.set_result(inputs_of(stretch, self.moment))
        return read


def _close() -> None:
    """The connection of the thread this runs in."""
    connection.close()
