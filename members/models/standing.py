"""Decisions about a standing: entered with their basis, approved above where needed, dated, never deleted."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.choices import ChangeKind, ChangeState, StopGround
from members.models.register import Member
from orgportal.core.models import User
from orgportal.core.scoping import ScopedManager, ScopedQuerySet

OPEN_CHANGES = (ChangeState.PROPOSED, ChangeState.COMING)


class StandingChangeQuerySet(ScopedQuerySet["StandingChange"]):
    def open(self) -> "StandingChangeQuerySet":
        return self.filter(state__in=OPEN_CHANGES)

    def with_member(self) -> "StandingChangeQuerySet":
        return self.select_related("member__branch", "entered_by", "settled_by")


StandingChangeManager = ScopedManager.from_queryset(StandingChangeQuerySet)


class StandingChange(models.Model):
    """One decision: what, by which meeting or document, decided when, with effect from when.

    The register follows on the day it takes effect, not before; until then it can be withdrawn.
    """

    scope_lookups: ClassVar[tuple[str, ...]] = ("member__path",)
    view_right: ClassVar[str] = "member.view"
    own_lookup: ClassVar[str] = "member_id"

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="standing_changes")
    kind = models.CharField(max_length=12, choices=ChangeKind.choices)
    state = models.CharField(max_length=12, choices=ChangeState.choices)
    decided_on = models.DateField(_("decided on"))
    # An activity of the branch; the floor above keeps it, so this is its number and no key.
    meeting_id = models.BigIntegerField(null=True, blank=True)
    document = models.CharField(_("document number"), max_length=120, blank=True)
    effect_on = models.DateField(_("takes effect on"))
    ground = models.CharField(
        _("ground of the stop"), max_length=8, choices=StopGround.choices, blank=True, default=""
    )
    extended_to = models.DateField(_("probation extended to"), null=True, blank=True)
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    # The approval of the committee above, or the reason why not.
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approval = models.CharField(_("document of the approval"), max_length=120, blank=True)
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    unscoped = StandingChangeManager()
    objects = StandingChangeManager(guarded=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ChangeKind.values), name="change_kind_known"),
            models.CheckConstraint(condition=Q(state__in=ChangeState.values), name="change_state_known"),
            # A second decision waits until the first took effect or was withdrawn: none contradict.
            models.UniqueConstraint(
                fields=["member"], condition=Q(state__in=[*OPEN_CHANGES]), name="change_one_open"
            ),
            models.CheckConstraint(
                condition=Q(kind=ChangeKind.EXTEND, extended_to__isnull=False)
                | (~Q(kind=ChangeKind.EXTEND) & Q(extended_to=None)),
                name="change_extension_has_day",
            ),
            models.CheckConstraint(
                condition=Q(kind=ChangeKind.STOP, ground__in=StopGround.values)
                | (~Q(kind=ChangeKind.STOP) & Q(ground="")),
                name="change_stop_has_ground",
            ),
            models.CheckConstraint(
                condition=~Q(document="") | Q(meeting_id__isnull=False), name="change_has_basis"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[*OPEN_CHANGES], settled_at=None)
                | (~Q(state__in=[*OPEN_CHANGES]) & Q(settled_at__isnull=False)),
                name="change_end_is_dated",
            ),
        ]
        indexes = [
            models.Index(fields=["effect_on"], condition=Q(state=ChangeState.COMING), name="change_coming"),
            models.Index(fields=["member", "-entered_at"], name="change_by_member"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.kind} {self.effect_on}"

    def get_absolute_url(self) -> str:
        return reverse("members:change-detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_CHANGES

    @property
    def is_proposed(self) -> bool:
        return self.state == ChangeState.PROPOSED

    @property
    def is_coming(self) -> bool:
        return self.state == ChangeState.COMING

    @property
    def was_approved(self) -> bool:
        return self.approved_at is not None

    @property
    def basis(self) -> str:
        """As the period carries it: documents of the decision and of its approval."""
        return " · ".join(filter(None, [self.document, self.approval]))[:200]
