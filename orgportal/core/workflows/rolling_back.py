"""What a restore writes into the rows before anybody reads them: the horizon, the ends, the entry."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F
from knox.models import AuthToken

from orgportal.core import audit
from orgportal.core.horizon import cancel_mails, cancel_stale_notices
from orgportal.core.models import SendHorizon, User

RESTORED = "core.restored"


@dataclass(frozen=True, slots=True)
class Rolled:
    """What was not carried over."""

    mails_cancelled: int
    notices_cancelled: int
    sessions_ended: int
    tokens_ended: int


@transaction.atomic
def mark_restored(taken_at: datetime, app_version: str, lost: int, head: str, *, at: datetime) -> Rolled:
    """Nothing is mailed twice, nobody stays signed in, and the trail says what was restored.

    Tokens end with the sessions: one ended after the backup would work again.
    """
    sessions = Session.objects.count()
    Session.objects.all().delete()
    User.objects.update(session_epoch=F("session_epoch") + 1)
    rolled = Rolled(
        mails_cancelled=cancel_mails(at),
        notices_cancelled=cancel_stale_notices(at),
        sessions_ended=sessions,
        tokens_ended=AuthToken.objects.all().delete()[0],
    )
    SendHorizon.objects.create(
        taken_at=taken_at,
        restored_at=at,
        app_version=app_version,
        mails_cancelled=rolled.mails_cancelled,
        notices_cancelled=rolled.notices_cancelled,
        entries_lost=lost,
    )
    changes = {
        "taken_at": taken_at,
        "app_version": app_version,
        "head": head,
        "entries_lost": lost,
        **asdict(rolled),
    }
    audit.record(actor=None, action=RESTORED, target=None, at=at, changes=changes)
    return rolled
