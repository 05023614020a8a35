"""Addresses of calendar feeds: one's own only, whoever oversees the branch; the calendar by its key."""

from datetime import date
from typing import Any

from django.core.cache import cache

from activities.models import CalendarFeed
from activities.tests.factories import make_activity
from activities.workflows.feeds import digest_of
from branches.tests.factories import NOW
from orgportal.tests.matrix import Row

EVERYBODY = "anon:302 li|ran|chen|sun|zhao|qian|wang|sys|sec|aud:200"
# Li's: nobody else renews or ends it, whatever they oversee.
OWNER = "anon:302 li:{} ran|chen|sun|zhao|qian|wang|sys|sec|aud:404"
API_OWNER = "anon:401 li:{} ran|chen|sun|zhao|qian|wang|sys|sec|aud:404"
# By its address alone: who asks makes no difference.
WHOEVER = "anon|li|ran|chen|sun|zhao|qian|wang|sys|sec|aud"


def feeds(world: Any) -> None:
    """Li has the branch's calendar, wang that of a branch that is no longer wang's."""
    cache.clear()  # other tests asked for calendars too
    make_activity(world.a, world.li.user, [world.li], held_on=date(2026, 3, 4))
    for owner, token in ((world.li, "li"), (world.wang, "wang")):
        CalendarFeed.unscoped.create(
            user=owner.user, branch=world.a, digest=digest_of(token), epoch=0, made_at=NOW
        )


def feed_of_li(world: Any) -> dict[str, Any]:
    return {"pk": CalendarFeed.unscoped.get(user=world.li.user).pk}


def feeds_seen(world: Any, persona: str) -> set[int]:
    owner = {"li": world.li, "wang": world.wang}.get(persona)
    return {CalendarFeed.unscoped.get(user=owner.user).pk} if owner else set()


def branch_a(world: Any) -> dict[str, Any]:
    return {"branch": world.a.pk}


FEED_ROWS = [
    Row("activities:feed-list", EVERYBODY, ids=feeds_seen, prepare=feeds),
    Row("activities:feed-list", EVERYBODY, query="?q=乙", ids=feeds_seen, prepare=feeds),
    Row(
        "activities:feed-make",
        "anon:302 li|ran|chen|sun|zhao|qian|wang:200 sys|sec|aud:422",
        method="POST",
    ),
    Row(
        "activities:feed-make",
        "anon:302 li|ran|zhao|qian:200 wang|chen|sun|sys|sec|aud:404",
        method="POST",
        data=branch_a,
    ),
    Row("activities:feed-renew", OWNER.format(200), method="POST", kwargs=feed_of_li, prepare=feeds),
    Row("activities:feed-end", OWNER.format(302), method="POST", kwargs=feed_of_li, prepare=feeds),
    # The address of li, of somebody out of scope (an empty calendar), one nobody made.
    Row("activities:feed-read", f"{WHOEVER}:200", kwargs=lambda world: {"token": "li"}, prepare=feeds),
    Row("activities:feed-read", f"{WHOEVER}:200", kwargs=lambda world: {"token": "wang"}, prepare=feeds),
    Row("activities:feed-read", f"{WHOEVER}:404", kwargs=lambda world: {"token": "x" * 43}, prepare=feeds),
    # --- the API
    Row(
        "api-activities:feed-list",
        "anon:401 li|ran|chen|sun|zhao|qian|wang|sys|sec|aud:200",
        ids=feeds_seen,
        prepare=feeds,
    ),
    Row(
        "api-activities:feed-list",
        "anon:401 li|ran|zhao|qian:201 wang|chen|sun|sys|sec|aud:400",
        method="POST",
        data=branch_a,
    ),
    Row("api-activities:feed-renew", API_OWNER.format(200), method="POST", kwargs=feed_of_li, prepare=feeds),
    Row(
        "api-activities:feed-detail", API_OWNER.format(204), method="DELETE", kwargs=feed_of_li, prepare=feeds
    ),
]
