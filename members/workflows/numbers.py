"""A person of another branch by exact number and name: counted, recorded, and nothing of them said back.

House rule 15.8. The caller keeps what was typed; only the machine knows whether it found somebody.
"""

from datetime import datetime, timedelta

from django.db import transaction

from members.models import Member, NumberTry
from orgportal.core import audit
from orgportal.core.errors import Refused
from orgportal.core.models import User

TRIES_AN_HOUR = 30


def find_by_number(number: str, name: str, *, purpose: str, actor: User, at: datetime) -> Member | None:
    """The member with exactly this number and name. Raises Refused("number_too_often") past the hourly limit.

    The try stands even if what it was for is refused afterwards.
    """
    with transaction.atomic():
        count_tries(1, actor=actor, at=at)
        rows = Member.unscoped.active().select_related("branch")
        found = rows.filter(number=number, name=name).first()
        audit.record(
            actor=actor, action="member.number_typed", target=None, at=at,
            changes={"number": number, "purpose": purpose, "found": found is not None},
        )  # fmt: skip
    return found


def count_tries(how_many: int, *, actor: User, at: datetime) -> None:
    """One person's tries take turns, or two at once would pass the limit."""
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    recent = NumberTry.objects.filter(user=actor, at__gt=at - timedelta(hours=1)).count()
    if recent + how_many > TRIES_AN_HOUR:
        raise Refused("number_too_often", limit=TRIES_AN_HOUR)
    NumberTry.objects.bulk_create(NumberTry(user=actor, at=at) for _ in range(how_many))
