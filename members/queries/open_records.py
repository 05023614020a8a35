"""What is open about members before they move: counts and yes or no, never what it says."""

from collections.abc import Collection
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q

from members.choices import CorrectionState, PaperKind
from members.models import Contact, Member, MobileSpell, Paper, Post
from members.rules.transfer_check import Open
from orgportal.core import bridges


def open_records(members: Collection[int], today: date, *, leaving: Collection[int]) -> dict[int, Open]:
    """By member, in three queries, however many members; `leaving` are those who leave the register."""
    posts, follow_ups = _posts(members, today, leaving), bridges.follow_ups_open(members)
    own = {"member": OuterRef("pk")}
    rows = Member.unscoped.filter(pk__in=members).annotate(
        is_away=Exists(MobileSpell.unscoped.running().filter(**own)),
        has_card=Exists(Paper.unscoped.standing().filter(kind=PaperKind.CARD, **own)),
        has_contacts=Exists(Contact.unscoped.standing().filter(**own)),
        asked=Count("corrections", filter=Q(corrections__state=CorrectionState.OPEN)),
    )
    columns = ("pk", "asked", "is_away", "has_card", "has_contacts")
    return {
        pk: Open(*posts.get(pk, (0, 0)), follow_ups.get(pk, 0), *facts)
        for pk, *facts in rows.order_by().values_list(*columns)
    }


def _posts(members: Collection[int], today: date, leaving: Collection[int]) -> dict[int, tuple[int, int]]:
    """Posts that end with the transfer, and those not begun that are cancelled with it.

    Of the own branch only, unless the member leaves the register.
    """
    theirs = Q(organization=F("member__branch")) | Q(member__in=leaving)
    rows = Post.unscoped.standing().filter(
        Q(ends_on=None) | Q(ends_on__gte=today), theirs, member__in=members
    )
    held, coming = (Count("pk", filter=Q(**{f"starts_on__{when}": today})) for when in ("lte", "gt"))
    found = rows.order_by().values("member").annotate(held=held, coming=coming)
    return {member: (held, coming) for member, held, coming in found.values_list("member", "held", "coming")}
