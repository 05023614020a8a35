"""Files of a record, as far as the person may take them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum

from activities.choices import Visibility
from activities.models import Activity, Attachment
from activities.models.attachments import COMMITTEE_RIGHT, AttachmentQuerySet, places
from branches.models import Organization
from orgportal.core.scoping import Scope


@dataclass(frozen=True, slots=True)
class Files:
    """Those that stand, and for whoever records those that were removed."""

    standing: tuple[Attachment, ...]
    removed: tuple[Attachment, ...]


def files_of(activity: Activity, scope: Scope, *, may_write: bool) -> Files:
    rows = Attachment.objects.visible_to(scope).filter(activity=activity).with_people().order_by("position")
    found = tuple(rows)
    removed = tuple(row for row in found if row.is_removed) if may_write else ()
    return Files(tuple(row for row in found if not row.is_removed), removed)


def takeable(scope: Scope) -> AttachmentQuerySet:
    """Files the person may take: none that was removed."""
    return Attachment.objects.visible_to(scope).standing().with_people()


def choices_for(branch: Organization, scope: Scope) -> list[Visibility]:
    """What the person may say of a file there: nothing that would shut themselves out."""
    is_inside = {
        Visibility.BRANCH: branch.path in places(scope, Attachment.view_right),
        Visibility.COMMITTEE: branch.path in places(scope, COMMITTEE_RIGHT),
        Visibility.ABOVE: scope.may(Attachment.view_right, branch),
    }
    return [each for each in Visibility if is_inside[each]]


def bytes_since(rows: AttachmentQuerySet, branch: Organization, since: datetime) -> int:
    """How much the branch has added since; what was removed counts for as long as its bytes are kept."""
    found = rows.filter(activity__branch=branch, added_at__gte=since, cleared_at=None).aggregate(
        all=Sum("size")
    )
    return int(found["all"] or 0)
