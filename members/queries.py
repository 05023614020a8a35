"""Who may see what: builds the scope of a person from the posts they hold that day."""

from datetime import date
from typing import Any

from branches.choices import Kind, PostKind
from branches.rules import rights_of
from members.models import Member, Post
from orgportal.core.scoping import NOBODY, Grant, Scope


def scope_for(user: Any, on: date) -> Scope:
    """The scope of an account that day. Administrators and accounts without a member have no branch data."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return NOBODY
    member = Member.unscoped.active().filter(user=user).only("pk").first()
    if member is None or user.desk:
        return Scope(user_id=user.pk)
    posts = (
        Post.unscoped.held_on(on)
        .filter(member=member, organization__dissolved_on=None)
        .values_list("kind", "organization__kind", "organization__path", "group_id")
    )
    grants = tuple(Grant(path, rights_of(PostKind(kind), Kind(body))) for kind, body, path, _ in posts)
    groups = frozenset(group for kind, _, _, group in posts if kind == PostKind.GROUP_LEADER and group)
    return Scope(user_id=user.pk, member_id=member.pk, grants=grants, groups=groups)
