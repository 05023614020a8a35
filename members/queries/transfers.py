"""Reads for starting a transfer: whom, where to, and what is known of them before."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Case as CaseWhen
from django.db.models import Q, Value, When

from branches.choices import COMMITTEES
from branches.models import Organization
from branches.queries import directory, rulebooks_for
from branches.rules import ancestors
from members.choices import ChangeKind, ChangeState, Standing
from members.models import Case, Member, StandingChange, Transfer
from members.models.register import MemberQuerySet
from members.provisions import CASE_FIRST, PROVISIONS
from members.queries.open_records import open_records
from members.queries.standing import probation_clocks
from members.rules.transfer_check import Open, Pending
from orgportal.core.scoping import Scope, within


def directory_branches(text: str, limit: int = 20) -> list[Organization]:
    """Branches that stand today and match in characters, pinyin initials or code, best names first."""
    words = text.strip()
    if not words:
        return []
    rows = directory().branches().select_related("parent")
    found = rows.filter(Q(name__icontains=words) | Q(initials__startswith=words.lower()) | Q(code=words))
    exact_first = CaseWhen(When(name=words, then=Value(0)), default=Value(1))
    # Two branches of one name are told apart by the body above.
    return list(found.only("name", "parent__short_name").order_by(exact_first, "name_key", "pk")[:limit])


def directory_branch(pk: int) -> Organization | None:
    return Organization.unscoped.branches().filter(pk=pk).first()


def startable(scope: Scope) -> MemberQuerySet:
    """Members this person may start a transfer for."""
    rows: MemberQuerySet = Member.objects.visible_to(scope)
    return rows.filter(within("path", scope.roots_for("transfer.start"))).active()


def transferable(scope: Scope, text: str = "", limit: int = 60) -> list[Member]:
    """Members this person may start a transfer for, narrowed by name, pinyin initials or last digits."""
    rows = startable(scope)
    words = text.strip()
    if words:
        rows = rows.filter(
            Q(name__contains=words)
            | Q(initials__startswith=words.lower())
            | Q(name_key__startswith=words.lower())
            | Q(mobile__endswith=words)
        )
    return list(rows.select_related("branch").order_by("name_key", "pk")[:limit])


# --- what is known of members before a transfer


@dataclass(frozen=True, slots=True)
class Known:
    """The facts of one member that are said before a transfer."""

    open: Open
    pending: Pending | None
    probation_due: date | None
    is_inside: bool
    has_matter: bool


def known_of(members: Collection[Member], target: Organization | None, today: date) -> dict[int, Known]:
    """By member, before a transfer there; constant queries, however many members."""
    nearest = _committees({member.path for member in members} | ({target.path} if target else set()))
    inside = {
        member.pk for member in members if target is not None and nearest[member.path] == nearest[target.path]
    }
    leaving = {member.pk for member in members} if target is None else set()
    return _known(members, today, leaving=leaving, inside=inside)


def known_on_the_way(transfers: Collection[Transfer], today: date) -> dict[int, Known]:
    """The same of members on the way, each to a place of their own; of rows read `with_parties()`."""
    leaving = {row.member_id for row in transfers if row.is_outside}
    inside = {row.member_id for row in transfers if row.case.is_inside}
    return _known([row.member for row in transfers], today, leaving=leaving, inside=inside)


def _known(
    members: Collection[Member], today: date, *, leaving: Collection[int], inside: Collection[int]
) -> dict[int, Known]:
    ids = [member.pk for member in members]
    records, pending = open_records(ids, today, leaving=leaving), pending_about(ids)
    waiting = [each for each in members if each.standing == Standing.PROBATIONARY and each.pk not in pending]
    clocks = probation_clocks(waiting, today)
    matters = matters_about({member.pk: member.path for member in members}, today)
    return {
        pk: Known(
            records[pk],
            pending.get(pk),
            clocks[pk].due_on if pk in clocks else None,
            is_inside=pk in inside,
            has_matter=pk in matters,
        )
        for pk in ids
    }


def pending_about(members: Collection[int]) -> dict[int, Pending]:
    """By member, the decision about their standing that has not taken effect."""
    rows = StandingChange.unscoped.open().filter(member__in=members)
    found = rows.values_list("member_id", "kind", "state", "effect_on")
    return {
        member: Pending(ChangeKind(kind), ChangeState(state), effect_on)
        for member, kind, state, effect_on in found
    }


def matters_about(members: Mapping[int, str], today: date) -> set[int]:
    """By the path of their branch: those of these members with a matter to be settled before they go."""
    open_files = Case.unscoped.open().filter(member__in=members)
    found = set(open_files.values_list("member_id", flat=True))
    books = rulebooks_for({members[pk] for pk in found}, PROVISIONS, today)
    return {pk for pk in found if books[members[pk]].value(CASE_FIRST.key, today)}


def _committees(paths: Collection[str]) -> dict[str, str]:
    """The path of the nearest committee above each of these paths, "" where there is none."""
    above = {each for path in paths for each in ancestors(path)}
    found = Organization.unscoped.filter(path__in=above, kind__in=COMMITTEES)
    committees = set(found.values_list("path", flat=True))
    return {
        path: max((each for each in ancestors(path) if each in committees), key=len, default="")
        for path in paths
    }


# --- the security desk: names and posts, no other data of the register (docs/crossings.md)
