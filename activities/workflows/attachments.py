"""Files of a record: looked through, kept, shown to more or fewer, removed and brought back, taken.

What a file is, is said by its bytes. A photo is drawn anew before it is kept; a document is kept as it came
or not at all.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from activities.choices import FileAct, FileType, LifeMove, LifeState
from activities.models import Activity, Attachment, AttachmentContent
from activities.queries.attachments import bytes_since, choices_for
from activities.rules.attachments import kept_name, shown_name
from activities.workflows.meetings import RIGHT, may_record
from activities.workflows.stamps import add_step
from orgportal.core import attachments, audit, pictures, received_files
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.models import User
from orgportal.core.received_files import PICTURES, Received
from orgportal.core.scoping import Scope
from orgportal.core.virus_scan import demand_clean
from orgportal.core.word_files import Unfit

TYPES = {
    FileType.JPEG: attachments.JPEG,
    FileType.PDF: attachments.PDF,
    FileType.DOCX: attachments.WORD,
    FileType.XLSX: attachments.EXCEL,
}
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it came; of one too large, its beginning and its true size."""

    name: str
    size: int
    data: bytes = field(repr=False)
    reason: str = ""  # why it comes after the record was locked


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of several files sent at once: those kept, and why the others were not."""

    kept: tuple[Attachment, ...]
    refused: tuple[Refused, ...]


@dataclass(frozen=True, slots=True)
class Fit:
    """A file that can be kept."""

    name: str
    type: FileType
    content: bytes = field(repr=False)
    reason: str = ""

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def look_through(sent: Sent) -> Fit:
    """What is kept of a file. Raises Refused, naming it and what to do."""
    shown = shown_name(sent.name)
    try:
        kind = received_files.kind_of(sent.data)
        most = (
            settings.ATTACHMENT_PHOTO_MAX_BYTES
            if kind in PICTURES
            else settings.ATTACHMENT_DOCUMENT_MAX_BYTES
        )
        if max(sent.size, len(sent.data)) > most:
            size = f"{max(sent.size, len(sent.data)) / MEGABYTE:.1f}"
            raise Refused("file_too_large", name=shown, size=size, most=most // MEGABYTE)
        demand_clean(sent.data, settings.VIRUS_SCANNER)
        type_, content = _content(kind, sent.data)
    except Unfit as unfit:
        raise Refused(unfit.fault.code, name=shown) from None
    return Fit(kept_name(sent.name, type_), type_, content, sent.reason.strip())


def _content(kind: Received, data: bytes) -> tuple[FileType, bytes]:
    if kind in PICTURES:
        return FileType.JPEG, pictures.as_photo(data, kind)
    if kind == Received.PDF:
        received_files.demand_sound_pdf(data)
        return FileType.PDF, data
    return FileType(received_files.office_kind(data)), data


@transaction.atomic
def add_all(
    activity: Activity, files: Sequence[Sent], visibility: str, *, actor: User, scope: Scope, at: datetime
) -> Outcome:
    """Each by itself: one that is refused keeps no other from being kept."""
    _demand_word(activity, visibility, scope)
    most = settings.ATTACHMENTS_PER_RECORD
    refused = [Refused("attachments_full", name=shown_name(each.name), most=most) for each in files[most:]]
    kept: list[Attachment] = []
    # Looked through before the record is locked: nobody waits for that.
    for fit in [_or_refusal(each) for each in files[:most]]:
        try:
            kept.append(_keep(activity, fit, visibility, actor, at))
        except Refused as refusal:
            refused.append(refusal)
    return Outcome(tuple(kept), tuple(refused))


@transaction.atomic
def add(
    activity: Activity, file: Sent, visibility: str, *, actor: User, scope: Scope, at: datetime
) -> Attachment:
    """Keep a file with the record. Raises Refused."""
    _demand_word(activity, visibility, scope)
    return _keep(activity, look_through(file), visibility, actor, at)


def _or_refusal(file: Sent) -> Fit | Refused:
    try:
        return look_through(file)
    except Refused as refusal:
        return refusal


def _keep(activity: Activity, fit: Fit | Refused, visibility: str, actor: User, at: datetime) -> Attachment:
    if isinstance(fit, Refused):
        raise fit
    row = _locked(activity)
    _demand_reason(row, fit.reason, at)
    _demand_room(row, fit, at)
    last = Attachment.unscoped.filter(activity=row).aggregate(last=Max("position"))["last"] or 0
    made = Attachment.unscoped.create(
        activity=row, position=last + 1, name=fit.name, type=fit.type, size=len(fit.content),
        digest=fit.digest, visibility=visibility, added_by=actor, added_at=at,
    )  # fmt: skip
    AttachmentContent.objects.create(attachment=made, content=fit.content)
    after = _after_lock(row, made, FileAct.ADDED, fit.reason, actor=actor, at=at)
    _note("added", made, actor, at, size=made.size, digest=made.digest, visibility=visibility, **after)
    return made


@transaction.atomic
def show_to(
    attachment: Attachment, visibility: str, *, actor: User, scope: Scope, at: datetime
) -> Attachment:
    """To more people, or to fewer; the same again adds nothing."""
    _demand_word(attachment.activity, visibility, scope)
    _locked(attachment.activity)
    row = _fresh(attachment)
    if row.is_removed:
        raise Refused("attachment_removed", name=row.name)
    if row.visibility != visibility:
        before, row.visibility = row.visibility, visibility
        row.save(update_fields=["visibility"])
        _note("shown", row, actor, at, visibility=[before, visibility])
    return row


@transaction.atomic
def remove(attachment: Attachment, reason: str, *, actor: User, scope: Scope, at: datetime) -> Attachment:
    """Out of the record and out of reach; who, when and why stay, and it can be brought back."""
    _demand(attachment.activity, scope)
    if not reason.strip():
        raise Refused("reason_missing")
    activity = _locked(attachment.activity)
    row = _fresh(attachment)
    if row.is_removed:
        raise Refused("attachment_removed", name=row.name)
    row.removed_by, row.removed_at, row.removal_reason = actor, at, reason.strip()
    row.save(update_fields=["removed_by", "removed_at", "removal_reason"])
    _after_lock(activity, row, FileAct.REMOVED, row.removal_reason, actor=actor, at=at)
    _note("removed", row, actor, at, reason=row.removal_reason)
    return row


@transaction.atomic
def restore(
    attachment: Attachment, reason: str = "", *, actor: User, scope: Scope, at: datetime
) -> Attachment:
    """Back into the record, for those it was shown to; into a locked one with a reason."""
    _demand(attachment.activity, scope)
    activity = _locked(attachment.activity)
    row = _fresh(attachment)
    if not row.is_removed:
        raise Refused("attachment_stands", name=row.name)
    if row.cleared_at is not None:
        raise Refused("attachment_cleared", name=row.name, day=timezone.localdate(row.cleared_at).isoformat())
    _demand_reason(activity, reason.strip(), at)
    _demand_place(activity, row.name, row.digest)
    row.removed_by, row.removed_at, row.removal_reason, row.restored_at = None, None, "", at
    row.save(update_fields=["removed_by", "removed_at", "removal_reason", "restored_at"])
    after = _after_lock(activity, row, FileAct.RESTORED, reason.strip(), actor=actor, at=at)
    _note("restored", row, actor, at, **after)
    return row


@transaction.atomic
def take(attachment: Attachment, *, actor: User, at: datetime) -> bytes:
    """The bytes of a file the person was let to (`takeable`), written down."""
    content = bytes(AttachmentContent.objects.get(attachment=attachment).content)
    _note("taken", attachment, actor, at, digest=attachment.digest)
    return content


# --- what they share


def _demand(activity: Activity, scope: Scope) -> None:
    if not may_record(scope, activity.branch, activity.kind, activity.group_id):
        raise NotAllowed(RIGHT)


def _demand_word(activity: Activity, visibility: str, scope: Scope) -> None:
    """Nobody puts a file where they could not take it back from."""
    _demand(activity, scope)
    if visibility not in choices_for(activity.branch, scope):
        raise Refused("visibility_not_yours")


def _locked(activity: Activity) -> Activity:
    """The record, its files held still until the commit."""
    rows = Activity.unscoped.select_for_update(no_key=True, of=("self",)).select_related("branch")
    row = rows.get(pk=activity.pk)
    if row.is_void:
        raise Refused("attachment_of_void")
    return row


def _is_locked(activity: Activity, at: datetime) -> bool:
    return activity.life(timezone.localdate(at)) == LifeState.LOCKED


def _demand_reason(activity: Activity, reason: str, at: datetime) -> None:
    """What was closed changes before everybody's eyes or not at all."""
    if not reason and _is_locked(activity, at):
        assert activity.locks_on is not None  # noqa: S101  # nothing is locked without its day
        raise Refused("locked_file_reason", day=activity.locks_on.isoformat())


def _after_lock(
    activity: Activity, row: Attachment, act: FileAct, reason: str, *, actor: User, at: datetime
) -> dict[str, str]:
    """The step in the history of a locked record, and its reason for the trail; nothing before the lock."""
    if not _is_locked(activity, at):
        return {}
    told = {"paper_on": None, "locks_on": None, "remark": reason, "attachment": row, "file_act": act}
    add_step(activity, LifeMove.FILES, actor=actor, at=at, **told)
    return {"reason": reason}


def _fresh(attachment: Attachment) -> Attachment:
    return Attachment.unscoped.with_people().get(pk=attachment.pk)


def _demand_room(activity: Activity, fit: Fit, at: datetime) -> None:
    _demand_place(activity, fit.name, fit.digest)
    year = timezone.localtime(at).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    held = bytes_since(Attachment.unscoped.all(), activity.branch, year)
    if held + len(fit.content) > settings.ATTACHMENT_BRANCH_YEAR_BYTES:
        most = settings.ATTACHMENT_BRANCH_YEAR_BYTES // MEGABYTE
        raise Refused("attachments_of_year_full", name=fit.name, most=most)


def _demand_place(activity: Activity, name: str, digest: str) -> None:
    standing = Attachment.unscoped.standing().filter(activity=activity)
    if same := standing.filter(digest=digest).first():
        raise Refused("attachment_there", name=name, there=same.name)
    if standing.count() >= settings.ATTACHMENTS_PER_RECORD:
        raise Refused("attachments_full", name=name, most=settings.ATTACHMENTS_PER_RECORD)


def _note(what: str, row: Attachment, actor: User, at: datetime, **changes: object) -> None:
    about = {"activity": row.activity_id, "name": row.name, **changes}
    audit.record(actor=actor, action=f"attachment.{what}", target=row, at=at, changes=about)
