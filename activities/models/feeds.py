"""A calendar feed: the address at which a calendar program reads without signing in, kept as a digest."""

from typing import ClassVar

from django.db import models

from branches.models import Organization
from orgportal.core.models import User
from orgportal.core.scoping import ScopedManager, ScopedQuerySet


class CalendarFeedQuerySet(ScopedQuerySet["CalendarFeed"]):
    def alive(self) -> "CalendarFeedQuerySet":
        """Those an address of today opens: a new slip or a closed account has ended what was made before."""
        return self.filter(user__is_active=True, epoch=models.F("user__session_epoch"))


CalendarFeedManager = ScopedManager.from_queryset(CalendarFeedQuerySet)


class CalendarFeed(models.Model):
    """One person's own calendar, or the calendar of a branch as that person sees it."""

    scope_lookups: ClassVar[tuple[str, ...]] = ()
    view_right: ClassVar[str] = ""
    own_user_lookup: ClassVar[str] = "user_id"

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, related_name="+")
    # SHA-256 of the random part of the address, which is told once and kept nowhere.
    digest = models.CharField(max_length=64, unique=True)
    epoch = models.PositiveIntegerField()  # the account's `session_epoch` when it was made
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    # What was last given out, and since when: a reader that asks by date is told the truth.
    content_digest = models.CharField(max_length=64, blank=True)
    content_at = models.DateTimeField(null=True)

    unscoped = CalendarFeedManager()
    objects = CalendarFeedManager(guarded=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "branch"], name="calendar_feed_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.branch_id or ''}".strip()
