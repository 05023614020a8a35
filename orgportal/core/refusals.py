"""The words of a refusal, for pages."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from orgportal.core.errors import Refused
from orgportal.core.jinja import day
from orgportal.core.messages import REFUSALS

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def sentence(refusal: Refused, table: Mapping[str, Any] = REFUSALS) -> str:
    """The sentence of the refusal's code: the app's own table first, then the ground floor's."""
    text = table.get(refusal.code) or REFUSALS.get(refusal.code) or REFUSALS["refused"]
    params = {name: _written(value) for name, value in refusal.params.items()}
    return str(text).format(**params, code=refusal.code)


def _written(value: Any) -> Any:
    """A day leaves a refusal as the API has it and reaches a reader as the language writes it."""
    is_day = isinstance(value, str) and ISO_DAY.fullmatch(value)
    return day(date.fromisoformat(value)) if is_day else value
