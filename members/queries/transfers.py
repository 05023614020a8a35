"""Reads for starting a transfer: whom, and where to."""

from django.db.models import Case, Q, Value, When

from branches.models import Organization
from branches.queries import directory
from members.models import Member
from orgportal.core.scoping import Scope, within


def directory_branches(text: str, limit: int = 20) -> list[Organization]:
    """Branches that stand today and match in characters, pinyin initials or code, best names first."""
    words = text.strip()
    if not words:
        return []
    rows = directory().branches().select_related("parent")
    found = rows.filter(Q(name__icontains=words) | Q(initials__startswith=words.lower()) | Q(code=words))
    exact_first = Case(When(name=words, then=Value(0)), default=Value(1))
    # Two branches of one name are told apart by the body above.
    return list(found.only("name", "parent__short_name").order_by(exact_first, "name_key", "pk")[:limit])


def directory_branch(pk: int) -> Organization | None:
    return Organization.unscoped.branches().filter(pk=pk).first()


def transferable(scope: Scope, text: str = "", limit: int = 60) -> list[Member]:
    """Members this person may start a transfer for, narrowed by name, pinyin initials or last digits."""
    rows = Member.objects.visible_to(scope).filter(within("path", scope.roots_for("transfer.start"))).active()
    words = text.strip()
    if words:
        rows = rows.filter(
            Q(name__contains=words)
            | Q(initials__startswith=words.lower())
            | Q(name_key__startswith=words.lower())
            | Q(mobile__endswith=words)
        )
    return list(rows.select_related("branch").order_by("name_key", "pk")[:limit])


# --- the security desk: names and posts, no other data of the register (docs/crossings.md)
