"""Beat on a machine whose clock was put right."""

from typing import Any

from celery.beat import PersistentScheduler


class SteadyScheduler(PersistentScheduler):
    """What a clock that ran ahead wrote down as the last run keeps nothing from running.

    Celery waits until that moment has come again: an hour ahead meant an hour without a tick.
    """

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """One look at what is due, as Celery's own; return the seconds until the next."""
        entries = self.schedule.values()
        if ahead := [each for each in entries if each.last_run_at and each.last_run_at > each.default_now()]:
            for entry in ahead:
                entry.last_run_at = entry.default_now()
            self._heap = None  # Celery's order of what comes next was made by the other clock
        return float(super().tick(*args, **kwargs))
