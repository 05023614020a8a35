"""In which state an account is, in one word, for the pages that list accounts."""

from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from orgportal.core.models import User


class AccountState(TextChoices):
    NONE = "none", _("No account")
    SLIP = "slip", _("Slip not used yet")
    RUN_OUT = "run_out", _("Slip has run out")
    ACTIVE = "active", _("In use")
    CLOSED = "closed", _("Closed")

    @property
    def is_active(self) -> bool:
        return self is AccountState.ACTIVE

    @property
    def is_closed(self) -> bool:
        return self is AccountState.CLOSED

    @property
    def tone(self) -> str:
        return {"slip": "info", "run_out": "warn", "active": "good"}.get(self.value, "neutral")


def account_state(user: User | None, at: datetime) -> AccountState:
    if user is None:
        return AccountState.NONE
    if not user.is_active:
        return AccountState.CLOSED
    if not user.must_change_password:
        return AccountState.ACTIVE
    has_run_out = user.password_expires_at is not None and user.password_expires_at <= at
    return AccountState.RUN_OUT if has_run_out else AccountState.SLIP
