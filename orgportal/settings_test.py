"""The test stage: the same settings in a fixed environment; a test, one transaction, may pause."""

import os
import tempfile

os.environ.setdefault("PORTAL_MODE", "test")
for _key in ("SECRET_KEY", "ID_NUMBER_KEY", "ID_NUMBER_INDEX_KEY", "AUDIT_CHECKPOINT_KEY"):
    os.environ.setdefault(_key, f"test-only-{_key}")
os.environ.setdefault("AUDIT_CHECKPOINT_FILE", f"{tempfile.gettempdir()}/audit-{os.getpid()}.jsonl")
from orgportal.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
ALLOWED_HOSTS = ["*"]
DATABASES["default"]["OPTIONS"]["options"] += " -c idle_in_transaction_session_timeout=0"  # noqa: F405
