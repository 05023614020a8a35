"""Health stored twice, for two questions: what is true now, and what was said then."""

from datetime import date
from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.fields.json import KeyTransform
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from branches.models import Organization
from orgportal.core.scoping import ScopedManager, ScopedQuerySet
from orgportal.core.webhooks import Style
from orgportal.health.rules.nudges import MATTERS
from orgportal.health.rules.totals import Span


class RuleEdition(models.Model):
    """Every provision in force for some bodies on some days, once, under the short name that assessments and
    summaries carry: what a finding was held against can be read years later. Append-only."""

    name = models.CharField(max_length=12, primary_key=True)
    # As `orgportal.core.rulebook.Edition`.
    provisions = models.JSONField(encoder=DjangoJSONEncoder)

    def __str__(self) -> str:
        return self.name


class AssessmentQuerySet(ScopedQuerySet["CurrentAssessment"]):
    pass


AssessmentManager = ScopedManager.from_queryset(AssessmentQuerySet)


class CurrentAssessment(models.Model):
    """What is true now of one branch; rewritten only when it changed. Findings carry no points and no sum."""

    scope_lookups: ClassVar[tuple[str, ...]] = ("branch__path",)
    view_right: ClassVar[str] = "health.view"

    branch = models.OneToOneField(
        Organization, on_delete=models.PROTECT, primary_key=True, related_name="assessment"
    )
    as_of = models.DateField()
    findings = models.JSONField(encoder=DjangoJSONEncoder, default=list)
    # What the district list orders by: silent first, then by how many findings ask for help now.
    is_silent = models.BooleanField(default=False)
    silent_since = models.DateField(null=True)
    needs_help = models.PositiveSmallIntegerField(default=0)
    facts = models.JSONField(encoder=DjangoJSONEncoder, default=dict)
    edition = models.ForeignKey(
        RuleEdition, on_delete=models.PROTECT, db_column="rule_version", db_index=False, related_name="+"
    )
    # Of everything above but the day: an equal digest is not written again.
    digest = models.CharField(max_length=64, default="")
    changed_at = models.DateTimeField()

    unscoped = AssessmentManager()
    objects = AssessmentManager(guarded=True)

    class Meta:
        indexes = [models.Index(fields=["is_silent", "needs_help"], name="assessment_need")]

    def __str__(self) -> str:
        return f"{self.branch_id} on {self.as_of}"


class SummaryQuerySet(ScopedQuerySet["PeriodSummary"]):
    pass


SummaryManager = ScopedManager.from_queryset(SummaryQuerySet)


class PeriodSummary(models.Model):
    """What was said of a body for a finished period: frozen (a trigger refuses change and delete); a
    correction is a new revision."""

    scope_lookups: ClassVar[tuple[str, ...]] = ("organization__path",)
    view_right: ClassVar[str] = "health.view"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="summaries")
    starts_on = models.DateField()
    ends_on = models.DateField()
    revision = models.PositiveSmallIntegerField(default=1)
    reason = models.CharField(max_length=300, blank=True)
    as_of = models.DateField()
    known_at = models.DateTimeField()
    edition = models.ForeignKey(
        RuleEdition, on_delete=models.PROTECT, db_column="rule_version", db_index=False, related_name="+"
    )
    content = models.JSONField(encoder=DjangoJSONEncoder)
    # Kept by the database beside the content it is part of: adding up thousands opens no whole content.
    totals = models.GeneratedField(
        expression=KeyTransform("totals", "content"), output_field=models.JSONField(), db_persist=True
    )
    # Of a branch, so that a month's list can be ordered by need: as in CurrentAssessment.
    is_silent = models.BooleanField(default=False)
    needs_help = models.PositiveSmallIntegerField(default=0)
    # SHA-256 of the content as canonical JSON: the same facts give the same bytes.
    digest = models.CharField(max_length=64)

    unscoped = SummaryManager()
    objects = SummaryManager(guarded=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "starts_on", "ends_on", "revision"], name="summary_once"
            ),
            models.CheckConstraint(
                condition=Q(revision=1) | ~Q(reason=""), name="summary_revision_has_reason"
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="summary_period_in_order"),
        ]
        indexes = [models.Index(fields=["ends_on", "starts_on", "organization"], name="summary_by_end")]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.starts_on} r{self.revision}"

    def get_absolute_url(self) -> str:
        return reverse("health:summary-detail", args=[self.pk])

    @property
    def span(self) -> Span:
        return Span(self.starts_on, self.ends_on)


class SummaryRun(models.Model):
    """How far the summaries of a period have come: resumed after any kill."""

    starts_on = models.DateField()
    ends_on = models.DateField()
    revision = models.PositiveSmallIntegerField(default=1)
    reason = models.CharField(max_length=300, blank=True)
    known_at = models.DateTimeField()
    cursor = models.CharField(max_length=64, db_collation="C", blank=True)  # path of the last finished chunk
    bodies = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    # When its digests were planned; what was too old to be told is marked as well.
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["starts_on", "ends_on", "revision"], name="summary_run_once")
        ]

    def __str__(self) -> str:
        return f"{self.starts_on} r{self.revision}"


class CoverageReviewQuerySet(ScopedQuerySet["CoverageReview"]):
    def newest(self) -> "CoverageReviewQuerySet":
        """The last revision of each body and quarter."""
        return self.order_by("organization_id", "starts_on", "-revision").distinct(
            "organization_id", "starts_on"
        )


CoverageReviewManager = ScopedManager.from_queryset(CoverageReviewQuerySet)


class CoverageReview(models.Model):
    """The two coverages of a finished quarter as said of a body: its own units line by line, and the figures
    of all below it. Frozen (a trigger refuses change and delete), corrected by revision."""

    scope_lookups: ClassVar[tuple[str, ...]] = ("organization__path",)
    view_right: ClassVar[str] = "health.view"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="coverage_reviews")
    starts_on = models.DateField()
    ends_on = models.DateField()
    revision = models.PositiveSmallIntegerField(default=1)
    reason = models.CharField(max_length=300, blank=True)
    as_of = models.DateField()
    known_at = models.DateTimeField()
    rule_version = models.CharField(max_length=12)
    content = models.JSONField(encoder=DjangoJSONEncoder)
    # SHA-256 of the content as canonical JSON: the same facts give the same bytes.
    digest = models.CharField(max_length=64)

    unscoped = CoverageReviewManager()
    objects = CoverageReviewManager(guarded=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "starts_on", "revision"], name="coverage_review_once"
            ),
            models.CheckConstraint(
                condition=Q(revision=1) | ~Q(reason=""), name="coverage_revision_has_reason"
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="coverage_period_in_order"),
        ]
        indexes = [models.Index(fields=["starts_on", "organization"], name="coverage_by_period")]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.starts_on} r{self.revision}"


class NudgeQuerySet(ScopedQuerySet["Nudge"]):
    pass


NudgeManager = ScopedManager.from_queryset(NudgeQuerySet)


class Nudge(models.Model):
    """催办: what a body above asked those below it for, in one press, over one list."""

    scope_lookups: ClassVar[tuple[str, ...]] = ("organization__path",)
    view_right: ClassVar[str] = "health.view"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="nudges_sent")
    matter = models.CharField(max_length=12)
    note = models.CharField(max_length=100, blank=True)
    answer_by = models.DateField()
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, related_name="+")

    unscoped = NudgeManager()
    objects = NudgeManager(guarded=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(matter__in=sorted(MATTERS)), name="nudge_matter_known"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="nudge_withdrawn_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["organization", "-id"], name="nudge_of_body")]

    def __str__(self) -> str:
        return f"{self.matter} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("health:nudge-detail", args=[self.pk])


class NudgeItemQuerySet(ScopedQuerySet["NudgeItem"]):
    def standing(self) -> "NudgeItemQuerySet":
        return self.filter(is_withdrawn=False)

    def asked_lately(self, subjects: Any, on: date) -> "NudgeItemQuerySet":
        """Those of these matters that were asked for so lately that they are left alone."""
        return self.standing().filter(subject__in=subjects, asked_on__lte=on, quiet_until__gt=on)


NudgeItemManager = ScopedManager.from_queryset(NudgeItemQuerySet)


class NudgeItem(models.Model):
    """One matter of one body a nudge asks for. Its people are the reminders `health.nudge:<id>`.

    The database itself refuses the same matter before its quiet days are over, whoever asks.
    """

    scope_lookups: ClassVar[tuple[str, ...]] = ("body__path",)
    view_right: ClassVar[str] = "health.view"

    nudge = models.ForeignKey(Nudge, on_delete=models.PROTECT, related_name="items")
    body = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="nudges_received")
    subject = models.CharField(max_length=40)  # "duty:17", "transfer:4:2": the matter, and which turn of it
    params = models.JSONField(encoder=DjangoJSONEncoder, default=dict)
    url = models.CharField(max_length=200)
    asked_on = models.DateField()
    quiet_until = models.DateField()
    is_withdrawn = models.BooleanField(default=False)
    # The day it was first seen to be done; never taken back.
    done_on = models.DateField(null=True)

    unscoped = NudgeItemManager()
    objects = NudgeItemManager(guarded=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["nudge", "subject"], name="nudge_item_once"),
            models.CheckConstraint(condition=Q(quiet_until__gte=F("asked_on")), name="nudge_item_in_order"),
            ExclusionConstraint(
                name="nudge_item_left_alone",
                expressions=[
                    ("subject", RangeOperators.EQUAL),
                    (
                        Func(
                            F("asked_on"), F("quiet_until"), Value("[)"),
                            function="daterange", output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(is_withdrawn=False),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["body", "asked_on"], name="nudge_item_of_body"),
            models.Index(
                fields=["id"], condition=Q(done_on=None, is_withdrawn=False), name="nudge_item_open"
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class RobotQuerySet(ScopedQuerySet["Robot"]):
    def in_use(self) -> "RobotQuerySet":
        return self.filter(removed_at=None)


RobotManager = ScopedManager.from_queryset(RobotQuerySet)


class Robot(models.Model):
    """群机器人: a group chat that gets one message a working day with a body's counts. No person is named."""

    scope_lookups: ClassVar[tuple[str, ...]] = ("organization__path",)
    view_right: ClassVar[str] = "robot.edit"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="robots")
    name = models.CharField(max_length=40)
    style = models.CharField(max_length=10, choices=Style.choices)
    language = models.CharField(max_length=10)
    host = models.CharField(max_length=120)  # of the address, which itself is a key and lies sealed
    address_sealed = models.BinaryField()
    secret_sealed = models.BinaryField(default=bytes)
    failures = models.PositiveSmallIntegerField(default=0)  # refused for good, one after the other
    outcome = models.CharField(max_length=60, blank=True)
    stopped_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    unscoped = RobotManager()
    objects = RobotManager(guarded=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(style__in=Style.values), name="robot_style_known"),
            models.UniqueConstraint(
                fields=["organization", "name"], condition=Q(removed_at=None), name="robot_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("health:robot-detail", args=[self.pk])


class RobotMessage(models.Model):
    """One message to a robot: at most one a day, the same under the same id however often it is tried."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Given up")
        CANCELLED = "cancelled", _("Cancelled")

    robot = models.ForeignKey(Robot, on_delete=models.PROTECT, related_name="messages")
    on = models.DateField()
    is_test = models.BooleanField(default=False)
    key = models.UUIDField(unique=True)
    counts = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["robot", "on"], condition=Q(is_test=False), name="robot_message_one_a_day"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "sent", "failed", "cancelled"]),
                name="robot_message_state_known",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state="planned"), name="robot_message_due"),
        ]

    def __str__(self) -> str:
        return f"{self.robot_id} {self.on}"
