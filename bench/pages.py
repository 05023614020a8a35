"""Roster, branch page, month matrix and search at 22,000 branches and 500,000 members, through a real server.

One gunicorn worker with the portal's whole middleware. A person of every level (branch, township, district,
city, province) asks for each page; in turns with it a view that looks up session and scope and nothing else,
and one that sends the very statements of the page (captured once, by the same person) and renders nothing.
The bare statements are timed from Python too. Medians of one run; the last line holds them against the bars.
"""

import argparse
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone

from bench import stage  # sets Django up before any model is imported
from bench._scale.clock import turns
from bench._scale.database import ROOT, installation
from bench._seats import session_of
from branches.choices import PostKind
from branches.models import Organization
from members.models import Member, Post
from members.queries import scope_for
from members.queries.search import members_found
from orgportal.health.workflows.assessments import assess_all
from orgportal.search.queries import FEW

BRANCHES, MEMBERS = 22_000, 500_000
LEVELS = {"branch": PostKind.SECRETARY, "township": PostKind.ORGANISER, "district": PostKind.OFFICER,
          "city": PostKind.OFFICER, "province": PostKind.OFFICER}  # fmt: skip
WIDTHS = {"province": 4, "city": 8, "district": 12, "township": 16}
FAR = 100_000
TRANSACTION = {"BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"}
TEXT = "王伟"  # two characters, and one of the commonest
BARS = {
    "page of (nothing + bare SQL)": 2.5,
    "page of the same SQL unrendered": 1.5,
    "roster of branch scope": 3.0,
    "row 100,000 of page 1": 3.0,
    "JSON of ModelSerializer": 0.3,
    "search of sequential scan": 1 / 20,
}


@dataclass(frozen=True, slots=True)
class Ask:
    """One address as one person asks for it."""

    name: str
    url: str
    session: str


@dataclass(frozen=True, slots=True)
class Person:
    level: str
    post: Post
    session: str

    @property
    def branch(self) -> Organization:
        """A branch of theirs with members enough for a page."""
        rows = Organization.unscoped.current().branches().filter(path__startswith=self.post.organization.path)
        return rows.order_by("code")[rows.count() // 2]


# --- who asks for what


def people() -> list[Person]:
    """One of each level with an account, with a session of their own."""
    found = []
    for level, kind in LEVELS.items():
        posts = Post.unscoped.held_on(timezone.localdate()).filter(kind=kind, member__user__isnull=False)
        posts = posts.filter(member__user__user_name__startswith=f"{level}-").exclude(
            organization__kind="general"
        )
        post = posts.select_related("organization", "member__user").order_by("pk")[posts.count() // 2]
        found.append(Person(level, post, session_of(post.member.user)))
    return found


def pages(person: Person) -> dict[str, str]:
    return {
        "roster": "/members/",
        "branch": f"/branches/{person.branch.pk}/",
        "matrix": "/health/",
        "search": f"/search/?{urlencode({'q': TEXT})}",
    }


def captured(url: str, session: str) -> list[str]:
    """Every statement the page sends beyond session, account and scope."""
    client = Client()
    client.cookies["session"] = session
    client.get(url)  # what is asked once per process is not the page's

    def sent(address: str) -> list[str]:
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        return [query["sql"] for query in seen.captured_queries if _reads(query["sql"])]

    known, found = sent("/bench/nothing/"), sent(url)
    return [
        sql for place, sql in enumerate(found) if not (place < len(known) and sql[:60] == known[place][:60])
    ]


def _reads(sql: str) -> bool:
    """The session is written behind every view, the one without data included; a page writes nothing else."""
    is_read = sql.lstrip("( ").upper().startswith(("SELECT", "WITH"))
    assert is_read or "django_session" in sql or sql.split()[0] in TRANSACTION, sql
    return is_read


# --- the server, and the turns


@contextmanager
def served(database: str, statements: Path) -> Iterator[int]:
    """One gunicorn worker; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {
        **os.environ,
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "bench._pages_settings",
        "BENCH_STATEMENTS": str(statements),
        "LOG_LEVEL": "WARNING",
    }
    command = [sys.executable, "-m", "gunicorn", "orgportal.wsgi:application", "--workers", "1", "--bind"]
    command += [f"127.0.0.1:{port}", "--log-level", "warning", "--no-control-socket", "--timeout", "120"]
    server = subprocess.Popen(command, cwd=ROOT, env=env)
    try:
        _until_it_answers(port)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=20)


def _until_it_answers(port: int) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(port)


def get(port: int, ask: Ask) -> bytes:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    line.request("GET", ask.url, headers={"Cookie": f"session={ask.session}"})
    answer = line.getresponse()
    body = answer.read()
    line.close()
    assert answer.status == 200, (ask.url, answer.status)
    return body


def send(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
            cursor.fetchall()


# --- what is asked


def prepared(persons: list[Person]) -> tuple[dict[str, Ask], dict[str, list[str]]]:
    """Every address, and the statements behind every page, by name."""
    asks, statements = {}, {}
    for person in persons:
        level, session = person.level, person.session
        asks[f"nothing-{level}"] = Ask("nothing", "/bench/nothing/", session)
        for page, url in pages(person).items():
            name = f"{page}-{level}"
            statements[name] = captured(url, session)
            asks[name] = Ask(page, url, session)
            asks[f"bare-{name}"] = Ask("bare", f"/bench/bare/{name}/", session)
    top = persons[-1]
    rows = Member.unscoped.active().order_by("name_key", "id").values_list("pk", flat=True)
    far = rows[min(FAR, rows.count() - 100) - 1]
    asks["far-province"] = Ask("far", f"/members/?after={far}", top.session)
    asks["json"] = Ask("json", "/api/v1/members/", top.session)
    asks["peer"] = Ask("peer", "/api/bench/members/", top.session)
    return asks, statements


def searches(persons: list[Person]) -> dict[str, list[str]]:
    """The statement of the search, and the same question asked of every row."""
    scope = scope_for(persons[-1].post.member.user, timezone.localdate())
    with CaptureQueriesContext(connection) as seen:
        members_found(TEXT, scope, FEW + 1)
    through = (
        f"SELECT id, name, number FROM members_member WHERE name LIKE '%{TEXT}%' AND standing <> 'ended'"
    )
    return {"search": [query["sql"] for query in seen.captured_queries], "scan": [through]}


def scanned(statements: list[str]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        send(statements)


def measure(database: str, rounds: int) -> dict[str, list[float]]:
    persons = people()
    with override_settings(ROOT_URLCONF="bench._pages", ALLOWED_HOSTS=["*"]):
        asks, statements = prepared(persons)
    for name, found in statements.items():
        print(f"{name:18} {len(found):3} statements")
    sought = searches(persons)
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(statements, file)
        file.flush()
        with served(database, Path(file.name)) as port:
            same = [json.loads(get(port, asks[name])) for name in ("json", "peer")]
            assert same[0]["results"] == same[1], "the peer tells other rows"
            works: dict[str, Callable[[], object]] = {
                name: partial(get, port, ask) for name, ask in asks.items()
            }
            works |= {f"sql-{name}": partial(send, found) for name, found in statements.items()}
            works |= {
                "sql-search": partial(send, sought["search"]),
                "sql-scan": partial(scanned, sought["scan"]),
            }
            return turns(works, rounds)


# --- what it says


def ratios(taken: dict[str, list[float]]) -> dict[str, float]:
    """The worst of each kind."""
    p50 = {name: median(times) for name, times in taken.items()}
    names = [f"{page}-{level}" for page in ("roster", "branch") for level in LEVELS]
    return {
        "page of (nothing + bare SQL)": max(
            p50[name] / (p50[f"nothing-{name.partition('-')[2]}"] + p50[f"sql-{name}"]) for name in names
        ),
        "page of the same SQL unrendered": max(p50[name] / p50[f"bare-{name}"] for name in names),
        "roster of branch scope": max(p50[f"roster-{level}"] for level in LEVELS) / p50["roster-branch"],
        "row 100,000 of page 1": p50["far-province"] / p50["roster-province"],
        "JSON of ModelSerializer": p50["json"] / p50["peer"],
        "search of sequential scan": p50["sql-search"] / p50["sql-scan"],
    }


def told(taken: dict[str, list[float]]) -> int:
    print(f"{'':22}{'p50':>9}{'p95':>9}{'bare SQL':>10}{'nothing+SQL':>13}{'unrendered':>12}")
    for name, times in taken.items():
        if f"sql-{name}" in taken:
            level = name.partition("-")[2]
            sql, none = median(taken[f"sql-{name}"]), median(taken[f"nothing-{level}"])
            beside = f"{sql * 1000:10.1f}{median(times) / (none + sql):12.2f}x"
            beside += f"{median(times) / median(taken[f'bare-{name}']):11.2f}x"
        elif name.startswith(("nothing", "far", "json", "peer", "sql-s")) and name.count("-") < 2:
            beside = ""
        else:
            continue
        print(f"{name:22}{median(times) * 1000:9.1f}{stage.p95(times) * 1000:9.1f}{beside}")
    found = ratios(taken)
    held = {name: found[name] <= bar for name, bar in BARS.items()}
    for name, ratio in found.items():
        print(f"{'held' if held[name] else 'MISSED'}: {name} {ratio:.3f} (bar {BARS[name]:.2f})")
    line = "; ".join(f"{name} {ratio:.2f}" for name, ratio in found.items())
    print(f"{line}: {'pass' if all(held.values()) else 'FAIL'}")
    return 0 if all(held.values()) else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--branches", type=int, default=BRANCHES)
    parser.add_argument("--members", type=int, default=MEMBERS)
    parser.add_argument("--rounds", type=int, default=25)
    asked = parser.parse_args()
    with installation(asked.branches, asked.members) as database:
        connection.cursor().execute("SET statement_timeout = 0")
        now = timezone.now()
        assess_all(timezone.localdate(now), at=now)
        connection.cursor().execute("VACUUM ANALYZE")
        print(f"{stage.machine()}, {Member.unscoped.count():,} members, {asked.rounds} rounds", flush=True)
        return told(measure(database, asked.rounds))


if __name__ == "__main__":
    sys.exit(main())
