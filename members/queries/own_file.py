"""All rows the register holds about one person, under every id the person is recorded under.

One query for each kind of row, however many there are; what stands in none of them is named in
`members.tables.own.NOT_IN_COPY` and held against the models by a test.
"""

from dataclasses import dataclass
from typing import Any

from knox.models import AuthToken

from members.models import (
    Arrival,
    BranchPeriod,
    CardCheck,
    Confirmation,
    Contact,
    ContactProposal,
    Correction,
    HostAttendance,
    Inflow,
    LastSeen,
    Look,
    Member,
    Merge,
    MobileSpell,
    Paper,
    Post,
    StandingChange,
    StandingPeriod,
    Superseded,
    Transfer,
    TransferStep,
)
from members.queries.merging import ids_of
from members.rules.register import mask_id_number
from orgportal.core.bridges import HeldPart, held_about
from orgportal.core.models import AuditEntry, Feedback
from orgportal.core.sealing import unseal

# Signing in and out, as the trail has it.
SESSIONS = "session."


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A person's rows by kind, each kind in its order."""

    member: Member
    masked_id: str
    aliases: list[Member]
    merges: list[Merge]
    branches: list[BranchPeriod]
    standing: list[StandingPeriod]
    superseded: list[Superseded]
    decisions: list[StandingChange]
    posts: list[Post]
    transfers: list[Transfer]
    steps: list[TransferStep]
    papers: list[Paper]
    card_checks: list[CardCheck]
    arrivals: list[Arrival]
    seen: list[LastSeen]
    stays: list[MobileSpell]
    charges: list[MobileSpell]
    contacts: list[Contact]
    contacts_made: list[Contact]
    visits: list[HostAttendance]
    hosts: list[Inflow]
    proposals: list[ContactProposal]
    corrections: list[Correction]
    confirmations: list[Confirmation]
    looks: list[Look]
    feedback: list[Feedback]
    tokens: list[Any]
    sign_ins: list[AuditEntry]
    above: list[HeldPart]


def own_file(member: Member) -> OwnFile:
    """Read for the person alone: the caller hands in the member behind the account."""
    ids, account = ids_of(member.pk), member.user_id or 0
    branches = list(
        BranchPeriod.objects.filter(member__in=ids).select_related("branch").order_by("starts_on")
    )
    number = unseal(bytes(member.id_number_sealed)) if member.id_number_sealed else ""
    own = {"member__in": ids}
    return OwnFile(
        member=member,
        masked_id=mask_id_number(number),
        aliases=list(Member.unscoped.filter(pk__in=ids[1:]).order_by("pk")),
        merges=list(
            Merge.unscoped.filter(kept__in=ids)
            .select_related("merged", "made_by", "undone_by")
            .order_by("made_at")
        ),
        branches=branches,
        standing=list(StandingPeriod.objects.filter(**own).order_by("starts_on")),
        superseded=list(
            Superseded.objects.filter(**own).select_related("branch").order_by("known_until", "pk")
        ),
        above=held_about(ids, {row.branch_id for row in branches} | {member.branch_id}, account),
        **_ways(own),
        **_away(own, ids),
        **_said(own),
        **_of_account(account),
    )


def _ways(own: dict[str, Any]) -> dict[str, Any]:
    """Decisions, posts, and everything on paper or on the way."""
    people = ("entered_by", "approved_by", "settled_by")
    steps = TransferStep.objects.filter(transfer__member__in=own["member__in"])
    checks = CardCheck.objects.filter(card__member__in=own["member__in"])
    return {
        "decisions": list(
            StandingChange.unscoped.filter(**own).select_related(*people).order_by("entered_at", "pk")
        ),
        "posts": list(
            Post.unscoped.filter(**own)
            .select_related("organization", "group", "term", "recorded_by")
            .order_by("starts_on", "pk")
        ),
        "transfers": list(
            Transfer.unscoped.filter(**own).select_related("source", "target", "started_by").order_by("pk")
        ),
        "steps": list(steps.select_related("transfer", "actor").order_by("transfer", "pk")),
        "papers": list(
            Paper.unscoped.filter(**own)
            .select_related("issuer", "branch", "issued_by", "replaces")
            .order_by("pk")
        ),
        "card_checks": list(checks.select_related("card", "checked_by").order_by("on", "pk")),
        "arrivals": list(
            Arrival.unscoped.filter(**own).select_related("branch", "slip", "registered_by").order_by("pk")
        ),
    }


def _away(own: dict[str, Any], ids: list[int]) -> dict[str, Any]:
    """Stays, contacts, hosts, sightings and what the clocks proposed."""
    charges = MobileSpell.unscoped.filter(contact_person__in=ids)
    made = Contact.unscoped.filter(by__in=ids)
    return {
        "seen": list(LastSeen.objects.filter(**own).order_by("on")),
        "stays": list(
            MobileSpell.unscoped.filter(**own)
            .select_related("contact_person", "recorded_by")
            .order_by("starts_on")
        ),
        "charges": list(charges.select_related("member").order_by("starts_on", "pk")),
        "contacts": list(
            Contact.unscoped.filter(**own).select_related("by", "recorded_by").order_by("on", "pk")
        ),
        "contacts_made": list(made.select_related("member").order_by("on", "pk")),
        "visits": list(HostAttendance.objects.filter(**own).select_related("host").order_by("on", "pk")),
        "hosts": list(
            Inflow.unscoped.filter(**own).select_related("host", "recorded_by").order_by("since", "pk")
        ),
        "proposals": list(
            ContactProposal.unscoped.filter(**own).select_related("closed_by").order_by("opened_on", "pk")
        ),
    }


def _said(own: dict[str, Any]) -> dict[str, Any]:
    """What the person corrected, asked for and confirmed, and who looked."""
    return {
        "corrections": list(
            Correction.unscoped.filter(**own).select_related("answered_by").order_by("-asked_at", "-pk")
        ),
        "confirmations": list(Confirmation.unscoped.filter(**own).select_related("by").order_by("-year")),
        "looks": list(Look.objects.filter(**own).select_related("looker").order_by("-at", "-pk")),
    }


def _of_account(account: int) -> dict[str, Any]:
    """What hangs on the account and is about the person, not about what was done in office."""
    sessions = AuditEntry.objects.filter(actor=account, action__startswith=SESSIONS)
    return {
        "feedback": list(
            Feedback.objects.filter(author=account).select_related("answered_by").order_by("pk")
        ),
        "tokens": list(AuthToken.objects.filter(user=account).order_by("created")),
        "sign_ins": list(sessions.order_by("-at", "-pk")),
    }
