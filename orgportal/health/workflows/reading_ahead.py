"""The facts of stretch after stretch of branches: the next is read while the last is judged and written."""

from concurrent.futures import Future

from orgportal.core.hands import Hand
from orgportal.core.scoping import AFTER
from orgportal.health.queries.inputs import Moment, Stretch, inputs_of
from orgportal.health.rules import BranchInputs
from orgportal.health.workflows.assessments import stretches


class Ahead(Hand):
    """Reads over a connection of its own; inside a transaction of the caller's it reads when asked."""

    def __init__(self, moment: Moment) -> None:
        super().__init__()
        self.moment = moment
        self._waiting: tuple[Stretch, Future[list[BranchInputs]]] | None = None

    def after(self, cursor: str) -> tuple[Stretch, list[BranchInputs]]:
        """The stretch that begins there, with its branches in path order."""
        if self._waiting and self._waiting[0].path_from == cursor:
            stretch, reading = self._waiting
        else:  # the first, or another worker has been at it
            stretch = next(stretches(since=cursor))
            reading = self.begin(inputs_of, stretch, self.moment)
        found = reading.result()
        self._waiting = None
        if self.is_apart and stretch.path_below != AFTER:
            following = next(stretches(since=stretch.path_below))
            self._waiting = following, self.begin(inputs_of, following, self.moment)
        return stretch, found
