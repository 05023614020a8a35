"""Faults of the clock and of beat: F10 to F12, F25 to F27 of the reliability design."""

from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from drills._fault_broker import all_told, due_now, next_tick, told_once
from drills._fault_ground import Ground, Scenario, demand, until

SHANGHAI = ZoneInfo("Asia/Shanghai")
# (what, from, steps, what a calendar on paper says): clamped to the month's last day, 29 February included.
ON_PAPER = (
    ("months_after", date(2027, 1, 31), 1, date(2027, 2, 28)),
    ("months_after", date(2028, 1, 31), 1, date(2028, 2, 29)),
    ("months_after", date(2028, 2, 29), 12, date(2029, 2, 28)),
    ("months_after", date(2028, 2, 29), 48, date(2032, 2, 29)),
    ("months_after", date(2026, 3, 31), 1, date(2026, 4, 30)),
    ("months_after", date(2026, 3, 31), 3, date(2026, 6, 30)),
    ("months_after", date(2026, 8, 31), 6, date(2027, 2, 28)),
    ("months_after", date(2026, 8, 31), 18, date(2028, 2, 29)),
    ("months_after", date(2026, 12, 31), 2, date(2027, 2, 28)),
    ("months_after", date(2026, 11, 30), 3, date(2027, 2, 28)),
    ("months_after", date(2026, 12, 15), 1, date(2027, 1, 15)),
    ("months_after", date(2026, 5, 31), -1, date(2026, 4, 30)),
    ("months_after", date(2027, 3, 31), -1, date(2027, 2, 28)),
    ("months_after", date(2028, 3, 31), -1, date(2028, 2, 29)),
    ("months_after", date(2028, 3, 30), -12, date(2027, 3, 30)),
    ("months_after", date(2028, 2, 29), -12, date(2027, 2, 28)),
    ("months_after", date(2027, 1, 31), -2, date(2026, 11, 30)),
    ("months_after", date(2026, 10, 31), 120, date(2036, 10, 31)),
    ("months_after", date(2027, 1, 1), -1, date(2026, 12, 1)),
    ("months_after", date(2026, 7, 31), 7, date(2027, 2, 28)),
)


def shift_to(moment: datetime) -> str:
    """The offset that makes a program starting now believe it is that moment."""
    return f"{(moment - datetime.now(SHANGHAI)).total_seconds():+.0f}"


def two_beats(ground: Ground) -> str:
    """F10: a second beat beside the first, both ticking each second."""
    with ground.scenario() as place:
        planned = due_now(place)
        place.start("worker")
        place.start("beat")
        place.start("second", "beat")
        all_told(place)
        told_once(place, planned)
        return f"{planned} reminders told once"


def beat_killed_after_sending(ground: Ground) -> str:
    """F11: killed at each tick, started anew with its schedule forgotten, ten times."""
    with ground.scenario() as place:
        planned = due_now(place)
        place.start("worker")
        for _ in range(10):
            place.start("beat")
            next_tick(place)
            place.kill("beat")
            (place.folder / "beat-schedule").unlink(missing_ok=True)
        all_told(place)
        told_once(place, planned)
        return f"10 kills, {planned} reminders told once"


# Just before beat opens duties, plans the reminders of three apps, and looks for summaries to make.
MINUTES = ((4, 57), (14, 57), (19, 57), (24, 57), (39, 57))


def _an_hour(place: Scenario, day: date) -> None:
    """Beat at the minutes of that morning at which it has something to send, with a worker of that day."""
    for minute, second in MINUTES:
        moment = datetime(day.year, day.month, day.day, 9, minute, second, tzinfo=SHANGHAI)
        place.start("worker", shift=shift_to(moment))
        place.start("beat", shift=shift_to(moment))
        later = (moment + timedelta(seconds=8)).isoformat()
        ticked = f"name = 'tick' AND at > '{later}'"
        until(partial(place.count, "core_heartbeat", ticked), f"beat at {moment:%d %H:%M}")
        place.stop("beat")
        place.stop("worker")
        (place.folder / "beat-schedule").unlink(missing_ok=True)


def _counts(place: Scenario) -> dict[str, int]:
    return {
        "summaries": place.count("health_periodsummary"),
        "duties": place.count("activities_duty"),
        "reminders": place.count("core_reminder"),
        "notices": place.count("core_notification", "reminder_id IS NOT NULL"),
    }


def beat_dead_for_days(ground: Ground) -> str:
    """F12: nothing runs from the day before the cut-off of a month until three days later."""
    with ground.scenario() as place:
        today = place.query("SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date")[0][0]
        month = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
        _an_hour(place, month + timedelta(days=3))
        before = _counts(place)
        late = month + timedelta(days=6)
        _an_hour(place, late)
        after = _counts(place)
        ended = month - timedelta(days=1)
        of_month = f"ends_on = '{ended}' AND starts_on = '{ended.replace(day=1)}'"
        made = place.count("health_periodsummary", of_month)
        revised = place.count("health_periodsummary", f"{of_month} AND revision > 1")
        demand(made and after["summaries"] > before["summaries"], f"{made} summaries of {ended:%Y-%m}")
        demand(not revised, f"{revised} summaries made twice")
        ((stale,),) = place.query(
            "SELECT count(*) FROM (SELECT 1 FROM core_reminder WHERE channel = 'in_app' AND state = 'sent'"
            " AND settled_at::date = %s GROUP BY rule, subject, recipient_id, due_on HAVING count(*) > 1)"
            " AS several", late,
        )  # fmt: skip
        demand(not stale, f"{stale} matters told twice on one day")
        _an_hour(place, late)
        demand(_counts(place) == after, f"the same hour again: {after} became {_counts(place)}")
        once = f"{made} summaries of {ended:%Y-%m} made once, missed steps merged"
        return f"{once}, the same hour again adds nothing"


def clock_jumps(ground: Ground) -> str:
    """F26: a worker an hour ahead, then two minutes behind, then an hour behind."""
    with ground.scenario() as place:
        planned = due_now(place)
        for shift in ("+3600", "-120", "-3600"):
            place.start("worker", shift=shift)
            place.start("beat", shift=shift)
            all_told(place)
            next_tick(place)
            place.kill("beat")
            place.kill("worker")
        told_once(place, planned)
        place.start("web", shift="-120")
        session = place.sign_in("secretary")
        pages = [place.get(path, session).status for path in ("/", "/inbox/")]
        demand(pages == [200, 200], f"pages two minutes behind the worker: {pages}")
        return f"+1 h, -2 min, -1 h: {planned} reminders told once, pages of a slow clock open"


def month_ends(_ground: Ground) -> str:
    """F25: twenty days counted in months, as a calendar on paper has them."""
    from orgportal.health.rules.findings import months_after  # noqa: PLC0415

    wrong = [(day, steps) for _, day, steps, told in ON_PAPER if months_after(day, steps) != told]
    demand(not wrong, f"counted otherwise: {wrong}")
    return f"{len(ON_PAPER)} of {len(ON_PAPER)} days as on paper"


def shanghai_midnight(ground: Ground) -> str:
    """F27: the hours in which Shanghai has begun a month and Greenwich has not."""
    with ground.scenario() as place:
        today = place.query("SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date")[0][0]
        month = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
        midnight = datetime.combine(month, datetime.min.time(), SHANGHAI)
        keep = "app.tasks['activities.keep_duties'].run()"
        opened = []
        for minutes in (-2, 1, 7 * 60):
            place.python(keep, shift=shift_to(midnight + timedelta(minutes=minutes)))
            opened.append(place.count("activities_duty", f"starts_on = '{month}'"))
        demand(opened[0] == 0 and opened[1] > 0 and opened[2] == opened[1], f"duties of {month}: {opened}")
        naive = place.query(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND data_type = 'timestamp without time zone'"
        )
        demand(not naive, f"times without a zone: {naive}")
        return f"duties of {month:%Y-%m}: {opened[0]} at 23:58, {opened[1]} at 00:01 and still at 07:00"
