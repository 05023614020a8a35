"""What a branch owes in a period and how it stands: decided in activities.rules, stored here."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from activities.choices import DutyState
from activities.models.records import Activity
from branches.models import Organization, PartyGroup
from orgportal.core.scoping import ScopedManager, ScopedQuerySet


class DutyQuerySet(ScopedQuerySet["Duty"]):
    def unmet_on(self, day: date) -> "DutyQuerySet":
        """Due by that day with nothing said."""
        return self.filter(due_on__lt=day, state=DutyState.MISSING)


DutyManager = ScopedManager.from_queryset(DutyQuerySet)


class Duty(models.Model):
    """Rule × branch (× group) × period."""

    scope_lookups: ClassVar[tuple[str, ...]] = ("branch__path",)
    view_right: ClassVar[str] = "activity.view"

    rule = models.CharField(max_length=40)  # a provision key: "meeting.general.freq"
    branch = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="duties")
    group = models.ForeignKey(PartyGroup, on_delete=models.PROTECT, null=True, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    due_on = models.DateField()
    # False where the rule does not bind this branch for the whole period (no committee, founded inside it).
    is_owed = models.BooleanField(default=True)
    state = models.CharField(_("state"), max_length=16, choices=DutyState.choices, default=DutyState.NOT_DUE)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, null=True, related_name="duties_met")
    reason = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()
    decided_at = models.DateTimeField()

    unscoped = DutyManager()
    objects = DutyManager(guarded=True)

    class Meta:
        verbose_name = _("duty")
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "branch", "group", "starts_on"], name="duty_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(state__in=DutyState.values), name="duty_state_known"),
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on")) & Q(due_on__gte=F("starts_on")),
                name="duty_dates_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[DutyState.ON_TIME, DutyState.LATE]) | Q(activity__isnull=False),
                name="duty_met_by_a_record",
            ),
        ]
        indexes = [
            models.Index(fields=["branch", "ends_on"], name="duty_by_branch"),
            models.Index(fields=["starts_on", "rule"], name="duty_by_period"),
            models.Index(fields=["due_on"], condition=Q(state=DutyState.NOT_DUE), name="duty_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.branch_id} {self.starts_on}"
