"""How often a guest may ask an open address, and one person may search by identity numbers."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.http import HttpRequest, HttpResponseBase
from rest_framework.throttling import AnonRateThrottle, UserRateThrottle

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
