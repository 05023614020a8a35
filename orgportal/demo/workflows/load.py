"""Loads Longshan District once: the same from the same seed and day, everything through the rooms' own doors."""

import gc
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from random import Random

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from activities.models import Activity
from activities.workflows.duties import open_duties
from branches.choices import Kind
from branches.models import Organization, PartyGroup
from branches.workflows.tree_import import INSTALLATION, load_tree
from members.workflows.loader import load_roster
from orgportal.core import audit
from orgportal.core.errors import Refused
from orgportal.core.models import LocalProvision
from orgportal.demo import people, tree
from orgportal.demo.records import first_month
from orgportal.demo.workflows import (
    attachments,
    campaign,
    joint,
    layouts,
    lives,
    mobile,
    papers,
    plans,
    posts,
    records,
    reminding,
    standing,
    transfers,
    units,
    votes,
)
from orgportal.health.workflows.assessments import assess_all
from orgportal.health.workflows.summaries import make_summaries

SEED = 2026
MEMBERS = 6000
FOUNDING = date(1921, 7, 23)


class NotADemo(Refused):
    """The demo is loaded into an empty demo database and nowhere else."""


@dataclass(slots=True)
class Loaded:
    """What was loaded, and how long each part took in seconds."""

    counts: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def part(self, name: str, work: Callable[[], int]) -> None:
        began = time.monotonic()
        self.counts[name] = work()
        self.seconds[name] = round(time.monotonic() - began, 1)


def load_demo(now: datetime, *, seed: int = SEED, members: int = MEMBERS) -> Loaded | None:
    """Fill an empty demo database; None if it is loaded already. Raises NotADemo in production or on other data."""
    if settings.PORTAL_MODE not in {"demo", "test"}:
        raise NotADemo("demo_mode_only")
    if Organization.unscoped.filter(code=tree.ROOT).exists():
        return None
    if Organization.unscoped.exists():
        raise NotADemo("database_not_empty")
    today = timezone.localdate(now)
    loaded = Loaded()
    with _no_collector():
        with transaction.atomic():
            _load(loaded, Random(seed), now, today, members)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        loaded.part("assessments", lambda: assess_all(today, at=now))
        loaded.part("summaries", lambda: make_summaries(today, at=now, at_once=_at_once()))
    return loaded


def _at_once() -> int:
    """Two months are summed up side by side, unless only this connection sees what was loaded."""
    return 1 if connection.in_atomic_block else 2


@contextmanager
def _no_collector() -> Iterator[None]:
    """Half a million rows live until they are written: walking them for garbage costs seconds and finds none."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _load(loaded: Loaded, random: Random, now: datetime, today: date, members: int) -> None:
    bodies = tree.bodies(random, members)
    branches = [body for body in bodies if body.kind == Kind.BRANCH]
    file = tree.as_file(bodies)
    loaded.part("bodies", lambda: len(load_tree(file, actor=None, scope=INSTALLATION, at=now).lines))
    _take_over(today, now)
    _found_groups(branches, today)
    lines = list(people.rows(branches, random, today))
    loaded.part("members", lambda: load_roster(lines, actor=None, at=now).rows)
    cast = posts.appoint(random, today, now)
    signins = posts.open_accounts(cast, now)
    loaded.part("activities", lambda: records.load_records(cast, random, today))
    loaded.part("duties", lambda: _duties(today, now))
    loaded.part("transfers", lambda: transfers.play(cast, random, now, today))
    loaded.part("standings", lambda: standing.decide(cast, now, today))
    loaded.part("mobile members", lambda: mobile.send_away(cast, random, today, now))
    loaded.part("votes", lambda: votes.hold(cast))
    loaded.part("files of records", lambda: attachments.bring(cast, now))
    loaded.part("joint activities", lambda: joint.hold(cast, now))
    loaded.part("lives of records", lambda: lives.play(cast, now, today))
    loaded.part("layouts", lambda: layouts.bring(now, today))
    loaded.part("plans", lambda: plans.lay_out(cast, today, now))
    loaded.part("papers and requests", lambda: papers.write(cast, now, today))
    loaded.part("campaigns", lambda: campaign.run(cast, random, now, today))
    loaded.part("units", lambda: units.list_units(random, now, today))
    loaded.part("reminders", lambda: reminding.plan(today, now))
    audit.record(actor=None, action="demo.loaded", target=None, at=now, changes=loaded.counts)
    note_signins(signins)


def note_signins(signins: list[dict[str, str]]) -> None:
    """Leave the sign-ins where the sign-in page reads them; an installation without such a file shows none."""
    if settings.DEMO_SIGNINS_FILE:
        Path(settings.DEMO_SIGNINS_FILE).write_text(json.dumps(signins, ensure_ascii=False), encoding="utf-8")


def _take_over(today: date, now: datetime) -> None:
    """The district's records begin with the demo's first month; what lies before is not held against anyone."""
    root = Organization.unscoped.get(code=tree.ROOT)
    LocalProvision.objects.create(
        key="duty.taken_over_on",
        path=root.path,
        value=first_month(today).isoformat(),
        instrument="演示数据",
        valid_from=FOUNDING,
        recorded_at=now,
    )


def _found_groups(branches: list[tree.Body], today: date) -> None:
    ids = dict(Organization.unscoped.values_list("code", "pk"))
    founded_on = first_month(today)
    PartyGroup.unscoped.bulk_create(
        PartyGroup(branch_id=ids[body.code], name=name, founded_on=founded_on)
        for body in branches
        for name in body.groups
    )


def _duties(today: date, now: datetime) -> int:
    """The duties of every month there are records of, as they stand today."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {Activity._meta.db_table}")  # noqa: SLF001
    return open_duties(today, since=first_month(today), at=now)
