"""How a person proves who they are: user name or mobile, a password of three kinds of characters."""

import re
from datetime import datetime
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.core.exceptions import ValidationError
from django.db.models import Max, Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from orgportal.core.forms import tidy
from orgportal.core.models import User
from orgportal.core.ui import render_page

CLASSES = (r"[a-z]", r"[A-Z]", r"\d", r"[^A-Za-z\d]")


def find_user(typed: str | None) -> User | None:
    """The account a typed user name or mobile means, if there is one."""
    name = tidy(typed or "")
    if not name or "\0" in name:
        return None
    # A mobile number that is also somebody's user name means the user name.
    rows = User.objects.filter(Q(user_name__iexact=name) | Q(mobile=name))
    return next(iter(sorted(rows, key=lambda user: user.user_name.lower() != name.lower())), None)


class UserNameOrMobileBackend(BaseBackend):
    """Signs in by user name or mobile. An unknown name costs the same time as a wrong password."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> User | None:
        if not username or not password:
            return None
        user = find_user(username)
        if user is None:
            User().set_password(password)
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()


class CharacterClassesValidator:
    """At least three of: small letters, capitals, digits, signs (GB/T 22239 level 3)."""

    def validate(self, password: str, user: User | None = None) -> None:
        if sum(bool(re.search(pattern, password)) for pattern in CLASSES) < 3:
            raise ValidationError(self.get_help_text(), code="password_classes")

    def get_help_text(self) -> str:
        return _("Use at least three of: small letters, capital letters, digits, signs.")


# --- lock-out: django-axes counts, these say for whom and what is shown


def account_key(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """One counter per account, whether its user name or its mobile was typed, in whatever case."""
    typed = (credentials or {}).get("username") or request.POST.get("username", "")
    user = find_user(typed)
    return user.user_name if user else tidy(typed).lower().replace("\0", "")[:255]


def locked_until(request: HttpRequest, credentials: dict[str, Any] | None = None) -> datetime | None:
    """When the present lock-out of this name from this address ends."""
    last = AccessAttempt.objects.filter(
        username=account_key(request, credentials), ip_address=request.META.get("REMOTE_ADDR")
    ).aggregate(at=Max("attempt_time"))["at"]
    return last + settings.AXES_COOLOFF_TIME if last else None


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """What is shown after too many wrong passwords from one place: when to come back, and whom to ask."""
    wait = int(settings.AXES_COOLOFF_TIME.total_seconds())
    if request.path.startswith("/api/"):
        answer: HttpResponse = JsonResponse({"code": "too_many_requests"}, status=429)
    else:
        until = locked_until(request, credentials)
        answer = render_page(request, "core/locked_out.html", status=429, until=until, minutes=wait // 60)
    answer["Retry-After"] = str(wait)
    return answer
