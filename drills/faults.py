"""The fault list of reliability: each brought about on real servers and programs, one line for its outcome.

Run by `./portal drill faults`, or with the numbers wanted: `./portal drill faults F5 F16`. PostgreSQL and
Redis are the drill's own, killed, stopped and filled as the fault asks; the clock of a program is shifted by
faketime. The last line says how many passed of those tried.
"""

import sys
import time
import traceback
from collections.abc import Callable

from drills import _fault_broker as broker
from drills import _fault_mail as mail
from drills import _fault_time as clock
from drills import _fault_web as web
from drills._fault_ground import Fell, Ground, ground

Scene = Callable[[Ground], str]


def _drill(module: str, *arguments: str) -> Scene:
    """A fault with a drill of its own."""
    return lambda place: broker.another(place, module, *arguments)


FAULTS: dict[str, tuple[str, Scene]] = {
    "F1": ("worker killed inside a batch of 500", _drill("drills.reminders", "20")),
    "F2": ("crash between the mail server's yes and the commit", mail.crash_after_yes),
    "F3": ("a job kills its process", broker.child_killed),
    "F4": ("deployment under load", web.deployment),
    "F5": ("Redis killed and started again", broker.redis_restarts),
    "F6": ("Redis wiped", _drill("drills.broker_loss", "200")),
    "F7": ("Redis away while people save", broker.redis_away),
    "F8": ("Redis hangs", broker.redis_hangs),
    "F9": ("Redis full", broker.redis_full),
    "F10": ("two beats", clock.two_beats),
    "F11": ("beat killed right after sending", clock.beat_killed_after_sending),
    "F12": ("beat and workers off for three days, schedule lost", clock.beat_dead_for_days),
    "F13": ("a job longer than the visibility timeout", broker.job_outlives_its_message),
    "F14": ("every message five times in random order", broker.five_times_in_any_order),
    "F15": ("a job that always raises", broker.poison),
    "F16": ("PostgreSQL crashes under twenty writers", web.database_crashes),
    "F25": ("29 February, ends of months and years", clock.month_ends),
    "F26": ("clocks an hour off, two minutes apart", clock.clock_jumps),
    "F27": ("00:00 to 08:00 in Shanghai", clock.shanghai_midnight),
    "F35": ("a mail server that refuses or hangs", mail.server_misbehaves),
    "F39": ("a right withdrawn between two requests", web.right_withdrawn),
    "F40": ("an old backup restored", _drill("drills.restore")),
    "F41": ("the audit trail takes no line", web.trail_refuses),
}


def tried(number: str, place: Ground) -> bool:
    name, scene = FAULTS[number]
    began = time.monotonic()
    try:
        outcome, has_passed = scene(place), True
    except Fell as fell:
        outcome, has_passed = str(fell), False
    except Exception as failure:  # a scenario that breaks off has shown nothing
        outcome, has_passed = f"{type(failure).__name__}: {failure}", False
        traceback.print_exc()
    said = "passed" if has_passed else "FAILED"
    print(f"{number:4} {said} {time.monotonic() - began:5.0f} s  {name}: {outcome}", flush=True)
    return has_passed


def main(*wanted: str) -> int:
    if unknown := [number for number in wanted if number not in FAULTS]:
        raise SystemExit(f"no such fault: {', '.join(unknown)}; there are {', '.join(FAULTS)}")
    with ground() as place:
        passed = [tried(number, place) for number in wanted or FAULTS]
    print(f"{sum(passed)} of {len(passed)} faults passed")
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
