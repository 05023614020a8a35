"""Settings for every stage: one program, told apart only by the environment it reads.

PORTAL_MODE is "production" (default), "demo" or "test". Production refuses to start on default keys
(`orgportal.core.checks`).
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

# Django reads these from here by name.
from orgportal.settings_api import *  # noqa: F403
from orgportal.settings_operations import *  # noqa: F403
from orgportal.settings_packaged import *  # noqa: F403
from orgportal.settings_uploads import *  # noqa: F403

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# --- stage and keys
PORTAL_MODE: str = env.str("PORTAL_MODE", default="production")
DEBUG = False
SECRET_KEY: str = env.str("SECRET_KEY")
# Identity numbers: one key seals them (AES-GCM), one makes the blind index.
ID_NUMBER_KEY: str = env.str("ID_NUMBER_KEY")
ID_NUMBER_INDEX_KEY: str = env.str("ID_NUMBER_INDEX_KEY")
# Signs the audit checkpoints that leave the database.
AUDIT_CHECKPOINT_KEY: str = env.str("AUDIT_CHECKPOINT_KEY")
AUDIT_CHECKPOINT_FILE: str = env.str("AUDIT_CHECKPOINT_FILE")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Ids of two installations never collide: sequences start at this number << 40 (performance.md 12.7).
INSTALLATION_NUMBER: int = env.int("INSTALLATION_NUMBER", default=1)
# How a reader of a mail gets to us: "https://portal.example.cn".
SITE_ADDRESS: str = env.str("SITE_ADDRESS", default="").rstrip("/")
SUPPORT_PHONE: str = env.str("SUPPORT_PHONE", default="")
# Where the demo's loader lists its sign-ins, for the sign-in page in demo mode.
DEMO_SIGNINS_FILE: str = env.str("DEMO_SIGNINS_FILE", default="")

# --- applications
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "orgportal.core",
    "branches",
    "members",
    "activities",
    "orgportal.health",
    "orgportal.demo",
]
MIDDLEWARE = [
    "orgportal.core.metrics.MetricsMiddleware",
    "orgportal.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "orgportal.middleware.TokenMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "orgportal.middleware.PreferencesMiddleware",
    "orgportal.middleware.UploadSizeMiddleware",
    "orgportal.middleware.RefusalMiddleware",
    "orgportal.middleware.MethodMiddleware",
    "orgportal.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "orgportal.middleware.ScopeMiddleware",
    "orgportal.middleware.FirstPasswordMiddleware",
    "orgportal.middleware.IdempotencyMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "orgportal.urls"
WSGI_APPLICATION = "orgportal.wsgi.application"
FORM_RENDERER = "django.forms.renderers.Jinja2"  # a third of the time
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "environment": "orgportal.core.jinja.environment",
            "context_processors": ["orgportal.core.ui.page_context"],
        },
    },
    {  # third-party pages only (house.md 8)
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]

# --- PostgreSQL, Redis
DATABASES: dict[str, Any] = {
    "default": {
        **env.db_url("DATABASE_URL"),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "options": "-c statement_timeout=15s -c lock_timeout=3s"
            " -c idle_in_transaction_session_timeout=30s -c jit=off"
        },
    }
}
REDIS_URL: str = env.str("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "orgportal.core.cache.ForgivingRedisCache",
        "LOCATION": f"{REDIS_URL.rstrip('/')}/1",
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }
}

# --- Celery: beat carries no meaning, the database decides (reliability.md B3)
CELERY_BROKER_URL = f"{REDIS_URL.rstrip('/')}/0"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": env.int("CELERY_VISIBILITY_TIMEOUT", default=900),
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    # A save does not wait for a broker that is away: the sweep delivers.
    "max_retries": 0,
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER, CELERY_ACCEPT_CONTENT = "json", ["json"]
CELERY_TASK_TIME_LIMIT, CELERY_TASK_SOFT_TIME_LIMIT = 400, 360
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_TIMEZONE = "Asia/Shanghai"

# --- accounts, sessions
AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "orgportal.core.accounts.UserNameOrMobileBackend",
]
PASSWORD_HASHERS = [f"django.contrib.auth.hashers.{name}PasswordHasher" for name in ("Argon2", "PBKDF2")]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["user_name", "display_name", "mobile", "email"]},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "orgportal.core.accounts.CharacterClassesValidator"},
]
LOGIN_URL, LOGIN_REDIRECT_URL = "core:sign-in", "/"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = env.int("SESSION_IDLE_SECONDS", default=1800)
SESSION_SAVE_EVERY_REQUEST = True
SESSION_ABSOLUTE_SECONDS = env.int("SESSION_ABSOLUTE_SECONDS", default=12 * 3600)
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
# By name *and* address: wrong passwords from elsewhere cannot shut a person out of the office PC.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
# A try during the lock-out does not lengthen it: the page tells the hour it ends.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_FORM_FIELD = "username"
AXES_USERNAME_CALLABLE = "orgportal.core.accounts.account_key"
AXES_DISABLE_ACCESS_LOG = True  # the audit trail has it
AXES_LOCKOUT_CALLABLE = "orgportal.core.accounts.locked_out"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# --- security headers
HTTPS_ONLY: bool = env.bool("HTTPS_ONLY", default=PORTAL_MODE == "production")
SECURE_SSL_REDIRECT = HTTPS_ONLY
# One proxy of ours in front: its word on scheme and client address is taken, nobody else's.
BEHIND_PROXY: bool = env.bool("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS_ONLY else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS_ONLY
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS_ONLY
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME = "__Host-session" if HTTPS_ONLY else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS_ONLY else "csrf"
LANGUAGE_COOKIE_SECURE = HTTPS_ONLY
LANGUAGE_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "orgportal.core.views.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        **{key: [SELF] for key in ("script-src", "style-src", "img-src", "connect-src", "manifest-src")},
        **{key: [NONE] for key in ("default-src", "base-uri", "object-src", "frame-ancestors")},
        "form-action": [SELF],
    }
}
# An intranet name has no place on the browsers' public preload list.
SILENCED_SYSTEM_CHECKS = ["security.W021"]

# --- language, time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = USE_TZ = True

# --- static files, mail
STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "orgportal.core.bundles.BundlingStorage"},
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
BATCH_MEMBERS_MAX: int = env.int("BATCH_MEMBERS_MAX", default=1000)
EMAIL_BACKEND = env.str("EMAIL_BACKEND", default="orgportal.core.mailing.TimedBackend")
EMAIL_FILE_PATH = env.str("EMAIL_FILE_PATH", default=None)
EMAIL_HOST, EMAIL_PORT = env.str("EMAIL_HOST", default="localhost"), env.int("EMAIL_PORT", default=25)
EMAIL_TIMEOUT = 10  # of one answer; a whole run ends after orgportal.core.mailing.SECONDS
MAIL_AT_ANY_HOUR: bool = env.bool("MAIL_AT_ANY_HOUR", default=False)  # drills do not wait for morning
WEBHOOK_HOSTS: list[str] = env.list("WEBHOOK_HOSTS", default=[])  # "host[:port]" of robots; none: off
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="orgportal@localhost")

# --- logs: one JSON line per event
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "orgportal.core.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"django.server": {"propagate": True}, "axes": {"level": "ERROR"}},
}
