"""An activity as the branch recorded it: attendance, guests, and how far its record has come."""

from datetime import date
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Concat, Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from activities.choices import (
    OPEN_PLANS,
    PLANS,
    SAYS_WHY,
    ActivityKind,
    ActivityState,
    Ground,
    LeaveReason,
    LifeState,
    Presence,
)
from activities.rules.life import life_of
from branches.models import Organization, PartyGroup
from members.models import Member
from members.models.register import Characters
from orgportal.core.models import User
from orgportal.core.scoping import ScopedManager, ScopedQuerySet


class ActivityQuerySet(ScopedQuerySet["Activity"]):
    def standing(self) -> "ActivityQuerySet":
        """Everything but voided entries."""
        return self.exclude(state=ActivityState.VOID)

    def without_plans(self) -> "ActivityQuerySet":
        return self.exclude(state__in=PLANS)

    def recorded(self) -> "ActivityQuerySet":
        """What was said of a day that has come: neither voided nor a plan."""
        return self.standing().without_plans()


ActivityManager = ScopedManager.from_queryset(ActivityQuerySet)


TONES = {
    "held": "good",
    "planned": "info",
    "postponed": "warn",
    "excused": "said",
    "did_not_meet": "warn",
}


def id_list() -> Any:
    return ArrayField(models.BigIntegerField(), default=list, blank=True)


class Cardinality(Func):
    function = "cardinality"
    output_field = models.IntegerField()


# The characters of subject and place.
SOUGHT = Characters(Upper(Concat("title", "place")))


class Activity(models.Model):
    """One record: a meeting held, a plain "did not meet", or something planned.

    Attendance is three disjoint arrays of member ids with their counters (performance.md 2), typed by the
    branch; it is never a check-in.
    """

    scope_lookups: ClassVar[tuple[str, ...]] = ("branch__path",)
    view_right: ClassVar[str] = "activity.view"

    branch = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="activities")
    group = models.ForeignKey(PartyGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=12, choices=ActivityKind.choices)
    # Kinds held inside this one (a lecture inside a general meeting): they tick their duties too.
    also_kinds = ArrayField(
        models.CharField(max_length=12, choices=ActivityKind.choices), default=list, blank=True
    )
    state = models.CharField(_("state"), max_length=12, choices=ActivityState.choices)
    title = models.CharField(_("subject"), max_length=120)
    held_on = models.DateField(_("date"))
    starts_at = models.TimeField(_("from"), null=True, blank=True)
    ends_at = models.TimeField(_("to"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True)
    chair = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recorder = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(_("minutes"), blank=True)
    # Which meeting of which period of its duty it was planned for; it answers by its day, like any record.
    plan_starts_on = models.DateField(null=True, blank=True)
    plan_ends_on = models.DateField(null=True, blank=True)
    plan_number = models.PositiveSmallIntegerField(null=True, blank=True)
    # Called off because it was held inside this record; given back where that is no longer so.
    held_inside = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="taken_in"
    )
    # Why it was not held, is postponed or cancelled, or why the branch is excused or the entry void.
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    present_ids = id_list()
    leave_ids = id_list()
    absent_ids = id_list()
    present = models.PositiveIntegerField(default=0)
    expected = models.PositiveIntegerField(default=0)
    voters_present = models.PositiveIntegerField(default=0)
    voters_expected = models.PositiveIntegerField(default=0)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    # The chair's word on it: pressed by the chair, or on paper and noted for a chair without account.
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    paper_on = models.DateField(_("confirmed on paper on"), null=True, blank=True)
    # Decided once, on confirming, under the rules of that day.
    locks_on = models.DateField(_("locks on"), null=True, blank=True)
    # Sent back by the level above and not put right yet.
    returned_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    unscoped = ActivityManager()
    objects = ActivityManager(guarded=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ActivityKind.values), name="activity_kind_known"),
            models.CheckConstraint(condition=Q(state__in=ActivityState.values), name="activity_state_known"),
            models.CheckConstraint(
                condition=Q(present=Cardinality("present_ids"))
                & Q(expected=F("present") + Cardinality("leave_ids") + Cardinality("absent_ids")),
                name="activity_counters_in_step",
            ),
            models.CheckConstraint(
                condition=~Q(present_ids__overlap=F("leave_ids"))
                & ~Q(present_ids__overlap=F("absent_ids"))
                & ~Q(leave_ids__overlap=F("absent_ids")),
                name="activity_attendance_disjoint",
            ),
            models.CheckConstraint(
                condition=Q(voters_present__lte=F("voters_expected"), voters_expected__lte=F("expected")),
                name="activity_voters_within",
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(starts_at=None) | Q(ends_at__gt=F("starts_at")),
                name="activity_times_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=SAYS_WHY) | ~Q(reason=""),
                name="activity_absence_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(kind=ActivityKind.GROUP) | Q(group=None),
                name="activity_group_only_for_group_meeting",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None, locks_on=None, paper_on=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False, locks_on__isnull=False),
                name="activity_confirmation_whole",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, returned_at=None) | Q(state=ActivityState.HELD),
                name="activity_life_of_held_only",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(returned_at=None), name="activity_returned_is_unconfirmed"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(chair__isnull=False), name="activity_confirmed_by_a_chair"
            ),
            models.CheckConstraint(
                condition=Q(paper_on=None) | Q(paper_on__gte=F("held_on")),
                name="activity_paper_after_meeting",
            ),
            models.CheckConstraint(
                condition=Q(plan_starts_on=None, plan_ends_on=None, plan_number=None)
                | Q(plan_starts_on__isnull=False, plan_ends_on__isnull=False, plan_number__isnull=False)
                & Q(plan_number__gte=1, plan_ends_on__gte=F("plan_starts_on")),
                name="activity_plan_whole",
            ),
            # Two who lay out the year at once lay out one sheet.
            models.CheckConstraint(
                condition=Q(held_inside=None) | Q(state=ActivityState.CANCELLED),
                name="activity_held_inside_is_called_off",
            ),
            models.UniqueConstraint(
                fields=["branch", "kind", "group", "plan_starts_on", "plan_number"],
                condition=Q(state__in=[ActivityState.PLANNED, ActivityState.POSTPONED])
                & Q(plan_starts_on__isnull=False),
                name="activity_planned_once",
                nulls_distinct=False,
            ),
        ]
        indexes = [
            # Search: any characters of what was held and where (queries/search.py).
            GinIndex(SOUGHT, name="activity_by_words"),
            models.Index(fields=["branch", "-held_on", "-id"], name="activity_by_branch"),
            models.Index(fields=["held_on", "branch"], name="activity_by_day"),
            models.Index(
                fields=["chair", "held_on"],
                condition=Q(state=ActivityState.HELD, confirmed_at=None),
                name="activity_to_confirm",
            ),
            models.Index(fields=["branch"], condition=Q(returned_at__isnull=False), name="activity_returned"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("activities:activity-detail", args=[self.pk])

    @property
    def is_held(self) -> bool:
        return self.state == ActivityState.HELD

    @property
    def is_void(self) -> bool:
        return self.state == ActivityState.VOID

    def life(self, today: date) -> LifeState | None:
        """How far the record has come by that day; None for whatever is no meeting that was held."""
        return life_of(
            self.state, is_confirmed=self.confirmed_at is not None, locks_on=self.locks_on,
            is_returned=self.returned_at is not None, today=today,
        )  # fmt: skip

    @property
    def is_plan(self) -> bool:
        return self.state in PLANS

    @property
    def is_open_plan(self) -> bool:
        return self.state in OPEN_PLANS

    @property
    def is_planned(self) -> bool:
        return self.state == ActivityState.PLANNED

    @property
    def is_cancelled(self) -> bool:
        return self.state == ActivityState.CANCELLED

    @property
    def reference(self) -> str:
        """The number to name the record by: the installation and the record's own."""
        return f"{self.pk >> 40}-{self.pk & ((1 << 40) - 1)}"

    @property
    def also_labels(self) -> list[str]:
        return [str(ActivityKind(kind).label) for kind in self.also_kinds]

    @property
    def tone(self) -> str:
        """The colour family of its state; the word always stands beside it."""
        return TONES.get(self.state, "neutral")

    @property
    def kinds(self) -> list[str]:
        return [self.kind, *self.also_kinds]


class AttendanceException(models.Model):
    """Why one person was not there; with a ground, somebody not counted among those who should attend.

    Such a row says what the body above agreed to and when, and that this meeting adopted it: without both
    nobody is left out.
    """

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="exceptions")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    presence = models.CharField(max_length=8, choices=Presence.choices)
    reason = models.CharField(_("reason"), max_length=8, choices=LeaveReason.choices, blank=True)
    remark = models.CharField(max_length=120, blank=True)
    ground = models.CharField(
        _("not counted, because"),
        max_length=12,
        choices=Ground.choices,
        blank=True,
        default="",
        db_default="",
    )
    agreed_under = models.CharField(
        _("agreed by the body above"), max_length=200, blank=True, default="", db_default=""
    )
    agreed_on = models.DateField(_("agreed on"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "member"], name="exception_once"),
            models.CheckConstraint(
                condition=Q(ground="", agreed_under="", agreed_on=None)
                | (
                    Q(ground__in=Ground.values, presence=Presence.LEAVE, agreed_on__isnull=False)
                    & ~Q(agreed_under="")
                ),
                name="exclusion_has_ground_and_basis",
            ),
            models.CheckConstraint(
                condition=Q(presence=Presence.ABSENT) | ~Q(reason=""), name="exception_leave_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.presence}"

    @property
    def how(self) -> str:
        return str(_("Not counted") if self.ground else self.get_presence_display())

    @property
    def why(self) -> str:
        """The reason; of whoever was left out, the ground."""
        return str(self.get_ground_display() if self.ground else self.get_reason_display())

    @property
    def words(self) -> list[str]:
        return [word for word in (self.how, self.why, self.remark) if word]


class Guest(models.Model):
    """Who was there besides: a member of another branch by the number and name they showed, credited at home;
    or somebody invited who is no member, and as what they came."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="guests")
    position = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=60)
    role = models.CharField(max_length=60, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "position"], name="guest_position"),
            models.CheckConstraint(
                condition=(Q(number="") & ~Q(role="")) | (~Q(number="") & Q(role="")),
                name="guest_by_number_or_role",
            ),
        ]

    def __str__(self) -> str:
        return self.name
