"""What the clocks of lost contact propose: rows a meeting decides on, never a state of the member."""

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse

from members.choices import DismissReason, ProposalKind, ProposalState, SeenSource
from members.models.register import Member
from members.rules.contact import ANSWERED_BY
from orgportal.core.models import User
from orgportal.core.scoping import ScopedManager, ScopedQuerySet


class ContactProposalQuerySet(ScopedQuerySet["ContactProposal"]):
    def open(self) -> "ContactProposalQuerySet":
        return self.filter(state=ProposalState.OPEN)


ContactProposalManager = ScopedManager.from_queryset(ContactProposalQuerySet)


class ContactProposal(models.Model):
    """A member has not been seen for as long as the rule says. With the evidence of the day it was opened."""

    scope_lookups: ClassVar[tuple[str, ...]] = ("member__path",)
    view_right: ClassVar[str] = "member.view"

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="proposals")
    kind = models.CharField(max_length=8, choices=ProposalKind.choices)
    counts_from = models.DateField()  # last seen, or the day of the stop
    due_on = models.DateField()
    evidence = models.JSONField(encoder=DjangoJSONEncoder, default=list)
    state = models.CharField(max_length=12, choices=ProposalState.choices, default=ProposalState.OPEN)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=12, choices=DismissReason.choices, blank=True)
    remark = models.CharField(max_length=200, blank=True)
    rests_until = models.DateField(
        null=True
    )  # set aside: not proposed again on the same facts before this day
    recorded_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    unscoped = ContactProposalManager()
    objects = ContactProposalManager(guarded=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ProposalKind.values), name="proposal_kind_known"),
            models.CheckConstraint(
                condition=Q(state=ProposalState.OPEN, closed_on=None)
                | (Q(state__in=ProposalState.values, closed_on__isnull=False) & ~Q(state=ProposalState.OPEN)),
                name="proposal_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state=ProposalState.DISMISSED)
                | (~Q(reason="") & Q(rests_until__isnull=False, closed_by__isnull=False)),
                name="proposal_set_aside_has_reason",
            ),
            models.UniqueConstraint(
                fields=["member"], condition=Q(state=ProposalState.OPEN), name="proposal_one_open"
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="proposal_by_state")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.kind} {self.due_on}"

    def get_absolute_url(self) -> str:
        return reverse("members:proposal-detail", args=[self.pk])

    @property
    def decided_by(self) -> str:
        """The kind of decision about the standing that answers it."""
        return str(ANSWERED_BY[ProposalKind(self.kind)])

    @property
    def is_open(self) -> bool:
        return self.state == ProposalState.OPEN

    @property
    def was_never_seen(self) -> bool:
        """No source had seen the member at all when it was opened."""
        return not any(line["source"] in SeenSource.values for line in self.evidence)
