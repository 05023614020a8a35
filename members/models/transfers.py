"""Transfers of affiliation and every move they made."""

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from branches.models import Organization
from members.choices import RefusalReason, TransferReason, TransferState
from members.models.register import Member
from orgportal.core.models import User
from orgportal.core.scoping import ScopedManager, ScopedQuerySet

OPEN_STATES = (
    TransferState.DRAFT,
    TransferState.SUBMITTED,
    TransferState.SENT,
    TransferState.AT_RECEIVER,
    TransferState.RETURNED,
)


class TransferQuerySet(ScopedQuerySet["Transfer"]):
    def open(self) -> "TransferQuerySet":
        return self.filter(state__in=OPEN_STATES)


TransferManager = ScopedManager.from_queryset(TransferQuerySet)


class Transfer(models.Model):
    """组织关系转接 between two branches. One row, seen from both sides; no move is undone."""

    scope_lookups: ClassVar[tuple[str, ...]] = ("source__path", "target__path")
    view_right: ClassVar[str] = "transfer.view"
    own_lookup: ClassVar[str] = "member_id"

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="transfers")
    source = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="transfers_out")
    target = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="transfers_in")
    state = models.CharField(max_length=12, choices=TransferState.choices, default=TransferState.DRAFT)
    reason = models.CharField(_("reason"), max_length=16, choices=TransferReason.choices)
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    dues_paid_to = models.DateField(_("dues paid up to"), null=True, blank=True)
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    state_since = models.DateTimeField()
    sent_on = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=16, choices=RefusalReason.choices, blank=True)
    version = models.PositiveIntegerField(default=1)

    unscoped = TransferManager()
    objects = TransferManager(guarded=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=TransferState.values), name="transfer_state_known"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="transfer_goes_somewhere"),
            models.UniqueConstraint(
                fields=["member"], condition=Q(state__in=[*OPEN_STATES]), name="transfer_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[*OPEN_STATES], ended_at=None)
                | (~Q(state__in=[*OPEN_STATES]) & Q(ended_at__isnull=False)),
                name="transfer_end_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state=TransferState.REFUSED) | ~Q(refusal=""), name="transfer_refusal_has_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["source", "state"], name="transfer_by_source"),
            models.Index(fields=["target", "state"], name="transfer_by_target"),
            models.Index(fields=["state", "valid_until"], name="transfer_by_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.source_id} -> {self.target_id}"

    def get_absolute_url(self) -> str:
        return reverse("members:transfer-detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


class TransferStep(models.Model):
    """One move of a transfer: who, when, from and to which state, in what words. Never deleted."""

    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="steps")
    move = models.CharField(max_length=16)
    from_state = models.CharField(max_length=12, choices=TransferState.choices, blank=True)
    to_state = models.CharField(max_length=12, choices=TransferState.choices)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    remark = models.CharField(max_length=300, blank=True)
    details = models.JSONField(encoder=DjangoJSONEncoder, default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["transfer", "id"], name="transfer_step_order")]

    def __str__(self) -> str:
        return f"{self.transfer_id} {self.move}"
