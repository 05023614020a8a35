"""What members put right in their own line, and that they looked it over once a year."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.choices import CorrectionState, OwnField
from members.models.register import Member
from orgportal.core.models import User
from orgportal.core.scoping import ScopedManager, ScopedQuerySet


class CorrectionQuerySet(ScopedQuerySet["Correction"]):
    def open(self) -> "CorrectionQuerySet":
        return self.filter(state=CorrectionState.OPEN)


CorrectionManager = ScopedManager.from_queryset(CorrectionQuerySet)


class Correction(models.Model):
    """One fact a member put right at once, or asked the branch to; with its dated answer. Never deleted."""

    scope_lookups: ClassVar[tuple[str, ...]] = ("member__path",)
    view_right: ClassVar[str] = "member.view"
    own_lookup: ClassVar[str] = "member_id"

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="corrections")
    field = models.CharField(max_length=16, choices=OwnField.choices)
    held = models.CharField(max_length=200, blank=True)  # as the register had it; identity numbers masked
    wanted = models.CharField(_("what it should say"), max_length=200, blank=True)
    # An identity number that is asked for, AES-GCM; emptied with the answer.
    wanted_sealed = models.BinaryField(null=True)
    why = models.CharField(_("how you know"), max_length=300, blank=True)
    state = models.CharField(max_length=12, choices=CorrectionState.choices)
    asked_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(_("answer"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    unscoped = CorrectionManager()
    objects = CorrectionManager(guarded=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CorrectionState.values), name="correction_state_known"
            ),
            models.CheckConstraint(condition=Q(field__in=OwnField.values), name="correction_field_known"),
            models.UniqueConstraint(
                fields=["member", "field"],
                condition=Q(state=CorrectionState.OPEN),
                name="correction_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state__in=(CorrectionState.OPEN, CorrectionState.MADE), answered_at=None)
                | (~Q(state__in=(CorrectionState.OPEN, CorrectionState.MADE)) & Q(answered_at__isnull=False)),
                name="correction_answer_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state=CorrectionState.DECLINED) | ~Q(answer=""),
                name="correction_decline_has_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"], condition=Q(state=CorrectionState.OPEN), name="correction_waiting"
            ),
            models.Index(fields=["member", "-asked_at"], name="correction_by_member"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.field} {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("members:correction-detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == CorrectionState.OPEN

    @property
    def is_made(self) -> bool:
        """By the member, who needs to ask nobody for it."""
        return self.state == CorrectionState.MADE


class ConfirmationQuerySet(ScopedQuerySet["Confirmation"]):
    pass


ConfirmationManager = ScopedManager.from_queryset(ConfirmationQuerySet)


class Confirmation(models.Model):
    """Once a year: what the register holds of the member is right. One row for each member and year."""

    scope_lookups: ClassVar[tuple[str, ...]] = ("member__path",)
    view_right: ClassVar[str] = "member.view"
    own_lookup: ClassVar[str] = "member_id"

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="confirmations")
    year = models.PositiveSmallIntegerField()
    # The version of the line that was looked over.
    seen_version = models.PositiveIntegerField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    is_by_branch = models.BooleanField()
    how = models.CharField(_("how the member was asked"), max_length=200, blank=True)
    at = models.DateTimeField()

    unscoped = ConfirmationManager()
    objects = ConfirmationManager(guarded=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "year"], name="confirmation_once_a_year"),
            models.CheckConstraint(
                condition=Q(is_by_branch=False) | ~Q(how=""), name="confirmation_for_a_member_says_how"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.year}"
