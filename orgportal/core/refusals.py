"""The words of a refusal, for pages."""

from collections.abc import Mapping
from typing import Any

from orgportal.core.errors import Refused
from orgportal.core.messages import REFUSALS


def sentence(refusal: Refused, table: Mapping[str, Any] = REFUSALS) -> str:
    """The sentence of the refusal's code: the app's own table first, then the ground floor's."""
    text = table.get(refusal.code) or REFUSALS.get(refusal.code) or REFUSALS["refused"]
    return str(text).format(**refusal.params, code=refusal.code)
