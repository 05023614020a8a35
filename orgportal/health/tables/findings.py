"""A stored finding as a sentence in the reader's language."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext

from orgportal.core.jinja import day, number
from orgportal.health.messages import CODES, FINDINGS


def sentence_of(finding: dict[str, Any]) -> str:
    return str(FINDINGS[finding["code"]]).format(**values_of(finding))


def values_of(finding: dict[str, Any]) -> dict[str, str]:
    """What its sentences are filled in with."""
    codes = CODES.get(finding["key"], {})
    return {name: _words(finding[name], codes) for name in ("measured", "expected", "since")}


def _words(value: Any, codes: Mapping[str, object]) -> str:
    """A stored value as it is read; dates are stored in ISO form, codes side by side."""
    if isinstance(value, str) and value and value.partition(",")[0] in codes:
        return gettext(", ").join(str(codes[code]) for code in value.split(","))
    if isinstance(value, str) and len(value) == len("2026-03-10") and value[4] == "-":
        return day(date.fromisoformat(value))
    return number(value) if isinstance(value, int) else value or "—"
