"""Who is told what became of a planned meeting, and who that somebody asked for leave; once each."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone, translation

from activities.choices import ActivityState, InvitationState
from activities.models import Activity, Invitation, LeaveRequest
from activities.queries.plans import expected_at
from activities.rules.joint import Announced, JointNews, news_of
from branches.choices import PostKind
from members.models import Post
from members.queries import users_with_posts
from members.queries.merging import accounts_of
from members.queries.recipients import accounts_by_body
from orgportal.core.inbox import notify
from orgportal.core.models import User

# Those of the invited branch who were told of the invitation.
RECORDERS = frozenset({PostKind.SECRETARY, PostKind.DEPUTY_SECRETARY, PostKind.ORGANISATION})
INVOLVED = (InvitationState.OPEN, InvitationState.TAKEN_UP)
JOINT_NOTICES = {JointNews.MOVED: "activities.joint_moved", JointNews.OFF: "activities.joint_off"}


def tell_expected(row: Activity, rule: str, *, actor: User, at: datetime) -> None:
    """Whoever should attend a meeting still to come and has an account, but who changed it."""
    if row.held_on < timezone.localdate(at):
        return
    people = set(accounts_of(expected_at(row)).values()) - {actor.pk}
    params = {
        "branch": row.branch.short_name,
        "title": row.title,
        "held_on": row.held_on.isoformat(),
        "place": row.place,
        "reason": row.reason,
    }
    url = reverse("activities:leave-ask", args=[row.pk])
    notify(people, rule, f"plan:{row.pk}:{row.version}", params=params, url=url, at=at)


def announced(row: Activity) -> Announced:
    return Announced(row.state, row.held_on)


def tell_invited(was: Announced, row: Activity, at: datetime) -> None:
    """Whoever records for a branch that was invited and has not said no: the host's day has changed."""
    news = news_of(was, announced(row))
    if news is None:
        return
    found = Invitation.unscoped.for_pages().filter(activity=row, state__in=INVOLVED)
    invited = list(found.exclude(branch__dissolved_on__isnull=False).order_by("pk"))
    paths = {each.branch.path for each in invited}
    people = accounts_by_body(paths, RECORDERS, timezone.localdate(at), may=("activity.record",))
    for each in invited:
        to, url = people[each.branch.path], each.get_absolute_url()
        key = f"joint-news:{each.pk}:{row.version}"
        notify(to, JOINT_NOTICES[news], key, params=_news(was, row), url=url, at=at)


def _news(was: Announced, row: Activity) -> dict[str, Any]:
    """Why an entry was voided is a matter of the host."""
    with translation.override(None):
        state = str(ActivityState(row.state).label)
    return {
        "host": row.branch.name,
        "title": row.title,
        "was_on": {"day": was.on.isoformat()},
        "held_on": {"day": row.held_on.isoformat()},
        "state": {"word": state},
        "reason": "" if row.is_void else row.reason,
    }


def tell_recorder(asked: LeaveRequest, rule: str, *, actor: User, at: datetime) -> None:
    """Whoever takes the minutes of the meeting; the reason stands on the page alone."""
    row = asked.activity
    people = _recorders(row, at) - {actor.pk}
    params = {"name": asked.member.name, "title": row.title, "held_on": row.held_on.isoformat()}
    notify(
        people, rule, f"leave:{asked.pk}:{asked.version}", params=params, url=row.get_absolute_url(), at=at
    )


def _recorders(row: Activity, at: datetime) -> set[int]:
    """The leader of the group; else the recorder of the branch, or its secretary."""
    on = timezone.localdate(at)
    if row.group_id:
        leaders = Post.unscoped.held_on(on).filter(
            kind=PostKind.GROUP_LEADER, group=row.group_id, member__user__is_active=True
        )
        if found := set(leaders.values_list("member__user_id", flat=True)):
            return found
    posts = Post.unscoped.held_on(on).filter(
        kind=PostKind.RECORDER, organization=row.branch_id, member__user__is_active=True
    )
    if found := set(posts.values_list("member__user_id", flat=True)):
        return found
    return users_with_posts(row.branch_id, [PostKind.SECRETARY], on, may=["activity.record"])
