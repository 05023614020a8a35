"""The environment Django is given in each stage, and the secrets behind the demo's."""

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

KEYS = ("SECRET_KEY", "ID_NUMBER_KEY", "ID_NUMBER_INDEX_KEY", "AUDIT_CHECKPOINT_KEY")
PASSWORDS = ("postgres", "redis")
# For commands that need Django's settings but ask no server anything.
NO_SERVERS = {"DATABASE_URL": "postgres://portal@127.0.0.1:9/orgportal", "REDIS_URL": "redis://127.0.0.1:9"}


def kept_secrets(data: Path) -> dict[str, str]:
    """Random, made once per data folder, readable by its owner alone."""
    file = data / "secrets.json"
    if file.exists():
        kept: dict[str, str] = json.loads(file.read_text())
        return kept
    made = {name: secrets.token_urlsafe(48) for name in KEYS} | {
        name: secrets.token_hex(24) for name in PASSWORDS
    }
    write_private(file, json.dumps(made, indent=1))
    return made


def write_private(file: Path, text: str) -> None:
    """Whole or not at all, and never for a moment readable by others."""
    part = file.with_suffix(".part")
    part.unlink(missing_ok=True)
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:  # noqa: PTH123
        stream.write(text)
    part.rename(file)


def demo_environment(data: Path, keys: Mapping[str, str], servers: Mapping[str, str]) -> dict[str, str]:
    mail = data / "mail"
    mail.mkdir(exist_ok=True)
    return {
        **os.environ,
        **servers,
        **{name: keys[name] for name in KEYS},
        "DJANGO_SETTINGS_MODULE": "orgportal.settings",
        "PORTAL_MODE": "demo",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        # No exchange in the demo's area begins with 000: the number rings nowhere.
        "SUPPORT_PHONE": "0437-0000000",
        "AUDIT_CHECKPOINT_FILE": str(data / "audit-checkpoints.jsonl"),
        "STATIC_ROOT": str(data / "static"),
        "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "EMAIL_FILE_PATH": str(mail),
        "DEMO_SIGNINS_FILE": str(data / "signins.json"),
        "BEAT_TICK_SECONDS": "5",
        "PYTHONUNBUFFERED": "1",
    }


def test_environment(scratch: Path, servers: Mapping[str, str]) -> dict[str, str]:
    """Keys that die with the run; tests that start a worker or a browser inherit them."""
    static = scratch / "static"
    static.mkdir(exist_ok=True)
    return {
        **os.environ,
        **servers,
        **{name: secrets.token_urlsafe(48) for name in KEYS},
        "DJANGO_SETTINGS_MODULE": "orgportal.settings_test",
        "PORTAL_MODE": "test",
        "AUDIT_CHECKPOINT_FILE": str(scratch / "audit-checkpoints.jsonl"),
        "STATIC_ROOT": str(static),
    }


def production_environment(scratch: Path) -> dict[str, str]:
    """What `check --deploy` must find nothing wrong with; no server is behind it."""
    return {
        **os.environ,
        **{name: secrets.token_urlsafe(48) for name in KEYS},
        "DJANGO_SETTINGS_MODULE": "orgportal.settings",
        "PORTAL_MODE": "production",
        **NO_SERVERS,
        "ALLOWED_HOSTS": "portal.example.cn",
        "AUDIT_CHECKPOINT_FILE": str(scratch / "audit-checkpoints.jsonl"),
    }
