"""Faults of the web and of PostgreSQL behind it: F4, F16, F39, F41 of the reliability design."""

import signal
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

from drills._fault_broker import TABLE, promise, sweep
from drills._fault_ground import Ground, Scenario, demand, until

HANDS = 20
REFUSED = 0  # nobody answered at all: the proxy in front, or the browser, asks again
CALM = {HTTPStatus.FOUND, HTTPStatus.SERVICE_UNAVAILABLE, REFUSED}
# A worker has as long to finish what it has in hand (CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT, and a margin).
LIMIT = 25.0


@dataclass
class Crowd:
    """People who save one thing after another, each again under its key until it is taken."""

    place: Scenario
    session: str
    is_over: threading.Event = field(default_factory=threading.Event)
    statuses: Counter[int] = field(default_factory=Counter)
    taken: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def work(self) -> None:
        while not self.is_over.is_set():
            text, key = f"drill {uuid.uuid4()}", str(uuid.uuid4())
            while not self._save(text, key):
                if self.is_over.wait(0.2):
                    break

    def _save(self, text: str, key: str) -> bool:
        answer = self.place.feedback(self.session, text, key)
        with self.lock:
            self.statuses[answer.status] += 1
            if answer.status == HTTPStatus.FOUND:
                self.taken.append(text)
        return answer.status == HTTPStatus.FOUND


@contextmanager
def crowd(place: Scenario) -> Iterator[Crowd]:
    people = Crowd(place, place.sign_in("secretary"))
    hands = [threading.Thread(target=people.work) for _ in range(HANDS)]
    for hand in hands:
        hand.start()
    try:
        yield people
    finally:
        people.is_over.set()
        for hand in hands:
            hand.join()


def all_kept(people: Crowd) -> str:
    """What was said to be saved is there once, with its line in the trail; nothing else broke."""
    place = people.place
    rows = Counter(text for (text,) in place.query("SELECT text FROM core_feedback"))
    lines = place.count("core_auditentry", "action = 'feedback.written'")
    lost = [text for text in people.taken if rows[text] != 1]
    doubled = [text for text, count in rows.items() if count > 1]
    demand(people.taken and not lost and not doubled, f"{len(lost)} lost, {len(doubled)} doubled")
    demand(lines == sum(rows.values()), f"{sum(rows.values())} rows, {lines} lines in the trail")
    odd = {status: count for status, count in people.statuses.items() if status not in CALM}
    demand(not odd, f"answers nobody should see: {odd}")
    told = ", ".join(f"{count} x {status}" for status, count in sorted(people.statuses.items()))
    return f"{len(people.taken)} saves under {HANDS} hands, 0 lost, 0 doubled ({told})"


def deployment(ground: Ground) -> str:
    """F4: web and worker are asked to go and started anew while people work."""
    with ground.scenario() as place:
        place.query(TABLE)
        place.start("web")
        place.start("worker")
        with crowd(place) as people:
            until(lambda: len(people.taken) > HANDS, "the first saves")
            promise(place, "drill.slow", "in hand", seconds=6)
            sweep(place)
            in_hand = "topic = 'drill.slow' AND claimed_until IS NOT NULL"
            until(lambda: place.count("core_outboxevent", in_hand), "the job is in hand")
            web = place.stop("web")
            place.start("web")
            worker = place.stop("worker")
            before = len(people.taken)
            until(lambda: len(people.taken) > before + HANDS, "saves go on")
        demand(place.count("drill_run") == 1, "the job in hand was not finished")
        demand(max(web, worker) < LIMIT, f"web went after {web:.0f} s, worker after {worker:.0f} s")
        went = f"web went in {web:.1f} s, the worker finished its job and went in {worker:.1f} s"
        return f"{all_kept(people)}; {went}"


def database_crashes(ground: Ground) -> str:
    """F16: PostgreSQL stops at once under twenty writers and comes back."""
    with ground.scenario() as place:
        place.start("web")
        alive: Counter[int] = Counter()
        ready: list[int] = []
        with crowd(place) as people:
            until(lambda: len(people.taken) > HANDS, "the first saves")
            ground.kill("postgres", signal.SIGQUIT)
            for _ in range(6):
                alive[place.get("/healthz").status] += 1
                ready.append(place.get("/readyz").status)
                time.sleep(0.3)
            ground.start("postgres")
            until(lambda: place.get("/readyz").status == HTTPStatus.OK, "ready again")
            before = len(people.taken)
            until(lambda: len(people.taken) > before + HANDS, "saves go on")
        demand(set(alive) == {HTTPStatus.OK}, f"liveness said {dict(alive)}")
        demand(set(ready) == {HTTPStatus.SERVICE_UNAVAILABLE}, f"readiness said {ready}")
        return f"{all_kept(people)}; readiness 503 and then 200, liveness 200 throughout"


def right_withdrawn(ground: Ground) -> str:
    """F39: a post ends between two requests of one session."""
    with ground.scenario() as place:
        place.start("web")
        session = place.sign_in("secretary")
        ((branch,),) = place.query(
            "SELECT post.organization_id FROM members_post post JOIN members_member member"
            " ON member.id = post.member_id JOIN core_user person ON person.id = member.user_id"
            " WHERE person.user_name = 'secretary' AND post.kind = 'secretary'"
        )
        page = f"/health/branches/{branch}/"
        first = [place.get(page, session).status for _ in range(3)]
        place.query(
            "UPDATE members_post SET ends_on = current_date - 1 WHERE member_id IN (SELECT member.id"
            " FROM members_member member JOIN core_user person ON person.id = member.user_id"
            " WHERE person.user_name = 'secretary')"
        )
        after = place.get(page, session).status
        demand(set(first) == {HTTPStatus.OK} and after in {HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN},
               f"before {first}, after {after}")  # fmt: skip
        return f"three pages read, then refused at the very next ({after})"


def trail_refuses(ground: Ground) -> str:
    """F41: the audit trail takes no line: nothing is done without one."""
    with ground.scenario() as place:
        place.start("web", LOG_LEVEL="ERROR")
        session = place.sign_in("secretary")
        place.query("REVOKE INSERT ON core_auditentry FROM portal")
        refused = place.feedback(session, "drill without a trail")
        place.query("GRANT INSERT ON core_auditentry TO portal")
        rows = place.count("core_feedback", "text LIKE 'drill %'")
        taken = place.feedback(session, "drill with a trail")
        log = (place.folder / "web.log").read_text(errors="replace")
        demand(refused.status != HTTPStatus.FOUND and not rows, f"{refused.status}, {rows} rows")
        demand(taken.status == HTTPStatus.FOUND, f"after: {taken.status}")
        demand("core_auditentry" in log, "nothing in the log")
        demand("core_auditentry" not in refused.text, "the page tells of tables")
        return f"refused with {refused.status}, nothing saved, told in the log; taken again after"
