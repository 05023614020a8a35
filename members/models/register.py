"""Persons in the register: where they belong and since when, their standing, and who looked."""

from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Collate, Left, Replace, Reverse, Substr
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from branches.models import Organization, PartyGroup
from branches.models.periods import inclusive
from members.choices import (
    Education,
    EndKind,
    Gender,
    LookKind,
    MobileState,
    Occupation,
    PeriodReason,
    Restriction,
    SeenSource,
    Standing,
    StopGround,
)
from orgportal.core.models import User
from orgportal.core.scoping import ScopedManager, ScopedQuerySet


class Characters(Func):
    """The characters of a text as an array."""

    function = "string_to_array"
    template = "%(function)s(%(expressions)s, NULL)"
    output_field = ArrayField(models.TextField())


# What a member is sought by. The characters of a name from the first, the second and the third on cover names
# of three characters; whatever lies further back is found by its characters.
SOUGHT: dict[str, Any] = {
    "name": Collate("name", "C"),
    "second": Collate(Substr("name", 2), "C"),
    "third": Collate(Substr("name", 3), "C"),
    "rest": Characters(Substr("name", 4)),
    "initials": F("initials"),
    "pinyin": Replace("name_key", Value(" "), Value("")),
    "mobile": Collate(Reverse("mobile"), "C"),
    "id_end": F("id_number_end"),
}


class MemberQuerySet(ScopedQuerySet["Member"]):
    def active(self) -> "MemberQuerySet":
        """In the register today: formal, probationary or stopped, not ended."""
        return self.exclude(standing=Standing.ENDED)


MemberManager = ScopedManager.from_queryset(MemberQuerySet)


class Member(models.Model):
    """A person in the register. Never deleted: only transfer, exit or death changes a count."""

    scope_lookups: ClassVar[tuple[str, ...]] = ("path",)
    view_right: ClassVar[str] = "member.view"
    own_lookup: ClassVar[str] = "pk"

    number = models.CharField(_("member number"), max_length=20, unique=True)
    user = models.OneToOneField(User, on_delete=models.PROTECT, null=True, blank=True, related_name="member")
    branch = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="members")
    # Follows Organization.path by a composite foreign key ON UPDATE CASCADE (migration 0002).
    path = models.CharField(max_length=64, db_collation="C")
    group = models.ForeignKey(
        PartyGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="members"
    )
    name = models.CharField(_("name"), max_length=60)
    name_key = models.CharField(max_length=200, db_collation="C")  # full pinyin|name
    initials = models.CharField(max_length=30, db_collation="C")
    # Only where the family reads the name otherwise than the table in core.names.
    reading = models.CharField(_("pinyin"), max_length=120, blank=True)
    gender = models.CharField(_("gender"), max_length=6, choices=Gender.choices)
    birth_on = models.DateField(_("date of birth"))
    ethnicity = models.CharField(_("ethnic group"), max_length=20, default="汉族")
    education = models.CharField(_("education"), max_length=12, choices=Education.choices)
    occupation = models.CharField(_("occupation"), max_length=12, choices=Occupation.choices)
    employer = models.CharField(_("employer"), max_length=120, blank=True)
    mobile = models.CharField(_("mobile"), max_length=20, blank=True)
    # Sealed with AES-GCM; the digest is a keyed hash, so equal numbers are found without opening them.
    id_number_sealed = models.BinaryField(null=True)
    id_number_digest = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001
    id_number_end = models.CharField(max_length=16, blank=True, db_collation="C")
    standing = models.CharField(_("standing"), max_length=12, choices=Standing.choices)
    joined_on = models.DateField(_("joined on"))
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True)
    # The day an extended probation is served; empty while it runs its first year.
    probation_until = models.DateField(_("probation extended to"), null=True, blank=True)
    # The state of the running spell (MobileSpell), repeated for the roster by the one who writes that.
    mobile_state = models.CharField(_("mobile member"), max_length=8, choices=MobileState.choices, blank=True)
    # Set on a record that was found to be another one's double: it remains as an alias.
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="aliases"
    )
    recorded_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    unscoped = MemberManager()
    objects = MemberManager(guarded=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(standing__in=Standing.values), name="member_standing_known"),
            models.CheckConstraint(
                condition=Q(mobile_state__in=MobileState.values), name="member_mobile_known"
            ),
            models.CheckConstraint(
                condition=Q(joined_on__gt=F("birth_on")), name="member_joined_after_birth"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_on=None) | Q(confirmed_on__gte=F("joined_on")),
                name="member_confirmed_after_joining",
            ),
            models.CheckConstraint(
                condition=~Q(standing=Standing.FORMAL) | Q(confirmed_on__isnull=False),
                name="member_formal_is_confirmed",
            ),
        ]
        indexes = [
            models.Index(fields=["path", "name_key", "id"], name="member_roster"),
            models.Index(Left("path", 4), "name_key", "id", name="member_level_1"),
            models.Index(Left("path", 8), "name_key", "id", name="member_level_2"),
            models.Index(Left("path", 12), "name_key", "id", name="member_level_3"),
            # Search: what is sought, then the place, so that neither a frequent name nor a wide scope makes
            # a search read rows it will not show (queries/search.py).
            models.Index(SOUGHT["name"], "path", "id", name="member_by_name"),
            models.Index(SOUGHT["second"], "path", "id", name="member_by_second"),
            models.Index(SOUGHT["third"], "path", "id", name="member_by_third"),
            GinIndex(SOUGHT["rest"], name="member_by_rest"),
            models.Index("initials", "path", "id", name="member_by_initials"),
            models.Index(SOUGHT["pinyin"], "path", "id", name="member_by_pinyin"),
            models.Index(SOUGHT["mobile"], "path", "id", name="member_by_mobile_end"),
            models.Index("id_number_end", "path", "id", name="member_by_id_end"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("members:member-detail", args=[self.pk])

    @property
    def is_probationary(self) -> bool:
        return self.standing == Standing.PROBATIONARY

    @property
    def is_present(self) -> bool:
        """Still in the register, not ended."""
        return self.standing != Standing.ENDED


class BranchPeriod(models.Model):
    """Where the affiliation was and when. No overlap (exclusion), no gap (deferred trigger)."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="branch_periods")
    branch = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    reason = models.CharField(max_length=12, choices=PeriodReason.choices)
    recorded_at = models.DateTimeField()
    # When it was last closed or corrected; what it said before is in Superseded.
    changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="branch_period_in_order"
            ),
            ExclusionConstraint(
                name="branch_period_no_overlap",
                expressions=[("member", RangeOperators.EQUAL), (inclusive(), RangeOperators.OVERLAPS)],
            ),
        ]
        indexes = [models.Index(fields=["branch", "starts_on"], name="branch_period_by_branch")]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.branch_id} from {self.starts_on}"


class StandingPeriod(models.Model):
    """A member's standing with its dates and basis."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="standing_periods")
    standing = models.CharField(max_length=12, choices=Standing.choices)
    end_kind = models.CharField(max_length=12, choices=EndKind.choices, blank=True, default="")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    restriction = models.CharField(
        max_length=8, choices=Restriction.choices, blank=True, default=Restriction.NONE
    )
    basis = models.CharField(_("basis: meeting or document number"), max_length=200, blank=True)
    # Why it was stopped; empty where the register that was taken over did not say.
    ground = models.CharField(
        _("ground of the stop"), max_length=8, choices=StopGround.choices, blank=True, default=""
    )
    recorded_at = models.DateTimeField()
    # When it was last closed or corrected; what it said before is in Superseded.
    changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ground="") | Q(ground__in=StopGround.values, standing=Standing.SUSPENDED),
                name="standing_period_ground",
            ),
            models.CheckConstraint(condition=Q(standing__in=Standing.values), name="standing_period_known"),
            models.CheckConstraint(
                condition=Q(restriction="")
                | Q(
                    restriction__in=Restriction.values, standing__in=(Standing.FORMAL, Standing.PROBATIONARY)
                ),
                name="standing_period_restriction",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="standing_period_in_order"
            ),
            models.CheckConstraint(
                condition=Q(end_kind="") | Q(end_kind__in=EndKind.values, standing=Standing.ENDED),
                name="standing_period_end_kind",
            ),
            ExclusionConstraint(
                name="standing_period_no_overlap",
                expressions=[("member", RangeOperators.EQUAL), (inclusive(), RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.standing} from {self.starts_on}"


class LastSeen(models.Model):
    """When a member was last seen, per source, with the evidence; written by the app that saw them."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="sightings")
    source = models.CharField(max_length=12, choices=SeenSource.choices)
    on = models.DateField()
    evidence = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "source"], name="last_seen_per_source")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.source} {self.on}"


class Look(models.Model):
    """Somebody looked at a member's data: shown to that member in plain words."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="looks")
    looker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    looker_post = models.CharField(max_length=160)
    kind = models.CharField(max_length=8, choices=LookKind.choices)
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["member", "-at"], name="look_by_member"),
            # How many numbers one person revealed within the hour.
            models.Index(fields=["looker", "at"], condition=Q(kind=LookKind.REVEAL), name="look_reveals"),
        ]

    def __str__(self) -> str:
        return f"{self.looker_id} {self.kind} {self.member_id}"
