"""How tests merge records, and what they write under either of them."""

from typing import Any

from members.models import Confirmation, Contact, Correction, LastSeen, Member, Merge, Paper
from members.tests.factories import make_spell
from members.tests.test_workflows_register import by
from members.workflows import merging as work
from members.workflows.merging import Choice

PLAIN = Choice(from_merged=(), basis="同一身份证")


def merge(
    world: Any, other: Member, choice: Choice = PLAIN, kept: Member | None = None, persona: str = "li",
    versions: tuple[int, int] | None = None,
) -> Merge:  # fmt: skip
    kept = kept or world.chen
    rows = [Member.unscoped.get(pk=each.pk) for each in (kept, other)]
    return work.merge(*rows, choice, versions=versions or (1, 1), **by(world, persona))


def a_contact(world: Any, member: Member) -> None:
    Contact.unscoped.create(
        member=member, method="phone", on=world.today, by=world.li, recorded_at=world.now,
        recorded_by=world.li.user,
    )  # fmt: skip


def a_paper(world: Any, member: Member) -> None:
    Paper.unscoped.create(
        kind="card", year=2026, serial=member.pk % 1000, number=f"流动证{member.pk}",
        issuer=world.committee_1, member=member, branch=world.a, token=f"t{member.pk}", issued_on=world.today,
        issued_by=world.li.user, recorded_at=world.now,
    )  # fmt: skip


def a_correction(world: Any, member: Member) -> None:
    Correction.unscoped.create(
        member=member, field="employer", held="", wanted="厂", state="withdrawn", asked_at=world.now,
        due_on=world.today, answered_at=world.now,
    )  # fmt: skip


def a_confirmation(world: Any, member: Member) -> None:
    Confirmation.unscoped.create(
        member=member, year=2026, at=world.now, by=world.li.user, seen_version=1, is_by_branch=False
    )


def a_sighting(world: Any, member: Member) -> None:
    LastSeen.objects.create(member=member, source="contact", on=world.today, evidence="call:1")


def an_ended_stay(world: Any, member: Member) -> None:
    make_spell(member, ends_on=world.today, end_kind="returned")
