"""The test stage: the same settings, fed a fixed environment where the launcher gave none."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("PORTAL_MODE", "test")
for _key in ("SECRET_KEY", "ID_NUMBER_KEY", "ID_NUMBER_INDEX_KEY", "AUDIT_CHECKPOINT_KEY"):
    os.environ.setdefault(_key, f"test-only-{_key}")
os.environ.setdefault(
    "AUDIT_CHECKPOINT_FILE", str(Path(tempfile.gettempdir()) / f"audit-{os.getpid()}.jsonl")
)

from orgportal.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
ALLOWED_HOSTS = ["*"]
# Each test is one transaction, however long it computes between two statements.
DATABASES["default"]["OPTIONS"]["options"] += " -c idle_in_transaction_session_timeout=0"  # noqa: F405
