"""An activity as the branch recorded it: attendance, items, decisions, and every amendment."""

from datetime import date
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Func, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from activities.choices import (
    ActivityKind,
    ActivityState,
    Ground,
    LeaveReason,
    Majority,
    Outcome,
    Presence,
)
from activities.rules.votes import Vote, vote_from
from branches.models import Organization, PartyGroup
from members.models import Member
from members.queries.merging import ids_of
from orgportal.core.models import User
from orgportal.core.scoping import Scope, ScopedManager, ScopedQuerySet, reach


class ActivityQuerySet(ScopedQuerySet["Activity"]):
    def standing(self) -> "ActivityQuerySet":
        """Everything but voided entries."""
        return self.exclude(state=ActivityState.VOID)


ActivityManager = ScopedManager.from_queryset(ActivityQuerySet)


# What a vote is kept in, by the names it has as plain values.
VOTE_COLUMNS = ("votes_for", "votes_against", "votes_abstained", "majority", "outcome", "outcome_basis")
TONES = {"held": "good", "planned": "info", "excused": "said", "did_not_meet": "warn"}


def id_list() -> Any:
    return ArrayField(models.BigIntegerField(), default=list, blank=True)


class Cardinality(Func):
    function = "cardinality"
    output_field = models.IntegerField()


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
    # Why it was not held, or why the branch is excused, or why the entry is void.
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
                condition=~Q(
                    state__in=[ActivityState.DID_NOT_MEET, ActivityState.EXCUSED, ActivityState.VOID]
                )
                | ~Q(reason=""),
                name="activity_absence_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(kind=ActivityKind.GROUP) | Q(group=None),
                name="activity_group_only_for_group_meeting",
            ),
        ]
        indexes = [
            models.Index(fields=["branch", "-held_on", "-id"], name="activity_by_branch"),
            models.Index(fields=["held_on", "branch"], name="activity_by_day"),
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
    """A member of another branch who was there, by the number and name they showed; credited at home."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="guests")
    position = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=20)
    name = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["activity", "position"], name="guest_position")]

    def __str__(self) -> str:
        return self.name


class AgendaItem(models.Model):
    """What was discussed."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    topic = models.CharField(_("item"), max_length=200)
    discussion = models.TextField(_("discussion"), blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["activity", "position"], name="agenda_item_position")]

    def __str__(self) -> str:
        return self.topic


class DecisionQuerySet(ScopedQuerySet["Decision"]):
    def visible_to(self, scope: Scope) -> "DecisionQuerySet":
        """Also what was decided under a record merged into one's own: it is for the same person to do."""
        narrowed = self.filter(reach(self.model, scope) | Q(owner__in=ids_of(scope.member_id)))
        narrowed._narrowed = True  # noqa: SLF001
        return narrowed

    def open(self) -> "DecisionQuerySet":
        return self.filter(done_on=None)


DecisionManager = ScopedManager.from_queryset(DecisionQuerySet)


class Decision(models.Model):
    """What was decided on an item, and the follow-up: who does it by when, and how it ended."""

    scope_lookups: ClassVar[tuple[str, ...]] = ("item__activity__branch__path",)
    view_right: ClassVar[str] = "activity.view"

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="decisions")
    position = models.PositiveSmallIntegerField(default=1)
    text = models.CharField(_("decision"), max_length=300)
    owner = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="follow_ups"
    )
    due_on = models.DateField(_("due on"), null=True, blank=True)
    votes_for = models.PositiveSmallIntegerField(_("votes for"), null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField(_("votes against"), null=True, blank=True)
    votes_abstained = models.PositiveSmallIntegerField(_("abstentions"), null=True, blank=True)
    majority = models.CharField(
        _("majority"), max_length=12, choices=Majority.choices, blank=True, default="", db_default=""
    )
    # Decided once, when the record was saved; empty for a day before the rules.
    outcome = models.CharField(
        _("outcome"), max_length=12, choices=Outcome.choices, blank=True, default="", db_default=""
    )
    outcome_basis = models.JSONField(null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    result = models.CharField(_("result"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    unscoped = DecisionManager()
    objects = DecisionManager(guarded=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(owner=None, due_on=None) | Q(owner__isnull=False, due_on__isnull=False),
                name="decision_owner_with_date",
            ),
            models.CheckConstraint(
                condition=Q(
                    votes_for=None,
                    votes_against=None,
                    votes_abstained=None,
                    majority="",
                    outcome="",
                    outcome_basis__isnull=True,
                )
                | (
                    Q(
                        votes_for__isnull=False,
                        votes_against__isnull=False,
                        votes_abstained__isnull=False,
                        majority__in=Majority.values,
                    )
                    & (
                        Q(outcome="", outcome_basis__isnull=True)
                        | Q(outcome__in=Outcome.values, outcome_basis__isnull=False)
                    )
                ),
                name="decision_vote_whole",
            ),
        ]
        indexes = [models.Index(fields=["owner", "due_on"], condition=Q(done_on=None), name="decision_open")]

    def __str__(self) -> str:
        return self.text

    @property
    def vote(self) -> Vote | None:
        """The counts and how they were ruled on when the record was saved."""
        if self.votes_for is None:
            return None
        return vote_from({name: getattr(self, name) for name in VOTE_COLUMNS})

    def is_overdue(self, day: date) -> bool:
        return self.done_on is None and self.due_on is not None and self.due_on < day


class ActivityRevision(models.Model):
    """The record as it stood before an amendment: kept, shown, never changed."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="revisions")
    version = models.PositiveIntegerField()
    content = models.JSONField(encoder=DjangoJSONEncoder)
    replaced_at = models.DateTimeField()
    replaced_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["activity", "version"], name="activity_revision_once")]

    def __str__(self) -> str:
        return f"{self.activity_id} v{self.version}"
