"""Reads of members who live away: whom to contact, who is out, whom we host, what each side may see."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Q, Value
from django.db.models.functions import Coalesce

from branches.choices import Form
from branches.models import Organization
from members.choices import InflowState, PaperKind
from members.models import (
    CardCheck,
    Contact,
    ContactProposal,
    HostAttendance,
    Inflow,
    Member,
    MobileSpell,
    Paper,
)
from members.models.mobile import InflowQuerySet, MobileSpellQuerySet
from members.queries.merging import ids_of
from orgportal.core.scoping import Scope, within

# A contact comes onto the list a week before its day.
AHEAD = timedelta(days=7)
SHOWN = 100
DUE_ORDER = ("contact_by", "pk")
AWAY_ORDER = ("-starts_on", "-pk")
HOSTED_ORDER = ("-since", "-pk")


def spells_seen(scope: Scope) -> MobileSpellQuerySet:
    rows: MobileSpellQuerySet = MobileSpell.objects.visible_to(scope)
    return rows.select_related("member__branch", "contact_person")


def contacts_due(scope: Scope, today: date) -> MobileSpellQuerySet:
    """Running spells overdue for contact or due within the week, then those without a planned contact."""
    rows = due_for_contact(spells_seen(scope), today)
    return rows.annotate(contact_by=Coalesce("next_contact_on", Value(date.max))).order_by(*DUE_ORDER)


def due_for_contact(rows: MobileSpellQuerySet, today: date) -> MobileSpellQuerySet:
    """Of these the running ones to contact by the end of the week, or with no contact planned."""
    return rows.running().filter(Q(next_contact_on__lte=today + AHEAD) | Q(next_contact_on=None))


def away_now(scope: Scope) -> MobileSpellQuerySet:
    return spells_seen(scope).running().order_by(*AWAY_ORDER)


def hosted(scope: Scope) -> InflowQuerySet:
    """Whom the branches of this person look after, as they were told of them."""
    rows: InflowQuerySet = Inflow.objects.visible_to(scope)
    return rows.live().select_related("host").order_by(*HOSTED_ORDER)


@dataclass(frozen=True, slots=True)
class Reported:
    """A host says it has one of ours, whom we have not registered as away: the host's name and since when."""

    member: Member
    host: str
    host_id: int
    since: date


def reported(scope: Scope) -> list[Reported]:
    """Crosses the scope (docs/crossings.md): of a host's own list only what concerns one's own members."""
    mine = within("member__path", scope.roots_for(MobileSpell.view_right))
    rows = Inflow.unscoped.filter(mine, state=InflowState.REGISTERED, spell=None, member__mobile_state="")
    found = rows.select_related("member__branch", "host").order_by("since", "pk")[:SHOWN]
    return [Reported(row.member, row.host.name, row.host_id, row.since) for row in found if row.member]


@dataclass(frozen=True, slots=True)
class HostSide:
    """What home sees of the host: its name and phone, as in the directory, and how far the match is."""

    id: int
    name: str
    phone: str
    state: str
    since: date


def host_of(spell: MobileSpell) -> HostSide | None:
    """The host that looks after the member, or is told to expect them."""
    row = Inflow.unscoped.live().select_related("host").filter(spell=spell).first()
    return (
        HostSide(row.host_id, row.host.name, row.host.phone, row.get_state_display(), row.since)
        if row
        else None
    )


def host_body(spell: MobileSpell) -> Organization | None:
    row = Inflow.unscoped.live().select_related("host").filter(spell=spell).first()
    return row.host if row else None


@dataclass(frozen=True, slots=True)
class HomeSide:
    """What a host sees of home once matched: the branch's name and phone, as in the directory; no more."""

    name: str
    phone: str


def home_of(row: Inflow) -> HomeSide | None:
    """Crosses the scope (docs/crossings.md): only of a match, or of an announcement home itself made."""
    if row.spell_id is None or not row.is_live or row.is_unconfirmed:
        return None
    branch = Organization.unscoped.get(members__spells=row.spell_id)
    return HomeSide(branch.name, branch.phone)


def contact_log(member: Member, limit: int | None = SHOWN) -> list[Contact]:
    """Contacts with the member, newest first, struck ones as such."""
    rows = Contact.unscoped.filter(member__in=ids_of(member.pk))
    return list(rows.select_related("by").order_by("-on", "-pk")[:limit])


def attended_elsewhere(member: Member, limit: int | None = SHOWN) -> list[HostAttendance]:
    rows = HostAttendance.objects.filter(member__in=ids_of(member.pk))
    return list(rows.select_related("host").order_by("-on", "-pk")[:limit])


def spells_of(member: Member) -> list[MobileSpell]:
    rows = MobileSpell.unscoped.filter(member__in=ids_of(member.pk))
    return list(rows.select_related("contact_person").order_by("-starts_on", "-pk"))


@dataclass(frozen=True, slots=True)
class AwayFile:
    """All that is held of a member's stays away, contacts, hosts and out-of-contact proposals."""

    spells: list[MobileSpell]
    contacts: list[Contact]
    visits: list[HostAttendance]
    inflows: list[Inflow]
    proposals: list[ContactProposal]


def away_file(member: Member) -> AwayFile:
    ids = ids_of(member.pk)
    return AwayFile(
        spells_of(member),
        contact_log(member, None),
        attended_elsewhere(member, None),
        list(Inflow.unscoped.filter(member__in=ids).select_related("host").order_by("since", "pk")),
        list(ContactProposal.unscoped.filter(member__in=ids).order_by("opened_on", "pk")),
    )


def in_touch_with(scope: Scope) -> list[MobileSpell]:
    """Those this member is the home contact person of."""
    rows = spells_seen(scope).running().filter(contact_person_id=scope.member_id or 0)
    return list(rows.order_by(F("next_contact_on").asc(nulls_last=True), "pk"))


@dataclass(frozen=True, slots=True)
class CardSide:
    """The activity card of a member, and when it was last checked."""

    paper: Paper
    checks: list[CardCheck]

    def is_checked_in(self, year: int) -> bool:
        return any(check.year == year for check in self.checks)


def card_of(member_id: int) -> CardSide | None:
    """The card in force, if there is one."""
    cards = Paper.unscoped.standing().filter(member__in=ids_of(member_id), kind=PaperKind.CARD)
    paper = cards.select_related("issuer", "member", "branch").order_by("-pk").first()
    return CardSide(paper, list(paper.card_checks.order_by("-year"))) if paper else None


def colleagues(member: Member) -> list[tuple[int, str]]:
    """Who can be the home contact person: the other members of the branch, by pinyin."""
    rows = Member.unscoped.active().filter(branch=member.branch_id).exclude(pk=member.pk)
    return list(rows.order_by("name_key", "pk").values_list("pk", "name"))


@dataclass(frozen=True, slots=True)
class MobileBranch:
    """A branch for mobile members, with how many it has of its own and how many it hosts."""

    id: int
    name: str
    members: int
    hosted: int


def mobile_branches(scope: Scope) -> list[MobileBranch]:
    rows = Organization.objects.visible_to(scope).branches().current().filter(form=Form.MOBILE)
    counted = rows.annotate(
        own=Count("members", filter=~Q(members__standing="ended"), distinct=True),
        guests=Count("inflows", filter=~Q(inflows__state=InflowState.ENDED), distinct=True),
    ).order_by("path")
    return [MobileBranch(*row) for row in counted.values_list("pk", "name", "own", "guests")[:SHOWN]]


def hosts_named(spells: Collection[MobileSpell]) -> dict[int, str]:
    """Host by spell, for those shown."""
    rows = Inflow.unscoped.live().filter(spell__in=[spell.pk for spell in spells])
    return dict(rows.values_list("spell_id", "host__name"))
