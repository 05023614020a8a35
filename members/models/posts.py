"""Terms of office and the posts members hold."""

from datetime import date
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from branches.choices import PostKind
from branches.models import Organization, PartyGroup
from branches.models.periods import inclusive
from members.models.register import Member
from orgportal.core.models import User
from orgportal.core.scoping import ScopedManager, ScopedQuerySet


class TermQuerySet(ScopedQuerySet["Term"]):
    def running_on(self, day: date) -> "TermQuerySet":
        return self.filter(Q(ended_on=None) | Q(ended_on__gte=day), starts_on__lte=day)


TermManager = ScopedManager.from_queryset(TermQuerySet)


class Term(models.Model):
    """届: from one election of a body's committee (or secretary) to the next."""

    scope_lookups: ClassVar[tuple[str, ...]] = ("organization__path",)
    view_right: ClassVar[str] = "branch.view"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="terms")
    starts_on = models.DateField(_("elected on"))
    due_on = models.DateField(_("next election due on"))
    ended_on = models.DateField(null=True, blank=True)
    # Higher approval to elect late, with its document (ER Art 3).
    extension_basis = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    unscoped = TermManager()
    objects = TermManager(guarded=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization"], condition=Q(ended_on=None), name="term_one_running"
            ),
            models.CheckConstraint(condition=Q(due_on__gt=F("starts_on")), name="term_dates_in_order"),
            ExclusionConstraint(
                name="term_no_overlap",
                expressions=[
                    ("organization", RangeOperators.EQUAL),
                    (inclusive("starts_on", "ended_on"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.starts_on}"


class PostQuerySet(ScopedQuerySet["Post"]):
    def standing(self) -> "PostQuerySet":
        """Without those that were cancelled before they began."""
        return self.filter(cancelled_on=None)

    def held_on(self, day: date) -> "PostQuerySet":
        return self.standing().filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)


PostManager = ScopedManager.from_queryset(PostQuerySet)


class Post(models.Model):
    """A member holds a post in a body for some days. Nothing but its end changes: end it, open another."""

    scope_lookups: ClassVar[tuple[str, ...]] = ("organization__path",)
    view_right: ClassVar[str] = "branch.view"

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="posts")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="posts")
    kind = models.CharField(_("post"), max_length=16, choices=PostKind.choices)
    group = models.ForeignKey(
        PartyGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="leaders"
    )
    term = models.ForeignKey(Term, on_delete=models.PROTECT, null=True, blank=True, related_name="posts")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    # What it rested on was gone before its first day: kept, and never held.
    cancelled_on = models.DateField(null=True)
    basis = models.CharField(_("basis: meeting or document number"), max_length=200, blank=True)
    recorded_at = models.DateTimeField()
    # When it was last closed or corrected; what it said before is in Superseded.
    changed_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    unscoped = PostManager()
    objects = PostManager(guarded=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PostKind.values), name="post_kind_known"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="post_dates_in_order"
            ),
            # A recorder's right always has an end.
            models.CheckConstraint(
                condition=~Q(kind=PostKind.RECORDER) | Q(ends_on__isnull=False), name="post_recorder_expires"
            ),
            models.CheckConstraint(
                condition=Q(kind=PostKind.GROUP_LEADER, group__isnull=False)
                | (~Q(kind=PostKind.GROUP_LEADER) & Q(group=None)),
                name="post_leader_has_group",
            ),
            # One secretary at a time in each body.
            ExclusionConstraint(
                name="post_one_secretary",
                expressions=[("organization", RangeOperators.EQUAL), (inclusive(), RangeOperators.OVERLAPS)],
                condition=Q(kind=PostKind.SECRETARY, cancelled_on=None),
            ),
            # Nobody holds the same post in the same body (or group) twice at once.
            ExclusionConstraint(
                name="post_not_twice",
                expressions=[
                    ("member", RangeOperators.EQUAL),
                    ("organization", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    (inclusive(), RangeOperators.OVERLAPS),
                ],
                condition=Q(group=None, cancelled_on=None),
            ),
        ]
        indexes = [models.Index(fields=["organization", "kind"], name="post_by_organization")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.kind} in {self.organization_id}"

    def runs_on(self, day: date) -> bool:
        return (
            self.cancelled_on is None
            and self.starts_on <= day
            and (self.ends_on is None or day <= self.ends_on)
        )
