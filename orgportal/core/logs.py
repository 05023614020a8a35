"""One JSON line per event, each with the request's id; line breaks in values cannot forge a line, and the
secret part of an address is left out.
"""

import json
import logging
import re
import uuid
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a piece of work came from: carried from the request into logs, audit entries and tasks."""

    request_id: str = "-"
    address: str | None = None


# The random part of a calendar's address is its key: it stands in no log, no trail and on no error page.
KEY_IN_ADDRESS = re.compile(r"(/calendars/)[\w-]{20,}")

NOWHERE = Trace()
trace: ContextVar[Trace] = ContextVar("trace", default=NOWHERE)


def new_request_id() -> str:
    """Ten characters a person can read over the phone."""
    return uuid.uuid4().hex[:10]


def withheld(text: str) -> str:
    """The text without the secret part of any address in it."""
    return KEY_IN_ADDRESS.sub(r"\1…", text)


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "request": trace.get().request_id,
            "message": withheld(record.getMessage()),
        }
        if record.exc_info:
            line["trace"] = withheld(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)
