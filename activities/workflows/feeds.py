"""Addresses of calendar feeds: made, renewed and switched off by the person they belong to; told once."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from activities.models import Activity, CalendarFeed
from activities.rules.feeds import is_to_note
from branches.models import Organization
from orgportal.core import audit
from orgportal.core.errors import Refused
from orgportal.core.models import User
from orgportal.core.scoping import Scope

MOST = 20
RANDOM_BYTES = 32


@dataclass(frozen=True, slots=True)
class MadeFeed:
    feed: CalendarFeed
    token: str = field(repr=False)


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def make_feed(branch: Organization | None, *, actor: User, scope: Scope, at: datetime) -> MadeFeed:
    """An address for one's own calendar, or for that of a branch whose records one may read."""
    if branch is not None:
        scope.demand(Activity.view_right, branch)
    elif scope.member_id is None:
        raise Refused("feed_needs_member")
    mine = CalendarFeed.unscoped.filter(user=actor)
    # What an older slip or a closed account has ended leaves its place.
    mine.exclude(epoch=actor.session_epoch).delete()
    if mine.count() >= MOST:
        raise Refused("too_many_feeds", limit=MOST)
    token = secrets.token_urlsafe(RANDOM_BYTES)
    try:
        with transaction.atomic():
            feed = CalendarFeed.unscoped.create(
                user=actor, branch=branch, digest=digest_of(token), epoch=actor.session_epoch, made_at=at
            )
    except IntegrityError:
        raise Refused("feed_exists") from None
    _note(feed, "calendar.made", at)
    return MadeFeed(feed, token)


@transaction.atomic
def renew_feed(feed: CalendarFeed, *, actor: User, at: datetime) -> MadeFeed:
    """A new address in place of the present one, which opens nothing from this moment."""
    token = secrets.token_urlsafe(RANDOM_BYTES)
    changed = CalendarFeed.unscoped.filter(pk=feed.pk, user=actor, digest=feed.digest).update(
        digest=digest_of(token), made_at=at, used_at=None, content_digest="", content_at=None
    )
    if not changed:
        raise Refused("feed_changed")
    feed.refresh_from_db()
    _note(feed, "calendar.renewed", at)
    return MadeFeed(feed, token)


@transaction.atomic
def end_feed(feed: CalendarFeed, *, actor: User, at: datetime) -> bool:
    """Switch a feed off; its row goes with it. False if it was gone already."""
    if not CalendarFeed.unscoped.filter(pk=feed.pk, user=actor).delete()[0]:
        return False
    _note(feed, "calendar.ended", at)
    return True


def _note(feed: CalendarFeed, action: str, at: datetime) -> None:
    changes = {"feed": feed.pk}
    audit.record(actor=feed.user, action=action, target=feed.branch or feed.user, at=at, changes=changes)


# --- reading


def opened_by(token: str) -> CalendarFeed | None:
    """The feed this address opens now, if its account is open and nothing ended it since.

    Found by the digest, of which a caller chooses no part: how long a miss takes tells nothing.
    """
    digest = digest_of(token)
    feed = CalendarFeed.unscoped.alive().select_related("user", "branch").filter(digest=digest).first()
    return feed if feed is not None and hmac.compare_digest(feed.digest, digest) else None


def note_reading(feed: CalendarFeed, content: bytes, *, at: datetime) -> datetime:
    """Keep that the feed was read, at most once an hour; since when it says what it says."""
    digest = hashlib.sha256(content).hexdigest()
    changes: dict[str, Any] = {"used_at": at} if is_to_note(feed.used_at, at) else {}
    if feed.content_digest != digest or feed.content_at is None:
        feed.content_at = at
        changes |= {"content_digest": digest, "content_at": at}
    if changes:
        # A renewal in between has a new digest: it is not marked as read by the old address.
        CalendarFeed.unscoped.filter(pk=feed.pk, digest=feed.digest).update(**changes)
    return feed.content_at
