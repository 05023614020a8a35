"""One JSON line per event, each with the request's id; line breaks in values cannot forge a line."""

import json
import logging
import uuid
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a piece of work came from: carried from the request into logs, audit entries and tasks."""

    request_id: str = "-"
    address: str | None = None


NOWHERE = Trace()
trace: ContextVar[Trace] = ContextVar("trace", default=NOWHERE)


def new_request_id() -> str:
    """Ten characters a person can read over the phone."""
    return uuid.uuid4().hex[:10]


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "request": trace.get().request_id,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
