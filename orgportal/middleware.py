"""The roof: attaches who is asking, in which language and under which id; runs unsafe requests once."""

import time
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from members.queries import scope_for
from orgportal.core.idempotency import KeyMissing, KeyReused, run_once
from orgportal.core.inbox import unread_count
from orgportal.core.logs import Trace, new_request_id, trace, withheld
from orgportal.core.uploads import is_too_large, run_out
from orgportal.core.views.errors import key_missing, key_reused, too_large, wrong_method
from orgportal.core.workflows.signing import note_forbidden
from orgportal.navigation import guide_for, navigation_for

Next = Callable[[HttpRequest], HttpResponseBase]
SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}


class RequestIdMiddleware:
    """Each request gets an id that logs, audit entries, tasks and error pages repeat."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        request.request_id = new_request_id()
        request.META["REMOTE_ADDR"] = client_address(request)
        token = trace.set(Trace(request.request_id, request.META.get("REMOTE_ADDR") or None))
        try:
            response = self.get_response(request)
        finally:
            trace.reset(token)
        response["X-Request-Id"] = request.request_id
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        if not request.path.startswith(settings.STATIC_URL):
            response.setdefault("Cache-Control", "no-store")
        return response


def client_address(request: HttpRequest) -> str:
    """The address the nearest proxy of ours saw; a header anybody can send counts for nothing without one."""
    direct: str = request.META.get("REMOTE_ADDR", "")
    if not settings.BEHIND_PROXY:
        return direct
    seen = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    try:
        return str(ip_address(seen))
    except ValueError:
        return direct


class TokenMiddleware:
    """A caller of the API with a good token is known before anything asks who they are."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        if request.path.startswith("/api/") and "Authorization" in request.headers:
            # A bad token is refused by the operation itself, with the words of the API.
            with suppress(AuthenticationFailed):
                request.user = (TokenAuthentication().authenticate(request) or (request.user, None))[0]
        return self.get_response(request)


class RefusalMiddleware:
    """Each 403 a signed-in person meets is a line of the audit trail."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code == 403 and request.user.is_authenticated:
            note_forbidden(request.user, request.method, withheld(request.path), at=timezone.now())
        return response


class PreferencesMiddleware:
    """Chinese unless the person chose English; ends a session at its absolute age."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        self._end_old_session(request)
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        if request.user.is_authenticated:
            chosen = request.user.language
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.setdefault("Content-Language", language)
            return response

    @staticmethod
    def _end_old_session(request: Any) -> None:
        started = request.session.get("started_at") if request.user.is_authenticated else None
        if started is not None and time.time() - started > settings.SESSION_ABSOLUTE_SECONDS:
            logout(request)


class UploadSizeMiddleware:
    """More files in one request than any page takes: said before they are read into anything."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_too_large(request):
            return self.get_response(request)
        with suppress(OSError):
            run_out(request)
        return too_large(request)


class MethodMiddleware:
    """An address asked in a way it does not take answers with a page that leads back, not an empty one."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed):
            return wrong_method(request, allow=response["Allow"])
        return response


class SignInMiddleware(LoginRequiredMiddleware):
    """Leads to the sign-in page and back: to the page itself, or to the form whose sending met no session."""

    def handle_no_permission(self, request: Any, view_func: Any) -> Any:
        if request.path.startswith("/api/"):
            return JsonResponse({"code": "not_signed_in"}, status=401)
        if request.method in SAFE and not request.htmx:
            return super().handle_no_permission(request, view_func)
        back = {"next": page_before(request), "expired": "1"}
        address = f"{reverse(settings.LOGIN_URL)}?{urlencode(back)}"
        if request.htmx:
            return HttpResponse(headers={"HX-Redirect": address})
        return HttpResponseRedirect(address)


def page_before(request: Any) -> str:
    """The page of ours the request was sent from, or the start page."""
    sent_from = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(sent_from, {request.get_host()}):
        return settings.LOGIN_REDIRECT_URL
    parts = urlsplit(sent_from)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


class ScopeMiddleware:
    """`request.scope`: built from the posts of today, once, when first asked for."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        request.scope = SimpleLazyObject(lambda: scope_for(request.user, timezone.localdate()))
        request.navigation = SimpleLazyObject(lambda: navigation_for(request))
        request.help_url = SimpleLazyObject(lambda: guide_for(request))
        request.unread_count = lambda: unread_count(request.user)
        return self.get_response(request)


class FirstPasswordMiddleware:
    """A person with a one-time password can do nothing but choose their own."""

    open_names = frozenset(
        {"core:password-change", "core:sign-out", "core:set-language", "core:set-elder-mode"}
    )

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        if not getattr(request.user, "must_change_password", False):
            return None
        if request.path.startswith("/api/"):
            return JsonResponse({"code": "password_change_required"}, status=403)
        if (
            getattr(view, "login_required", True) is False
            or request.resolver_match.view_name in self.open_names
        ):
            return None
        return HttpResponseRedirect(reverse("core:password-change"))


class IdempotencyMiddleware:
    """Every unsafe request of a signed-in person carries a key and is done once."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        if request.method in SAFE or getattr(view, "repeatable", False) or not request.user.is_authenticated:
            return None
        is_api = request.path.startswith("/api/")
        try:
            return run_once(request, lambda: view(request, *args, **kwargs), at=timezone.now())
        except KeyMissing:
            return self._api_error("idempotency_key_missing", 400) if is_api else key_missing(request)
        except KeyReused:
            return self._api_error("idempotency_key_reused", 422) if is_api else key_reused(request)

    @staticmethod
    def _api_error(code: str, status: int) -> HttpResponse:
        return JsonResponse({"code": code}, status=status)
