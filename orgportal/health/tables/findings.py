"""A stored finding as a sentence in the reader's language."""

from datetime import date
from typing import Any

from orgportal.core.jinja import day, number
from orgportal.health.messages import FINDINGS


def sentence_of(finding: dict[str, Any]) -> str:
    return str(FINDINGS[finding["code"]]).format(**values_of(finding))


def values_of(finding: dict[str, Any]) -> dict[str, str]:
    """What its sentences are filled in with."""
    return {name: _words(finding[name]) for name in ("measured", "expected", "since")}


def _words(value: Any) -> str:
    """A stored value as it is read; dates are stored in ISO form."""
    if isinstance(value, str) and len(value) == len("2026-03-10") and value[4] == "-":
        return day(date.fromisoformat(value))
    return number(value) if isinstance(value, int) else value or "—"
