"""The address of reminder mails: asked for, confirmed by the link mailed to it, used from then on; or none.

Until the new one is confirmed the old one stays. Who opens the link has to be signed in as who asked for it:
an address mistyped is then nobody's, and a scanner that follows links confirms nothing.
"""

from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from orgportal.core import audit
from orgportal.core.errors import Refused
from orgportal.core.models import Channel, MailAddress, MailConfirmation, Reminder, User
from orgportal.core.provisions import MAIL_CONFIRM_HOURS, MAIL_CONFIRM_MOST
from orgportal.core.rulebook import Provision

SIGNER = signing.Signer(salt="core.mail_address")
DAY = timedelta(days=1)
KEPT = timedelta(days=30)


def open_for(user: User) -> MailConfirmation | None:
    """The address that waits for its link to be opened, its time run out or not."""
    return MailConfirmation.objects.filter(user=user, confirmed_at=None, ended_at=None).first()


def link_of(row: MailConfirmation) -> str:
    """Signed and the same at every try; whether it still counts says the row."""
    return reverse("core:address-confirm", args=[SIGNER.sign_object({"confirmation": row.pk})])


def forget(at: datetime) -> int:
    """Addresses whose link ran out a month ago, however it ended: the one in use stands with the account."""
    return MailConfirmation.objects.filter(expires_at__lt=at - KEPT).delete()[0]


@transaction.atomic
def ask(user: User, address: str, *, at: datetime) -> MailConfirmation | None:
    """A link goes to the address with the next run of mails; none where it is the one in use, or none.

    Raises Refused: "too_many_links" where the person or the address was mailed often enough today.
    """
    _lock(user)
    if address in {"", user.email}:
        _end_open(user, at)
        if not address and user.email:
            _use(user, "", at)
        return None
    most = value_of(MAIL_CONFIRM_MOST, at)
    lately = MailConfirmation.objects.filter(asked_at__gt=at - DAY)
    if lately.filter(user=user).count() >= most or lately.filter(address__iexact=address).count() >= most:
        raise Refused("too_many_links", most=most)
    _end_open(user, at)
    expires_at = at + timedelta(hours=value_of(MAIL_CONFIRM_HOURS, at))
    row = MailConfirmation.objects.create(
        user=user, address=address, asked_at=at, expires_at=expires_at, due_at=at
    )
    audit.record(actor=user, action="account.mail_address_asked", target=user, at=at)
    return row


def ask_again(user: User, *, at: datetime) -> MailConfirmation | None:
    """Another link to the address that waits; the former one counts no more."""
    waiting = open_for(user)
    return ask(user, waiting.address, at=at) if waiting else None


@transaction.atomic
def take_back(user: User, *, at: datetime) -> None:
    """The address in use stays; the link mailed to the other counts no more."""
    if _end_open(user, at):
        audit.record(actor=user, action="account.mail_address_kept", target=user, at=at)


@transaction.atomic
def confirm(token: str, user: User, *, at: datetime) -> MailConfirmation:
    """The address is the person's from now on. Raises Refused as `held` does."""
    _lock(user)
    row = held(token, user, at=at)
    MailConfirmation.objects.filter(pk=row.pk).update(confirmed_at=at, due_at=None)
    _use(user, row.address, at)
    return row


def held(token: str, user: User, *, at: datetime) -> MailConfirmation:
    """What a link is about. Raises Refused: "link_unknown", "link_used", "link_replaced", "link_expired"."""
    try:
        found = SIGNER.unsign_object(token)
    except signing.BadSignature:
        raise Refused("link_unknown") from None
    row = MailConfirmation.objects.filter(pk=found["confirmation"], user=user).first()
    if row is None:
        raise Refused("link_unknown")
    if row.confirmed_at:
        raise Refused("link_used")
    if row.ended_at:
        raise Refused("link_replaced")
    if row.expires_at <= at:
        raise Refused("link_expired")
    return row


def _use(user: User, address: str, at: datetime) -> None:
    """Another address, or none: what was refused at the old one is forgotten with it."""
    changes = {"had": bool(user.email), "has": bool(address)}
    User.objects.filter(pk=user.pk).update(email=address)
    user.email = address
    MailAddress.objects.filter(user=user).update(
        address=address, failures=0, outcome="", failed_at=None, stopped_at=None
    )
    if not address:
        waiting = Reminder.objects.filter(recipient=user, state=Reminder.State.PLANNED, channel=Channel.EMAIL)
        waiting.filter(digest=None).update(
            state=Reminder.State.CANCELLED, settled_at=at, outcome="no_address"
        )
    audit.record(actor=user, action="account.mail_address_changed", target=user, at=at, changes=changes)


def _lock(user: User) -> None:
    """One after the other: two links at once would both be open, and counted as one."""
    held_now = User.objects.select_for_update(no_key=True).only("email").get(pk=user.pk)
    user.email = held_now.email


def _end_open(user: User, at: datetime) -> int:
    rows = MailConfirmation.objects.filter(user=user, confirmed_at=None, ended_at=None)
    return rows.update(ended_at=at, due_at=None)


def value_of(provision: Provision, at: datetime) -> int:
    version = provision.on(timezone.localdate(at))
    return int(version.value) if version else 1


# --- the mail with the link: what waits, and what became of it


def claim(at: datetime, wait: timedelta) -> MailConfirmation | None:
    """The next link to be mailed, held until the wait is over; one whose time ran out is not mailed."""
    with transaction.atomic():
        due = MailConfirmation.objects.filter(due_at__lte=at, expires_at__gt=at)
        rows = due.select_related("user").order_by("due_at", "id")
        row = rows.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()
        if row is not None:
            note(row, due_at=at + wait, attempts=F("attempts") + 1)
            row.refresh_from_db(fields=["attempts"])
    return row


def note(row: MailConfirmation, **changes: Any) -> None:
    """Of what is still open; a link replaced meanwhile stays as it is."""
    MailConfirmation.objects.filter(Q(confirmed_at=None, ended_at=None), pk=row.pk).update(**changes)
