"""Addresses of the year's plan and of leave asked beforehand, for the access matrix."""

from datetime import date
from typing import Any

from activities.choices import ActivityKind, ActivityState, LeaveReason
from activities.models import Activity, LeaveRequest
from activities.tests.factories import make_activity
from branches.tests.factories import NOW
from orgportal.tests.matrix import Row

# The branch is named in the address: whoever is not of it finds nothing, the bodies above read.
READERS = "anon:302 li|ran|zhao|qian:200 wang:404 chen|sun|sys|sec|aud:403"
WRITERS = "anon:302 li|ran:{} wang:404 zhao|qian|chen|sun|sys|sec|aud:403"
# A meeting of branch A is for its members.
MEMBERS = "anon:302 li|ran|chen|sun:{} zhao|qian|wang|sys|sec|aud:404"
API_READERS = "anon:401 li|ran|zhao|qian:200 wang|chen|sun|sys|sec|aud:404"
API_WRITERS = "anon:401 li|ran:{} zhao|qian:403 wang|chen|sun|sys|sec|aud:404"
API_MEMBERS = "anon:401 li|ran|chen|sun:{} zhao|qian|wang|sys|sec|aud:404"
MARCH = {"plan_starts_on": date(2026, 3, 1), "plan_ends_on": date(2026, 3, 31), "plan_number": 1}
OFF = {"reason": "防汛", "version": "1"}


def planned(world: Any) -> None:
    """A theme day of each branch; everybody of A has asked for leave from theirs."""
    for branch in (world.a, world.c):
        row = make_activity(
            branch, world.li.user, kind=ActivityKind.THEME_DAY, state=ActivityState.PLANNED,
            held_on=date(2026, 3, 20), title="三月主题党日", **MARCH,
        )  # fmt: skip
        for member in (world.li, world.ran, world.chen, world.sun) if branch == world.a else ():
            LeaveRequest.unscoped.create(
                activity=row, member=member, for_day=row.held_on, reason=LeaveReason.WORK, asked_at=NOW
            )


def nobody_on_leave(world: Any) -> None:
    planned(world)
    LeaveRequest.unscoped.all().delete()


def of_a(world: Any) -> dict[str, Any]:
    return {"branch": world.a.pk}


def meeting_of_a(world: Any) -> dict[str, Any]:
    return {"pk": Activity.unscoped.get(branch=world.a).pk}


def moved_by(name: str) -> Any:
    return lambda world: {**meeting_of_a(world), "move": name}


def plan_seen(world: Any, persona: str) -> set[int]:
    return {meeting_of_a(world)["pk"]}


def leave_seen(world: Any, persona: str) -> set[int]:
    """All of them for those who record, one's own for the others."""
    found = LeaveRequest.unscoped.all()
    mine = found if persona in {"li", "ran"} else found.filter(member=getattr(world, persona))
    return set(mine.values_list("pk", flat=True))


def sheet(world: Any) -> dict[str, Any]:
    return {"m-0-slot": "themeday.freq||2026-04-01|1", "m-0-on": "2026-04-08"}


def one(world: Any) -> dict[str, Any]:
    return {"what": "theme_day", "on": "2026-04-08"}


PLAN_ROWS = [
    Row("activities:plan", READERS, kwargs=of_a, prepare=planned, ids=plan_seen),
    Row("activities:plan-print", READERS, kwargs=of_a, prepare=planned),
    Row("activities:plan-lay-out", WRITERS.format(200), kwargs=of_a),
    Row("activities:plan-lay-out", WRITERS.format(302), method="POST", kwargs=of_a, data=sheet),
    Row("activities:plan-add", WRITERS.format(200), kwargs=of_a),
    Row("activities:plan-add", WRITERS.format(302), method="POST", kwargs=of_a, data=one),
    Row("activities:plan-take-back", WRITERS.format(302), method="POST", kwargs=of_a, prepare=planned),
    Row("activities:plan-move", WRITERS.format(200), kwargs=moved_by("move"), prepare=planned),
    Row(
        "activities:plan-move",
        WRITERS.format(302),
        method="POST",
        kwargs=moved_by("cancel"),
        data=lambda world: OFF,
        prepare=planned,
    ),
    Row("activities:leave-ask", MEMBERS.format(200), kwargs=meeting_of_a, prepare=planned),
    Row(
        "activities:leave-ask",
        MEMBERS.format(302),
        method="POST",
        kwargs=meeting_of_a,
        data=lambda world: {"reason": "work"},
        prepare=nobody_on_leave,
    ),
    Row(
        "activities:leave-withdraw",
        MEMBERS.format(302),
        method="POST",
        kwargs=meeting_of_a,
        prepare=planned,
    ),
    # --- the API
    Row("api-activities:plan", API_READERS, kwargs=of_a, prepare=planned),
    Row(
        "api-activities:plan",
        API_WRITERS.format(201),
        method="POST",
        kwargs=of_a,
        data=lambda world: {
            "year": 2026,
            "meetings": [{"rule": "themeday.freq", "starts_on": "2026-04-01", "on": "2026-04-08"}],
        },
    ),
    Row(
        "api-activities:plan-one",
        API_WRITERS.format(201),
        method="POST",
        kwargs=of_a,
        data=lambda world: {"kind": "theme_day", "on": "2026-04-08"},
    ),
    Row(
        "api-activities:plan-take-back",
        "anon:401 li|ran:409 zhao|qian:403 wang|chen|sun|sys|sec|aud:404",
        method="POST",
        kwargs=of_a,
    ),
    Row(
        "api-activities:plan-move",
        API_WRITERS.format(200),
        method="POST",
        kwargs=moved_by("postpone"),
        data=lambda world: {"reason": "防汛", "version": 1},
        prepare=planned,
    ),
    Row(
        "api-activities:leave", API_MEMBERS.format(200), kwargs=meeting_of_a, prepare=planned, ids=leave_seen
    ),
    Row(
        "api-activities:leave",
        API_MEMBERS.format(201),
        method="POST",
        kwargs=meeting_of_a,
        data=lambda world: {"reason": "work"},
        prepare=nobody_on_leave,
    ),
    Row(
        "api-activities:leave",
        API_MEMBERS.format(200),
        method="DELETE",
        kwargs=meeting_of_a,
        prepare=planned,
    ),
]
