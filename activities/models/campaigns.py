"""Strive for excellence 创先争优: a campaign in stages, public pledges with progress, leaders' comments."""

from typing import ClassVar, Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from activities.choices import CampaignState, PledgeState
from branches.models import Organization
from members.models import Member
from orgportal.core.models import User
from orgportal.core.scoping import Grant, Scope, ScopedManager, ScopedQuerySet, within

M = TypeVar("M", bound=models.Model)
RIGHT = "campaign.view"
# Narrowed by conditions of their own below: two of them reach a row by way of the reader's own branch.
_ALL = Scope(grants=(Grant("", frozenset({RIGHT})),))


def open_in_branch(scope: Scope, branch: str) -> Q:
    """Rows of the branches one answers for, and of the branch one belongs to: a pledge is public in it."""
    seen = within(f"{branch}__path", scope.roots_for(RIGHT))
    if scope.member_id:
        # Only inside this condition: the rows of bodies leave it nowhere.
        seen |= Q(**{f"{branch}__in": Organization.objects.filter(members=scope.member_id)})
    return seen


class CampaignQuerySet(ScopedQuerySet["Campaign"]):
    def visible_to(self, scope: Scope) -> Self:
        """Run by a body one answers for, or joined by a branch one answers for or belongs to."""
        joined = Participation.objects.filter(open_in_branch(scope, "branch")).values("campaign_id")
        run = within("organization__path", scope.roots_for(RIGHT))
        return super().visible_to(_ALL).filter(run | Q(pk__in=joined))


CampaignManager = ScopedManager.from_queryset(CampaignQuerySet)


class Campaign(models.Model):
    """Run by a body for all branches below it; branches see it through their Participation."""

    scope_lookups: ClassVar[tuple[str, ...]] = ("organization__path",)
    view_right: ClassVar[str] = RIGHT

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="campaigns")
    title = models.CharField(_("title"), max_length=120)
    aim = models.TextField(_("aim"), max_length=2000)
    basis = models.CharField(_("basis: document number"), max_length=200, blank=True)
    state = models.CharField(max_length=8, choices=CampaignState.choices, default=CampaignState.DRAFT)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    unscoped = CampaignManager()
    objects = CampaignManager(guarded=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CampaignState.values), name="campaign_state_known"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="campaign_dates_in_order"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("activities:campaign-detail", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.state == CampaignState.DRAFT

    @property
    def is_running(self) -> bool:
        return self.state == CampaignState.RUNNING


class CampaignStage(models.Model):
    """One stage with its dates and goal."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="stages")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("stage"), max_length=80)
    goal = models.CharField(_("goal"), max_length=300, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "position"], name="stage_position"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="stage_dates_in_order"),
        ]

    def __str__(self) -> str:
        return self.title


class ParticipationQuerySet(ScopedQuerySet["Participation"]):
    def visible_to(self, scope: Scope) -> Self:
        return super().visible_to(_ALL).filter(open_in_branch(scope, "branch"))


ParticipationManager = ScopedManager.from_queryset(ParticipationQuerySet)


class Participation(models.Model):
    """A branch in a campaign: made when the campaign is rolled out."""

    scope_lookups: ClassVar[tuple[str, ...]] = ("branch__path",)
    view_right: ClassVar[str] = RIGHT

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="participations")
    branch = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="participations")
    joined_on = models.DateField()

    unscoped = ParticipationManager()
    objects = ParticipationManager(guarded=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "branch"], name="participation_once")]

    def __str__(self) -> str:
        return f"{self.branch_id} in {self.campaign_id}"

    def get_absolute_url(self) -> str:
        return reverse("activities:campaign-branch", args=[self.campaign_id, self.branch_id])


class PledgeQuerySet(ScopedQuerySet["Pledge"]):
    def visible_to(self, scope: Scope) -> Self:
        seen = open_in_branch(scope, "participation__branch")
        if scope.member_id:
            seen |= Q(member=scope.member_id)
        return super().visible_to(_ALL).filter(seen)


PledgeManager = ScopedManager.from_queryset(PledgeQuerySet)


class Pledge(models.Model):
    """公开承诺 of a branch (no member) or of a member: public inside the branch, with its progress."""

    scope_lookups: ClassVar[tuple[str, ...]] = ("participation__branch__path",)
    view_right: ClassVar[str] = RIGHT
    own_lookup: ClassVar[str] = "member_id"

    participation = models.ForeignKey(Participation, on_delete=models.PROTECT, related_name="pledges")
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="pledges"
    )
    text = models.CharField(_("promise"), max_length=300)
    due_on = models.DateField(_("kept by"))
    progress = models.PositiveSmallIntegerField(_("progress, per cent"), default=0)
    progress_note = models.CharField(_("what was done"), max_length=300, blank=True)
    state = models.CharField(max_length=8, choices=PledgeState.choices, default=PledgeState.OPEN)
    recorded_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    unscoped = PledgeManager()
    objects = PledgeManager(guarded=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(progress__lte=100), name="pledge_progress_is_per_cent"),
            models.CheckConstraint(condition=Q(state__in=PledgeState.values), name="pledge_state_known"),
            models.UniqueConstraint(
                fields=["participation", "member"], name="pledge_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("activities:pledge-detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == PledgeState.OPEN


class LeaderComment(models.Model):
    """领导点评: the level above on a branch, or the secretary on a member's pledge: good, lacking, next."""

    participation = models.ForeignKey(Participation, on_delete=models.PROTECT, related_name="comments")
    pledge = models.ForeignKey(
        Pledge, on_delete=models.PROTECT, null=True, blank=True, related_name="comments"
    )
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    good = models.CharField(_("what went well"), max_length=300)
    lacking = models.CharField(_("what is lacking"), max_length=300, blank=True)
    next_step = models.CharField(_("next step"), max_length=300, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.good
