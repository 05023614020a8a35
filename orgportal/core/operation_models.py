"""Tables of the running of an installation: what ran, and what a restore rolled back."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


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


class JobRun(models.Model):
    """A run of a background job; runs that did nothing share one row an hour, so that they flood nothing."""

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        VANISHED = "vanished", _("Its worker died")
        PARKED = "parked", _("Set aside")

    job = models.CharField(max_length=60)
    # The same each time one message is delivered: what kills its worker is known by it.
    message_id = models.CharField(max_length=40, blank=True)
    on = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    hour = models.DateTimeField(null=True)
    runs = models.PositiveIntegerField(default=1)
    milliseconds = models.PositiveBigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    # Class and place of what went wrong, never its text: that may carry names.
    error = models.CharField(max_length=200, blank=True)
    # A run set aside waits for somebody until this is set.
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "hour"], name="job_run_one_quiet_row_an_hour"),
            models.CheckConstraint(
                condition=Q(state__in=["running", "done", "failed", "vanished", "parked"]),
                name="job_run_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="running", finished_at=None)
                | (~Q(state="running") & Q(finished_at__isnull=False)),
                name="job_run_finished_unless_running",
            ),
        ]
        indexes = [
            models.Index(fields=["job", "-id"], name="job_run_history"),
            models.Index(fields=["id"], condition=Q(state="running"), name="job_run_running"),
            models.Index(fields=["id"], condition=Q(state="parked", settled_at=None), name="job_run_parked"),
            models.Index(fields=["message_id"], condition=~Q(message_id=""), name="job_run_message"),
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.started_at.isoformat()}"

    @property
    def seconds(self) -> float:
        return self.milliseconds / 1000
