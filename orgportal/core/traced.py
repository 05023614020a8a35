"""A task carries the id of the request that asked for it into its log lines, and leaves a row of its run."""

from datetime import date
from typing import Any

from celery import Celery, Task
from django.utils.module_loading import import_string

from orgportal.core.logs import NOWHERE, Trace, new_request_id, trace

HEADER = "portal_request"


class TracedTask(Task):  # type: ignore[type-arg]
    """Runs under the trace of its message; what beat sends gets an id of its own."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        sent = self.request.get(HEADER) or (self.request.headers or {}).get(HEADER)
        token = trace.set(Trace(sent or new_request_id()))
        try:
            return self._recorded(*args, **kwargs)
        finally:
            trace.reset(token)

    def _recorded(self, *args: Any, **kwargs: Any) -> Any:
        """Only what a worker was handed is a run; a function that calls a task is not."""
        if not self.request.id or self.request.called_directly:
            return super().__call__(*args, **kwargs)
        recorded = import_string("orgportal.core.job_runs.recorded")  # models: once Django stands
        asked = kwargs.get("on")
        return recorded(
            self.name,
            lambda: super(TracedTask, self).__call__(*args, **kwargs),
            message_id=self.request.id,
            on=date.fromisoformat(asked) if asked else None,
        )


class TracedCelery(Celery):
    """Puts the id of the present request on every message."""

    task_cls = "orgportal.core.traced:TracedTask"

    def send_task(self, *args: Any, **options: Any) -> Any:
        here = trace.get()
        if here is not NOWHERE:
            options["headers"] = {**(options.get("headers") or {}), HEADER: here.request_id}
        return super().send_task(*args, **options)
