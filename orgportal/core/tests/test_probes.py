"""healthz, readyz, the request's id, the client's address, and the refusal of an unsafe start."""

import json
import logging
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection
from django.test import Client

from branches.tests.factories import NOW
from members.tests.factories import make_user
from orgportal import celery as roof
from orgportal.core import checks, readiness
from orgportal.core.logs import JsonFormatter, Trace, trace
from orgportal.core.models import AuditEntry, Heartbeat

GOOD = {
    "SECRET_KEY": "kq3vJx9TzL0wRb7YfN2mCe5HpUa8sDgQ",
    "ID_NUMBER_KEY": "Zt6yWm1nXc4vBq8rTk2pLs9dFg3hJe7u",
    "ID_NUMBER_INDEX_KEY": "pO5iUy7tRe3wQa1sDf9gHj2kLz4xCv6b",
    "AUDIT_CHECKPOINT_KEY": "Mn8bVc6xZa4sDf2gHj0kLq9wEr7tYu5i",
}


# --- probes


def test_healthz_asks_no_server(client: Client, django_assert_num_queries: Any, db: None) -> None:
    with django_assert_num_queries(0):
        answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok")


def test_readyz_tells_this_machine_the_details(client: Client, db: None) -> None:
    Heartbeat.objects.create(name="tick", at=NOW - timedelta(seconds=70))

    with time_machine.travel(NOW, tick=False):
        answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {
        "state": "ready", "database": True, "migrations": True, "redis": True, "seconds_since_tick": 70,
    }  # fmt: skip


@pytest.mark.parametrize("extra", [{"REMOTE_ADDR": "10.0.0.5"}, {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}])
def test_readyz_tells_others_one_word(client: Client, db: None, extra: dict[str, str]) -> None:
    assert client.get("/readyz", **extra).json() == {"state": "ready"}


def test_redis_away_degrades_but_takes_traffic(client: Client, db: None, settings: Any) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["state"], answer.json()["redis"]) == (200, "degraded", False)


def test_database_away_is_503(client: Client, db: None) -> None:
    def away(*_: Any) -> None:
        raise OperationalError("gone")

    with connection.execute_wrapper(away):
        answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["state"]) == (503, "not_ready")


def test_missing_migration_is_503_until_it_is_applied(client: Client, db: None) -> None:
    readiness.migrations_applied.cache_clear()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE django_migrations SET name = name || '-x' WHERE app = 'core'"
            " AND name = (SELECT max(name) FROM django_migrations WHERE app = 'core')"
        )
        assert client.get("/readyz").status_code == 503
        cursor.execute("UPDATE django_migrations SET name = left(name, -2) WHERE name LIKE '%-x'")
    assert client.get("/readyz").status_code == 200


# --- one id through logs, pages and entries


def test_request_id_is_on_page_and_header(client: Client, db: None) -> None:
    answer = client.get("/no-such-page/", HTTP_X_REQUEST_ID="forged")
    signed = client.get("/sign-in/")

    assert len(answer["X-Request-Id"]) == 10
    assert answer["X-Request-Id"] != signed["X-Request-Id"] != "forged"


def test_log_lines_are_one_line_of_json_with_the_id() -> None:
    token = trace.set(Trace("abc", None))
    record = logging.LogRecord("x", logging.INFO, "f", 1, "a\nb %s", ("\r\n{}",), None)
    line = JsonFormatter().format(record)
    trace.reset(token)

    assert "\n" not in line
    assert json.loads(line)["request"] == "abc"
    assert json.loads(line)["message"] == "a\nb \r\n{}"


def test_log_lines_carry_the_traceback() -> None:
    info = (ValueError, ValueError("why"), None)
    record = logging.LogRecord("x", logging.ERROR, "f", 1, "failed", (), info)

    assert "ValueError: why" in json.loads(JsonFormatter().format(record))["trace"]


@pytest.mark.parametrize(
    ("behind_proxy", "header", "seen"),
    [
        (False, "10.9.8.7", "127.0.0.1"),
        (True, "10.9.8.7", "10.9.8.7"),
        (True, "1.1.1.1, 10.9.8.7", "10.9.8.7"),
        (True, "nonsense", "127.0.0.1"),
        (True, "", "127.0.0.1"),
    ],
)
def test_audit_has_the_true_address(
    client: Client, db: None, settings: Any, behind_proxy: bool, header: str, seen: str
) -> None:
    settings.BEHIND_PROXY = behind_proxy
    make_user("chen")
    sent = {"username": "chen", "password": "Correct-horse-1"}

    client.post("/sign-in/", sent, HTTP_X_FORWARDED_FOR=header)

    assert AuditEntry.objects.get().address == seen


def test_foreign_host_is_refused(client: Client, db: None, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["portal.example.cn"]

    assert client.get("/sign-in/", HTTP_HOST="evil.example").status_code == 400


# --- unsafe start


@pytest.fixture
def production(settings: Any) -> Any:
    settings.PORTAL_MODE = "production"
    settings.DEMO_SIGNINS_FILE = ""
    for name, value in GOOD.items():
        setattr(settings, name, value)
    return settings


def test_good_production_starts(production: Any, db: None) -> None:
    checks.refuse_unsafe_start()
    assert checks.check_environment() == []
    assert checks.check_accounts(databases=["default"]) == []
    assert checks.check_accounts() == []


@pytest.mark.parametrize("name", checks.KEYS)
@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("short", "random characters"),
        ("a" * 64, "random characters"),
        ("test-only-SECRET_KEY-0123456789abcdefghij", "default key"),
        ("django-insecure-0123456789abcdefghijklmn", "default key"),
    ],
)
def test_weak_keys_refuse_the_start(production: Any, db: None, name: str, value: str, words: str) -> None:
    setattr(production, name, value)

    with pytest.raises(ImproperlyConfigured, match=f"{name}.*{words}"):
        checks.refuse_unsafe_start()


def test_one_key_for_two_purposes_refuses(production: Any, db: None) -> None:
    production.ID_NUMBER_KEY = production.SECRET_KEY

    with pytest.raises(ImproperlyConfigured, match="two purposes"):
        checks.refuse_unsafe_start()


def test_demo_accounts_refuse_the_start(production: Any, db: None) -> None:
    make_user("demo", is_demo=True)

    with pytest.raises(ImproperlyConfigured, match="1 demo accounts"):
        checks.refuse_unsafe_start()
    assert [error.id for error in checks.check_accounts(databases=["default"])] == ["orgportal.E002"]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DEMO_SIGNINS_FILE", "/x", "DEMO_SIGNINS"),
        ("DEBUG", True, "DEBUG"),
        ("PORTAL_MODE", "stage", "PORTAL_MODE"),
    ],
)
def test_unsafe_environment_refuses(production: Any, db: None, name: str, value: Any, words: str) -> None:
    setattr(production, name, value)

    with pytest.raises(ImproperlyConfigured, match=words):
        checks.refuse_unsafe_start()


def test_before_the_first_migration_there_are_no_accounts(production: Any, db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_user RENAME TO core_user_away")
    assert checks.demo_accounts() == []


def test_demo_and_test_start_with_any_keys(settings: Any, db: None) -> None:
    make_user("demo", is_demo=True)
    for mode in ("demo", "test"):
        settings.PORTAL_MODE = mode
        checks.refuse_unsafe_start()


@pytest.mark.parametrize("part", ["Worker", "Beat"])
def test_worker_and_beat_refuse_as_well(production: Any, db: None, part: str) -> None:
    production.SECRET_KEY = "short"

    with pytest.raises(ImproperlyConfigured):
        getattr(roof.app, part)
    production.SECRET_KEY = GOOD["SECRET_KEY"]
    assert getattr(roof.app, part)
