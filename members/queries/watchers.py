"""Who can see a member's data today: by post, by task, by desk; a fixed number of queries.

Shown to the member alone (docs/crossings.md). Whether there is a disposition file is not asked here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q

from branches.choices import Kind, PostKind
from branches.rules import ancestors, rights_of
from members.choices import Standing
from members.models import (
    BranchPeriod,
    HostAttendance,
    Inflow,
    Member,
    MobileSpell,
    Paper,
    Post,
    Transfer,
)
from members.queries import desk_holders
from members.queries.merging import ids_of
from members.rules import own as rules
from members.rules.own import ACCESS, FIELDS, PARTS, TASK, FieldClass, Holder, Part, Place

CONTACT_PERSON = "contact_person"
ORDER = (FieldClass.SENSITIVE, FieldClass.PERSONAL, FieldClass.INTERNAL, FieldClass.PUBLIC, *Part)


@dataclass(frozen=True, slots=True)
class AccessLine:
    """What can be done with a class of facts, and by whom."""

    code: str
    holders: tuple[Holder, ...]


@dataclass(frozen=True, slots=True)
class ClassSheet:
    """One class of facts: which facts, and who can do what with them today."""

    key: FieldClass | Part
    fields: tuple[str, ...]
    lines: tuple[AccessLine, ...]


def who_can_see(member: Member, transfer: Transfer | None, on: date) -> list[ClassSheet]:
    """By class of facts and kind of rows, as of that day, however many posts there are."""
    holders = [*_posts(member, transfer, on), *_contact_person(member), *_desks()]
    return [ClassSheet(key, _facts_of(key), tuple(_lines(key, holders))) for key in ORDER]


def _facts_of(key: FieldClass | Part) -> tuple[str, ...]:
    return PARTS[key] if isinstance(key, Part) else FIELDS[key]


def _lines(key: FieldClass | Part, holders: list[Holder]) -> Iterable[AccessLine]:
    for access in ACCESS[key]:
        if found := rules.who_can(access, holders):
            yield AccessLine(access.code, found)


def _posts(member: Member, transfer: Transfer | None, on: date) -> list[Holder]:
    """Posts held that day at each place, the bodies above it included; what is home counts as home alone."""
    home = _up([member.path])
    places = {key: _up(paths) - home for key, paths in _elsewhere(member, transfer).items()}
    places[Place.HOME] = home
    rows = (
        Post.unscoped.held_on(on)
        .filter(organization__path__in=set().union(*places.values()), organization__dissolved_on=None)
        .exclude(member__standing=Standing.ENDED)
        .exclude(member=member)
        .order_by("organization__path", "member__name_key", "pk")
        .values_list("member__name", "kind", "organization__name", "organization__kind", "organization__path")
    )
    return [
        Holder(name, kind, body, rights_of(PostKind(kind), Kind(body_kind)), place)
        for name, kind, body, body_kind, path in rows
        for place, paths in places.items()
        if path in paths
    ]


def _up(paths: Iterable[str]) -> set[str]:
    return {each for path in paths if path for each in (*ancestors(path), path)}


def _elsewhere(member: Member, transfer: Transfer | None) -> dict[Place, Iterable[str]]:
    """Paths of the bodies beside home that hold something of the member."""
    ids = ids_of(member.pk)
    lodged = Inflow.unscoped.live().filter(Q(member__in=ids) | Q(spell__member__in=ids))
    mine = {"member__in": ids}
    papers = Paper.unscoped.filter(**mine).values_list("issuer__path", "branch__path")
    over = Transfer.unscoped.filter(**mine).exclude(pk=transfer.pk if transfer else 0)
    dealt = [*papers, *over.values_list("source__path", "target__path")]
    return {
        Place.TARGET: [transfer.target.path] if transfer and transfer.target else [],
        Place.FORMER: BranchPeriod.objects.filter(**mine).values_list("branch__path", flat=True),
        Place.HOST: lodged.values_list("host__path", flat=True),
        Place.VISITED: HostAttendance.objects.filter(**mine).values_list("host__path", flat=True),
        Place.DEALT: [path for pair in dealt for path in pair],
    }


def _contact_person(member: Member) -> list[Holder]:
    """As the scope has it: of a running stay, and only while both are of one branch."""
    spells = MobileSpell.unscoped.running().filter(member=member, contact_person__branch=F("member__branch"))
    found = spells.values_list("contact_person__name", "member__branch__name")
    return [Holder(name, CONTACT_PERSON, body, frozenset({TASK}), Place.CONTACT) for name, body in found]


def _desks() -> list[Holder]:
    return [
        Holder(user.display_name, user.desk, "", frozenset({TASK}), Place(user.desk))
        for user in desk_holders()
        if user.is_active
    ]
