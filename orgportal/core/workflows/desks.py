"""What the three administrators may do: each at their own desk, none with business data."""

from datetime import datetime

from axes.utils import reset
from django.db import transaction

from orgportal.core import audit, outbox
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.models import Desk, User
from orgportal.core.slips import Slip
from orgportal.core.workflows import accounts


def demand_desk(actor: User, desk: Desk) -> None:
    """Raise NotAllowed unless the person sits at this desk."""
    if actor.desk != desk:
        raise NotAllowed(f"desk.{desk}")


def reset_account(user: User, *, actor: User, at: datetime) -> Slip:
    """A new slip for anybody but oneself, without looking at anything but the account."""
    demand_desk(actor, Desk.SYSTEM)
    if user == actor:
        raise Refused("own_account")
    return accounts.new_slip(user, actor=actor, at=at)


def set_account_active(user: User, *, is_active: bool, actor: User, at: datetime) -> User:
    demand_desk(actor, Desk.SYSTEM)
    if user == actor:
        raise Refused("own_account")
    return accounts.set_active(user, is_active=is_active, actor=actor, at=at)


@transaction.atomic
def open_desk(name: str, desk: Desk, *, at: datetime) -> Slip:
    """The account of an administrator; made from the command line by who installs the system."""
    (slip,) = accounts.open_accounts([accounts.Applicant(name, desk=desk)], actor=None, at=at)
    return slip


@transaction.atomic
def lift_lock_out(user_name: str, address: str, *, actor: User, at: datetime) -> int:
    """Let a name sign in again from an address before its time."""
    demand_desk(actor, Desk.SECURITY)
    lifted: int = reset(username=user_name, ip=address)
    if lifted:
        target = User.objects.filter(user_name=user_name).first()
        changes = {"address": address, "attempts": lifted}
        audit.record(actor=actor, action="session.lock_lifted", target=target, at=at, changes=changes)
    return lifted


@transaction.atomic
def ask_verification(*, actor: User, at: datetime) -> None:
    """Have a worker walk the whole chain; what it finds becomes an entry of the trail."""
    demand_desk(actor, Desk.AUDIT)
    outbox.emit("audit.verify", key=actor.pk, payload={"actor_id": actor.pk}, at=at)
