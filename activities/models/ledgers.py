"""Ledgers of a whole committee: what was ordered, and the file of each branch until its day is past."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from activities.choices import LedgerForm, LedgerKind, RunRowState, RunState
from branches.models import Organization
from orgportal.core.models import User
from orgportal.core.scoping import ScopedManager, ScopedQuerySet


class LedgerRunQuerySet(ScopedQuerySet["LedgerRun"]):
    """Seen by whoever ordered it, nobody else."""


LedgerRunManager = ScopedManager.from_queryset(LedgerRunQuerySet)


class LedgerRun(models.Model):
    """One order: a ledger of a period for every branch of a body, drawn by the worker."""

    scope_lookups: ClassVar[tuple[str, ...]] = ()
    view_right: ClassVar[str] = "activity.view"
    own_user_lookup: ClassVar[str] = "ordered_by_id"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=LedgerKind.choices)
    form = models.CharField(max_length=4, choices=LedgerForm.choices)
    starts_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=8, choices=RunState.choices, default=RunState.RUNNING)
    ordered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    # The files are thrown away after this day.
    keep_until = models.DateField()

    unscoped = LedgerRunManager()
    objects = LedgerRunManager(guarded=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=LedgerKind.values), name="ledger_run_kind_known"),
            models.CheckConstraint(condition=Q(form__in=LedgerForm.values), name="ledger_run_form_known"),
            models.CheckConstraint(
                condition=Q(state=RunState.RUNNING, done_at=None)
                | Q(state__in=[RunState.DONE, RunState.CLEARED], done_at__isnull=False),
                name="ledger_run_end_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__lte=models.F("ends_on")), name="ledger_run_dates_in_order"
            ),
        ]
        indexes = [models.Index(fields=["ordered_by", "-id"], name="ledger_run_by_person")]

    def __str__(self) -> str:
        return f"{self.kind} {self.organization_id} {self.starts_on}"

    def get_absolute_url(self) -> str:
        return reverse("activities:ledger-run", args=[self.pk])

    @property
    def is_done(self) -> bool:
        return self.state == RunState.DONE


class LedgerFile(models.Model):
    """The file of one branch of an order, or why there is none."""

    run = models.ForeignKey(LedgerRun, on_delete=models.PROTECT, related_name="files")
    branch = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=RunRowState.choices, default=RunRowState.WAITING)
    name = models.CharField(max_length=160, blank=True)
    content = models.BinaryField(null=True)
    size = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "branch"], name="ledger_file_once"),
            models.CheckConstraint(condition=Q(state__in=RunRowState.values), name="ledger_file_state_known"),
            models.CheckConstraint(
                condition=Q(content=None) | Q(state=RunRowState.DONE) & ~Q(name=""),
                name="ledger_file_has_name",
            ),
        ]
        indexes = [models.Index(fields=["run", "state"], name="ledger_file_by_state")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.branch_id} {self.state}"
