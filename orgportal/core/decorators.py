"""Says at the top of a view what it needs: a right somewhere, or nobody at all."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

__all__ = ["desk", "may", "public", "repeatable"]

# Pages open without signing in say so: the default is signed in (LoginRequiredMiddleware).
public = login_not_required


def repeatable(view: View) -> View:
    """Done twice is the same as done once: no idempotency key is asked for."""
    view.repeatable = True  # type: ignore[attr-defined]
    return view


def may(right: str) -> Callable[[View], View]:
    """Refuse with 403 unless one of the person's posts carries the right somewhere.

    Whether it holds at the very object is asked by the workflow (`scope.demand`).
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.scope.may_somewhere(right):  # type: ignore[attr-defined]
                raise PermissionDenied(right)
            return view(request, *args, **kwargs)

        guarded.needs_right = right  # type: ignore[attr-defined]
        return cast("View", guarded)

    return decorate


def desk(name: str) -> Callable[[View], View]:
    """Refuse with 403 unless the person sits at this administrator's desk."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if getattr(request.user, "desk", "") != name:
                raise PermissionDenied(name)
            return view(request, *args, **kwargs)

        guarded.needs_desk = name  # type: ignore[attr-defined]
        return cast("View", guarded)

    return decorate
