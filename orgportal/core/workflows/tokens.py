"""Tokens of the API: shown once when made, kept as a hash, ended by their owner or with the account."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from knox.models import AuthToken

from orgportal.core import audit
from orgportal.core.errors import Refused
from orgportal.core.models import User

MOST = 5


@dataclass(frozen=True, slots=True)
class MadeToken:
    key: str
    secret: str = field(repr=False)
    expires_at: datetime


@transaction.atomic
def make_token(user: User, *, at: datetime) -> MadeToken:
    """A token of thirty days. Refuses a person who must still choose a password, and a sixth token."""
    if user.must_change_password:
        raise Refused("password_change_required")
    if AuthToken.objects.filter(user=user, expiry__gt=at).count() >= MOST:
        raise Refused("too_many_tokens", limit=MOST)
    row, secret = AuthToken.objects.create(user)
    audit.record(actor=user, action="api.token_made", target=user, at=at, changes={"key": row.token_key})
    return MadeToken(row.token_key, secret, row.expiry)


@transaction.atomic
def end_token(user: User, key: str, *, at: datetime) -> int:
    """End one's own token of this key; how many there were."""
    ended: int = AuthToken.objects.filter(user=user, token_key=key).delete()[0]
    if ended:
        audit.record(actor=user, action="api.token_ended", target=user, at=at, changes={"key": key})
    return ended
