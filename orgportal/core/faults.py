"""What went wrong, in words that carry nobody's data: the class, the database's code, the line of ours."""

import traceback
from pathlib import Path

from django.conf import settings

from orgportal.core.errors import Refused

LONGEST = 200


def fault_words(failure: BaseException) -> str:
    """The text of the exception is left out: a broken constraint quotes the row."""
    parts = [type(failure).__name__, *_codes(failure)]
    if place := _place(failure):
        parts.append(f"at {place}")
    return " ".join(parts)[:LONGEST]


def _codes(failure: BaseException) -> list[str]:
    if isinstance(failure, Refused):
        return [failure.code]
    told = getattr(failure.__cause__, "diag", None)
    return [
        code for code in (getattr(told, "sqlstate", None), getattr(told, "constraint_name", None)) if code
    ]


def _place(failure: BaseException) -> str:
    """The innermost line of our own."""
    for frame in reversed(traceback.extract_tb(failure.__traceback__)):
        path = Path(frame.filename)
        if path.is_relative_to(settings.BASE_DIR) and "site-packages" not in path.parts:
            return f"{path.relative_to(settings.BASE_DIR)}:{frame.lineno}"
    return ""
