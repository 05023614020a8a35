"""A quarter's health of all branches at 2,200, 22,000 and 60,000: one statement, rules in Python, rows back.

In each size, in turns in one run: one sequential scan of every table the statement reads (the register lies
shuffled), the statement alone, the whole job with rules, explanations and writing, and the same levels of the
same findings written by CREATE TABLE AS. Beside them 400 branches asked for one by one through the ORM.
"""

import argparse
import math
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench import stage  # sets Django up before any model is imported
from bench._naive import assess_one_by_one
from bench._quarter import alone, forget, last_quarter, run_quarter
from bench._scale.clock import in_turns, seconds
from bench._scale.database import installation
from branches.models import Organization
from orgportal.health.models import PeriodSummary
from orgportal.health.queries.inputs import EVERYWHERE, INPUTS_SQL, Moment, inputs_params
from orgportal.health.rules.totals import Span
from orgportal.health.workflows.assessments import stretches

SIZES = ((2_200, 50_000), (22_000, 500_000), (60_000, 1_364_000))
MOST_SCANS, MOST_JOB, MOST_EXPONENT, MOST_MEMORY = 5.0, 1.8, 1.1, 1.5
ONE_BY_ONE = 400
SERIAL = "SET LOCAL max_parallel_workers_per_gather = 0"


@dataclass(frozen=True, slots=True)
class Figures:
    """What one size took, in seconds; memory in MB."""

    branches: int
    scans: float
    inputs: float
    job: float
    levels: float
    one_by_one: float
    queries: tuple[int, int]  # of the whole job, and chunks it came in
    memory: int

    @property
    def inputs_ratio(self) -> float:
        return self.inputs / self.scans

    @property
    def job_ratio(self) -> float:
        return self.job / (self.inputs + self.levels)

    def __str__(self) -> str:
        queries, chunks = self.queries
        return (
            f"{self.branches:7,} branches: scans {self.scans:.2f} s, statement {self.inputs:.2f} s"
            f" ({self.inputs_ratio:.2f}x), levels {self.levels:.2f} s, job {self.job:.2f} s"
            f" ({self.job_ratio:.2f}x),"
            f" {queries} queries in {chunks} chunks, {self.memory} MB; one by one"
            f" {self.one_by_one * 1000:.1f} ms a branch, {self.one_by_one * self.branches:.0f} s for all"
            f" ({self.one_by_one * self.branches / self.job:.0f}x)"
        )


def tables_read() -> list[str]:
    """Every table the statement names, by its own words."""
    return sorted(set(re.findall(r"(?:FROM|JOIN) ((?:branches|members|activities)_\w+)", INPUTS_SQL)))


def scan(tables: Sequence[str]) -> None:
    """Each table once from end to end, a column of every row looked at."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{SERIAL}; SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL enable_indexonlyscan = off")
        for table in tables:
            cursor.execute(f"SELECT count(id) FROM {table}")


def statement(moment: Moment) -> None:
    """The one statement, in the stretches the job reads it, rows fetched and thrown away."""
    with transaction.atomic(), connection.cursor() as cursor:
        for stretch in stretches():
            cursor.execute(INPUTS_SQL, inputs_params(EVERYWHERE, stretch, moment))
            cursor.fetchall()


def job(span: Span, at: datetime) -> None:
    """All of it as a worker does it, a chunk a transaction, and gone again."""
    alone(span.starts_on)
    run_quarter(at)
    forget()


def keep_levels(span: Span, at: datetime) -> int:
    """The levels the job found, in a plain table; how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        alone(span.starts_on)
        run_quarter(at)
        branches = PeriodSummary.unscoped.filter(organization__kind="branch").count()
        assert branches == Organization.unscoped.standing_on(span.ends_on).branches().count()
        cursor.execute("DROP TABLE IF EXISTS bench_levels")
        cursor.execute(
            "CREATE TABLE bench_levels AS SELECT s.organization_id, f->>'key' AS key, f->>'level' AS level"
            " FROM health_periodsummary s, jsonb_array_elements(s.content->'findings') AS f"
        )
        found = cursor.rowcount
    forget()
    return int(found)


def levels() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_found AS SELECT * FROM bench_levels")
        transaction.set_rollback(True)


def queries(span: Span, at: datetime) -> tuple[int, int]:
    """In one transaction, where every question goes over this connection."""
    with CaptureQueriesContext(connection) as seen, transaction.atomic():
        alone(span.starts_on)
        run_quarter(at)
        transaction.set_rollback(True)
    return len(seen), sum("json_build_array(rule" in query["sql"] for query in seen.captured_queries)


def memory(span: Span) -> int:
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "bench._quarter_alone",
            span.starts_on.isoformat(),
            connection.settings_dict["NAME"],
        ],
        check=True,
        stdout=subprocess.PIPE,
    )
    return int(ran.stdout)


def measure(branches: int, members: int, rounds: int) -> Figures:
    with installation(branches, members):
        connection.cursor().execute("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0")
        now, span = timezone.now(), last_quarter(timezone.localdate())
        moment, tables = Moment(span.ends_on, now, span.starts_on), tables_read()
        found = keep_levels(span, now)
        print(f"{branches:,} branches: {found:,} findings, load {stage.machine()}", flush=True)
        works = {
            "scans": partial(scan, tables),
            "inputs": partial(statement, moment),
            "levels": levels,
            "job": partial(job, span, now),
        }
        taken = in_turns(works, rounds)
        some = list(Organization.unscoped.branches().standing_on(span.ends_on).order_by("code")[:ONE_BY_ONE])
        single = seconds(partial(assess_one_by_one, some, moment)) / len(some)
        figures = Figures(
            branches, **taken, one_by_one=single, queries=queries(span, now), memory=memory(span)
        )
        connection.cursor().execute("DROP TABLE bench_levels")
        return figures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=SIZES[-1][0], help="leave out larger sizes")
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    print(stage.machine())
    found = []
    for branches, members in SIZES:
        if branches <= asked.most:
            found.append(measure(branches, members, asked.rounds))
            print(found[-1], flush=True)
    return told(found)


def told(found: list[Figures]) -> int:
    """The ratios of the largest sizes, and whether every bar holds."""
    first, last = found[0], found[-1]
    exponent = (
        math.log(last.job / first.job) / math.log(last.branches / first.branches) if first != last else 1.0
    )
    each = {round((one.queries[0] - found[0].queries[0]) / max(1, one.queries[1] - first.queries[1]), 1)
            for one in found[1:]}  # fmt: skip
    checks = {
        f"statement {max(one.inputs_ratio for one in found):.2f}x of scans (bar {MOST_SCANS})": all(
            one.inputs_ratio <= MOST_SCANS for one in found
        ),
        f"job {max(one.job_ratio for one in found):.2f}x of statement and levels (bar {MOST_JOB})": all(
            one.job_ratio <= MOST_JOB for one in found
        ),
        f"growth exponent {exponent:.2f} (bar {MOST_EXPONENT})": exponent <= MOST_EXPONENT,
        f"queries a chunk {sorted(each)}": len(each) <= 1,
        f"memory {first.memory} to {last.memory} MB (bar {MOST_MEMORY}x)": last.memory
        <= MOST_MEMORY * first.memory,
    }
    for name, held in checks.items():
        print(f"{'held' if held else 'MISSED'}: {name}")
    print("; ".join(checks) + f": {'pass' if all(checks.values()) else 'FAIL'}")
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
