"""Joint activities: whom the host invited, and the record each branch made of its own people."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from activities.choices import ActivityState, InvitationState
from activities.models.records import Activity
from branches.models import Organization
from orgportal.core.models import User
from orgportal.core.scoping import ScopedManager, ScopedQuerySet


class InvitationQuerySet(ScopedQuerySet["Invitation"]):
    def for_pages(self) -> "InvitationQuerySet":
        return self.select_related("activity__branch", "branch", "record")


InvitationManager = ScopedManager.from_queryset(InvitationQuerySet)
TONES = {"open": "info", "taken_up": "good", "declined": "said", "withdrawn": "neutral"}


class Invitation(models.Model):
    """One branch invited to an activity of another; seen from both sides.

    The invited read what is announced (host, kind, subject, day, hours, place) off the host's record, and
    nothing else of it; the host reads whether they took part, and nothing of their record.
    """

    scope_lookups: ClassVar[tuple[str, ...]] = ("activity__branch__path", "branch__path")
    view_right: ClassVar[str] = "activity.view"

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="invitations")
    branch = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        _("state"), max_length=10, choices=InvitationState.choices, default=InvitationState.OPEN
    )
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    # Why the branch does not take part.
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    # What the invited branch recorded of it.
    record = models.OneToOneField(
        Activity, on_delete=models.PROTECT, null=True, related_name="invitation", verbose_name=_("record")
    )

    unscoped = InvitationManager()
    objects = InvitationManager(guarded=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "branch"], name="invitation_once"),
            models.CheckConstraint(
                condition=Q(state__in=InvitationState.values), name="invitation_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=InvitationState.TAKEN_UP, record__isnull=False)
                | (~Q(state=InvitationState.TAKEN_UP) & Q(record=None)),
                name="invitation_record_if_taken_up",
            ),
            models.CheckConstraint(
                condition=(Q(state=InvitationState.DECLINED) & ~Q(reason=""))
                | (~Q(state=InvitationState.DECLINED) & Q(reason="")),
                name="invitation_reason_if_declined",
            ),
            models.CheckConstraint(
                condition=Q(state=InvitationState.OPEN, answered_at=None, answered_by=None)
                | (~Q(state=InvitationState.OPEN) & Q(answered_at__isnull=False, answered_by__isnull=False)),
                name="invitation_answer_is_dated",
            ),
        ]
        indexes = [models.Index(fields=["branch", "state"], name="invitation_by_branch")]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.branch_id} {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("activities:invitation-detail", args=[self.pk])

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def is_open(self) -> bool:
        """Waits for the invited branch: asked, or answered by an entry that was voided since."""
        return not self.activity.is_void and (
            self.state == InvitationState.OPEN or (self.record is not None and self.record.is_void)
        )

    @property
    def may_be_asked_again(self) -> bool:
        return self.state in (InvitationState.DECLINED, InvitationState.WITHDRAWN)


# Waiting for an answer, as rows: what `Invitation.is_open` says of one.
WAITING = ~Q(activity__state=ActivityState.VOID) & (
    Q(state=InvitationState.OPEN) | Q(record__state=ActivityState.VOID)
)
