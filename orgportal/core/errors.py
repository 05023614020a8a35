"""What the house raises when it says no. Codes only: pages and the API find the words."""

from collections.abc import Sequence
from typing import Any


class Refused(Exception):
    """A workflow refused. `code` names the reason; `params` fill the sentence shown for it."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class Unsound(Refused):
    """What was typed is wrong, perhaps in several places: each fault has `code`, `where` and `params`.

    Code and params of the refusal are those of the first.
    """

    def __init__(self, faults: Sequence[Any]) -> None:
        super().__init__(faults[0].code, **faults[0].params)
        self.faults = tuple(faults)


class NotAllowed(Refused):
    """In scope, but the person's posts do not carry the right (HTTP 403)."""

    def __init__(self, right: str) -> None:
        super().__init__("not_allowed", right=right)


class StaleVersion(Refused):
    """Someone else saved first (HTTP 409; the page compares mine with theirs)."""

    def __init__(self, current: Any) -> None:
        super().__init__("stale_version")
        self.current = current


class ScopeMissing(RuntimeError):
    """A guarded queryset was about to touch rows before `visible_to(scope)`: a bug, never shown as data."""
