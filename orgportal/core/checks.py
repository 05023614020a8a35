"""Production refuses to start on keys that are not secret, on demo accounts, or on a demo's environment."""

from collections import Counter
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import ProgrammingError

from orgportal.core.models import User

KEYS = ("SECRET_KEY", "ID_NUMBER_KEY", "ID_NUMBER_INDEX_KEY", "AUDIT_CHECKPOINT_KEY")
SHORTEST_KEY = 32
FEWEST_CHARACTERS = 10
WELL_KNOWN = ("test", "demo", "change", "default", "insecure", "example", "secret", "django-insecure")
MODES = ("production", "demo", "test")


def weak_keys() -> list[str]:
    """A sentence for each key that is short, well known, or used twice."""
    values = {name: str(getattr(settings, name, "")) for name in KEYS}
    uses = Counter(values.values())
    found = []
    for name, value in values.items():
        if len(value) < SHORTEST_KEY or len(set(value)) < FEWEST_CHARACTERS:
            found.append(f"{name} must be at least {SHORTEST_KEY} random characters")
        elif value.lower().startswith(WELL_KNOWN):
            found.append(f"{name} is a default key")
        elif uses[value] > 1:
            found.append(f"{name} is used for two purposes")
    return found


def unsafe_environment() -> list[str]:
    """What the environment alone shows to be wrong for production."""
    if settings.PORTAL_MODE not in MODES:
        return [f"PORTAL_MODE must be one of {', '.join(MODES)}"]
    if settings.PORTAL_MODE != "production":
        return []
    found = weak_keys()
    if settings.DEMO_SIGNINS_FILE:
        found.append("DEMO_SIGNINS_FILE is set: demo sign-ins have no place in production")
    if settings.DEBUG:
        found.append("DEBUG is on")
    return found


def demo_accounts() -> list[str]:
    """Accounts of the demo in a production database; none before the first migration."""
    if settings.PORTAL_MODE != "production":
        return []
    try:
        count = User.objects.filter(is_demo=True).count()
    except ProgrammingError:
        return []
    return [f"{count} demo accounts are in the database"] if count else []


@register(Tags.security)
def check_environment(**_: Any) -> list[CheckMessage]:
    return [Error(text, id="orgportal.E001") for text in unsafe_environment()]


@register(Tags.security, Tags.database)
def check_accounts(databases: Any = None, **_: Any) -> list[CheckMessage]:
    return [Error(text, id="orgportal.E002") for text in demo_accounts()] if databases else []


def refuse_unsafe_start() -> None:
    """Raise ImproperlyConfigured naming everything that forbids a start; called by web, worker and beat."""
    found = unsafe_environment() + demo_accounts()
    if found:
        raise ImproperlyConfigured("The portal does not start: " + "; ".join(found))
