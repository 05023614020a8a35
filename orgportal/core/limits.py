"""How often a guest may ask an open address, one person may search by identity numbers, and a calendar may
be fetched.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.http import HttpRequest, HttpResponseBase
from rest_framework.throttling import AnonRateThrottle, SimpleRateThrottle, UserRateThrottle

from orgportal.core.views.errors import too_many

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class GuestThrottle(AnonRateThrottle):
    """One count for each client address over all guest pages; signed-in persons are not counted."""

    scope = "guest"


def for_guests(view: View) -> View:
    """Answer 429 with the time to wait once the address has asked too often."""

    @wraps(view)
    def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        throttle = GuestThrottle()
        if throttle.allow_request(cast("Any", request), cast("Any", view)):
            return view(request, *args, **kwargs)
        return too_many(request, wait=int(throttle.wait() or 60))

    return cast("View", limited)


class IdentityThrottle(UserRateThrottle):
    """Searches by the end of an identity number, for each account."""

    scope = "identity"


def may_seek_identity(request: HttpRequest) -> bool:
    """Counts one search; False once the account has had its hour's worth."""
    return IdentityThrottle().allow_request(cast("Any", request), cast("Any", None))


class CalendarThrottle(SimpleRateThrottle):
    """Readings of one calendar, whoever makes them."""

    scope = "calendar"

    def __init__(self, counted: str) -> None:
        super().__init__()
        self.counted = counted

    def get_cache_key(self, request: Any, view: Any) -> str:
        return self.cache_format % {"scope": self.scope, "ident": self.counted}


class StrayCalendarThrottle(CalendarThrottle):
    """Calendars that are not there, asked for from one client address; good addresses go on being read."""

    scope = "calendar_stray"


def calendar_wait(throttle: CalendarThrottle) -> int:
    """Counts one reading; the seconds to wait before the next, 0 if this one may go on."""
    if throttle.allow_request(cast("Any", None), cast("Any", None)):
        return 0
    return max(1, int(throttle.wait() or 60))
