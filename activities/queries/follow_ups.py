"""Open follow-ups, asked by the register through core.bridges (docs/crossings.md)."""

from collections.abc import Collection
from typing import Any

from django.db.models import Count
from django.db.models.functions import Coalesce

from activities.choices import ActivityState
from activities.models import Decision
from activities.queries import EVERY_RECORD


def open_follow_ups(members: Collection[int]) -> dict[int, int]:
    """By member, how many follow-ups they have in hand, those of a record merged into theirs with them."""
    rows: Any = Decision.objects.visible_to(EVERY_RECORD)
    person = Coalesce("owner__merged_into", "owner")
    in_hand = rows.open().exclude(item__activity__state=ActivityState.VOID).annotate(person=person)
    found = in_hand.filter(person__in=members).order_by().values_list("person")
    return dict(found.annotate(count=Count("pk")))
