"""What whoever takes over a branch finds open, read from the rows that each room keeps anyway."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q

from activities.choices import OPEN_PLANS, ActivityState, DutyState, LifeState
from activities.models import WAITING, Activity, Decision, Duty, Invitation
from activities.queries.life import life_is
from branches.choices import PostKind
from branches.models import HandoverNote, Organization
from members.models import MobileSpell, Post, StandingChange, Term, Transfer
from members.queries.mobile import spells_seen
from members.queries.standing import Probationer, open_changes, probationers
from orgportal.core.scoping import Scope
from orgportal.health.queries.home import due_now

MOST = 200


@dataclass(frozen=True, slots=True)
class HandOver:
    """Everything open in a branch on a day; each list is in the order in which it wants doing."""

    notes: list[HandoverNote]
    posts: list[Post]
    term: Term | None
    duties: list[Duty]
    meetings: list[Activity]
    returned: list[Activity]
    unconfirmed: int
    invitations: list[Invitation]
    follow_ups: list[Decision]
    transfers: list[Transfer]
    spells: list[MobileSpell]
    changes: list[StandingChange]
    probationers: list[Probationer]


def hand_over_of(branch: Organization, scope: Scope, today: date) -> HandOver:
    """Of each kind the first 200, and only what the reader may see."""
    posts: Any = Post.objects.visible_to(scope).filter(organization=branch)
    terms: Any = Term.objects.visible_to(scope).filter(organization=branch)
    transfers: Any = Transfer.objects.visible_to(scope).filter(Q(source=branch) | Q(target=branch))
    notes: Any = HandoverNote.objects.visible_to(scope).filter(branch=branch)
    spells = spells_seen(scope).running().filter(member__branch=branch)
    changes = open_changes(scope).filter(member__branch=branch)
    return HandOver(
        notes=list(notes.standing().select_related("recorded_by").order_by("pk")[:MOST]),
        posts=_by_rank(posts.held_on(today).select_related("member", "group").order_by("starts_on", "pk")),
        term=terms.running_on(today).order_by("-starts_on").first(),
        duties=[duty for duty in due_now(branch, scope, today) if duty.state in _OPEN],
        meetings=list(_planned(branch, scope)[:MOST]),
        returned=list(
            _held(branch, scope).filter(returned_at__isnull=False).order_by("held_on", "pk")[:MOST]
        ),
        unconfirmed=_held(branch, scope).filter(life_is(LifeState.TO_CONFIRM, today)).count(),
        invitations=_unanswered(branch, scope),
        follow_ups=list(_follow_ups(branch, scope)[:MOST]),
        transfers=list(transfers.open().for_pages().order_by("state_since", "pk")[:MOST]),
        spells=list(spells.order_by(F("next_contact_on").asc(nulls_first=True), "pk")[:MOST]),
        changes=list(changes[:MOST]),
        probationers=probationers([branch.path], today),
    )


_OPEN = (DutyState.MISSING, DutyState.NOT_DUE)


def _by_rank(posts: Iterable[Post]) -> list[Post]:
    """The secretary first, as the kinds of post are listed."""
    rank = {kind: place for place, kind in enumerate(PostKind.values)}
    return sorted(posts, key=lambda post: rank[post.kind])


def _planned(branch: Organization, scope: Scope) -> Any:
    """To come, postponed, or with a day that has passed and nothing recorded."""
    rows = Activity.objects.visible_to(scope).filter(branch=branch, state__in=OPEN_PLANS)
    return rows.order_by("held_on", "starts_at", "pk")


def _held(branch: Organization, scope: Scope) -> Any:
    return Activity.objects.visible_to(scope).filter(branch=branch, state=ActivityState.HELD)


def _unanswered(branch: Organization, scope: Scope) -> list[Invitation]:
    rows: Any = Invitation.objects.visible_to(scope)
    waiting = rows.filter(WAITING, branch=branch).select_related("activity__branch")
    return list(waiting.order_by("activity__held_on", "pk")[:MOST])


def _follow_ups(branch: Organization, scope: Scope) -> Any:
    """Decisions with somebody in charge, those without a day to be done by last."""
    rows = Decision.objects.visible_to(scope).open().filter(item__activity__branch=branch)
    rows = rows.exclude(item__activity__state=ActivityState.VOID).exclude(owner=None)
    return rows.select_related("owner", "item__activity").order_by("due_on", "pk")
