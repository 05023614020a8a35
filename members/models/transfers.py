"""Transfers of affiliation and every move they made."""

from typing import Any, ClassVar, cast

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from branches.models import Organization
from branches.queries import committee_above_row
from members.choices import MemberReport, PaperKind, RefusalReason, TransferReason, TransferState
from members.models.papers import Paper
from members.models.register import Member
from members.rules.transfer import Case
from orgportal.core.models import User
from orgportal.core.scoping import Scope, ScopedManager, ScopedQuerySet, within

OPEN_STATES = (
    TransferState.DRAFT,
    TransferState.SUBMITTED,
    TransferState.SENT,
    TransferState.AT_RECEIVER,
    TransferState.RETURNED,
)


def _letter_in_force() -> Exists:
    return Exists(Paper.unscoped.standing().filter(transfer=OuterRef("pk"), kind=PaperKind.LETTER))


class TransferQuerySet(ScopedQuerySet["Transfer"]):
    def open(self) -> "TransferQuerySet":
        return self.filter(state__in=OPEN_STATES)

    def visible_to(self, scope: Scope) -> "TransferQuerySet":
        """Both sides see a transfer, but a draft only the side that writes it."""
        is_own = Q(member_id=scope.member_id) if scope.member_id else Q(pk__in=[])
        by_member = Q(started_by=F("member__user"))
        at_source = within("source__path", scope.roots_for(self.model.view_right))
        writers = (is_own & by_member) | (at_source & ~by_member)
        return super().visible_to(scope).filter(~Q(state=TransferState.DRAFT) | writers)

    def with_parties(self) -> "TransferQuerySet":
        """With everything the rules ask for (`Transfer.case`), in one query."""
        return self.select_related("member", "source", "target").annotate(
            source_committee_id=committee_above_row("source__path"),
            target_committee_id=committee_above_row("target__path"),
            source_committee_path=committee_above_row("source__path", "path"),
            letter_in_force=_letter_in_force(),
        )

    def for_pages(self) -> "TransferQuerySet":
        """Also with the name of the sending committee, which the directory shows to everybody."""
        return self.with_parties().annotate(committee_name=committee_above_row("source__path", "name"))

    # --- the three queues of one person; together they are all open transfers the person sees

    def to_do(self, scope: Scope) -> "TransferQuerySet":
        """Those this person, or the body they hold office in, has to move on."""
        return self._with_owner().filter(_owned_by(scope))

    def coming(self, scope: Scope) -> "TransferQuerySet":
        """On the way to a body of this person's from elsewhere, and not theirs to move yet."""
        return self._others(scope).filter(_from_outside(scope))

    def waiting(self, scope: Scope) -> "TransferQuerySet":
        """Their own or their body's, with somebody else."""
        return self._others(scope).exclude(_from_outside(scope))

    def _others(self, scope: Scope) -> "TransferQuerySet":
        return self._with_owner().exclude(pk__in=self.to_do(scope).values("pk"))

    def _with_owner(self) -> "TransferQuerySet":
        return self.open().annotate(
            owner_path=committee_above_row("source__path", "path"), letter_in_force=_letter_in_force()
        )


def _owned_by(scope: Scope) -> Q:
    """`rules.transfer.side_of` as a condition (a test holds the two against each other)."""
    by_member = Q(started_by=F("member__user"))
    with_member = by_member & (
        Q(state=TransferState.DRAFT) | Q(state=TransferState.RETURNED, sent_on__isnull=True)
    )
    own = Q(member_id=scope.member_id) if scope.member_id else Q(pk__in=[])
    at_branch = (
        Q(state__in=[TransferState.DRAFT, TransferState.SUBMITTED, TransferState.RETURNED]) & ~with_member
    )
    committees = [grant.root for grant in scope.grants if "committee.release_member" in grant.rights]
    away = Q(state=TransferState.AT_RECEIVER, target=None)
    carried = away & Q(letter_in_force=True, handed_in_on=None)
    return (
        (own & (with_member | carried))
        | (at_branch & within("source__path", scope.roots_for("branch.release_member")))
        | ((Q(state=TransferState.SENT) | (away & ~carried)) & Q(owner_path__in=committees))
        | (
            Q(state=TransferState.AT_RECEIVER)
            & within("target__path", scope.roots_for("branch.accept_member"))
        )
    )


def _from_outside(scope: Scope) -> Q:
    roots = scope.roots_for(Transfer.view_right)
    own = Q(member_id=scope.member_id) if scope.member_id else Q(pk__in=[])
    return within("target__path", roots) & ~within("source__path", roots) & ~own


TransferManager = ScopedManager.from_queryset(TransferQuerySet)


class Transfer(models.Model):
    """组织关系转接 between two branches, or to a body outside the portal. No move is undone."""

    scope_lookups: ClassVar[tuple[str, ...]] = ("source__path", "target__path")
    view_right: ClassVar[str] = "transfer.view"
    own_lookup: ClassVar[str] = "member_id"

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="transfers")
    source = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="transfers_out")
    # Either a branch of the portal, or a body outside it in words.
    target = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="transfers_in"
    )
    outside_body = models.CharField(_("receiving branch"), max_length=120, blank=True)
    outside_committee = models.CharField(_("its committee"), max_length=120, blank=True)
    outside_address = models.CharField(_("address"), max_length=200, blank=True)
    outside_postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    outside_phone = models.CharField(_("telephone"), max_length=30, blank=True)
    state = models.CharField(max_length=12, choices=TransferState.choices, default=TransferState.DRAFT)
    reason = models.CharField(_("reason"), max_length=16, choices=TransferReason.choices)
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    dues_paid_to = models.DateField(_("dues paid up to"), null=True, blank=True)
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    state_since = models.DateTimeField()
    sent_on = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    # The paper way: when the letter was handed in, as reported, and what the slip that came back says.
    handed_in_on = models.DateField(null=True)
    accepted_on = models.DateField(_("accepted on"), null=True)
    slip_number = models.CharField(_("number of the slip"), max_length=60, blank=True)
    ended_at = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=16, choices=RefusalReason.choices, blank=True)
    version = models.PositiveIntegerField(default=1)

    unscoped = TransferManager()
    objects = TransferManager(guarded=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=TransferState.values), name="transfer_state_known"),
            models.CheckConstraint(
                condition=Q(target=None) | ~Q(source=F("target")), name="transfer_goes_somewhere"
            ),
            models.CheckConstraint(
                condition=(Q(target=None) & ~Q(outside_body="") & ~Q(outside_committee=""))
                | Q(target__isnull=False, outside_body="", outside_committee=""),
                name="transfer_one_target",
            ),
            models.CheckConstraint(
                condition=Q(target__isnull=False, accepted_on=None)
                | (Q(target=None, accepted_on__isnull=False, state=TransferState.ACCEPTED))
                | (Q(target=None, accepted_on=None) & ~Q(state=TransferState.ACCEPTED)),
                name="transfer_slip_is_dated",
            ),
            models.UniqueConstraint(
                fields=["member"], condition=Q(state__in=[*OPEN_STATES]), name="transfer_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[*OPEN_STATES], ended_at=None)
                | (~Q(state__in=[*OPEN_STATES]) & Q(ended_at__isnull=False)),
                name="transfer_end_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state=TransferState.REFUSED) | ~Q(refusal=""), name="transfer_refusal_has_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["source", "state"], name="transfer_by_source"),
            models.Index(fields=["target", "state"], name="transfer_by_target"),
            models.Index(fields=["state", "valid_until"], name="transfer_by_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.source_id} -> {self.target_id or self.outside_body}"

    def get_absolute_url(self) -> str:
        return reverse("members:transfer-detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_outside(self) -> bool:
        return self.target_id is None

    @property
    def target_name(self) -> str:
        return self.target.name if self.target else self.outside_body

    @property
    def target_short_name(self) -> str:
        return self.target.short_name if self.target else self.outside_body

    @property
    def target_path(self) -> str:
        """Where the receiving branch stands in the tree; a body outside stands nowhere."""
        return self.target.path if self.target else ""

    @property
    def is_by_member(self) -> bool:
        return self.started_by_id == self.member.user_id

    @property
    def reference(self) -> str:
        """What a person quotes on the phone: the number without the installation's prefix."""
        return f"ZJ{self.pk & 0xFF_FFFF_FFFF:06d}"

    @property
    def committees(self) -> tuple[int | None, int | None]:
        """The committees above the source and above the target; for rows read `with_parties()`."""
        row = cast("Any", self)
        return row.source_committee_id, row.target_committee_id

    @property
    def committee_path(self) -> str:
        """Where the committee above the source stands in the tree; for rows read `with_parties()`."""
        return str(cast("Any", self).source_committee_path or "")

    @property
    def case(self) -> Case:
        """What the rules know of it; for rows read `with_parties()`."""
        return Case(
            TransferState(self.state),
            is_by_member=self.is_by_member,
            was_sent=self.sent_on is not None,
            is_inside=not self.is_outside and self.committees[0] == self.committees[1],
            is_outside=self.is_outside,
            has_letter=cast("Any", self).letter_in_force,
            is_handed_in=self.handed_in_on is not None,
        )


class TransferStep(models.Model):
    """One move of a transfer: who, when, from and to which state, in what words. Never deleted."""

    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="steps")
    move = models.CharField(max_length=16)
    from_state = models.CharField(max_length=12, choices=TransferState.choices, blank=True)
    to_state = models.CharField(max_length=12, choices=TransferState.choices)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    remark = models.CharField(max_length=300, blank=True)
    details = models.JSONField(encoder=DjangoJSONEncoder, default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["transfer", "id"], name="transfer_step_order")]

    def __str__(self) -> str:
        return f"{self.transfer_id} {self.move}"

    @property
    def title(self) -> str:
        """What the member reported, or the state the move led to."""
        reports = {f"report-{report}": report.label for report in MemberReport}
        return str(reports.get(self.move) or self.get_to_state_display())
