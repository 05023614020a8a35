"""Files of a record: what they are called, who may take them, and their bytes in a table of their own."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from activities.choices import FileType, Visibility
from activities.models.records import Activity
from orgportal.core.models import User
from orgportal.core.scoping import Scope, ScopedManager, ScopedQuerySet, within

COMMITTEE_RIGHT = "activity.committee_files"


def places(scope: Scope, right: str) -> list[str]:
    """The very bodies in which a post carries the right; those beneath them are not meant."""
    return sorted({grant.root for grant in scope.grants if right in grant.rights})


class AttachmentQuerySet(ScopedQuerySet["Attachment"]):
    def visible_to(self, scope: Scope) -> "AttachmentQuerySet":
        """Whoever sees the record, as far as the file's own word reaches: 404 for everybody else."""
        branch, own = "activity__branch__path", places(scope, Attachment.view_right)
        return (
            super()
            .visible_to(scope)
            .filter(
                Q(visibility=Visibility.BRANCH, **{f"{branch}__in": own})
                | Q(
                    visibility=Visibility.COMMITTEE,
                    **{f"{branch}__in": places(scope, COMMITTEE_RIGHT)},
                )
                | Q(visibility=Visibility.ABOVE) & within(branch, scope.roots_for(Attachment.view_right))
            )
        )

    def standing(self) -> "AttachmentQuerySet":
        """Everything but what was removed."""
        return self.filter(removed_at=None)

    def with_people(self) -> "AttachmentQuerySet":
        return self.select_related("activity__branch", "activity__group", "added_by", "removed_by")


AttachmentManager = ScopedManager.from_queryset(AttachmentQuerySet)


class Attachment(models.Model):
    """One file. Its bytes never change; a removed one stays, with its reason, and comes back for a while.

    Of a locked record none comes or goes without a step that says why: a trigger looks for it at commit.
    """

    scope_lookups: ClassVar[tuple[str, ...]] = ("activity__branch__path",)
    view_right: ClassVar[str] = "activity.view"

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="attachments")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("name"), max_length=120)
    type = models.CharField(_("type"), max_length=4, choices=FileType.choices)
    size = models.PositiveIntegerField(_("size"))
    digest = models.CharField(max_length=64)  # SHA-256 of the bytes that are kept
    visibility = models.CharField(_("who may see it"), max_length=12, choices=Visibility.choices)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removal_reason = models.CharField(_("reason"), max_length=300, blank=True)
    restored_at = models.DateTimeField(null=True)  # the latest time it was brought back
    # When the bytes of a removed file were deleted; everything else about it stays.
    cleared_at = models.DateTimeField(null=True)

    unscoped = AttachmentManager()
    objects = AttachmentManager(guarded=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(type__in=FileType.values), name="attachment_type_known"),
            models.CheckConstraint(
                condition=Q(visibility__in=Visibility.values), name="attachment_visibility_known"
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="attachment_not_empty"),
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_by=None, removal_reason="")
                | Q(removed_at__isnull=False, removed_by__isnull=False) & ~Q(removal_reason=""),
                name="attachment_removal_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(cleared_at=None) | Q(removed_at__isnull=False),
                name="attachment_cleared_after_removal",
            ),
            models.UniqueConstraint(fields=["activity", "position"], name="attachment_position"),
            models.UniqueConstraint(
                fields=["activity", "digest"], condition=Q(removed_at=None), name="attachment_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("activities:attachment-file", args=[self.pk])

    @property
    def is_removed(self) -> bool:
        return self.removed_at is not None

    @property
    def is_cleared(self) -> bool:
        return self.cleared_at is not None

    @property
    def is_photo(self) -> bool:
        return self.type == FileType.JPEG


class AttachmentContent(models.Model):
    """The bytes, apart from the facts: no list ever reads them."""

    attachment = models.OneToOneField(
        Attachment, on_delete=models.PROTECT, primary_key=True, related_name="kept"
    )
    content = models.BinaryField()

    def __str__(self) -> str:
        return str(self.attachment_id)
