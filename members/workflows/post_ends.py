"""Posts end with what they rest on: the place in the branch, the membership, the body itself."""

from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from members.models.posts import PostQuerySet
from members.workflows import versions


def end_posts(rows: PostQuerySet, last: date, *, at: datetime) -> dict[str, int]:
    """Of these posts, those that run end on the last day, those that begin after it are cancelled.

    One that is cancelled is kept with the day: it gave no right on any day. Says how many of each.
    """
    today = timezone.localdate(at)
    running = rows.standing().filter(Q(ends_on=None) | Q(ends_on__gt=last), starts_on__lte=last)
    coming = rows.standing().filter(Q(ends_on=None) | Q(ends_on__gte=today), starts_on__gt=last)
    return {
        "posts_ended": versions.amend(running, at, ends_on=last),
        "posts_cancelled": versions.amend(coming, at, cancelled_on=today),
    }
