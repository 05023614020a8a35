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
    """A member's raw events: days seen (attended, contacted), and standings with first days, in order."""

    seen: tuple[date, ...]
    standings: tuple[tuple[str, date], ...]


def months_on(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def expected(life: Life, on: date) -> tuple[str, date] | None:
    """The kind of proposal open that day and the day it came due; None if there is none."""
    standing, since = [(kind, day) for kind, day in life.standings if day <= on][-1]
    seen = [day for day in life.seen if day <= on]
    if standing in {"formal", "probationary"} and seen and months_on(max(seen), 6) <= on:
        return "stop", months_on(max(seen), 6)
    if standing == "suspended" and not any(day >= since for day in seen) and months_on(since, 24) <= on:
        return "strike", months_on(since, 24)
    return None


def expected_of(lives: dict[int, Life], on: date) -> dict[int, tuple[str, date]]:
    """For many members by id: the oracle a long run is held against."""
    found = {pk: expected(life, on) for pk, life in lives.items()}
    return {pk: proposed for pk, proposed in found.items() if proposed is not None}
