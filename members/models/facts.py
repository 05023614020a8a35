"""What the register said and when it was on record: the dated rows as they are, and what they said before."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from branches.models import Organization
from members.models.register import Member


class FactKind(models.TextChoices):
    """The dated rows whose earlier contents are kept."""

    BRANCH = "branch", _("Branch")
    STANDING = "standing", _("Standing")
    STAY = "stay", _("Stay away")
    POST = "post", _("Post")


class Superseded(models.Model):
    """What a dated row said until it was closed, corrected or taken back. Written by workflows.versions only.

    On record from `known_from` up to, not including, `known_until`; places and standings alone, no text.
    """

    kind = models.CharField(max_length=8, choices=FactKind.choices)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="superseded")
    # Of a branch the affiliation was with, or of the body a post was in.
    branch = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, related_name="+")
    # The standing, the state of a stay or the kind of the post.
    said = models.CharField(max_length=16, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    known_from = models.DateTimeField()
    known_until = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=FactKind.values), name="superseded_kind_known"),
            models.CheckConstraint(
                condition=Q(known_until__gt=F("known_from")), name="superseded_was_on_record"
            ),
        ]
        indexes = [models.Index(fields=["branch", "starts_on"], name="superseded_by_branch")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.kind} {self.starts_on} until {self.known_until}"


class Fact(models.Model):
    """A view over the dated rows as they are and as they were, with the time each was on record (migration).

    The key is unique within a kind and a table only: nothing points here.
    """

    kind = models.CharField(max_length=8, choices=FactKind.choices)
    member = models.ForeignKey(Member, on_delete=models.DO_NOTHING, related_name="facts")
    branch = models.ForeignKey(Organization, on_delete=models.DO_NOTHING, null=True, related_name="+")
    said = models.CharField(max_length=16)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    known_from = models.DateTimeField()
    known_until = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "members_fact"

    def __str__(self) -> str:
        return f"{self.member_id} {self.kind} {self.starts_on}"
