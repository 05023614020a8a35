"""A task carries the id of the request that asked for it, in its message headers, into its own log lines."""

from typing import Any

from celery import Celery, Task

from orgportal.core.logs import NOWHERE, Trace, new_request_id, trace

HEADER = "portal_request"


class TracedTask(Task):  # type: ignore[type-arg]
    """Runs under the trace of its message; what beat sends gets an id of its own."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        sent = self.request.get(HEADER) or (self.request.headers or {}).get(HEADER)
        token = trace.set(Trace(sent or new_request_id()))
        try:
            return super().__call__(*args, **kwargs)
        finally:
            trace.reset(token)


class TracedCelery(Celery):
    """Puts the id of the present request on every message."""

    task_cls = "orgportal.core.traced:TracedTask"

    def send_task(self, *args: Any, **options: Any) -> Any:
        here = trace.get()
        if here is not NOWHERE:
            options["headers"] = {**(options.get("headers") or {}), HEADER: here.request_id}
        return super().send_task(*args, **options)
