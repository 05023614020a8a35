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


def attachment_rows(prepare: Callable[[Any], None], of_a: Callable[[Any], dict[str, Any]]) -> list[Row]:
    """`prepare` writes records in each branch, `of_a` names A's."""

    def filed(world: Any) -> None:
        prepare(world)
        one_for_each(world, Activity.unscoped.get(branch=world.a))
        one_for_each(world, Activity.unscoped.get(branch=world.c), "wang")

    def removed(world: Any) -> None:
        filed(world)
        rows = Attachment.unscoped.filter(activity__branch=world.a)
        rows.update(removed_at=world.now, removed_by=world.user("li"), removal_reason="重复")

    def of(visibility: str) -> Callable[[Any], dict[str, Any]]:
        return lambda world: {"pk": Attachment.unscoped.get(**in_a(world), visibility=visibility).pk}

    def in_a(world: Any) -> dict[str, Any]:
        return {"activity__branch": world.a}

    def shown(world: Any, persona: str) -> set[int]:
        rows = Attachment.unscoped.filter(**in_a(world), visibility__in=SEEN.get(persona, ()))
        return set(rows.values_list("pk", flat=True))

    def everywhere(world: Any, persona: str) -> set[int]:
        if persona == "wang":
            return set(Attachment.unscoped.filter(activity__branch=world.c).values_list("pk", flat=True))
        above_c = Attachment.unscoped.filter(activity__branch=world.c, visibility="above")
        also = set(above_c.values_list("pk", flat=True)) if persona == "qian" else set()
        return shown(world, persona) | also

    adding = {"kwargs": of_a, "prepare": prepare, "method": "POST"}
    to_all = {"visibility": "above"}
    page, call = "activities:attachment", "api-activities:attachment"
    return [
        Row(f"{page}-list", PAGE, kwargs=of_a, prepare=filed, ids=shown),
        Row(f"{page}-list", ACT, data=lambda world: {"files": [upload()], **to_all}, **adding),
        Row(f"{page}-file", takers("li|ran", "403"), kwargs=of("branch"), prepare=filed),
        Row(f"{page}-file", takers("li", "403"), kwargs=of("committee"), prepare=filed),
        Row(f"{page}-file", takers("li|ran|zhao|qian", "403"), kwargs=of("above"), prepare=filed),
        Row(f"{page}-file", "anon:302 li|ran|zhao|qian|wang:404 chen|sun|sys|sec|aud:403",
            kwargs=of("above"), prepare=removed),
        Row(f"{page}-show", ACT, kwargs=of("above"), prepare=filed, method="POST",
            data=lambda world: {"visibility": "branch"}),
        Row(f"{page}-remove", ACT, kwargs=of("above"), prepare=filed, method="POST",
            data=lambda world: {"reason": "重复"}),
        Row(f"{page}-restore", ACT, kwargs=of("above"), prepare=removed, method="POST"),
        Row(f"{call}-list", "anon:401 li|ran|chen|sun|zhao|qian|wang|sys|sec|aud:200", prepare=filed,
            ids=everywhere),
        Row(f"{call}-list", "anon:401 li|ran:201 zhao|qian:403 wang|chen|sun|sys|sec|aud:400",
            prepare=prepare, method="POST", is_upload=True,
            data=lambda world: {"activity": of_a(world)["pk"], "file": upload(), **to_all}),
        Row(f"{call}-file", takers("li", "404", 401), kwargs=of("committee"), prepare=filed),
        Row(f"{call}-show", CALL, kwargs=of("above"), prepare=filed, method="POST",
            data=lambda world: {"visibility": "branch"}),
        Row(f"{call}-remove", CALL, kwargs=of("above"), prepare=filed, method="POST",
            data=lambda world: {"reason": "重复"}),
        Row(f"{call}-restore", CALL, kwargs=of("above"), prepare=removed, method="POST"),
    ]  # fmt: skip
