"""Totals over every subtree: the portal's two steps against one GROUP BY over the branches themselves.

A quarter is summed up for all branches; then, in turns in one run, the portal's statement, a plain GROUP BY
id over the same rows, and the one-step way (every branch unnested to all its ancestors). Both are timed on
the branch rows alone as well, taken out of the stored summaries, so that the cost of opening what is stored
stands apart. All give the same totals, and those frozen in the summaries.
"""

import argparse
import sys
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from bench import stage  # sets Django up before any model is imported
from bench._quarter import alone, last_quarter, run_quarter
from bench._scale.clock import in_turns
from bench._scale.database import installation
from branches.choices import Kind
from orgportal.health.models import PeriodSummary, SummaryRun
from orgportal.health.queries.summaries import ROLL_UP_SQL, rolls

BAR = 0.7
BRANCHES, MEMBERS = 22_000, 500_000
OPENED = """
    SELECT s.organization_id AS id, left(o.path, -4) AS parent, t.key, t.value::int AS number
    FROM health_periodsummary s
    JOIN branches_organization o ON o.id = s.organization_id AND o.kind = 'branch',
         jsonb_each_text(s.totals) AS t
"""
BY_ID = "SELECT id, key, sum(number) FROM {rows} GROUP BY id, key"
ONE_STEP = """
    SELECT left(parent, step), key, sum(number) FROM {rows}, generate_series(4, length(parent), 4) AS step
    GROUP BY 1, 2
"""
TWO_STEPS = """
    WITH at_parent AS MATERIALIZED (
        SELECT parent, key, sum(number) AS number FROM {rows} GROUP BY parent, key)
    SELECT left(parent, step), key, sum(number) FROM at_parent, generate_series(4, length(parent), 4) AS step
    GROUP BY 1, 2
"""


def ask(sql: str, params: Any = None) -> Callable[[], list[tuple[Any, ...]]]:
    def work() -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchall()

    return work


def as_told(rows: list[tuple[Any, ...]]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for path, key, number in rows:
        found.setdefault(path, {})[key] = int(number)
    return found


def equal(run: SummaryRun) -> None:
    """Two steps, one step, the portal's own statement and what was frozen say the same of every body."""
    said = {path: dict(roll.totals) for path, roll in rolls(run).items()}
    for sql in (ONE_STEP, TWO_STEPS):
        assert as_told(ask(sql.format(rows="bench_rows"))()) == said
    frozen = PeriodSummary.unscoped.exclude(organization__kind=Kind.BRANCH)
    stored = dict(frozen.values_list("organization__path", "totals"))
    assert {path: totals for path, totals in stored.items() if totals} == said
    print(f"equal four ways: {len(said):,} bodies, {sum(map(len, said.values())):,} totals")


def measure(rounds: int) -> int:
    now, span = timezone.now(), last_quarter(timezone.localdate())
    with transaction.atomic():
        alone(span.starts_on)
        written = run_quarter(now)
        connection.cursor().execute(f"CREATE TEMP TABLE bench_rows AS {OPENED}; ANALYZE bench_rows")
        connection.cursor().execute("ANALYZE health_periodsummary")
        run = SummaryRun.objects.get(**span._asdict())
        print(f"{stage.machine()}\n{written:,} summaries")
        equal(run)
        key = {name: getattr(run, name) for name in ("starts_on", "ends_on", "revision")}
        taken = in_turns(
            {
                "portal": ask(ROLL_UP_SQL, key),
                "stored by id": ask(BY_ID.format(rows=f"({OPENED}) AS opened")),
                "two steps": ask(TWO_STEPS.format(rows="bench_rows")),
                "by id": ask(BY_ID.format(rows="bench_rows")),
                "one step": ask(ONE_STEP.format(rows="bench_rows")),
            },
            rounds,
        )
        transaction.set_rollback(True)
    for name, took in taken.items():
        print(f"{name:14} {took * 1000:8.0f} ms")
    rows, stored = taken["two steps"] / taken["by id"], taken["portal"] / taken["stored by id"]
    is_held = rows <= BAR and stored <= BAR
    print(
        f"two steps {rows:.2f}x of GROUP BY id over the branch rows, {stored:.2f}x with what is stored opened"
        f" (bar {BAR}), one step {taken['one step'] / taken['by id']:.2f}x: {'pass' if is_held else 'FAIL'}"
    )
    return 0 if is_held else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--branches", type=int, default=BRANCHES)
    parser.add_argument("--members", type=int, default=MEMBERS)
    parser.add_argument("--rounds", type=int, default=9)
    asked = parser.parse_args()
    with installation(asked.branches, asked.members):
        connection.cursor().execute("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0")
        return measure(asked.rounds)


if __name__ == "__main__":
    sys.exit(main())
