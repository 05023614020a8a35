"""Addresses of files of records: the record in sight is not enough, the file's own word counts."""

from collections.abc import Callable
from typing import Any

from activities.models import Activity, Attachment
from activities.tests.attachments import one_for_each, upload
from orgportal.tests.matrix import Row

PAGE = "anon:302 li|ran|zhao|qian:200 wang:404 chen|sun|sys|sec|aud:403"
# Where a recorder's right is asked: those above see such a file and leave it alone.
ACT = "anon:302 li|ran:302 zhao|qian:403 wang:404 chen|sun|sys|sec|aud:403"
CALL = "anon:401 li|ran:200 zhao|qian:403 wang|chen|sun|sys|sec|aud:404"
ABOVE = ("above",)
SEEN = {"li": ("branch", "committee", "above"), "ran": ("branch", "above"), "zhao": ABOVE, "qian": ABOVE}


def takers(names: str, rest: str, status: int = 302) -> str:
    """Those let in, and everybody else's answer: 404 for a post without sight, 403 for none at all."""
    others = [who for who in ("li", "ran", "zhao", "qian", "wang") if who not in names.split("|")]
    return f"anon:{status} {names}:200 {'|'.join(others)}:404 chen|sun|sys|sec|aud:{rest}"


def in_a(world: Any) -> dict[str, Any]:
    return {"activity__branch": world.a}


def of(visibility: str) -> Callable[[Any], dict[str, Any]]:
    return lambda world: {"pk": Attachment.unscoped.get(**in_a(world), visibility=visibility).pk}


def shown(world: Any, persona: str) -> set[int]:
    rows = Attachment.unscoped.filter(**in_a(world), visibility__in=SEEN.get(persona, ()))
    return set(rows.values_list("pk", flat=True))


def everywhere(world: Any, persona: str) -> set[int]:
    """By the API: of every branch."""
    of_c = Attachment.unscoped.filter(activity__branch=world.c)
    also = {"wang": of_c, "qian": of_c.filter(visibility="above")}.get(persona, of_c.none())
    return shown(world, persona) | set(also.values_list("pk", flat=True))


def attachment_rows(prepare: Callable[[Any], None], of_a: Callable[[Any], dict[str, Any]]) -> list[Row]:
    """`prepare` writes records in each branch, `of_a` names A's."""

    def filed(world: Any) -> None:
        prepare(world)
        one_for_each(world, Activity.unscoped.get(branch=world.a))
        one_for_each(world, Activity.unscoped.get(branch=world.c), "wang")

    def removed(world: Any) -> None:
        filed(world)
        rows = Attachment.unscoped.filter(**in_a(world))
        rows.update(removed_at=world.now, removed_by=world.user("li"), removal_reason="重复")

    page, call = "activities:attachment", "api-activities:attachment"
    everybody = "anon:401 li|ran|chen|sun|zhao|qian|wang|sys|sec|aud:200"
    nobody = "anon:302 li|ran|zhao|qian|wang:404 chen|sun|sys|sec|aud:403"
    adds = "anon:401 li|ran:201 zhao|qian:403 wang|chen|sun|sys|sec|aud:400"
    new = {"kwargs": of_a, "prepare": prepare, "method": "POST"}
    return [
        Row(f"{page}-list", PAGE, kwargs=of_a, prepare=filed, ids=shown),
        Row(f"{page}-list", ACT, data=lambda world: {"file": [upload()], "visibility": "above"}, **new),
        Row(f"{page}-file", takers("li|ran", "403"), kwargs=of("branch"), prepare=filed),
        Row(f"{page}-file", takers("li", "403"), kwargs=of("committee"), prepare=filed),
        Row(f"{page}-file", takers("li|ran|zhao|qian", "403"), kwargs=of("above"), prepare=filed),
        Row(f"{page}-file", nobody, kwargs=of("above"), prepare=removed),
        *acts(page, ACT, filed, removed),
        Row(f"{call}-list", everybody, prepare=filed, ids=everywhere),
        Row(
            f"{call}-list", adds, prepare=prepare, method="POST", is_upload=True,
            data=lambda world: {"activity": of_a(world)["pk"], "file": upload(), "visibility": "above"},
        ),
        Row(f"{call}-file", takers("li", "404", 401), kwargs=of("committee"), prepare=filed),
        *acts(call, CALL, filed, removed),
    ]  # fmt: skip


def acts(name: str, expect: str, filed: Callable[[Any], None], removed: Callable[[Any], None]) -> list[Row]:
    """What is done with a file that those above see as well."""
    one = {"kwargs": of("above"), "method": "POST"}
    return [
        Row(f"{name}-show", expect, prepare=filed, data=lambda world: {"visibility": "branch"}, **one),
        Row(f"{name}-remove", expect, prepare=filed, data=lambda world: {"reason": "重复"}, **one),
        Row(f"{name}-restore", expect, prepare=removed, **one),
    ]
