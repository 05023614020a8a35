"""Posts end with what they rest on: the place in the branch, the membership, the body itself."""

from datetime import date

from django.db.models import Q

from members.models.posts import PostQuerySet


def end_posts(rows: PostQuerySet, last: date, *, today: date) -> dict[str, int]:
    """Of these posts, those that run end on the last day, those that begin after it are cancelled.

    One that is cancelled is kept with the day: it gave no right on any day. Says how many of each.
    """
    running = rows.standing().filter(Q(ends_on=None) | Q(ends_on__gt=last), starts_on__lte=last)
    coming = rows.standing().filter(Q(ends_on=None) | Q(ends_on__gte=today), starts_on__gt=last)
    return {
        "posts_ended": running.update(ends_on=last),
        "posts_cancelled": coming.update(cancelled_on=today),
    }
