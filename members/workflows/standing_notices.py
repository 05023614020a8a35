"""Who is told of a decision about a standing: the desk that acts next, who entered it, the member."""

from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

from django.utils import timezone, translation

from branches.queries import committee_above
from members.choices import ChangeKind, ChangeState
from members.messages import STANDING_LAPSES as LAPSES
from members.models import StandingChange
from members.queries import users_with_posts
from members.rules.standing import BRANCH, COMMITTEE
from members.rules.transfer import BRANCH_POSTS, COMMITTEE_POSTS
from orgportal.core import inbox

# What the member reads of it; a proposal that is not approved is told by the branch, not by the portal.
TOLD_MEMBER = {ChangeState.COMING, ChangeState.IN_FORCE}


def tell(change: StandingChange, step: str, actor_id: int | None, at: datetime) -> None:
    """One line in the inbox of each, none for the one who did it."""
    on, member = timezone.localdate(at), change.member
    if change.state == ChangeState.COMING and change.effect_on <= on:
        return  # it takes effect in this very transaction, and that is told
    branch = users_with_posts(member.path, BRANCH_POSTS, on, may=(BRANCH,))
    committee = committee_above(member.path)
    above = users_with_posts(committee.path, COMMITTEE_POSTS, on, may=(COMMITTEE,)) if committee else set()
    if step == "entered" and change.state == ChangeState.PROPOSED:
        _put(change, "members.standing_yours", above - {actor_id}, at)
        return
    told = branch | ({change.entered_by_id} if change.entered_by.is_active else set())
    _put(change, f"members.standing_{step}", told - {actor_id}, at)
    if member.user_id and change.state in TOLD_MEMBER and change.kind != ChangeKind.DEATH:
        _put(change, "members.standing_own", {member.user_id}, at)


def came_along(change: StandingChange, people: set[int], at: datetime) -> None:
    """The receiving branch of a transfer learns what is under way about the member it has accepted."""
    _put(change, "members.standing_came_along", people, at)


def _put(change: StandingChange, rule: str, recipients: AbstractSet[int | None], at: datetime) -> None:
    params = {
        "name": change.member.name,
        "branch": change.member.branch.name,
        "kind": {"word": _msgid(ChangeKind(change.kind).label)},
        "effect_on": {"day": change.effect_on.isoformat()},
        "reason": {"word": _msgid(LAPSES[change.reason])} if change.reason in LAPSES else change.reason,
    }
    people = [pk for pk in recipients if pk]
    key = f"standing:{change.pk}:{change.version}:{rule}"
    inbox.notify(people, rule, key, params=params, url=change.get_absolute_url(), at=at)


def _msgid(words: Any) -> str:
    """The word as it stands in the source: each reader sees it in their language."""
    with translation.override(None):
        return str(words)
