"""Signing in and out: each accepted, refused or ended attempt leaves its line in the audit trail."""

from datetime import datetime

from django.contrib.auth import login, logout
from django.db import transaction
from django.http import HttpRequest

from orgportal.core import audit
from orgportal.core.accounts import find_user
from orgportal.core.errors import Refused
from orgportal.core.models import User

BACKEND = "orgportal.core.accounts.UserNameOrMobileBackend"


@transaction.atomic
def sign_in(request: HttpRequest, user: User, *, at: datetime) -> None:
    """Open a fresh session whose absolute age counts from `at`. Refuses a slip that has run out."""
    if user.password_expires_at and user.password_expires_at <= at:
        raise Refused("slip_expired")
    login(request, user, backend=BACKEND)
    request.session["started_at"] = at.timestamp()
    audit.record(actor=user, action="session.signed_in", target=user, at=at)


def note_failed(typed_name: str, *, is_locked: bool, at: datetime) -> None:
    """Record a refused attempt; a name nobody has is not kept, since a password may have been typed there."""
    action = "session.locked_out" if is_locked else "session.refused"
    audit.record(actor=None, action=action, target=find_user(typed_name), at=at)


@transaction.atomic
def sign_out(request: HttpRequest, *, at: datetime) -> None:
    """End the session and forget everything in it."""
    user = request.user
    logout(request)
    if isinstance(user, User):
        audit.record(actor=user, action="session.signed_out", target=user, at=at)


def note_forbidden(user: User, method: str, path: str, *, at: datetime) -> None:
    """Record that somebody asked for what their posts or desk do not allow."""
    audit.record(
        actor=user,
        action="access.refused",
        target=None,
        at=at,
        changes={"method": method, "path": path[:200]},
    )
