"""Accounts: the person's own choices and password, slips, and the switches that end sessions.

Who may do it to whom is asked by the callers: `workflows.desks` here, `members.workflows.accounts` above.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.db.models import F
from django.http import HttpRequest
from knox.models import AuthToken

from orgportal.core import audit
from orgportal.core.locks import Lock
from orgportal.core.models import AuditEntry, User
from orgportal.core.slips import VALID_FOR, Slip, base_name, free_user_name, one_time_password


@dataclass(frozen=True, slots=True)
class Applicant:
    """A person an account is opened for."""

    name: str
    mobile: str = ""
    desk: str = ""


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
    user.save()
    end_tokens(user)
    update_session_auth_hash(request, user)
    audit.record(actor=user, action="account.password_changed", target=user, at=at)


@transaction.atomic
def open_accounts(applicants: Sequence[Applicant], *, actor: User | None, at: datetime) -> list[Slip]:
    """An account and a slip for each person, in the same order; a mobile already in use is left out."""
    passwords = [one_time_password() for _ in applicants]
    hashes = [make_password(password) for password in passwords]  # slow by design, so before any lock
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [Lock.USER_NAMES])
    names = _free_names([person.name for person in applicants])
    mobiles = _free_mobiles([person.mobile for person in applicants])
    users = [
        User(
            user_name=name,
            mobile=mobile,
            display_name=person.name,
            desk=person.desk,
            password=hashed,
            must_change_password=True,
            password_expires_at=at + VALID_FOR,
            created_at=at,
        )
        for person, name, mobile, hashed in zip(applicants, names, mobiles, hashes, strict=True)
    ]
    User.objects.bulk_create(users)
    for user in users:
        audit.record(actor=actor, action="account.opened", target=user, at=at)
    return [_slip(user, password) for user, password in zip(users, passwords, strict=True)]


def _free_names(names: Sequence[str]) -> list[str]:
    bases = sorted({base_name(name) for name in names})
    taken: set[str] = set()
    for base in bases:
        rows = User.objects.filter(user_name__istartswith=base).values_list("user_name", flat=True)
        taken.update(name.lower() for name in rows)
    given = []
    for name in names:
        given.append(free_user_name(name, taken))
        taken.add(given[-1])
    return given


def _free_mobiles(mobiles: Sequence[str]) -> list[str | None]:
    taken = set(
        User.objects.filter(mobile__in=[each for each in mobiles if each]).values_list("mobile", flat=True)
    )
    given: list[str | None] = []
    for mobile in mobiles:
        given.append(mobile if mobile and mobile not in taken else None)
        taken.add(mobile)
    return given


@transaction.atomic
def new_slip(user: User, *, actor: User | None, at: datetime) -> Slip:
    """A one-time password in place of the present one; every session and token of the account ends."""
    password = one_time_password()
    changes = {
        "password": make_password(password),
        "must_change_password": True,
        "password_expires_at": at + VALID_FOR,
    }
    _change(user, changes)
    audit.record(actor=actor, action="account.slip_issued", target=user, at=at)
    return _slip(user, password)


@transaction.atomic
def set_active(user: User, *, is_active: bool, actor: User, at: datetime) -> User:
    """Close or reopen an account; sessions of before the change stay ended."""
    _change(user, {"is_active": is_active})
    action = "account.enabled" if is_active else "account.disabled"
    audit.record(actor=actor, action=action, target=user, at=at)
    return user


@transaction.atomic
def reopen_without_password(user: User, *, actor: User, at: datetime) -> bool:
    """An account closed with a membership opens again; nobody signs in before a slip is handed over.

    One that a desk closed stays closed, which is the desk's to change; False then, or if it is open.
    """
    if user.is_active or _closed_by_a_desk(user):
        return False
    shut = {"password": make_password(None), "must_change_password": True, "password_expires_at": at}
    _change(user, {"is_active": True, **shut})
    audit.record(actor=actor, action="account.enabled", target=user, at=at, changes={"slip": "needed"})
    return True


def _closed_by_a_desk(user: User) -> bool:
    """The end of a membership leaves no line of its own; a desk's switch does."""
    switches = AuditEntry.objects.filter(
        target_type="core.user", target_id=user.pk, action__in=("account.disabled", "account.enabled")
    )
    last = switches.order_by("-id").values_list("action", flat=True).first()
    return last == "account.disabled"


def _change(user: User, changes: dict[str, Any]) -> None:
    User.objects.filter(pk=user.pk).update(
        session_epoch=F("session_epoch") + 1, version=F("version") + 1, **changes
    )
    end_tokens(user)
    user.refresh_from_db()


def end_tokens(user: User) -> None:
    AuthToken.objects.filter(user=user).delete()


def _slip(user: User, password: str) -> Slip:
    assert user.password_expires_at is not None  # noqa: S101
    return Slip(user.pk, user.user_name, user.display_name, password, user.password_expires_at)
