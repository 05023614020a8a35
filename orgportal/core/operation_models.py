"""Tables of the running of an installation: what a restore rolled back."""

from django.db import models
from django.db.models import F, Q


class SendHorizon(models.Model):
    """A restore: what was to be mailed before its moment is not mailed again. Append-only (a trigger)."""

    taken_at = models.DateTimeField()
    restored_at = models.DateTimeField(db_index=True)
    app_version = models.CharField(max_length=40)
    mails_cancelled = models.PositiveIntegerField()
    notices_cancelled = models.PositiveIntegerField()
    entries_lost = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(restored_at__gt=F("taken_at")), name="send_horizon_after_its_backup"
            ),
        ]

    def __str__(self) -> str:
        return self.restored_at.isoformat()
