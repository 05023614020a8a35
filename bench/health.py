"""Nightly health of the demo district: a constant number of queries, at most three times its one statement.

Both are timed in turns in one run, so a busy machine slows them alike; the ratio of the medians comes last.
"""

import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from statistics import median
from time import perf_counter

from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench import stage  # sets Django up before any model is imported
from branches.models import Organization
from orgportal.health.models import CurrentAssessment
from orgportal.health.queries.inputs import EVERYWHERE, INPUTS_SQL, WHOLE_TREE, Moment, inputs_params
from orgportal.health.workflows.assessments import assess_all

BAR = 3.0
ROUNDS = 9


def district() -> int:
    """The demo district, loaded if it is not there."""
    call_command("migrate", verbosity=0)
    if not Organization.unscoped.exists():
        call_command("load_demo", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return Organization.unscoped.current().branches().count()


def seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def statement(moment: Moment) -> int:
    """The one statement alone, rows fetched and thrown away."""
    with connection.cursor() as cursor:
        cursor.execute(INPUTS_SQL, inputs_params(EVERYWHERE, WHOLE_TREE, moment))
        return len(cursor.fetchall())


def queries_of(path: str, on: date, at: datetime) -> int:
    with CaptureQueriesContext(connection) as seen:
        assess_all(on, at=at, path=path)
    return len(seen)


def forget(path: str) -> None:
    """As if every assessment below the path had to be written again."""
    rows = CurrentAssessment.unscoped.filter(branch__path__startswith=path)
    rows.update(digest="")


def constant_queries(today: date, now: datetime) -> tuple[int, int]:
    """Queries of a night over one committee's branches and over the whole district, all of them changed."""
    root = Organization.unscoped.get(parent=None)
    part = Organization.unscoped.filter(parent=root).exclude(kind="branch").earliest("path")
    counts = []
    for body in (part, root):
        forget(body.path)
        counts.append(queries_of(body.path, today, now))
    return counts[0], counts[1]


def main() -> int:
    branches = district()
    today = timezone.localdate()
    now = timezone.now()
    assess_all(today, at=now)
    few, many = constant_queries(today, now)
    alone, night, rewrite = [], [], []
    for step in range(ROUNDS):
        # Each night is the next day: what a day changes is written, as in real life.
        on, at = today + timedelta(days=step + 1), now + timedelta(days=step + 1)
        moment = Moment.of(on, at)
        alone.append(seconds(lambda moment=moment: statement(moment)))
        with transaction.atomic():
            night.append(seconds(lambda on=on, at=at: assess_all(on, at=at)))
            forget("")
            rewrite.append(seconds(lambda on=on, at=at: assess_all(on, at=at)))
            transaction.set_rollback(True)
    once, nightly = median(alone), median(night)
    print(f"{stage.machine()}\nbranches: {branches}")
    print(f"queries: {few} for one committee, {many} for the district")
    print(f"statement alone: {once * 1000:.0f} ms, a night: {nightly * 1000:.0f} ms")
    print(f"every row written again: {median(rewrite) * 1000:.0f} ms, {median(rewrite) / once:.2f} times")
    print(f"ratio: {nightly / once:.2f} (bar {BAR:.0f})")
    return 0 if few == many and nightly / once <= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
