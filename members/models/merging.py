"""Two records of one person made one: what was taken from each, so that it can be given back."""

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.models.register import Member
from orgportal.core.models import User
from orgportal.core.scoping import ScopedManager, ScopedQuerySet


class MergeQuerySet(ScopedQuerySet["Merge"]):
    def standing(self) -> "MergeQuerySet":
        return self.filter(undone_at=None)


MergeManager = ScopedManager.from_queryset(MergeQuerySet)


class Merge(models.Model):
    """One merge: the record kept, the record that became its alias, both as they were before."""

    scope_lookups: ClassVar[tuple[str, ...]] = ("kept__path",)
    view_right: ClassVar[str] = "member.merge"

    kept = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="merges")
    merged = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="merged_by")
    basis = models.CharField(_("basis: how it was found to be one person"), max_length=200)
    # Columns, periods and posts of both before the merge; numbers stay sealed.
    taken = models.JSONField(encoder=DjangoJSONEncoder)
    # Digest of both records right after: another one means that somebody worked on them since.
    fingerprint = models.CharField(max_length=64)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    unscoped = MergeManager()
    objects = MergeManager(guarded=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(kept=F("merged")), name="merge_of_two"),
            models.UniqueConstraint(fields=["merged"], condition=Q(undone_at=None), name="merge_once"),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} -> {self.kept_id}"

    def get_absolute_url(self) -> str:
        return reverse("members:merge-detail", args=[self.pk])

    @property
    def is_undone(self) -> bool:
        return self.undone_at is not None
