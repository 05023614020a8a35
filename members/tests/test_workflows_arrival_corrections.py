"""A paper letter typed wrong: who puts it right, until when, what the trail says."""

from datetime import date, timedelta
from typing import Any

import pytest

from members.models import Arrival, Member
from members.tests.arrivals import NUMBER, accepted, letter, person, registered
from members.tests.test_workflows_loader import id_number
from members.workflows import arrivals as work
from members.workflows.arrivals import Bearer, Refusal, Retyped
from members.workflows.register import NeedsCare
from orgportal.core.errors import NotAllowed, Refused, StaleVersion
from orgportal.core.models import AuditEntry, Notification
from orgportal.core.sealing import blind, unseal


def corrected(world: Any, arrival: Arrival, persona: str = "li", **fields: Any) -> Arrival:
    """Typed again as it was but for `letter`, `person` and `bearer`; the number is left empty."""
    bearer = {"standing": "formal", **fields.get("bearer", {})}
    typed = {"id_number": "", **fields.get("person", {})}
    again = Retyped(
        letter(world, **fields.get("letter", {})), Bearer(person=person(**typed), **bearer), arrival.version
    )
    return work.correct(arrival, again, actor=world.user(persona), scope=world.scope(persona), at=world.now)


def other_letter(world: Any, serial: int) -> Arrival:
    """A second one on the table, of somebody else."""
    typed = {"name": "另一人", "mobile": "", "id_number": id_number(date(1990, 1, 2), serial)}
    return registered(world, letter={"number": f"南组介字〔2026〕{serial}号"}, person=typed)


def last_change() -> AuditEntry:
    return AuditEntry.objects.filter(action="arrival.corrected").get()


def test_the_secretary_corrects_and_the_trail_has_both(world: Any) -> None:
    other = id_number(date(1990, 1, 2), 7)

    after = corrected(
        world, registered(world), letter={"number": "南组介字〔2026〕89号", "issued_on": date(2026, 3, 2)},
        person={"name": "𠮷莱", "id_number": other},
    )  # fmt: skip

    assert (after.name, after.letter_number, after.issued_on) == (
        "𠮷莱",
        "南组介字〔2026〕89号",
        date(2026, 3, 2),
    )
    assert unseal(bytes(after.id_number_sealed)) == other
    assert last_change().changes == {
        "letter_number": ["南组介字〔2026〕88号", "南组介字〔2026〕89号"],
        "issued_on": ["2026-03-01", "2026-03-02"],
        "name": ["𠮷来", "𠮷莱"],
        "id_number": [f"{NUMBER[:3]}{'*' * 11}{NUMBER[-4:]}", f"{other[:3]}{'*' * 11}{other[-4:]}"],
        "insisted": False,
    }


def test_an_empty_number_keeps_the_one_typed(world: Any) -> None:
    after = corrected(world, registered(world), person={"employer": "一汽"})

    assert unseal(bytes(after.id_number_sealed)) == NUMBER
    assert last_change().changes == {"employer": ["", "一汽"], "insisted": False}


def test_what_was_corrected_is_what_enters_the_register(world: Any) -> None:
    arrival = corrected(world, registered(world), person={"name": "𠮷莱", "birth_on": date(1990, 1, 2)})

    accepted(world, arrival)

    assert Member.unscoped.get(name="𠮷莱").id_number_digest == blind(NUMBER)
    assert not Member.unscoped.filter(name="𠮷来").exists()


def test_who_typed_it_corrects_and_the_branch_is_told(world: Any) -> None:
    arrival = registered(world, "zhao")
    Notification.unscoped.all().delete()

    corrected(world, arrival, "zhao", person={"name": "𠮷莱"})

    told = list(Notification.unscoped.values_list("recipient__user_name", "rule"))
    assert told == [("li", "members.arrival_corrected")]


def test_the_secretary_corrects_what_the_committee_typed_and_the_typist_is_told(world: Any) -> None:
    arrival = registered(world, "zhao")
    Notification.unscoped.all().delete()

    corrected(world, arrival, "li", person={"name": "𠮷莱"})

    assert [*Notification.unscoped.values_list("recipient__user_name", flat=True)] == ["zhao"]


@pytest.mark.parametrize("persona", ["zhao", "wang", "ran", "chen"])
def test_others_do_not_correct(world: Any, persona: str) -> None:
    arrival = registered(world)

    with pytest.raises(NotAllowed):
        corrected(world, arrival, persona)


def test_what_is_odd_is_looked_at_twice(world: Any) -> None:
    arrival = registered(world)
    wrong = NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")

    with pytest.raises(NeedsCare):
        corrected(world, arrival, person={"id_number": wrong})

    after = corrected(world, arrival, person={"id_number": wrong}, bearer={"insists": True})
    assert last_change().changes["insisted"] is True
    assert unseal(bytes(after.id_number_sealed)) == wrong


def test_another_letter_of_the_same_number_stands_in_the_way(world: Any) -> None:
    registered(
        world, letter={"number": "南组介字〔2026〕90号"}, person={"id_number": id_number(date(1990, 1, 2), 9)}
    )

    with pytest.raises(Refused, match="arrival_twice"):
        corrected(world, registered(world), letter={"number": "南组介字〔2026〕90号"})


def test_a_person_of_the_register_is_refused_as_at_the_door(world: Any) -> None:
    arrival, held = registered(world), id_number(date(1990, 1, 2), 11)
    Member.unscoped.filter(pk=world.chen.pk).update(id_number_digest=blind(held))

    with pytest.raises(Refused, match="id_in_register_here"):
        corrected(world, arrival, person={"id_number": held})


def test_the_days_are_judged_as_of_the_registration(world: Any) -> None:
    arrival = registered(world)
    world.now += timedelta(days=40)

    with pytest.raises(Refused, match="arrival_letter_over"):
        corrected(world, arrival, letter={"valid_until": date(2026, 3, 9)})
    assert corrected(world, arrival, person={"name": "𠮷莱"}).name == "𠮷莱"


def test_after_the_answer_the_letter_stands(world: Any) -> None:
    taken = accepted(world, registered(world))
    with pytest.raises(Refused, match="arrival_entered"):
        corrected(world, taken)

    other = other_letter(world, 91)
    back = work.refuse(
        other, Refusal("not_here", "不在本辖区"), seen_version=other.version, actor=world.user("li"),
        scope=world.scope("li"), at=world.now,
    )  # fmt: skip
    with pytest.raises(Refused, match="arrival_decided"):
        corrected(world, back)


def test_two_at_once_do_not_overwrite_each_other(world: Any) -> None:
    arrival = registered(world)
    corrected(world, arrival, person={"name": "𠮷莱"})

    with pytest.raises(StaleVersion):
        corrected(world, arrival, person={"name": "𠮷徕"})
    with pytest.raises(StaleVersion):
        accepted(world, arrival)
