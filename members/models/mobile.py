"""Members who live away: their spells at home, the host's side of them, and every contact kept."""

from datetime import date
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from branches.models import Organization
from branches.models.periods import inclusive
from members.choices import ContactMethod, InflowState, MobileReason, MobileState, SpellEnd
from members.models.papers import Paper
from members.models.register import Member
from orgportal.core.models import User
from orgportal.core.scoping import Scope, ScopedManager, ScopedQuerySet, reach

AWAY = (MobileState.OUT, MobileState.ABROAD)
LIVE = (InflowState.ANNOUNCED, InflowState.REGISTERED, InflowState.MATCHED)


class MobileSpellQuerySet(ScopedQuerySet["MobileSpell"]):
    def visible_to(self, scope: Scope) -> "MobileSpellQuerySet":
        """Also the running spells of those one is the home contact person of (docs/crossings.md)."""
        condition = reach(self.model, scope)
        if scope.member_id:
            # Only while both belong to one branch: whoever moved on looks after nobody here.
            is_here = Q(contact_person__branch=F("member__branch"))
            condition |= is_here & Q(contact_person_id=scope.member_id, ends_on=None)
        narrowed = self.filter(condition)
        narrowed._narrowed = True  # noqa: SLF001
        return narrowed

    def running(self) -> "MobileSpellQuerySet":
        return self.filter(ends_on=None)

    def on(self, day: date) -> "MobileSpellQuerySet":
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)


MobileSpellManager = ScopedManager.from_queryset(MobileSpellQuerySet)


class MobileSpell(models.Model):
    """流动: a member lives at one place away from the home branch for some days. At most one at a time.

    `Member.mobile_state` repeats the running spell's state for the roster; only `workflows.mobile` and the
    loaders write either, in one transaction.
    """

    scope_lookups: ClassVar[tuple[str, ...]] = ("member__path",)
    view_right: ClassVar[str] = "member.view"
    own_lookup: ClassVar[str] = "member_id"

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="spells")
    state = models.CharField(_("where"), max_length=8, choices=MobileState.choices)
    reason = models.CharField(_("reason"), max_length=12, choices=MobileReason.choices)
    place = models.CharField(_("place"), max_length=40)  # province and city, or the country; never finer
    starts_on = models.DateField(_("away since"))
    expected_on = models.DateField(_("expected back"), null=True, blank=True)
    ends_on = models.DateField(null=True)
    end_kind = models.CharField(max_length=12, choices=SpellEnd.choices, blank=True)
    contact_person = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="kept_in_touch"
    )
    next_contact_on = models.DateField(_("next contact"), null=True, blank=True)
    recorded_at = models.DateTimeField()
    # When it was last closed or corrected; what it said before is in Superseded.
    changed_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    unscoped = MobileSpellManager()
    objects = MobileSpellManager(guarded=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=AWAY), name="spell_state_known"),
            models.CheckConstraint(condition=Q(reason__in=MobileReason.values), name="spell_reason_known"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="spell_dates_in_order"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None, end_kind="")
                | Q(ends_on__isnull=False, end_kind__in=SpellEnd.values),
                name="spell_end_is_said",
            ),
            models.CheckConstraint(condition=~Q(member=F("contact_person")), name="spell_contact_is_another"),
            ExclusionConstraint(
                name="spell_no_overlap",
                expressions=[("member", RangeOperators.EQUAL), (inclusive(), RangeOperators.OVERLAPS)],
                condition=~Q(end_kind=SpellEnd.MISTAKE),
            ),
        ]
        indexes = [
            models.Index(fields=["next_contact_on"], condition=Q(ends_on=None), name="spell_contact_due"),
            models.Index(fields=["contact_person"], condition=Q(ends_on=None), name="spell_by_contact"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.place} {self.starts_on}"

    def get_absolute_url(self) -> str:
        return reverse("members:mobile-detail", args=[self.pk])

    @property
    def is_running(self) -> bool:
        return self.ends_on is None

    @property
    def is_abroad(self) -> bool:
        return self.state == MobileState.ABROAD


class InflowQuerySet(ScopedQuerySet["Inflow"]):
    def live(self) -> "InflowQuerySet":
        return self.filter(state__in=LIVE)


InflowManager = ScopedManager.from_queryset(InflowQuerySet)


class Inflow(models.Model):
    """流入: a host branch looks after somebody of another branch. Number and name stand as they were told.

    `member` is found by exactly this number and name and is never shown to the host; `spell` is the match.
    """

    scope_lookups: ClassVar[tuple[str, ...]] = ("host__path",)
    view_right: ClassVar[str] = "member.view"

    host = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="inflows")
    number = models.CharField(_("member number"), max_length=20)
    name = models.CharField(_("name"), max_length=60)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="inflows")
    spell = models.ForeignKey(MobileSpell, on_delete=models.PROTECT, null=True, related_name="inflows")
    state = models.CharField(max_length=12, choices=InflowState.choices)
    since = models.DateField(_("here since"))
    expected_on = models.DateField(_("expected to leave"), null=True, blank=True)
    ended_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    unscoped = InflowManager()
    objects = InflowManager(guarded=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=InflowState.values), name="inflow_state_known"),
            models.CheckConstraint(
                condition=Q(state=InflowState.ENDED, ended_on__isnull=False)
                | (~Q(state=InflowState.ENDED) & Q(ended_on=None)),
                name="inflow_end_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[InflowState.ANNOUNCED, InflowState.MATCHED]) | Q(spell__isnull=False),
                name="inflow_match_has_spell",
            ),
            # Registered once in a branch, whatever the number is worth.
            models.UniqueConstraint(
                fields=["host", "number"], condition=Q(state__in=LIVE), name="inflow_once_in_host"
            ),
            models.UniqueConstraint(fields=["spell"], condition=Q(state__in=LIVE), name="inflow_one_host"),
        ]
        indexes = [models.Index(fields=["host", "state"], name="inflow_by_host")]

    def __str__(self) -> str:
        return f"{self.host_id} {self.number} {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("members:inflow-detail", args=[self.pk])

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def is_announced(self) -> bool:
        return self.state == InflowState.ANNOUNCED

    @property
    def is_unconfirmed(self) -> bool:
        return self.state == InflowState.REGISTERED

    @property
    def is_matched(self) -> bool:
        return self.state == InflowState.MATCHED


class ContactQuerySet(ScopedQuerySet["Contact"]):
    def standing(self) -> "ContactQuerySet":
        return self.filter(void_reason="")


ContactManager = ScopedManager.from_queryset(ContactQuerySet)


class Contact(models.Model):
    """Somebody of the home side was in touch with a member. Struck out with a reason, never deleted."""

    scope_lookups: ClassVar[tuple[str, ...]] = ("member__path",)
    view_right: ClassVar[str] = "member.view"
    own_lookup: ClassVar[str] = "member_id"

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="contacts")
    spell = models.ForeignKey(MobileSpell, on_delete=models.PROTECT, null=True, related_name="contacts")
    by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    method = models.CharField(_("how"), max_length=8, choices=ContactMethod.choices)
    on = models.DateField(_("on"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    next_on = models.DateField(_("next contact"), null=True, blank=True)
    void_reason = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    unscoped = ContactManager()
    objects = ContactManager(guarded=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(method__in=ContactMethod.values), name="contact_method_known"),
            models.CheckConstraint(
                condition=Q(next_on=None) | Q(next_on__gt=F("on")), name="contact_next_is_later"
            ),
        ]
        indexes = [models.Index(fields=["member", "-on", "-id"], name="contact_by_member")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.method} {self.on}"

    @property
    def is_void(self) -> bool:
        return bool(self.void_reason)


class HostAttendance(models.Model):
    """A member was a guest at another branch's activity: credited at home, written by the app that knows."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="host_attendances")
    host = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    what = models.CharField(max_length=120)
    evidence = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "evidence"], name="host_attendance_once")]
        indexes = [
            models.Index(fields=["member", "-on"], name="host_attendance_by_member"),
            models.Index(fields=["evidence"], name="host_attendance_by_record"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} at {self.host_id} on {self.on}"


class CardCheck(models.Model):
    """流动党员活动证: looked through once a year, together with the review."""

    card = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="card_checks")
    year = models.PositiveSmallIntegerField()
    on = models.DateField()
    checked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["card", "year"], name="card_check_once_a_year")]

    def __str__(self) -> str:
        return f"{self.card_id} {self.year}"


class NumberTry(models.Model):
    """Somebody typed the number and name of a person of another branch; what the hourly limit counts."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user", "at"], name="number_try_by_user")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.at}"
