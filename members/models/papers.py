"""Papers issued on a member, and the counters that number them without gaps."""

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from branches.models import Organization
from members.choices import PaperEnd, PaperKind, PaperState
from members.models.register import Member
from orgportal.core.models import User
from orgportal.core.scoping import ScopedManager, ScopedQuerySet


class PaperQuerySet(ScopedQuerySet["Paper"]):
    def standing(self) -> "PaperQuerySet":
        """Not ended; their last day may be over all the same."""
        return self.filter(state=PaperState.ISSUED)


PaperManager = ScopedManager.from_queryset(PaperQuerySet)


class Paper(models.Model):
    """A numbered paper as it was issued. Never deleted and never changed but for its one end."""

    scope_lookups: ClassVar[tuple[str, ...]] = ("issuer__path", "branch__path")
    view_right: ClassVar[str] = "transfer.view"
    own_lookup: ClassVar[str] = "member_id"

    kind = models.CharField(_("kind"), max_length=12, choices=PaperKind.choices)
    issuer = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="papers")
    # The branch the member belonged to that day: it sees the paper, later branches do not.
    branch = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="papers")
    transfer = models.ForeignKey(
        "members.Transfer", on_delete=models.PROTECT, null=True, related_name="papers"
    )
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    number = models.CharField(_("number"), max_length=80)
    token = models.CharField(max_length=43, unique=True)
    issued_on = models.DateField(_("issued on"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    state = models.CharField(max_length=8, choices=PaperState.choices, default=PaperState.ISSUED)
    end_reason = models.CharField(max_length=12, choices=PaperEnd.choices, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    end_note = models.CharField(_("remark"), max_length=300, blank=True)
    # What is printed on it, as it stood that day; identity numbers are never among it.
    facts = models.JSONField(encoder=DjangoJSONEncoder, default=dict)
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    unscoped = PaperManager()
    objects = PaperManager(guarded=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PaperKind.values), name="paper_kind_known"),
            models.UniqueConstraint(fields=["issuer", "kind", "year", "serial"], name="paper_number_once"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("issued_on")), name="paper_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(state=PaperState.ISSUED, ended_on=None, end_reason="")
                | (Q(state=PaperState.ENDED, ended_on__isnull=False) & Q(end_reason__in=PaperEnd.values)),
                name="paper_end_is_dated",
            ),
            # Never two letters of one transfer in force.
            models.UniqueConstraint(
                fields=["transfer"],
                condition=Q(kind=PaperKind.LETTER, state=PaperState.ISSUED),
                name="paper_one_letter",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-id"], name="paper_by_member"),
            models.Index(fields=["branch", "-id"], name="paper_by_branch"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("members:paper-detail", args=[self.pk])

    @property
    def is_ended(self) -> bool:
        return self.state == PaperState.ENDED


class PaperCounter(models.Model):
    """The last number a body gave to a kind of paper in a year; its row lock hands out the next one."""

    issuer = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=PaperKind.choices)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "kind", "year"], name="paper_counter_once")]

    def __str__(self) -> str:
        return f"{self.issuer_id} {self.kind} {self.year}: {self.last}"
