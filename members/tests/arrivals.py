"""How tests bring a member in on paper."""

from datetime import date
from typing import Any

from members.models import Arrival
from members.tests.test_workflows_loader import id_number
from members.workflows import arrivals as work
from members.workflows.arrivals import Bearer, PaperLetter
from members.workflows.register import PersonData

NUMBER = id_number(date(1990, 1, 2), 5)


def person(**fields: Any) -> PersonData:
    defaults = {
        "name": "𠮷来", "gender": "male", "birth_on": date(1990, 1, 2), "id_number": NUMBER,
        "mobile": "13800001111", "education": "college", "occupation": "worker",
        "joined_on": date(2015, 7, 1), "confirmed_on": date(2016, 7, 1),
    }  # fmt: skip
    return PersonData(**{**defaults, **fields})


def letter(world: Any, **fields: Any) -> PaperLetter:
    defaults = {
        "number": "南组介字〔2026〕88号", "body": "中共长春市南关区委组织部", "from_branch": "明珠社区党支部",
        "issued_on": date(2026, 3, 1), "valid_until": date(2026, 3, 31), "dues_paid_to": date(2026, 3, 1),
        "address": "长春市亚泰大街1号", "phone": "0431-88880000",
    }  # fmt: skip
    return PaperLetter(**{**defaults, **fields})


def registered(world: Any, persona: str = "li", branch: Any = None, **fields: Any) -> Arrival:
    """A letter on the table of branch A. `letter`, `person` and `bearer` change what was typed."""
    bearer = {"standing": "formal", **fields.get("bearer", {})}
    return work.register_letter(
        branch or world.a,
        letter(world, **fields.get("letter", {})),
        Bearer(person=person(**fields.get("person", {})), **bearer),
        actor=world.user(persona),
        scope=world.scope(persona),
        at=world.now,
    )


def accepted(world: Any, arrival: Arrival, persona: str = "li", on: date | None = None) -> Arrival:
    return work.accept(
        arrival, on or world.today, seen_version=arrival.version, actor=world.user(persona),
        scope=world.scope(persona), at=world.now,
    )  # fmt: skip
