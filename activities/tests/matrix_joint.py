"""Addresses of joint activities, for the access matrix: the host, the invited branch, the bodies above."""

from datetime import date
from typing import Any

from activities.models import Activity, Invitation
from activities.tests.factories import make_activity
from branches.tests.factories import NOW
from orgportal.tests.matrix import Row

DAY = date(2026, 3, 4)
SEEN = "anon:302 li|ran|zhao|qian|wang:200 chen|sun|sys|sec|aud:403"
HOSTS = "anon:302 li|ran:{} wang:404 zhao|qian|chen|sun|sys|sec|aud:403"
# Invited is C alone: the host and the bodies above see it, and answer nothing for it.
INVITED = "anon:302 wang:{} li|ran|zhao|qian:403 chen|sun|sys|sec|aud:403"
CALL = "anon:401 li|ran|zhao|qian|wang:200 chen|sun|sys|sec|aud:404"


def invited(world: Any) -> None:
    """A asks C to its theme day, B asks A to its own; C has recorded the day already."""
    theme = {"kind": "theme_day", "title": "义务植树", "held_on": DAY}
    of_a = make_activity(world.a, world.li.user, [world.li], **theme)
    of_b = make_activity(world.b, world.zhao.user, [], **theme)
    make_activity(world.c, world.wang.user, [world.wang], **theme)
    for host, branch in ((of_a, world.c), (of_b, world.a)):
        Invitation.unscoped.create(activity=host, branch=branch, invited_at=NOW, invited_by=world.li.user)


def of_c(world: Any) -> dict[str, Any]:
    return {"pk": Invitation.unscoped.get(branch=world.c).pk}


def of_a(world: Any) -> dict[str, Any]:
    return {"pk": Activity.unscoped.get(branch=world.a).pk}


def seen(world: Any, persona: str) -> set[int]:
    to_c, to_a = (Invitation.unscoped.get(branch=branch).pk for branch in (world.c, world.a))
    return {
        "li": {to_c, to_a}, "ran": {to_c, to_a}, "zhao": {to_c, to_a}, "qian": {to_c, to_a}, "wang": {to_c},
    }.get(persona, set())  # fmt: skip


def invitation_of_a(world: Any, persona: str) -> set[int]:
    return {Invitation.unscoped.get(branch=world.c).pk}


def meeting(world: Any) -> dict[str, Any]:
    return {
        "kind": "theme_day", "title": "义务植树", "held_on": DAY.isoformat(), "chair_id": world.wang.pk,
        "is_another": True,
    }  # fmt: skip


def typed(world: Any) -> dict[str, Any]:
    return {
        "held_on": DAY.isoformat(), "title": "义务植树", "chair": str(world.wang.pk), "is_another": "on",
        "roster": str(world.wang.pk), f"p-{world.wang.pk}": "here",
    }  # fmt: skip


def record_of_c(world: Any) -> dict[str, Any]:
    return {"record": Activity.unscoped.get(branch=world.c).pk}


def reason(_world: Any) -> dict[str, Any]:
    return {"reason": "同日有支部活动"}


WITH_A: dict[str, Any] = {"kwargs": of_a, "prepare": invited}
WITH_C: dict[str, Any] = {"kwargs": of_c, "prepare": invited}
JOINT_ROWS = [
    Row("activities:joint", HOSTS.format(200), ids=invitation_of_a, **WITH_A),
    Row(
        "activities:joint",
        HOSTS.format(302),
        method="POST",
        data=lambda world: {"target_text": world.b.name, "target": world.b.pk},
        **WITH_A,
    ),
    Row("activities:invitation-list", SEEN, ids=seen, prepare=invited),
    Row("activities:invitation-detail", SEEN, **WITH_C),
    Row("activities:invitation-record", INVITED.format(200), **WITH_C),
    Row("activities:invitation-record", INVITED.format(302), method="POST", data=typed, **WITH_C),
    Row("activities:invitation-link", INVITED.format(302), method="POST", data=record_of_c, **WITH_C),
    Row("activities:invitation-decline", INVITED.format(200), **WITH_C),
    Row("activities:invitation-decline", INVITED.format(302), method="POST", data=reason, **WITH_C),
    Row(
        "activities:invitation-withdraw",
        "anon:302 li|ran:302 zhao|qian|wang|chen|sun|sys|sec|aud:403",
        method="POST",
        **WITH_C,
    ),
    # --- the API
    Row(
        "api-activities:invitation-list",
        "anon:401 li|ran|chen|sun|zhao|qian|wang|sys|sec|aud:200",
        ids=seen,
        prepare=invited,
    ),
    Row("api-activities:invitation-detail", CALL, **WITH_C),
    Row(
        "api-activities:invite",
        "anon:401 li|ran:201 zhao|qian:403 wang|chen|sun|sys|sec|aud:404",
        method="POST",
        data=lambda world: {"branch": world.b.pk},
        **WITH_A,
    ),
    Row(
        "api-activities:invitation-record",
        "anon:401 wang:201 li|ran|zhao|qian:403 chen|sun|sys|sec|aud:404",
        method="POST",
        data=meeting,
        **WITH_C,
    ),
    Row(
        "api-activities:invitation-link",
        "anon:401 wang:200 li|ran|zhao:400 qian:403 chen|sun|sys|sec|aud:404",
        method="POST",
        data=record_of_c,
        **WITH_C,
    ),
    Row(
        "api-activities:invitation-decline",
        "anon:401 wang:200 li|ran|zhao|qian:403 chen|sun|sys|sec|aud:404",
        method="POST",
        data=reason,
        **WITH_C,
    ),
    Row(
        "api-activities:invitation-withdraw",
        "anon:401 li|ran:200 zhao|qian|wang:403 chen|sun|sys|sec|aud:404",
        method="POST",
        **WITH_C,
    ),
]
