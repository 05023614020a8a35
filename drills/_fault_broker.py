"""Faults of Redis and of the jobs it carries: F3, F5 to F9, F13 to F15 of the reliability design."""

import json
import random
import subprocess
import sys
from http import HTTPStatus
from typing import Any

from redis.exceptions import OutOfMemoryError

from drills._fault_ground import PATIENCE, Fell, Ground, Scenario, demand, until
from drills._stack import ROOT

# Where the jobs of drills/_fault_tasks.py say that they ran.
TABLE = "CREATE TABLE drill_run (id bigserial PRIMARY KEY, name text NOT NULL, at timestamptz DEFAULT now())"
MEETINGS = 12
# The broker and cache must be asked twice at most before a page gives them up.
MOST_SECONDS = 12.0
ROOM = "3mb"


def promise(place: Scenario, topic: str, name: str, **payload: Any) -> None:
    """An event as a business transaction leaves it, without a poke: the sweep finds it."""
    place.query(
        "INSERT INTO core_outboxevent (topic, key, payload, created_at, attempts, error, request_id)"
        " VALUES (%s, %s, %s, now(), 0, '', '')",
        topic, name, json.dumps({"name": name, **payload}),
    )  # fmt: skip


def sweep(place: Scenario) -> None:
    """What beat says each minute."""
    place.send("core.sweep_outbox")


def runs(place: Scenario, name: str) -> int:
    return place.count("drill_run", f"name = '{name}'")


def lease_over(place: Scenario) -> None:
    """The minutes until a claim runs out, passed at once."""
    place.query("UPDATE core_outboxevent SET claimed_until = now() - interval '1 second'"
                " WHERE claimed_until IS NOT NULL AND done_at IS NULL AND parked_at IS NULL")  # fmt: skip


def due_now(place: Scenario) -> int:
    """Every reminder the demo plans, due at once; how many the portal itself has to tell."""
    place.python("for name in ('members', 'activities', 'health'): app.tasks[f'{name}.plan_reminders'].run()")
    place.query("UPDATE core_reminder SET planned_for = now() - interval '1 minute' WHERE state = 'planned'")
    return place.count("core_reminder", "channel = 'in_app'")


def all_told(place: Scenario, seconds: float = PATIENCE) -> float:
    waits = "channel = 'in_app' AND state = 'planned'"
    return until(lambda: not place.count("core_reminder", waits), "all are told", seconds)


def next_tick(place: Scenario, seconds: float = PATIENCE) -> float:
    """Seconds until a tick that was not there before, whatever the clock of whoever ticks."""
    place.query("UPDATE core_heartbeat SET at = '2000-01-01'")
    fresh = "name = 'tick' AND at > '2001-01-01'"
    return until(lambda: place.count("core_heartbeat", fresh), "the next tick", seconds)


def told_once(place: Scenario, planned: int) -> None:
    settled = place.count("core_reminder", "channel = 'in_app' AND state <> 'planned'")
    sent = place.count("core_reminder", "channel = 'in_app' AND state = 'sent'")
    notices = place.count("core_notification", "reminder_id IS NOT NULL")
    ((twice,),) = place.query(
        "SELECT count(*) FROM (SELECT 1 FROM core_notification WHERE reminder_id IS NOT NULL"
        " GROUP BY reminder_id HAVING count(*) > 1) AS repeated"
    )
    found = f"{planned} planned, {settled} settled, {sent} sent, {notices} notices, {twice} twice"
    demand(settled == planned and notices == sent and not twice, found)


def seats(place: Scenario) -> list[dict[str, Any]]:
    made = subprocess.run([sys.executable, "-m", "bench._seats"], cwd=ROOT, env=place.env, check=True,
                          stdout=subprocess.PIPE)  # fmt: skip
    found: list[dict[str, Any]] = json.loads(made.stdout)
    return found


def save_meetings(place: Scenario, number: int) -> tuple[int, float]:
    """How many of them were taken, and the longest wait."""
    taken, longest = 0, 0.0
    for seat in seats(place)[:number]:
        answer = place.post(
            f"/activities/new/?branch={seat['branch']}&kind=other", seat["typed"], seat["session"]
        )
        taken += answer.status == HTTPStatus.FOUND
        longest = max(longest, answer.seconds)
    return taken, longest


def child_killed(ground: Ground) -> str:
    """F3: what kills its worker is set aside the third time; what stood beside it is done."""
    with ground.scenario() as place:
        place.query(TABLE)
        promise(place, "drill.kill", "killer")
        for number in range(5):
            promise(place, "drill.note", f"good{number}")
        place.start("worker")
        kills = 0
        while not place.count("core_outboxevent", "topic = 'drill.kill' AND parked_at IS NOT NULL"):
            demand(kills < 6, "never set aside")
            sweep(place)
            until(lambda: place.count("core_outboxevent", "claimed_until > now()")
                  or place.count("core_outboxevent", "parked_at IS NOT NULL"), "claimed")  # fmt: skip
            kills += 1
            _settles(place)
            lease_over(place)
        _drain(place)
        done = place.count("drill_run")
        demand(done == 5, f"{done} of 5 others done")
        ((attempts, error),) = place.query(
            "SELECT attempts, error FROM core_outboxevent WHERE topic = 'drill.kill'"
        )
        demand(error, "set aside without a reason")
        return f"set aside after {attempts} tries ({error}), 5 of 5 others done once"


def _settles(place: Scenario) -> None:
    """Until the sweep that was asked for is over, killed or not: its message is gone or back."""
    broker = place.ground.redis()
    until(lambda: broker.llen("celery") == 0, "the message is taken")
    until(lambda: not place.query(
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle'"
        " AND pid <> pg_backend_pid()"), "the database is quiet")  # fmt: skip


def _drain(place: Scenario) -> None:
    def is_empty() -> bool:
        lease_over(place)
        sweep(place)
        return not place.count("core_outboxevent", "done_at IS NULL AND parked_at IS NULL")

    until(is_empty, "the outbox is empty")


def redis_restarts(ground: Ground) -> str:
    """F5: killed and started again with its file; nobody touches worker or beat."""
    with ground.scenario() as place:
        planned = due_now(place)
        place.start("worker")
        place.start("beat")
        until(lambda: place.count("core_notification", "reminder_id IS NOT NULL"), "the first notice")
        ground.kill("redis")
        place.query("UPDATE core_reminder SET claimed_until = NULL WHERE state = 'planned'")
        ground.start("redis")
        resumed = next_tick(place, 60)
        all_told(place)
        told_once(place, planned)
        return f"work went on after {resumed:.0f} s, {planned} reminders told once"


def redis_away(ground: Ground) -> str:
    """F7: people go on saving, the promises wait in PostgreSQL and are kept when it is back."""
    with ground.scenario() as place:
        place.start("web")
        place.start("worker")
        ground.kill("redis")
        try:
            taken, longest = save_meetings(place, MEETINGS)
            waiting = place.count("core_outboxevent", "done_at IS NULL")
            state = place.get("/readyz").status
        finally:
            ground.start("redis")
        place.start("beat")
        sweep(place)
        until(lambda: not place.count("core_outboxevent", "done_at IS NULL"), "the outbox is empty")
        demand(taken == MEETINGS and waiting and state == HTTPStatus.OK,
               f"{taken} of {MEETINGS} saved, {waiting} promises waited, readiness {state}")  # fmt: skip
        demand(longest < MOST_SECONDS, f"one save took {longest:.1f} s")
        saved = f"{taken} of {MEETINGS} meetings saved, the slowest in {longest:.1f} s"
        return f"{saved}; {waiting} promises kept after"


def redis_hangs(ground: Ground) -> str:
    """F8: it takes connections and says nothing."""
    with ground.scenario() as place:
        place.start("web")
        sitting = seats(place)[0]
        place.get("/", sitting["session"])
        ground.pause("redis")
        try:
            read = place.get("/", sitting["session"], timeout=60)
            taken, longest = save_meetings(place, 2)
        finally:
            ground.pause("redis", goes_on=True)
        demand(read.status == HTTPStatus.OK and read.seconds < MOST_SECONDS,
               f"a page: {read.status} after {read.seconds:.1f} s")  # fmt: skip
        demand(taken == 2 and longest < MOST_SECONDS, f"{taken} of 2 saved, one in {longest:.1f} s")
        return f"a page in {read.seconds:.1f} s, a save in {longest:.1f} s, none refused"


def redis_full(ground: Ground) -> str:
    """F9: no room for another message; nothing is thrown out to make some."""
    with ground.scenario() as place:
        place.start("web")
        broker = ground.redis()
        broker.config_set("maxmemory", ROOM)
        try:
            _fill(broker)
            keys = broker.dbsize()
            taken, longest = save_meetings(place, MEETINGS)
            evicted = broker.info("stats")["evicted_keys"]
            kept = broker.dbsize()
        finally:
            broker.config_set("maxmemory", "0")
        broker.delete(*broker.keys("fill:*"))
        place.start("worker")
        sweep(place)
        until(lambda: not place.count("core_outboxevent", "done_at IS NULL"), "the outbox is empty")
        demand(taken == MEETINGS and not evicted and kept >= keys,
               f"{taken} of {MEETINGS} saved, {evicted} keys thrown out")  # fmt: skip
        saved = f"{taken} of {MEETINGS} meetings saved, the slowest in {longest:.1f} s"
        return f"{saved}; 0 of {keys} keys thrown out"


def _fill(broker: Any) -> None:
    try:
        for number in range(100_000):
            broker.set(f"fill:{number}", "x" * 1000)
    except OutOfMemoryError:
        return
    raise Fell(f"Redis took everything into {ROOM}")


def job_outlives_its_message(ground: Ground) -> str:
    """F13: a job longer than the visibility timeout is handed out again; the lease keeps the second away."""
    with ground.scenario() as place:
        place.query(TABLE)
        promise(place, "drill.slow", "long", seconds=14)
        place.start("worker")
        place.start("second", "worker")
        sweep(place)
        until(lambda: place.count("core_outboxevent", "done_at IS NOT NULL"), "it is done")
        sweep(place)
        _settles(place)
        done = runs(place, "long")
        demand(done == 1, f"done {done} times")
        return "14 s of work under a timeout of 5 s, two workers: done once"


def five_times_in_any_order(ground: Ground) -> str:
    """F14: every message beat knows, five times each in random order; the database is as after one."""
    with ground.scenario() as place:
        sent, *changed = place.program("-m", "drills._fault_repeat").split()
        demand(not changed, f"changed by a repeat: {', '.join(changed)}")
        return f"{sent} messages in random order, no row of any table differs from one delivery"


def poison(ground: Ground) -> str:
    """F15: what always raises waits longer each time and is set aside; nothing else waits for it."""
    with ground.scenario() as place:
        place.query(TABLE)
        promise(place, "drill.poison", "bad")
        for number in range(20):
            promise(place, "drill.note", f"good{number}")
        place.start("worker")
        sweep(place)
        seconds = until(lambda: place.count("drill_run") == 20, "the others are done", 30)
        _drain(place)
        ((attempts, error),) = place.query(
            "SELECT attempts, error FROM core_outboxevent WHERE topic = 'drill.poison'"
        )
        demand(place.count("drill_run") == 20 and error, "the others once, the reason kept")
        return f"20 others in {seconds:.1f} s; set aside after {attempts} tries: {error}"


def another(ground: Ground, module: str, *arguments: str) -> str:
    """A scenario that is a drill of its own, on an empty database; its last line."""
    name = f"other_{random.Random(module).randrange(10**6)}"  # noqa: S311
    ground.administer(f'CREATE DATABASE "{name}"')
    ground.redis().flushall()
    try:
        done = ground.program(["-m", module, *arguments], {"DATABASE_URL": ground.url_of(name)})
    finally:
        ground.drop(name)
    last = (done.stdout.strip().splitlines() or [done.stderr.strip()[-400:]])[-1]
    demand(done.returncode == 0, last)
    return last
