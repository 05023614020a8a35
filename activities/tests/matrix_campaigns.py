"""Addresses of campaigns and pledges: a pledge is public inside its branch and to the bodies above it."""

from typing import Any

from activities.models import Campaign, Participation, Pledge
from activities.tests.campaigns import make_campaign, make_pledge
from orgportal.tests.matrix import Row

DESKS = "sys|sec|aud"
# Chen and Sun are members of A, so are Li and Ran; Wang is of C.
IN_A = ("li", "ran", "chen", "sun")


def campaign(world: Any) -> None:
    """Run by the district in A, B and C; pledges of A, of Chen in A, and of C."""
    if Campaign.unscoped.exists():
        return
    running = make_campaign(world.district, world.user("qian"), world.a, world.b, world.c)
    for branch, member in ((world.a, None), (world.a, world.chen), (world.c, None)):
        make_pledge(running, branch, member)


def campaigns_seen(world: Any, persona: str) -> set[int]:
    return {Campaign.unscoped.get().pk} if persona in {*IN_A, "zhao", "qian", "wang"} else set()


def branches_of(world: Any, persona: str) -> list[Any]:
    found = {"zhao": [world.a, world.b], "qian": [world.a, world.b, world.c], "wang": [world.c]}
    return [world.a] if persona in IN_A else found.get(persona, [])


def places_seen(world: Any, persona: str) -> set[int]:
    return {Participation.unscoped.get(branch=branch).pk for branch in branches_of(world, persona)}


def pledges_seen(world: Any, persona: str) -> set[int]:
    branches = branches_of(world, persona)
    return {pledge.pk for pledge in Pledge.unscoped.all() if pledge.participation.branch in branches}


def pledges_of_a(world: Any, persona: str) -> set[int]:
    return {pledge.pk for pledge in Pledge.unscoped.filter(participation__branch=world.a)}


def of_campaign(world: Any) -> dict[str, Any]:
    return {"pk": Campaign.unscoped.get().pk}


def in_a(world: Any) -> dict[str, Any]:
    return {**of_campaign(world), "branch": world.a.pk}


def of_a(world: Any) -> dict[str, Any]:
    return {"pk": Pledge.unscoped.get(participation__branch=world.a, member=None).pk}


def of_chen(world: Any) -> dict[str, Any]:
    return {"pk": Pledge.unscoped.get(member=world.chen).pk}


def laid_out(world: Any) -> dict[str, Any]:
    days = {"starts_on": "2026-01-01", "ends_on": "2026-12-31"}
    return {
        "organization": world.district.pk, "title": "创先争优", "aim": "办实事", **days,
        "stage-TOTAL_FORMS": 1, "stage-INITIAL_FORMS": 0, "stage-0-title": "承诺",
        **{f"stage-0-{name}": day for name, day in days.items()},
    }  # fmt: skip


def version(world: Any) -> dict[str, Any]:
    return {"version": 1}


def progress(world: Any) -> dict[str, Any]:
    return {"progress": 40, "version": 1}


def comment(world: Any) -> dict[str, Any]:
    return {"good": "认真"}


def promise_of_b(world: Any) -> dict[str, Any]:
    place = Participation.unscoped.get(branch=world.b)
    return {"participation": place.pk, "text": "修路", "due_on": "2026-12-01"}


ALL = f"anon:302 li|ran|zhao|qian|wang|chen|sun|{DESKS}:200"
IN_CAMPAIGN = f"anon:302 li|ran|zhao|qian|wang|chen|sun:200 {DESKS}:404"
SEES_A = f"anon:302 li|ran|zhao|qian|chen|sun:200 wang|{DESKS}:404"
OFFICER = "anon:302 qian:{} li|ran|zhao|wang|chen|sun|sys|sec|aud:403"
OWNER = f"anon:302 li|chen:302 ran|sun|zhao|qian:403 wang|{DESKS}:404"
# Li is not above A, Zhao and Qian are.
ABOVE_A = f"anon:302 zhao|qian:302 li|ran|chen|sun:403 wang|{DESKS}:404"

PAGES = [
    Row("activities:campaign-list", ALL, ids=campaigns_seen, prepare=campaign),
    Row("activities:campaign-create", OFFICER.format(200)),
    Row("activities:campaign-create", OFFICER.format(302), method="POST", data=laid_out),
    Row("activities:campaign-detail", IN_CAMPAIGN, kwargs=of_campaign, ids=places_seen, prepare=campaign),
    Row(
        "activities:campaign-roll-out", OFFICER.format(302), kwargs=of_campaign, method="POST", data=version,
        prepare=campaign,
    ),
    Row(
        "activities:campaign-end", OFFICER.format(302), kwargs=of_campaign, method="POST", data=version,
        prepare=campaign,
    ),
    Row("activities:campaign-branch", SEES_A, kwargs=in_a, ids=pledges_of_a, prepare=campaign),
    Row(
        "activities:pledge-create", f"anon:302 li:200 ran|zhao|qian|chen|sun:403 wang|{DESKS}:404",
        kwargs=in_a, prepare=campaign,
    ),
    Row(
        # The branch has pledged already.
        "activities:pledge-create", f"anon:302 li:422 ran|zhao|qian|chen|sun:403 wang|{DESKS}:404",
        kwargs=in_a, method="POST", data=lambda world: {"text": "修路", "due_on": "2026-12-01"},
        prepare=campaign,
    ),
    Row("activities:pledge-detail", SEES_A, kwargs=of_chen, prepare=campaign),
    Row(
        "activities:pledge-progress", OWNER, kwargs=of_chen, method="POST", data=progress, prepare=campaign
    ),
    Row("activities:pledge-comment", ABOVE_A, kwargs=of_a, method="POST", data=comment, prepare=campaign),
]  # fmt: skip

API_ALL = f"anon:401 li|ran|zhao|qian|wang|chen|sun|{DESKS}:200"

API = [
    Row("api-activities:campaign-list", API_ALL, ids=campaigns_seen, prepare=campaign),
    Row(
        "api-activities:taking-part-list", f"anon:401 li|ran|zhao|qian|wang|chen|sun:200 {DESKS}:404",
        kwargs=of_campaign, ids=places_seen, prepare=campaign,
    ),
    Row("api-activities:pledge-list", API_ALL, ids=pledges_seen, prepare=campaign),
    Row(
        # B has no secretary in the cast; to whom it is out of sight it is no choice.
        "api-activities:pledge-list", f"anon:401 zhao|qian:403 li|ran|wang|chen|sun|{DESKS}:400",
        method="POST", data=promise_of_b, prepare=campaign,
    ),
    Row(
        "api-activities:pledge-progress",
        f"anon:401 li|chen:200 ran|sun|zhao|qian:403 wang|{DESKS}:404",
        kwargs=of_chen, method="POST", data=progress, prepare=campaign,
    ),
    Row(
        "api-activities:pledge-comment",
        f"anon:401 zhao|qian:201 li|ran|chen|sun:403 wang|{DESKS}:404",
        kwargs=of_a, method="POST", data=comment, prepare=campaign,
    ),
]  # fmt: skip

CAMPAIGN_ROWS = [*PAGES, *API]
