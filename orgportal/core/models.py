"""Ground-floor tables: accounts, audit trail, outbox, reminders, local rules, request keys, feedback."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from orgportal.core.operation_models import JobRun, SendHorizon
from orgportal.core.reminder_kinds import Channel
from orgportal.core.reminder_models import (
    Digest,
    MailAddress,
    MailConfirmation,
    ReminderSettings,
    ReminderText,
    Waiver,
)
from orgportal.core.scoping import ScopedManager, ScopedQuerySet

__all__ = [
    "Channel",
    "Digest",
    "JobRun",
    "MailAddress",
    "MailConfirmation",
    "ReminderSettings",
    "ReminderText",
    "SendHorizon",
    "Waiver",
]


class Desk(models.TextChoices):
    """The three administrators 三员: a person holds at most one desk, and no post beside it."""

    NONE = "", _("No desk")
    SYSTEM = "system", _("System administrator")
    SECURITY = "security", _("Security administrator")
    AUDIT = "audit", _("Audit administrator")


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(user_name=username)


class User(AbstractBaseUser):
    """An account. A member may have one; an administrator has one and no member."""

    user_name = models.CharField(_("user name"), max_length=40, unique=True)
    mobile = models.CharField(_("mobile"), max_length=20, unique=True, null=True, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    display_name = models.CharField(_("name"), max_length=60)
    desk = models.CharField(_("desk"), max_length=10, choices=Desk.choices, blank=True, default=Desk.NONE)
    is_active = models.BooleanField(_("active"), default=True)
    must_change_password = models.BooleanField(default=False)
    password_changed_at = models.DateTimeField(null=True, blank=True)
    # A one-time password on a slip is worth nothing after this moment.
    password_expires_at = models.DateTimeField(null=True, blank=True)
    # Raising it ends every session of the account at its next request.
    session_epoch = models.PositiveIntegerField(default=0)
    language = models.CharField(max_length=10, default="zh-hans")
    elder_mode = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    USERNAME_FIELD = "user_name"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]
    objects = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(desk__in=Desk.values), name="user_desk_known"),
            models.CheckConstraint(condition=~Q(mobile=""), name="user_mobile_null_not_empty"),
            models.UniqueConstraint(Upper("user_name"), name="user_name_once_in_any_case"),
        ]

    def __str__(self) -> str:
        return self.display_name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must match: the password it was opened with, and the epoch."""
        salt = "orgportal.core.models.User.session"
        return salted_hmac(
            salt, f"{self.session_epoch}|{self.password}", secret=secret, algorithm="sha256"
        ).hexdigest()


class AuditEntry(models.Model):
    """One line of the audit trail. The database refuses update, delete and truncate (migration 0002)."""

    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=60)
    action = models.CharField(max_length=60)
    target_type = models.CharField(max_length=60)
    target_id = models.BigIntegerField(null=True)
    target_name = models.CharField(max_length=200)
    path = models.CharField(max_length=64, db_collation="C", blank=True)
    changes = models.JSONField(encoder=DjangoJSONEncoder, default=dict)
    request_id = models.CharField(max_length=32)
    address = models.GenericIPAddressField(null=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        indexes = [models.Index(fields=["target_type", "target_id", "id"], name="audit_by_target")]

    def __str__(self) -> str:
        return f"{self.action} {self.target_type} {self.target_id}"


class OutboxEvent(models.Model):
    """Something promised in a business transaction that a worker still has to do."""

    topic = models.CharField(max_length=60)
    key = models.CharField(max_length=100)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    request_id = models.CharField(max_length=32, blank=True)
    # Set aside and given up for good by the administrator, for a reason the trail keeps.
    discarded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # Coalesces: while one waits unclaimed, the same wish again adds nothing.
            models.UniqueConstraint(
                fields=["topic", "key"],
                condition=Q(claimed_until=None, done_at=None),
                name="outbox_one_waiting",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(done_at=None, parked_at=None), name="outbox_open"),
            models.Index(
                fields=["-id"], condition=Q(parked_at__isnull=False, discarded_at=None), name="outbox_parked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"


class OwnRows(ScopedQuerySet["Notification"]):
    def unread(self) -> "OwnRows":
        return self.filter(read_at=None, withdrawn_at=None)


NotificationManager = ScopedManager.from_queryset(OwnRows)


class Reminder(models.Model):
    """A reminder that is planned, sent or cancelled; the unique key makes planning safe to repeat."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        SENT = "sent", _("Sent")
        CANCELLED = "cancelled", _("Cancelled")
        FAILED = "failed", _("Failed")

    rule = models.CharField(max_length=40)
    subject = models.CharField(max_length=60)  # "activities.duty:17"
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="reminders")
    due_on = models.DateField()
    step = models.SmallIntegerField()  # days from the due day: -7 before, 0 on, 14 after
    channel = models.CharField(max_length=10, choices=Channel.choices)
    planned_for = models.DateTimeField()
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    settled_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=200, blank=True)
    # The mail that carries it; fixed at the first try, so that a repeat says the same.
    digest = models.ForeignKey(Digest, on_delete=models.PROTECT, null=True, related_name="reminders")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "subject", "recipient", "due_on", "step", "channel"], name="reminder_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "sent", "cancelled", "failed"]), name="reminder_state_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["channel", "planned_for", "id"], condition=Q(state="planned"), name="reminder_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.subject} {self.step}"


class Notification(models.Model):
    """A line in somebody's inbox: what, why them, by when, and one click to the place."""

    scope_lookups: ClassVar[tuple[str, ...]] = ()
    view_right: ClassVar[str] = ""
    own_user_lookup: ClassVar[str] = "recipient_id"

    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="notifications")
    rule = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    # The text it was told in; none: the portal's words.
    text = models.ForeignKey(
        ReminderText, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    url = models.CharField(max_length=200, blank=True)
    due_on = models.DateField(null=True)
    reminder = models.OneToOneField(
        Reminder, on_delete=models.PROTECT, null=True, related_name="notification"
    )
    # One notice per party and fact, however often the workflow is repeated.
    key = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    # Who sent it took it back: it stays as it was, and says so.
    withdrawn_at = models.DateTimeField(null=True)

    unscoped = NotificationManager()
    objects = NotificationManager(guarded=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recipient", "key"], name="notification_once")]
        indexes = [models.Index(fields=["recipient", "-id"], name="notification_inbox")]

    def __str__(self) -> str:
        return f"{self.rule} -> {self.recipient_id}"


class LocalProvision(models.Model):
    """A body's own value for a provision, with its own citation. Append-only: a new value is a new row."""

    key = models.CharField(max_length=60)
    path = models.CharField(max_length=64, db_collation="C")
    value = models.JSONField()
    instrument = models.CharField(max_length=200)
    article = models.CharField(max_length=60, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")),
                name="local_provision_dates",
            ),
            models.UniqueConstraint(fields=["key", "path", "valid_from"], name="local_provision_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key} at {self.path}"


class HolidayNotice(models.Model):
    """The State Council's notice of a year's holidays, as entered here; its days are replaced together."""

    year = models.PositiveSmallIntegerField(unique=True)
    document = models.CharField(_("notice"), max_length=120)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.year}: {self.document}"


class SpecialDay(models.Model):
    """A day of such a notice that is not what its weekday says: free, or worked in exchange (调休)."""

    notice = models.ForeignKey(HolidayNotice, on_delete=models.CASCADE, related_name="days")
    on = models.DateField(unique=True)
    is_workday = models.BooleanField()
    name = models.CharField(max_length=30)

    class Meta:
        constraints = [
            # A weekday is worked anyway: only Saturdays and Sundays are worked in exchange.
            models.CheckConstraint(
                condition=Q(is_workday=False) | Q(on__week_day__in=(1, 7)), name="special_day_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.name}"


class IdempotencyKey(models.Model):
    """A key a form or API call carries; the first successful answer under it is the only one."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField()
    fingerprint = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField(null=True)
    location = models.CharField(max_length=500, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    body = models.BinaryField(default=bytes)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return str(self.key)


class Feedback(models.Model):
    """A complaint or suggestion about the system itself, and its dated answer (rules.md must.complaint)."""

    class Kind(models.TextChoices):
        COMPLAINT = "complaint", _("Complaint")
        SUGGESTION = "suggestion", _("Suggestion")

    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="feedback")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    text = models.TextField(_("what happened, or what would help"), max_length=2000)
    page = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="") | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="feedback_answer_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Heartbeat(models.Model):
    """When a part of the machinery last finished something: "tick", "ping"."""

    name = models.CharField(max_length=30, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
