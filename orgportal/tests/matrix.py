"""The form in which each app lists its addresses: who may, who may not, and which rows they are shown.

An app's rows stand in `<app>/tests/matrix.py` as `ROWS`. `expect` names every persona of `conftest.World`;
"a|b:200" is short for two. Objects are named by a function of the world; the default object belongs to
branch A, so li, zhao and qian have it in scope and wang has not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

PERSONAS = ("anon", "li", "ran", "chen", "sun", "zhao", "qian", "wang", "sys", "sec", "aud")


@dataclass(frozen=True)
class Row:
    """One address and method."""

    name: str
    expect: str
    kwargs: Callable[[Any], dict[str, Any]] | None = None
    method: str = "GET"
    data: Callable[[Any], dict[str, Any]] | None = None  # form fields; JSON where the name starts with "api"
    query: str = ""
    is_upload: bool = False  # an operation of the API that takes a multipart form
    # Plain-Python oracle: the ids (of `data-id` attributes or JSON "id") this persona must be shown, exactly.
    ids: Callable[[Any, str], set[int]] | None = None
    prepare: Callable[[Any], None] | None = None  # extra rows in the world

    def expected(self) -> dict[str, int]:
        """Status by persona. Raises ValueError when a persona is missing or named twice."""
        found: dict[str, int] = {}
        for part in self.expect.split():
            names, _, status = part.partition(":")
            for name in names.split("|"):
                if name in found or name not in PERSONAS:
                    raise ValueError(f"{self.name}: {name}")
                found[name] = int(status)
        if missing := set(PERSONAS) - set(found):
            raise ValueError(f"{self.name}: no expectation for {sorted(missing)}")
        return found
