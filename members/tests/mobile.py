"""How tests send members away and note contacts; and the clocks of lost contact once more in plain Python."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Any

from members.choices import ContactMethod, MobileReason
from members.models import BranchPeriod, Contact, Inflow, Member, MobileSpell
from members.workflows import contacts, inflow, mobile
from members.workflows.contacts import Talk
from members.workflows.inflow import Told
from members.workflows.mobile import Away

SINCE = date(2026, 2, 1)


def by(world: Any, persona: str) -> dict[str, Any]:
    return {"actor": world.user(persona), "scope": world.scope(persona), "at": world.now}


def away(**fields: Any) -> Away:
    facts = {"is_abroad": False, "reason": MobileReason.WORK, "place": "大连", "since": SINCE}
    return Away(**{**facts, **fields})


def send_away(world: Any, member: Member | None = None, persona: str = "li", **fields: Any) -> MobileSpell:
    return mobile.register(member or world.chen, away(**fields), **by(world, persona))


def call(world: Any, on: date, member: Member | None = None, persona: str = "li", **fields: Any) -> Contact:
    talk = Talk(fields.pop("method", ContactMethod.PHONE), on, **fields)
    return contacts.log(member or world.chen, talk, **by(world, persona))


def host(world: Any, number: str, name: str, persona: str = "wang", **fields: Any) -> Inflow:
    told = Told(number, name, fields.get("since", SINCE), fields.get("expected_on"))
    return inflow.register(fields.get("branch", world.c), told, **by(world, persona))


def put_into(member: Member, branch: Any) -> None:
    """The member has always been there."""
    Member.unscoped.filter(pk=member.pk).update(branch=branch, path=branch.path)
    BranchPeriod.objects.filter(member=member).update(branch=branch)


# --- the oracle: what the clocks have to propose, from the raw events and from nothing else


@dataclass(frozen=True)
class Life:
    """A member's raw events: days seen (attended, contacted), standings with first days and, of a stop, its
    ground; the day they came into the branch, and the day they were entered here; the body's takeover day.
    """

    seen: tuple[date, ...]
    standings: tuple[tuple[Any, ...], ...]
    came: date | None = None
    entered: date | None = None
    taken_over: date | None = None


def months_on(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def expected(life: Life, on: date) -> tuple[str, date] | None:
    """The kind of proposal open that day and the day it came due; None if there is none."""
    standing, since, *ground = [each for each in life.standings if each[1] <= on][-1]
    seen = [day for day in life.seen if day <= on]
    if standing == "suspended":
        is_gone = ground == ["lost"] and not any(day >= since for day in seen)
        return ("strike", months_on(since, 24)) if is_gone and months_on(since, 24) <= on else None
    # Nobody has seen them since the last sighting, or since they came; a new standing begins anew, and what
    # lies before the records is not known.
    days = [max(seen)] if seen else [day for day in (life.came,) if day]
    if not days:
        return None
    days += [since, *[day for day in (life.taken_over,) if day]]
    days += [life.entered] if not seen and life.entered and not life.taken_over else []
    return ("stop", months_on(max(days), 6)) if months_on(max(days), 6) <= on else None


def expected_of(lives: dict[int, Life], on: date) -> dict[int, tuple[str, date]]:
    """For many members by id: the oracle a long run is held against."""
    found = {pk: expected(life, on) for pk, life in lives.items()}
    return {pk: proposed for pk, proposed in found.items() if proposed is not None}
