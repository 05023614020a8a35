"""Units of the two coverages: who they are, how the party reaches them and since when, who went there."""

from datetime import date
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from branches.choices import (
    BODY_KINDS,
    CoverageKind,
    LeaveListReason,
    OwnerKind,
    PauseReason,
    UnitEventKind,
    UnitKind,
)
from branches.models.periods import inclusive
from branches.models.tree import Organization
from orgportal.core.scoping import ScopedManager, ScopedQuerySet


def lasting_on(day: date) -> Q:
    """Periods that hold that day, those entered by mistake left out."""
    return Q(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day, voided_at=None)


class UnitImportQuerySet(ScopedQuerySet["UnitImport"]):
    pass


UnitImportManager = ScopedManager.from_queryset(UnitImportQuerySet)


class UnitImport(models.Model):
    """One file that put units on the lists, how many were new and how many taken back; its loader's."""

    scope_lookups: ClassVar[tuple[str, ...]] = ()
    view_right: ClassVar[str] = "health.view"
    own_user_lookup: ClassVar[str] = "recorded_by"

    digest = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    known = models.PositiveIntegerField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone = models.PositiveIntegerField(default=0)

    unscoped = UnitImportManager()
    objects = UnitImportManager(guarded=True)

    class Meta:
        indexes = [models.Index(fields=["recorded_by", "id"], name="unit_imports_of_user")]

    def __str__(self) -> str:
        return f"{self.recorded_at:%Y-%m-%d} {self.rows}"


class UnitQuerySet(ScopedQuerySet["Unit"]):
    def listed_on_day(self, day: date) -> "UnitQuerySet":
        """On the list that day; a unit is not on it any more on the day it left."""
        return self.filter(Q(left_on=None) | Q(left_on__gt=day), listed_on__lte=day)

    def current(self) -> "UnitQuerySet":
        return self.filter(left_on=None)


UnitManager = ScopedManager.from_queryset(UnitQuerySet)


class Unit(models.Model):
    """A firm, social body, village, building … one body above branches answers for; never deleted."""

    scope_lookups: ClassVar[tuple[str, ...]] = ("committee__path",)
    view_right: ClassVar[str] = "health.view"

    committee = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="units")
    kind = models.CharField(_("kind"), max_length=12, choices=UnitKind.choices)
    name = models.CharField(pgettext_lazy("unit", "name"), max_length=120)
    name_key = models.CharField(max_length=400, db_collation="C")
    initials = models.CharField(max_length=120, db_collation="C")
    # As it was typed: a wrong check sign warns and is kept (rules.md 12, uscc.soft).
    credit_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    owner = models.CharField(_("ownership"), max_length=12, choices=OwnerKind.choices)
    area = models.CharField(_("area"), max_length=60, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    staff = models.PositiveIntegerField(_("staff"), null=True)
    # Formal members who work there and are not on the register there (口袋党员, 隐形党员), as last counted.
    hidden = models.PositiveSmallIntegerField(_("members not on the register"), null=True)
    hidden_on = models.DateField(_("counted on"), null=True)
    checked_on = models.DateField(_("last checked on"))
    listed_on = models.DateField(_("on the list since"))
    left_on = models.DateField(_("off the list since"), null=True)
    left_reason = models.CharField(max_length=8, choices=LeaveListReason.choices, blank=True)
    recorded_at = models.DateTimeField()
    batch = models.ForeignKey(UnitImport, on_delete=models.PROTECT, null=True, related_name="units")
    version = models.PositiveIntegerField(default=1)

    unscoped = UnitManager()
    objects = UnitManager(guarded=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=UnitKind.values), name="unit_kind_known"),
            models.CheckConstraint(condition=Q(owner__in=OwnerKind.values), name="unit_owner_known"),
            models.CheckConstraint(
                condition=Q(left_on=None, left_reason="")
                | Q(left_on__gte=F("listed_on"), left_reason__in=LeaveListReason.values),
                name="unit_leaves_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(hidden=None, hidden_on=None) | Q(hidden__gte=0, hidden_on__isnull=False),
                name="unit_hidden_counted_on_a_day",
            ),
            models.UniqueConstraint(
                fields=["credit_code"], condition=Q(left_on=None) & ~Q(credit_code=""), name="unit_code_once"
            ),
            models.UniqueConstraint(
                fields=["committee", "name"], condition=Q(left_on=None), name="unit_name_once"
            ),
        ]
        indexes = [
            models.Index(fields=["name_key", "id"], name="unit_by_name"),
            models.Index(fields=["initials"], name="unit_by_initials"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("branches:unit-detail", args=[self.pk])

    @property
    def has_left(self) -> bool:
        return self.left_on is not None


class UnitPause(models.Model):
    """Days in which a unit does not really operate: on the list, named, and not in the denominator."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="pauses")
    reason = models.CharField(max_length=12, choices=PauseReason.choices)
    note = models.CharField(max_length=200, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(reason__in=PauseReason.values), name="unit_pause_reason"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="unit_pause_in_order"
            ),
            ExclusionConstraint(
                name="unit_pause_no_overlap",
                expressions=[("unit", RangeOperators.EQUAL), (inclusive(), RangeOperators.OVERLAPS)],
                condition=Q(voided_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.reason} from {self.starts_on}"


class UnitCoverageQuerySet(ScopedQuerySet["UnitCoverage"]):
    def running_on(self, day: date) -> "UnitCoverageQuerySet":
        return self.filter(lasting_on(day))

    def standing(self) -> "UnitCoverageQuerySet":
        return self.filter(voided_at=None)


UnitCoverageManager = ScopedManager.from_queryset(UnitCoverageQuerySet)


class UnitCoverage(models.Model):
    """How the party reaches a unit, from when to when: by which body, or by whom."""

    scope_lookups: ClassVar[tuple[str, ...]] = ("unit__committee__path",)
    view_right: ClassVar[str] = "health.view"

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="coverages")
    kind = models.CharField(_("kind"), max_length=12, choices=CoverageKind.choices)
    body = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, related_name="covers")
    holder = models.CharField(_("name"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    basis = models.CharField(_("basis: meeting or document number"), max_length=200, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)

    unscoped = UnitCoverageManager()
    objects = UnitCoverageManager(guarded=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=BODY_KINDS, body__isnull=False, holder="")
                | Q(
                    ~Q(holder=""),
                    kind__in=[kind for kind in CoverageKind if kind not in BODY_KINDS],
                    body=None,
                ),
                name="unit_coverage_body_or_name",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="unit_coverage_in_order"
            ),
            ExclusionConstraint(
                name="unit_coverage_no_overlap",
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    (inclusive(), RangeOperators.OVERLAPS),
                ],
                condition=Q(voided_at=None),
            ),
            # A unit has a body of its own or shares one, never both.
            ExclusionConstraint(
                name="unit_coverage_one_body",
                expressions=[("unit", RangeOperators.EQUAL), (inclusive(), RangeOperators.OVERLAPS)],
                condition=Q(voided_at=None, kind__in=BODY_KINDS),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.kind} from {self.starts_on}"

    @property
    def is_open(self) -> bool:
        return self.ends_on is None and self.voided_at is None


class AdviserVisitQuerySet(ScopedQuerySet["AdviserVisit"]):
    def standing(self) -> "AdviserVisitQuerySet":
        return self.filter(struck_at=None)


AdviserVisitManager = ScopedManager.from_queryset(AdviserVisitQuerySet)


class AdviserVisit(models.Model):
    """One visit to a unit by an adviser or liaison person; struck out, never deleted."""

    scope_lookups: ClassVar[tuple[str, ...]] = ("unit__committee__path",)
    view_right: ClassVar[str] = "health.view"

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="visits")
    visitor = models.CharField(_("visitor"), max_length=60)
    on = models.DateField(_("day of the visit"))
    text = models.CharField(_("what was done"), max_length=500)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    struck_at = models.DateTimeField(null=True)

    unscoped = AdviserVisitManager()
    objects = AdviserVisitManager(guarded=True)

    class Meta:
        indexes = [models.Index(fields=["unit", "on"], name="visits_of_unit")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.on}"


class UnitEvent(models.Model):
    """One line of a unit's history, with what was so before and since. Never changed, never deleted."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=UnitEventKind.choices)
    on = models.DateField()
    before = models.JSONField(encoder=DjangoJSONEncoder, default=dict)
    after = models.JSONField(encoder=DjangoJSONEncoder, default=dict)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=UnitEventKind.values), name="unit_event_kind_known"),
        ]
        indexes = [models.Index(fields=["unit", "id"], name="events_of_unit")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.kind} {self.on}"
