"""Members who come on paper from a body outside the portal."""

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from branches.models import Organization
from members.choices import RefusalReason, Standing, TransferState
from members.models.papers import Paper
from members.models.register import Member
from orgportal.core.models import User
from orgportal.core.scoping import Scope, ScopedManager, ScopedQuerySet, within

ARRIVAL_STATES = (TransferState.AT_RECEIVER, TransferState.ACCEPTED, TransferState.REFUSED)
STATES = [(state.value, state.label) for state in ARRIVAL_STATES]


class ArrivalQuerySet(ScopedQuerySet["Arrival"]):
    def open(self) -> "ArrivalQuerySet":
        return self.filter(state=TransferState.AT_RECEIVER)

    def to_do(self, scope: Scope) -> "ArrivalQuerySet":
        """Open ones that the bodies this person holds office in have to answer."""
        return self.open().filter(answered_by(scope))

    def coming(self, scope: Scope) -> "ArrivalQuerySet":
        """Open ones that other branches have to answer."""
        return self.open().exclude(answered_by(scope))

    def with_words(self, words: str) -> "ArrivalQuerySet":
        """By who brings the letter, its number or who issued it."""
        named = Q(name__contains=words) | Q(from_branch__contains=words) | Q(letter_body__contains=words)
        return self.filter(named | Q(letter_number__icontains=words))


def answered_by(scope: Scope) -> Q:
    """Letters to branches for which this person answers them."""
    return within("branch__path", scope.roots_for("branch.accept_member"))


ArrivalManager = ScopedManager.from_queryset(ArrivalQuerySet)


class Arrival(models.Model):
    """线下转入: a paper letter registered, and what became of it. The person enters with the acceptance."""

    scope_lookups: ClassVar[tuple[str, ...]] = ("branch__path",)
    view_right: ClassVar[str] = "transfer.view"
    own_lookup: ClassVar[str] = "member_id"

    branch = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="arrivals")
    letter_number = models.CharField(_("number of the letter"), max_length=60)
    letter_body = models.CharField(_("body that issued the letter"), max_length=120)
    letter_address = models.CharField(_("its address"), max_length=200, blank=True)
    letter_phone = models.CharField(_("its telephone"), max_length=30, blank=True)
    from_branch = models.CharField(_("branch the member comes from"), max_length=120)
    issued_on = models.DateField(_("letter issued on"))
    valid_until = models.DateField(_("letter valid until"))
    dues_paid_to = models.DateField(_("dues paid up to"), null=True, blank=True)
    name = models.CharField(_("name"), max_length=60)
    standing = models.CharField(_("standing"), max_length=12, choices=Standing.choices)
    # The rest of what was typed of the person, until it is in the register.
    person = models.JSONField(encoder=DjangoJSONEncoder)
    id_number_sealed = models.BinaryField()
    state = models.CharField(max_length=12, choices=STATES, default=TransferState.AT_RECEIVER)
    registered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="arrivals")
    is_return = models.BooleanField(default=False)  # known before: the same line of the register goes on
    accepted_on = models.DateField(_("accepted on"), null=True)
    slip = models.OneToOneField(Paper, on_delete=models.PROTECT, null=True, related_name="arrival")
    refusal = models.CharField(max_length=16, choices=RefusalReason.choices, blank=True)
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    unscoped = ArrivalManager()
    objects = ArrivalManager(guarded=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ARRIVAL_STATES), name="arrival_state_known"),
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("issued_on")), name="arrival_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(
                    state=TransferState.ACCEPTED, member__isnull=False, slip__isnull=False,
                    accepted_on__isnull=False, ended_at__isnull=False,
                )
                | (Q(state=TransferState.REFUSED, member=None, ended_at__isnull=False) & ~Q(refusal=""))
                | Q(state=TransferState.AT_RECEIVER, member=None, ended_at=None),
                name="arrival_end_is_whole",
            ),
            # One letter is taken in once.
            models.UniqueConstraint(
                fields=["letter_body", "letter_number"],
                condition=~Q(state=TransferState.REFUSED),
                name="arrival_letter_once",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["branch", "state"], name="arrival_by_branch")]

    def __str__(self) -> str:
        return f"{self.letter_body} {self.letter_number}"

    def get_absolute_url(self) -> str:
        return reverse("members:arrival-detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == TransferState.AT_RECEIVER
