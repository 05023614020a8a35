"""100,000 due reminders planned, claimed and told in the portal, against bare SQL writing the same rows.

In turns in one run: the portal's own planning and telling of all that is due, and four plain statements, each
over all rows at once: insert the planned rows, claim them, insert their notices, settle them. Both must leave
the very same rows. Then, apart, two worker processes tell them on the same database while one of the two is
killed twice: nothing is lost, nothing is told twice, and a second run adds nothing.
"""

import argparse
import os
import sys
from datetime import date, datetime
from functools import partial
from statistics import median

from django.db import connection
from django.utils import timezone

from bench import stage  # sets Django up before any model is imported
from bench._due import last_workday, owe, plan
from bench._reminder_workers import Figure, told_by_workers
from bench._scale.clock import turns
from bench._scale.database import own_copy
from orgportal.core import reminders
from orgportal.core.holidays import work_calendar

BAR = 0.6
BRANCHES, MEMBERS, DUE = 22_000, 500_000, 100_000
COLUMNS = (
    "rule, subject, recipient_id, due_on, step, channel, planned_for, params, url, state, attempts,"
    " settled_at, outcome, recorded_at"
)
KEEP = """
    CREATE TABLE IF NOT EXISTS bench_planned AS
    SELECT id AS place, rule, subject, recipient_id, due_on, step, channel, planned_for, params, url,
           'planned' AS state, 0 AS attempts, NULL::timestamptz AS settled_at, '' AS outcome, recorded_at
    FROM core_reminder
"""
PLANNED = f"INSERT INTO core_reminder ({COLUMNS}) SELECT {COLUMNS} FROM bench_planned ORDER BY place"
CLAIMED = """
    UPDATE core_reminder SET claimed_until = %(until)s, attempts = attempts + 1
    WHERE state = 'planned' AND channel = 'in_app' AND planned_for <= %(at)s
"""
TOLD = """
    INSERT INTO core_notification (recipient_id, rule, params, url, due_on, reminder_id, key, created_at)
    SELECT recipient_id, rule, params, url, due_on, id, 'reminder:' || id, %(at)s FROM core_reminder
    WHERE state = 'planned' AND channel = 'in_app' AND claimed_until = %(until)s
"""
SETTLED = """
    UPDATE core_reminder SET state = 'sent', settled_at = %(at)s, outcome = '', claimed_until = NULL
    WHERE state = 'planned' AND channel = 'in_app' AND claimed_until = %(until)s
"""
# Everything but the ids, which each round gives anew.
SAME = """
    SELECT count(*), count(n.id),
           md5(string_agg(md5(concat(to_jsonb(r) - 'id', to_jsonb(n) - '{id,reminder_id,key}'::text[])), ''
                          ORDER BY r.rule, r.subject, r.recipient_id, r.due_on, r.step, r.channel))
    FROM core_reminder r LEFT JOIN core_notification n ON n.reminder_id = r.id
"""


def tell_all(at: datetime) -> None:
    while reminders.send_all_due(at=at):
        pass


def execute(*statements: str, at: datetime | None = None) -> None:
    """Each committed by itself."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, {"at": at, "until": at and at + reminders.LEASE})


def left() -> tuple[int, int, str]:
    """How many rows and notices there are, and a digest of all that is in them."""
    with connection.cursor() as cursor:
        cursor.execute(SAME)
        rows, notices, digest = cursor.fetchone()
    return rows, notices, digest


def measure(on: date, at: datetime, rounds: int) -> tuple[int, float]:
    """How many reminders were told, and the portal's rate as a share of bare SQL's."""
    seen = set()

    def begin_again() -> None:
        seen.add(left())
        execute(KEEP, "TRUNCATE core_notification, core_reminder", "VACUUM core_notification, core_reminder")

    begin_again()
    seen.clear()
    execute("DROP TABLE bench_planned")
    taken = turns(
        {
            "portal plans": partial(plan, on, at),
            "portal tells": partial(tell_all, at),
            "keep": begin_again,
            "bare insert": partial(execute, PLANNED, at=at),
            "bare claim, notices, settle": partial(execute, CLAIMED, TOLD, SETTLED, at=at),
            "begin again": begin_again,
        },
        rounds,
    )
    assert len(seen) == 1, f"not the same rows: {seen}"
    ((_, told, _),) = seen
    for name in ("portal plans", "portal tells", "bare insert", "bare claim, notices, settle"):
        print(f"{name:28} {median(taken[name]):6.2f} s for {told:,}")
    portal = median(map(sum, zip(taken["portal plans"], taken["portal tells"], strict=True)))
    bare = median(map(sum, zip(taken["bare insert"], taken["bare claim, notices, settle"], strict=True)))
    print(f"portal {told / portal:,.0f} a second, bare SQL {told / bare:,.0f} a second")
    return told, bare / portal


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--branches", type=int, default=BRANCHES)
    parser.add_argument("--members", type=int, default=MEMBERS)
    parser.add_argument("--due", type=int, default=DUE)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with own_copy(asked.branches, asked.members) as url:
        execute("SET statement_timeout = 0")
        on, at = last_workday(timezone.localdate(), work_calendar())
        each = owe(asked.due, on, at)
        print(f"{stage.machine()}\n{asked.branches:,} branches, {each} duties more for each", flush=True)
        told, ratio = measure(on, at, asked.rounds)
        figure: Figure = told_by_workers({**os.environ, "DATABASE_URL": url}, on)
    is_held = told >= asked.due and ratio >= BAR and figure.is_sound
    print(
        f"reminders: {told:,} planned, claimed and told at {ratio:.2f}x of bare SQL (bar {BAR}); {figure}:"
        f" {'pass' if is_held else 'FAIL'}"
    )
    return 0 if is_held else 1


if __name__ == "__main__":
    sys.exit(main())
