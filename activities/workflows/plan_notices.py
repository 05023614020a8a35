"""Who is told what became of a planned meeting, and who that somebody asked for leave; once each."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from activities.models import Activity, LeaveRequest
from activities.queries.plans import expected_at
from branches.choices import PostKind
from members.models import Post
from members.queries import users_with_posts
from members.queries.merging import accounts_of
from orgportal.core.inbox import notify
from orgportal.core.models import User


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
