"""Many transfers by one decision: who is meant, and what came of each."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from branches.models import Organization
from members.choices import BatchAct, BatchRowState, BatchState, TransferReason
from members.models.register import Member
from members.models.transfers import Transfer
from orgportal.core.models import User
from orgportal.core.scoping import ScopedManager, ScopedQuerySet


class BatchQuerySet(ScopedQuerySet["Batch"]):
    """Seen by the one who prepared it, nobody else."""


BatchManager = ScopedManager.from_queryset(BatchQuerySet)


class Batch(models.Model):
    """成批转接: graduates, a dissolved branch, any selection. Each row is a transfer of its own."""

    scope_lookups: ClassVar[tuple[str, ...]] = ()
    view_right: ClassVar[str] = "transfer.start"
    own_user_lookup: ClassVar[str] = "prepared_by_id"

    act = models.CharField(max_length=8, choices=BatchAct.choices)
    target = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, related_name="+")
    # As on a transfer: either a branch of the portal, or a body outside it in words.
    outside_body = models.CharField(_("receiving branch"), max_length=120, blank=True)
    outside_committee = models.CharField(_("its committee"), max_length=120, blank=True)
    outside_address = models.CharField(_("address"), max_length=200, blank=True)
    outside_postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    outside_phone = models.CharField(_("telephone"), max_length=30, blank=True)
    reason = models.CharField(_("reason"), max_length=16, choices=TransferReason.choices, blank=True)
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    dues_paid_to = models.DateField(_("dues paid up to"), null=True)
    state = models.CharField(max_length=8, choices=BatchState.choices, default=BatchState.PREPARED)
    prepared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    unscoped = BatchManager()
    objects = BatchManager(guarded=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=BatchState.values), name="batch_state_known"),
            models.CheckConstraint(
                condition=Q(act=BatchAct.START, target__isnull=False, outside_body="", outside_committee="")
                & ~Q(reason="")
                | Q(act=BatchAct.START, target=None)
                & ~Q(outside_body="")
                & ~Q(outside_committee="")
                & ~Q(reason="")
                | Q(act=BatchAct.MOVE_ON, target=None, outside_body=""),
                name="batch_start_says_where_and_why",
            ),
            models.CheckConstraint(
                condition=Q(state=BatchState.DONE, done_at__isnull=False)
                | ~Q(state=BatchState.DONE) & Q(done_at=None),
                name="batch_end_is_dated",
            ),
        ]
        indexes = [models.Index(fields=["prepared_by", "-id"], name="batch_by_person")]

    def __str__(self) -> str:
        return f"{self.act} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("members:batch-detail", args=[self.pk])

    @property
    def target_name(self) -> str:
        return self.target.name if self.target else self.outside_body


class BatchRow(models.Model):
    """One member of a batch and what came of it: the transfer, or the refusal in its own words."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="rows")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    # Where the member belonged when the batch was prepared; empty on rows from before it was kept.
    source = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, related_name="+")
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, null=True, related_name="+")
    # The version of the transfer as it stood when the batch was prepared.
    seen_version = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=8, choices=BatchRowState.choices, default=BatchRowState.WAITING)
    code = models.CharField(max_length=40, blank=True)
    params = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "member"], name="batch_row_once"),
            models.CheckConstraint(condition=Q(state__in=BatchRowState.values), name="batch_row_state_known"),
            models.CheckConstraint(
                condition=~Q(state=BatchRowState.REFUSED) | ~Q(code=""), name="batch_row_refusal_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(state=BatchRowState.DONE) | Q(transfer__isnull=False),
                name="batch_row_done_has_transfer",
            ),
        ]
        indexes = [models.Index(F("batch"), F("state"), name="batch_row_by_state")]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.member_id} {self.state}"
