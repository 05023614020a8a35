"""What the pages of one member and of one body's posts are drawn from."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.db.models.functions import Coalesce

from branches.choices import PostKind
from branches.models import Organization
from members.models import (
    BranchPeriod,
    ContactProposal,
    HostAttendance,
    LastSeen,
    Look,
    Member,
    MobileSpell,
    Post,
    StandingChange,
    StandingPeriod,
    Term,
    Transfer,
)
from members.queries.merging import ids_of
from members.queries.mobile import attended_elsewhere
from members.queries.standing import probation_clocks
from members.rules.register import age_on, mask_id_number
from members.rules.standing import ProbationClock
from orgportal.core.sealing import unseal

PAST_POSTS = 50
VISITS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class MemberSheet:
    """All that the page of a member shows beside the member's own columns."""

    masked_id: str
    branch_periods: list[BranchPeriod]
    standing_periods: list[StandingPeriod]
    posts: list[Post]
    transfer: Transfer | None
    last_seen: LastSeen | None
    change: StandingChange | None
    probation: ProbationClock | None
    years_of_standing: int | None
    spell: MobileSpell | None
    proposal: ContactProposal | None
    visits: list[HostAttendance]
    aliases: list[Member]  # records of the same person, merged into this one


def member_sheet(member: Member, on: date) -> MemberSheet:
    """Periods and posts newest first, the open transfer, the last sighting."""
    number = unseal(bytes(member.id_number_sealed)) if member.id_number_sealed else ""
    ids = ids_of(member.pk)
    return MemberSheet(
        masked_id=mask_id_number(number),
        branch_periods=list(member.branch_periods.select_related("branch").order_by("-starts_on")),
        standing_periods=list(member.standing_periods.order_by("-starts_on")),
        posts=list(member.posts.select_related("organization", "group").order_by("-starts_on", "-id")),
        transfer=member.transfers.open().select_related("target", "source").first(),
        last_seen=member.sightings.order_by("-on").first(),
        change=member.standing_changes.open().first(),
        probation=probation_clocks([member], on)[member.pk] if member.is_probationary else None,
        aliases=list(Member.unscoped.filter(pk__in=ids[1:]).order_by("pk")),
        years_of_standing=age_on(member.confirmed_on, on)
        if member.confirmed_on and member.is_present
        else None,
        spell=member.spells.running().first(),
        proposal=member.proposals.open().first(),
        visits=attended_elsewhere(member, VISITS_SHOWN),
    )


@dataclass(frozen=True, slots=True)
class PostSheet:
    """A body's posts and terms as its posts page shows them on a day."""

    on: date
    running: list[Post]
    coming: list[Post]
    past: list[Post]
    terms: list[Term]

    @property
    def term(self) -> Term | None:
        return next((term for term in self.terms if self._runs(term)), None)

    def _runs(self, term: Term) -> bool:
        is_over = term.ended_on is not None and term.ended_on < self.on
        return term.starts_on <= self.on and not is_over

    @property
    def shown(self) -> list[Post]:
        return [*self.running, *self.coming, *self.past]


def post_sheet(body: Organization, on: date) -> PostSheet:
    """Posts by the day: held, to come, and the latest that ended or were cancelled before they began."""
    order = list(PostKind)
    rows = body.posts.select_related("member", "group")
    held = sorted(rows.held_on(on), key=lambda post: (order.index(PostKind(post.kind)), post.member.name_key))
    over = Q(ends_on__lt=on) | Q(cancelled_on__isnull=False)
    latest = Coalesce("cancelled_on", "ends_on").desc()
    return PostSheet(
        on=on,
        running=held,
        coming=list(rows.standing().filter(starts_on__gt=on).order_by("starts_on", "id")),
        past=list(rows.filter(over).order_by(latest, "-id")[:PAST_POSTS]),
        terms=list(body.terms.order_by("-starts_on")),
    )


def looks_at(member: Member, limit: int | None = None) -> list[Look]:
    """Who looked at the member's data, newest first."""
    looks = Look.objects.filter(member__in=ids_of(member.pk)).select_related("looker")
    return list(looks.order_by("-at", "-id")[:limit])
