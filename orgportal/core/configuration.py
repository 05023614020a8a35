"""What an installation is told by its environment: every name, and the values that are no secret."""

import os

SECRETS = (
    "SECRET_KEY",
    "ID_NUMBER_KEY",
    "ID_NUMBER_INDEX_KEY",
    "AUDIT_CHECKPOINT_KEY",
    # With the passwords of the servers in them.
    "DATABASE_URL",
    "REDIS_URL",
)
OPEN = (
    "PORTAL_MODE",
    "AUDIT_CHECKPOINT_FILE",
    "ALLOWED_HOSTS",
    "CSRF_TRUSTED_ORIGINS",
    "BEHIND_PROXY",
    "HTTPS_ONLY",
    "INSTALLATION_NUMBER",
    "BATCH_MEMBERS_MAX",
    "WORD_TEMPLATE_MAX_BYTES",
    "ATTACHMENT_PHOTO_MAX_BYTES",
    "ATTACHMENT_DOCUMENT_MAX_BYTES",
    "ATTACHMENTS_PER_RECORD",
    "ATTACHMENT_BRANCH_YEAR_BYTES",
    "UPLOAD_FILE_MAX_BYTES",
    "UPLOAD_REQUEST_MAX_BYTES",
    "VIRUS_SCANNER",
    "SESSION_IDLE_SECONDS",
    "SESSION_ABSOLUTE_SECONDS",
    "EMAIL_BACKEND",
    "EMAIL_HOST",
    "EMAIL_PORT",
    "EMAIL_FILE_PATH",
    "DEFAULT_FROM_EMAIL",
    "WEBHOOK_HOSTS",
    "SUPPORT_PHONE",
    "SITE_ADDRESS",
    "STATIC_ROOT",
    "CELERY_VISIBILITY_TIMEOUT",
    "REMINDER_LEASE_SECONDS",
    "REMINDER_TICK_SECONDS",
    "JOB_RUNS_DAYS",
    "METRICS_PORT",
    "METRICS_ADDRESS",
    "METRICS_DIR",
    "MAIL_AT_ANY_HOUR",
    "BEAT_TICK_SECONDS",
    "LOG_LEVEL",
    "DEMO_SIGNINS_FILE",
    "PG_BIN",
)


def configuration() -> dict[str, str | None]:
    """By name: the value, None where the default holds, "(secret)" where one is set that is not told."""
    told = {name: os.environ.get(name) for name in OPEN}
    return told | {name: "(secret)" if os.environ.get(name) else None for name in SECRETS}
