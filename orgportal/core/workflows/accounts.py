"""Accounts: the person's own choices and password."""

from datetime import datetime
from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest
from knox.models import AuthToken

from orgportal.core import audit
from orgportal.core.models import User


def remember(user: Any, **choices: Any) -> None:
    """Keep a person's choice of language or large print; nobody's is kept for somebody unknown."""
    if isinstance(user, User):
        User.objects.filter(pk=user.pk).update(**choices)


@transaction.atomic
def change_password(request: HttpRequest, user: User, new: str, *, at: datetime) -> None:
    """Set a password of the person's own; every other session and token of theirs ends."""
    user.set_password(new)
    user.must_change_password = False
    user.password_expires_at = None
    user.password_changed_at = at
    user.save(
        update_fields=["password", "must_change_password", "password_expires_at", "password_changed_at"]
    )
    end_tokens(user)
    update_session_auth_hash(request, user)
    audit.record(actor=user, action="account.password_changed", target=user, at=at)


def end_tokens(user: User) -> None:
    AuthToken.objects.filter(user=user).delete()
