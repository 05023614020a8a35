"""Error pages: what happened, why, what to do, whom to phone; none of them asks the database."""

import sys
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control

from orgportal.core.logs import withheld
from orgportal.core.ui import bare_context

API_CODES = {
    400: "bad_request",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "request_too_large",
    429: "too_many_requests",
    500: "server_error",
    503: "unavailable",
}
# PostgreSQL: lock not available, deadlock found, statement cancelled at its time limit.
BUSY = {"55P03", "40P01", "57014"}
# It is going down, has crashed, is coming up, has no connection left.
GOING = {"57P01", "57P02", "57P03", "53300"}


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django blames the request too where a session could not be kept because the database went away."""
    failure: BaseException | None = exception
    while failure:
        if answer := _pause(request, failure):
            return answer
        failure = failure.__context__
    return _answer(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 404)


def wrong_method(request: HttpRequest, *, allow: str = "POST") -> HttpResponse:
    """Opened where only a button's form is taken, or the other way round; `allow` says what is."""
    response = _answer(request, 405)
    response["Allow"] = allow
    return response


def conflict(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 409)


def too_large(request: HttpRequest) -> HttpResponse:
    """More in one request than any page takes; nothing of it was kept."""
    most = settings.UPLOAD_REQUEST_MAX_BYTES // (1024 * 1024)
    return _answer(request, 413, most=most)


def too_many(request: HttpRequest, exception: Exception | None = None, *, wait: int = 60) -> HttpResponse:
    response = _answer(request, 429, wait_minutes=max(1, -(-wait // 60)))
    response["Retry-After"] = str(wait)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """A database that gave up waiting or went away saved nothing, and the same again helps."""
    return _pause(request, sys.exception()) or _answer(request, 500)


def _pause(request: HttpRequest, failure: BaseException | None) -> HttpResponse | None:
    """The answer to a failure that is over soon; None to any other."""
    if _gave_up_waiting(failure):
        response = _answer(request, 503, "busy")
        response["Retry-After"] = "5"
        return response
    return unavailable(request) if _is_cut_off(failure) else None


def _gave_up_waiting(failure: BaseException | None) -> bool:
    return isinstance(failure, OperationalError) and getattr(failure.__cause__, "pgcode", "") in BUSY


def _is_cut_off(failure: BaseException | None) -> bool:
    """No connection, or it broke: PostgreSQL could give no code, or says it is going down or coming up."""
    if isinstance(failure, InterfaceError):
        return True
    code = getattr(failure.__cause__, "pgcode", None) if isinstance(failure, OperationalError) else ""
    return code is None or code in GOING


def unavailable(request: HttpRequest, *, wait: int = 30) -> HttpResponse:
    response = _answer(request, 503)
    response["Retry-After"] = str(wait)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _answer(request, 403, "csrf")


def key_missing(request: HttpRequest) -> HttpResponse:
    """A form without its key is a form the system did not draw, or an outdated one."""
    return _answer(request, 400, "csrf")


def key_reused(request: HttpRequest) -> HttpResponse:
    return _answer(request, 409)


def _answer(request: HttpRequest, status: int, page: str = "", **context: Any) -> HttpResponse:
    if request.path.startswith("/api/"):
        body = {"code": API_CODES[status], "request_id": getattr(request, "request_id", "")}
        return JsonResponse(body, status=status)
    html = render_to_string(
        f"core/errors/{page or status}.html",
        {**bare_context(request, withheld(request.path)), **context, "status": status},
    )
    response = HttpResponse(html, status=status)
    patch_cache_control(response, no_store=True)
    return response
