"""The tree of party bodies, its dated history, and party groups."""

from datetime import date
from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from branches.choices import COMMITTEES, EventKind, Form, Kind, Sector
from branches.rules import LEVEL_WIDTH, MAX_DEPTH
from orgportal.core.scoping import ScopedManager, ScopedQuerySet


class OrganizationQuerySet(ScopedQuerySet["Organization"]):
    def standing_on(self, day: date) -> "OrganizationQuerySet":
        """Bodies that existed that day."""
        return self.filter(Q(dissolved_on=None) | Q(dissolved_on__gte=day), established_on__lte=day)

    def standing_between(self, first: date, last: date) -> "OrganizationQuerySet":
        """Bodies that existed on any day from the first to the last."""
        return self.filter(Q(dissolved_on=None) | Q(dissolved_on__gte=first), established_on__lte=last)

    def current(self) -> "OrganizationQuerySet":
        return self.filter(dissolved_on=None)

    def branches(self) -> "OrganizationQuerySet":
        return self.filter(kind=Kind.BRANCH)


OrganizationManager = ScopedManager.from_queryset(OrganizationQuerySet)


class Organization(models.Model):
    """A party body. `parent` is the truth; `path` is checked against it and only workflows.tree writes it."""

    scope_lookups: ClassVar[tuple[str, ...]] = ("path",)
    view_right: ClassVar[str] = "branch.view"

    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    path = models.CharField(max_length=LEVEL_WIDTH * MAX_DEPTH, unique=True, db_collation="C")
    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=40)
    name_key = models.CharField(max_length=400, db_collation="C")  # full pinyin|name, for order
    initials = models.CharField(max_length=120, db_collation="C")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    form = models.CharField(_("form"), max_length=12, choices=Form.choices, default=Form.REGULAR)
    sector = models.CharField(_("sector"), max_length=12, choices=Sector.choices)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    established_on = models.DateField(_("founded on"))
    dissolved_on = models.DateField(_("dissolved on"), null=True, blank=True)
    # Bodies with a temporary life: the day the reason for them ends.
    ends_on = models.DateField(_("expected to end on"), null=True, blank=True)
    has_committee = models.BooleanField(_("has a branch committee"), default=False)
    version = models.PositiveIntegerField(default=1)

    unscoped = OrganizationManager()
    objects = OrganizationManager(guarded=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="organization_kind_known"),
            models.CheckConstraint(condition=Q(form__in=Form.values), name="organization_form_known"),
            models.CheckConstraint(condition=Q(sector__in=Sector.values), name="organization_sector_known"),
            models.CheckConstraint(
                condition=Q(kind=Kind.BRANCH) | Q(form=Form.REGULAR),
                name="organization_only_branches_have_forms",
            ),
            models.CheckConstraint(
                condition=Q(dissolved_on=None) | Q(dissolved_on__gte=F("established_on")),
                name="organization_dates_in_order",
            ),
            # What Member.(branch, path) points at (members.0002).
            models.UniqueConstraint(fields=["id", "path"], name="organization_id_path"),
        ]
        indexes = [
            models.Index(fields=["name_key", "id"], name="organization_by_name"),
            models.Index(fields=["initials"], name="organization_by_initials"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("branches:organization-detail", args=[self.pk])

    @property
    def is_branch(self) -> bool:
        return self.kind == Kind.BRANCH

    @property
    def is_committee(self) -> bool:
        return self.kind in COMMITTEES

    @property
    def is_dissolved(self) -> bool:
        return self.dissolved_on is not None

    @property
    def kind_words(self) -> str:
        """The kind, or the form where a branch has a special one."""
        return self.get_kind_display() if self.form == Form.REGULAR else self.get_form_display()


class OrganizationEvent(models.Model):
    """One line of a body's history. Never changed, never deleted."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=EventKind.choices)
    on = models.DateField()
    other = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, related_name="+")
    basis = models.CharField(_("basis: meeting or document number"), max_length=200, blank=True)
    before = models.JSONField(encoder=DjangoJSONEncoder, default=dict)
    after = models.JSONField(encoder=DjangoJSONEncoder, default=dict)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=EventKind.values), name="organization_event_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.kind} {self.on}"


class PartyGroupQuerySet(ScopedQuerySet["PartyGroup"]):
    def current(self) -> "PartyGroupQuerySet":
        return self.filter(ended_on=None)


PartyGroupManager = ScopedManager.from_queryset(PartyGroupQuerySet)


class PartyGroup(models.Model):
    """党小组: part of a branch, not a level of the organisation."""

    scope_lookups: ClassVar[tuple[str, ...]] = ("branch__path",)
    view_right: ClassVar[str] = "branch.view"

    branch = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="groups")
    name = models.CharField(_("name"), max_length=60)
    founded_on = models.DateField(_("founded on"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    unscoped = PartyGroupManager()
    objects = PartyGroupManager(guarded=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["branch", "name"], condition=Q(ended_on=None), name="group_name_once"
            ),
            models.UniqueConstraint(fields=["id", "branch"], name="group_id_branch"),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("founded_on")), name="group_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class HandoverNoteQuerySet(ScopedQuerySet["HandoverNote"]):
    def standing(self) -> "HandoverNoteQuerySet":
        return self.filter(struck_at=None)


HandoverNoteManager = ScopedManager.from_queryset(HandoverNoteQuerySet)


class HandoverNote(models.Model):
    """What a branch's next secretary should know and no other record says; struck out, never deleted."""

    scope_lookups: ClassVar[tuple[str, ...]] = ("branch__path",)
    view_right: ClassVar[str] = "health.view"

    branch = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="handover_notes")
    text = models.TextField(_("note"), max_length=1000)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    struck_at = models.DateTimeField(null=True)
    struck_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, related_name="+")

    unscoped = HandoverNoteManager()
    objects = HandoverNoteManager(guarded=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(struck_at=None, struck_by=None)
                | Q(struck_at__gte=F("recorded_at"), struck_by__isnull=False),
                name="handover_note_struck_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["branch"], condition=Q(struck_at=None), name="handover_notes_standing")
        ]

    def __str__(self) -> str:
        return f"{self.branch_id} {self.recorded_at:%Y-%m-%d}"

    @property
    def is_struck(self) -> bool:
        return self.struck_at is not None
