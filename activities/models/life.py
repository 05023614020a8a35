"""What a record said before, and every step of its life: rows that are added and never changed.

The one exception: a return keeps the moment it was answered.
"""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.choices import FileAct, LifeMove, ReturnReason
from activities.models.records import Activity
from orgportal.core.models import User


class ActivityRevision(models.Model):
    """The record as it stood before an amendment: kept, shown, never changed."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="revisions")
    version = models.PositiveIntegerField()
    content = models.JSONField(encoder=DjangoJSONEncoder)
    replaced_at = models.DateTimeField()
    replaced_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["activity", "version"], name="activity_revision_once")]

    def __str__(self) -> str:
        return f"{self.activity_id} v{self.version}"


class ActivityStep(models.Model):
    """A confirmation, what took one away, a return, or a change of the files of a locked record."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="steps")
    move = models.CharField(max_length=16, choices=LifeMove.choices)
    # Of the record, as the step left it.
    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    paper_on = models.DateField(null=True, blank=True)
    locks_on = models.DateField(null=True, blank=True)
    reason = models.CharField(
        _("reason"), max_length=12, choices=ReturnReason.choices, blank=True, default=""
    )
    remark = models.CharField(_("remark"), max_length=500, blank=True, default="")
    # Of a return: when it was put right and confirmed again, or the record voided.
    closed_at = models.DateTimeField(null=True, blank=True)
    # Of a locked record's files: which one, and what was done with it; `remark` says why.
    attachment = models.ForeignKey(
        "activities.Attachment", on_delete=models.PROTECT, null=True, blank=True, related_name="steps"
    )
    file_act = models.CharField(max_length=8, choices=FileAct.choices, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(move__in=LifeMove.values), name="activity_step_known"),
            models.CheckConstraint(
                condition=Q(move=LifeMove.RETURN, reason__in=ReturnReason.values) & ~Q(remark="")
                | Q(move=LifeMove.FILES, reason="", closed_at=None) & ~Q(remark="")
                | ~Q(move__in=[LifeMove.RETURN, LifeMove.FILES]) & Q(reason="", remark="", closed_at=None),
                name="activity_return_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(move=LifeMove.FILES, attachment__isnull=False, file_act__in=FileAct.values)
                | ~Q(move=LifeMove.FILES) & Q(attachment=None, file_act=""),
                name="activity_step_names_its_file",
            ),
            models.UniqueConstraint(
                fields=["activity"],
                condition=Q(move=LifeMove.RETURN, closed_at=None),
                name="activity_one_open_return",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.move}"
