"""What became of a roster since a page or program read it."""

from collections.abc import Collection, Sequence

from activities.rules.records import Seat
from branches.models import Organization
from members.models import BranchPeriod
from members.queries import names_of


def roster_changes(
    shown: Collection[int], seats: Sequence[Seat], branch: Organization
) -> dict[str, str] | None:
    """Who came and who went, in words; None where nobody did.

    Ids come from outside: only whoever has belonged to the branch is named.
    """
    now = {seat.id: seat.name for seat in seats}
    if set(shown) == set(now):
        return None
    gone = BranchPeriod.objects.filter(branch=branch, member__in=set(shown) - set(now))
    left = names_of(set(gone.values_list("member_id", flat=True)))
    joined = [name for pk, name in now.items() if pk not in shown]
    return {"joined": "、".join(joined) or "—", "left": "、".join(left.values()) or "—"}
