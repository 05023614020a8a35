"""How a person proves who they are: user name or mobile, a password of three kinds of characters."""

import re
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from orgportal.core.forms import tidy
from orgportal.core.models import User
from orgportal.core.ui import render_page

CLASSES = (r"[a-z]", r"[A-Z]", r"\d", r"[^A-Za-z\d]")


class UserNameOrMobileBackend(BaseBackend):
    """Signs in by user name or mobile. An unknown name costs the same time as a wrong password."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> User | None:
        if not username or not password:
            return None
        name = tidy(username)
        user = User.objects.filter(Q(user_name__iexact=name) | Q(mobile=name)).order_by("id").first()
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


def locked_out(request: HttpRequest, credentials: Any, *_: Any, **__: Any) -> HttpResponse:
    """What is shown after too many wrong passwords from one place."""
    return render_page(request, "core/locked_out.html", status=429)
