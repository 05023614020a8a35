"""Disposition files: for the branch's secretary, the committee's organisers and secretary, nobody else."""

from datetime import date
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.choices import CaseAct, CaseGround, CaseKind, CaseState
from members.models.register import Member
from members.models.standing import StandingChange
from members.rules import cases as rules
from orgportal.core.models import User
from orgportal.core.scoping import Scope, ScopedManager, ScopedQuerySet

OPEN_CASES = (CaseState.OPEN, CaseState.CORRECTING)


class CaseQuerySet(ScopedQuerySet["Case"]):
    def visible_to(self, scope: Scope) -> "CaseQuerySet":
        """Nobody reads a file about themselves here, whatever their post."""
        rows = super().visible_to(scope)
        return rows.exclude(member_id=scope.member_id) if scope.member_id else rows

    def open(self) -> "CaseQuerySet":
        return self.filter(state__in=OPEN_CASES)


CaseManager = ScopedManager.from_queryset(CaseQuerySet)


class Case(models.Model):
    """One proposal to deal with a member who does not meet the standard, from its opening to its end."""

    scope_lookups: ClassVar[tuple[str, ...]] = ("member__path",)
    view_right: ClassVar[str] = "case.keep"

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="cases")
    kind = models.CharField(_("proposed"), max_length=12, choices=CaseKind.choices)
    grounds = ArrayField(models.CharField(max_length=16, choices=CaseGround.choices))
    state = models.CharField(max_length=16, choices=CaseState.choices, default=CaseState.OPEN)
    facts = models.CharField(_("what happened"), max_length=500)
    proposed_on = models.DateField(_("proposed by the branch committee on"))
    correct_until = models.DateField(_("correction period until"), null=True)
    # What the approved disposition did to the standing, or the exit that ended the case before its time.
    change = models.OneToOneField(StandingChange, on_delete=models.PROTECT, null=True, related_name="case")
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    unscoped = CaseManager()
    objects = CaseManager(guarded=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=CaseKind.values), name="case_kind_known"),
            models.CheckConstraint(condition=Q(state__in=CaseState.values), name="case_state_known"),
            models.UniqueConstraint(
                fields=["member"], condition=Q(state__in=[*OPEN_CASES]), name="case_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[*OPEN_CASES], closed_at=None)
                | (~Q(state__in=[*OPEN_CASES]) & Q(closed_at__isnull=False)),
                name="case_end_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state=CaseState.CORRECTING) | Q(correct_until__isnull=False),
                name="case_correction_has_end",
            ),
        ]

    def __str__(self) -> str:
        # No name: the audit trail and logs quote it.
        return f"case {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("members:case-detail", args=[self.pk])

    @property
    def ground_labels(self) -> list[str]:
        return [str(CaseGround(each).label) for each in self.grounds]

    def must_be_judged(self, today: date) -> bool:
        """The correction period is over and nobody has said what came of it."""
        return rules.is_over(self.for_rules([]), today)

    def for_rules(self, steps: "list[CaseStep]") -> rules.Case:
        """What the rules ask of it, with its steps in their order."""
        return rules.Case(
            kind=CaseKind(self.kind),
            state=CaseState(self.state),
            done=[CaseAct(step.act) for step in steps],
            last_on=steps[-1].on if steps else self.proposed_on,
            correct_until=self.correct_until,
        )


class CaseStep(models.Model):
    """One step of a case: what, on which day, by which document, in what words. Never deleted."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    act = models.CharField(max_length=16, choices=CaseAct.choices)
    on = models.DateField()
    document = models.CharField(max_length=120, blank=True)
    words = models.CharField(max_length=500, blank=True)
    # Nobody: it followed from an exit.
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(act__in=CaseAct.values), name="case_act_known"),
            models.CheckConstraint(
                condition=Q(recorded_by__isnull=False) | Q(act=CaseAct.ENDED), name="case_step_says_who"
            ),
        ]
        indexes = [models.Index(fields=["case", "id"], name="case_step_order")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.act}"
