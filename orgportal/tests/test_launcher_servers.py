"""The servers the launcher starts are real, private, and keep what they are given."""

import psycopg2
import pytest
import redis

from launcher.servers import Servers

pytestmark = pytest.mark.services
PASSWORDS = ("postgres-secret", "redis-secret")


@pytest.fixture
def place(tmp_path_factory, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    return tmp_path_factory.mktemp("servers")


def ask(url: str, *statements: str) -> list[tuple]:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall()
    finally:
        connection.close()


def test_servers_keep_their_data_over_a_restart(place):
    with Servers(place, place / "log", PASSWORDS, durable=True) as first:
        ask(
            first.env["DATABASE_URL"],
            "CREATE TABLE kept (name text)",
            "INSERT INTO kept VALUES ('龙山区') RETURNING 1",
        )
        redis.Redis.from_url(first.env["REDIS_URL"]).set("kept", "yes")

    with Servers(place, place / "log", PASSWORDS, durable=True) as second:
        rows = ask(second.env["DATABASE_URL"], "SELECT name FROM kept")
        kept = redis.Redis.from_url(second.env["REDIS_URL"]).get("kept")

    assert (rows, kept) == ([("龙山区",)], b"yes")


def test_database_is_made_as_the_system_needs_it(place):
    with Servers(place, place / "log", PASSWORDS, durable=False) as servers:
        url = servers.env["DATABASE_URL"]
        settings = ask(
            url,
            "SELECT current_setting('server_encoding'), datcollate, rolsuper, inet_server_addr()::text"
            " FROM pg_database, pg_roles WHERE datname = current_database() AND rolname = current_user",
        )
        # With --locale=C the trigrams of Chinese text are silently empty.
        trigrams = ask(url, "CREATE EXTENSION pg_trgm", "SELECT cardinality(show_trgm('张建国')) > 0")

    assert settings == [("UTF8", "C.UTF-8", False, "127.0.0.1/32")]
    assert trigrams == [(True,)]


def test_servers_refuse_a_wrong_password(place):
    with Servers(place, place / "log", PASSWORDS, durable=False) as servers:
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            psycopg2.connect(servers.env["DATABASE_URL"].replace("postgres-secret", "guess"))
        with pytest.raises(redis.RedisError, match=r"WRONGPASS|invalid"):
            redis.Redis.from_url(servers.env["REDIS_URL"].replace("redis-secret", "guess")).ping()


def test_redis_loses_nothing_by_its_settings(place):
    with Servers(place, place / "log", PASSWORDS, durable=True) as servers:
        settings = redis.Redis.from_url(servers.env["REDIS_URL"]).config_get("*")

    assert [settings[name] for name in ("appendonly", "maxmemory-policy", "bind")] == [
        "yes",
        "noeviction",
        "127.0.0.1",
    ]


def test_unreadable_redis_files_are_set_aside(place):
    with Servers(place, place / "log", PASSWORDS, durable=True) as servers:
        data = servers.place
    for kept in (data / "redis").rglob("*.aof*"):
        if kept.is_file():
            kept.write_bytes(b"not an append-only file")

    with Servers(place, place / "log", PASSWORDS, durable=True) as servers:
        assert redis.Redis.from_url(servers.env["REDIS_URL"]).ping()

    assert len(list(data.glob("redis-set-aside-*"))) == 1


def test_start_that_was_cut_short_is_begun_again(place):
    with Servers(place, place / "log", PASSWORDS, durable=False) as servers:
        data = servers.place
    (data / "postgres").rename(data / "postgres.part")

    with Servers(place, place / "log", PASSWORDS, durable=False) as servers:
        assert ask(servers.env["DATABASE_URL"], "SELECT 1") == [(1,)]


def test_named_servers_are_used_and_none_started(place, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/x")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere")

    with Servers(place, place / "log", PASSWORDS, durable=True) as servers:
        assert servers.env == {"DATABASE_URL": "postgres://elsewhere/x", "REDIS_URL": "redis://elsewhere"}
    assert list(place.iterdir()) == []
