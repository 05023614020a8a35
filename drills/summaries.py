"""Two years of summaries, killed twenty times on the way, end in the very bytes of an undisturbed run.

The demo's own summaries are the measure. They are wiped, and a process of its own makes them again: killed
with SIGKILL at random moments, started anew each time, and left alone after the twentieth kill. Every summary
of every body must be there once, byte for byte, and a further run must add nothing.

Then the district sets a rule of its own from the first of the coming month on: what was said before stays as
it is, a revision of it finds nothing to change, and the next month is judged by the new row and cites it.

    ./portal drill summaries
"""

import subprocess
import sys
import time
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from bench import stage  # sets Django up before any model is imported
from branches.models import Organization
from orgportal.core.models import LocalProvision
from orgportal.health.models import PeriodSummary, SummaryRun
from orgportal.health.rules.totals import Span
from orgportal.health.workflows.summaries import make_summaries, revise_summaries

SEED, KILLS = 20, 20
WORKER = """
import sys
from datetime import date, datetime
from bench import stage
from orgportal.health.workflows.summaries import make_summaries
print("begun", flush=True)
make_summaries(date.fromisoformat(sys.argv[1]), at=datetime.fromisoformat(sys.argv[2]))
"""
RULE, VALUE, DOCUMENT = "health.silent_days", 20, "区委组织部〔演练〕1号"


def said() -> dict[tuple[Any, ...], str]:
    """Every summary on record, with its bytes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT organization_id, starts_on, ends_on, revision, rule_version, digest, content::text "
            "FROM health_periodsummary"
        )
        return {row[:6]: row[6] for row in cursor.fetchall()}


def wipe() -> None:
    """They are frozen against everybody but the owner of the tables."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE health_periodsummary, health_summaryrun")


def worker(on: date, at: datetime) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", WORKER, on.isoformat(), at.isoformat()]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    if running.stdout is None or running.stdout.readline().strip() != "begun":
        raise SystemExit("the worker did not begin")
    return running


def killed_on_the_way(on: date, at: datetime, seconds: float) -> tuple[int, int]:
    """How many of the kills hit a run that was not finished, and how many left a period half done."""
    random = Random(SEED)  # noqa: S311
    hit = half = 0
    for _ in range(KILLS):
        running = worker(on, at)
        time.sleep(random.uniform(0.2, 1.8) * seconds / (KILLS + 1))
        hit += running.poll() is None
        running.kill()
        running.wait()
        half += SummaryRun.objects.filter(finished_at=None).exclude(cursor="").exists()
    last = worker(on, at)
    if last.wait(timeout=600) != 0:
        raise SystemExit("the last run failed")
    return hit, half


def new_rule(today: date) -> tuple[list[str], Span]:
    """What is wrong once a rule holds from the first of next month on, and the month it first holds in."""
    before, wrong = said(), []
    start = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    month = Span(start, (start + timedelta(days=32)).replace(day=1) - timedelta(days=1))
    root = Organization.unscoped.get(parent=None)
    LocalProvision.objects.create(
        key=RULE,
        path=root.path,
        value=VALUE,
        instrument=DOCUMENT,
        valid_from=start,
        recorded_at=timezone.now(),
    )  # fmt: skip
    on = month.ends_on + timedelta(days=10)
    at = timezone.make_aware(datetime.combine(on, datetime.min.time()))
    oldest = Span(*SummaryRun.objects.order_by("ends_on").values_list(*Span._fields)[0])
    if revised := revise_summaries(oldest, reason="演练：规定变动", actor=None, at=timezone.now()):
        wrong.append(f"{revised} bodies of {oldest.name} say something else under a rule of later days")
    make_summaries(on, at=at)
    if {key: text for key, text in said().items() if key in before} != before:
        wrong.append("what was said before has changed")
    news = PeriodSummary.unscoped.filter(**month._asdict(), organization__kind="branch")
    if not news.exists():
        wrong.append(f"{month.name} was not summed up")
    for content, rules in news.values_list("content", "edition__provisions"):
        silence = next(each for each in content["findings"] if each["key"] == RULE)
        source = rules[RULE]["citation"]["instrument"]
        if (silence["expected"], source) != (VALUE, DOCUMENT):
            wrong.append(f"{content['name']} is judged by {source}")
    return wrong, month


def main() -> int:
    call_command("migrate", verbosity=0)
    if not Organization.unscoped.exists():
        call_command("load_demo", verbosity=0)
    today, now = timezone.localdate(), timezone.now()
    wanted = said()
    wipe()
    began = time.monotonic()
    make_summaries(today, at=now)
    alone = time.monotonic() - began
    again = said()
    wipe()
    hit, half = killed_on_the_way(today, now, alone)
    found = said()
    added = make_summaries(today, at=timezone.now())
    differ = sum(found.get(key) != text for key, text in wanted.items()) + len(found.keys() - wanted.keys())
    wrong, month = new_rule(today)
    print("\n".join(wrong[:10]))
    print(stage.machine())
    print(f"undisturbed: {len(wanted)} summaries in {alone:.1f} s, again equal: {again == wanted}")
    print(f"a new rule from {month.starts_on} on: {len(wrong)} faults")
    print(f"kills: {KILLS}, on the way: {hit}, with a period half done: {half}; a run more adds {added}")
    print(f"summaries that are not byte for byte the same: {differ}")
    met = again == wanted and not differ and not added and not wrong and hit >= KILLS // 2
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
