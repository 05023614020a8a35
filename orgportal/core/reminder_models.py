"""Tables around a reminder: what a person chose, the mail of a day, its address, what was waived."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from orgportal.core.reminder_kinds import HOURS, USUAL_HOUR
from orgportal.core.scoping import ScopedManager, ScopedQuerySet


class ReminderSettings(models.Model):
    """How a person wants to be reminded; only what differs from the usual is kept."""

    user = models.OneToOneField("core.User", on_delete=models.PROTECT, related_name="reminder_settings")
    mail_hour = models.PositiveSmallIntegerField(default=USUAL_HOUR)
    choices = models.JSONField(default=dict)  # {kind: {channel: frequency}}
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(mail_hour__gte=HOURS.start, mail_hour__lt=HOURS.stop),
                name="reminder_settings_hour_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"


class Digest(models.Model):
    """The one mail of a day to a person: made once, sent at least once under one Message-ID."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Waiting")
        SENT = "sent", _("Sent")
        CANCELLED = "cancelled", _("Cancelled")
        FAILED = "failed", _("Given up")

    recipient = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="digests")
    on = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # Tries whose end nobody saw: the server may have taken the mail before the worker died.
    repeats = models.PositiveSmallIntegerField(default=0)
    address = models.EmailField(blank=True)
    outcome = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "on"],
                condition=Q(state__in=["planned", "sent"]),
                name="digest_one_a_day",
            ),
            models.UniqueConstraint(
                fields=["recipient"], condition=Q(state="planned"), name="digest_one_waiting"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "sent", "cancelled", "failed"]), name="digest_state_known"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state="planned"), name="digest_due"),
            models.Index(fields=["-id"], condition=Q(state="failed"), name="digest_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.recipient_id} {self.on}"


class MailAddress(models.Model):
    """What became of mail to a person's address; another address begins anew."""

    user = models.OneToOneField("core.User", on_delete=models.PROTECT, related_name="mail_address")
    address = models.EmailField()
    failures = models.PositiveSmallIntegerField(default=0)  # refused for good, one after the other
    outcome = models.CharField(max_length=200, blank=True)
    failed_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["-stopped_at"], condition=Q(stopped_at__isnull=False), name="mail_address_stopped"
            ),
        ]

    def __str__(self) -> str:
        return self.address


class MailConfirmation(models.Model):
    """An address somebody entered and the link mailed to it: mail goes there once the link was opened."""

    user = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="mail_confirmations")
    address = models.EmailField()
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    # When the mail with the link is tried next; none once it was taken or refused for good.
    due_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=200, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # another address, another link, or taken back

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(confirmed_at=None, ended_at=None),
                name="mail_confirmation_one_open",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(ended_at=None), name="mail_confirmation_one_end"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("asked_at")), name="mail_confirmation_expires_later"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="mail_confirmation_due"),
            models.Index(fields=["address", "asked_at"], name="mail_confirmation_address"),
        ]

    def __str__(self) -> str:
        return self.address


class ReminderText(models.Model):
    """One version of how a body words a reminder, or a part of the mail, for all below it. Append-only.

    The last version of a body counts; an empty one says that the words from above, or the portal's, apply.
    """

    path = models.CharField(max_length=64, db_collation="C")
    key = models.CharField(max_length=40)  # a rule, or a part of the mail
    version = models.PositiveIntegerField()
    zh = models.CharField(max_length=400, blank=True)
    en = models.CharField(max_length=400, blank=True)
    # The earlier version whose words these are, where one was taken back.
    taken_from = models.PositiveIntegerField(null=True)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["path", "key", "version"], name="reminder_text_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="reminder_text_counted"),
            models.CheckConstraint(
                condition=Q(zh="", en="") | (~Q(zh="") & ~Q(en="")), name="reminder_text_in_both_languages"
            ),
            models.CheckConstraint(
                condition=Q(taken_from=None) | Q(taken_from__lt=models.F("version"), taken_from__gte=1),
                name="reminder_text_taken_from_before",
            ),
        ]
        indexes = [models.Index(fields=["key", "path", "-version"], name="reminder_text_by_key")]

    def __str__(self) -> str:
        return f"{self.key} ({self.version})"

    @property
    def is_in_use(self) -> bool:
        return self.zh != ""

    @property
    def words(self) -> str:
        """In the active language."""
        return self.zh if (get_language() or "").startswith("zh") else self.en


class WaiverQuerySet(ScopedQuerySet["Waiver"]):
    def standing(self) -> "WaiverQuerySet":
        return self.filter(withdrawn_at=None)


WaiverManager = ScopedManager.from_queryset(WaiverQuerySet)


class Waiver(models.Model):
    """ "Not applicable": a person is not reminded of this matter with this due day again, and says why.

    Where a body's duty is concerned `path` says where, and those who oversee the body read the reason.
    """

    scope_lookups: ClassVar[tuple[str, ...]] = ("path",)
    view_right: ClassVar[str] = "health.view"
    own_user_lookup: ClassVar[str] = "user_id"

    user = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="waivers")
    rule = models.CharField(max_length=40)
    subject = models.CharField(max_length=60)
    due_on = models.DateField()
    params = models.JSONField(default=dict)
    text = models.ForeignKey(
        ReminderText, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    url = models.CharField(max_length=200, blank=True)
    path = models.CharField(max_length=64, db_collation="C", blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    unscoped = WaiverManager()
    objects = WaiverManager(guarded=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "subject", "due_on"], condition=Q(withdrawn_at=None), name="waiver_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="waiver_says_why"),
        ]
        indexes = [models.Index(fields=["path"], condition=Q(withdrawn_at=None), name="waiver_place")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.subject}"
