"""Addresses of a member's own matters: who may, who may not, and which rows they are shown."""

from collections.abc import Callable
from datetime import date
from typing import Any

from branches.tests.factories import NOW
from members.choices import CorrectionState, TransferState
from members.models import Confirmation, Correction, Member
from members.tests.matrix_transfers import chen_to_c, the_one
from orgportal.tests.matrix import Row

DESKS = "sys|sec|aud"
PEOPLE = "li|ran|zhao|qian|wang|chen|sun"
PLAIN = f"chen|sun|{DESKS}"
OWN = f"anon:302 {PEOPLE}:{{}} {DESKS}:404"
API_OWN = f"anon:401 {PEOPLE}:{{}} {DESKS}:404"
LISTS = f"anon:302 li|zhao|qian|wang:200 ran|{PLAIN}:403"
SEES = f"anon:302 li|zhao|qian|chen:200 ran|sun|wang|{DESKS}:404"
ANSWERS = f"anon:302 li:302 zhao|qian|chen:403 ran|sun|wang|{DESKS}:404"
API_ANSWERS = f"anon:401 li:200 zhao|qian|chen:403 ran|sun|wang|{DESKS}:404"
API_ALL = f"anon:401 {PEOPLE}|{DESKS}:200"
AT_RECEIVER = chen_to_c(TransferState.AT_RECEIVER)
ANSWER = {"version": 1, "member_version": 1, "words": "已核对"}


def data(**values: Any) -> Callable[[Any], dict[str, Any]]:
    return lambda world: values


def asked(world: Any) -> None:
    """Chen asks for another name."""
    Correction.unscoped.create(
        member=world.chen, field="name", held="陈党员", wanted="陈党园", state=CorrectionState.OPEN,
        asked_at=NOW, due_on=date(2026, 3, 25),
    )  # fmt: skip


def the_request(world: Any) -> dict[str, Any]:
    return {"pk": Correction.unscoped.get().pk}


def act(name: str) -> Callable[[Any], dict[str, Any]]:
    return lambda world: {**the_request(world), "act": name}


def request_for(*personas: str) -> Callable[[Any, str], set[int]]:
    return lambda world, persona: {Correction.unscoped.get().pk} if persona in personas else set()


def sun_confirmed(world: Any) -> None:
    Confirmation.unscoped.create(
        member=world.sun, year=2026, seen_version=1, by=world.sun.user, is_by_branch=False, at=NOW
    )


def unconfirmed_of(world: Any, persona: str) -> set[int]:
    """The members a person answers for but Sun, read off the cast and not off the scope."""
    a = {world.li.pk, world.ran.pk, world.chen.pk}
    everybody = set(Member.unscoped.exclude(pk=world.sun.pk).values_list("pk", flat=True))
    return {"li": a, "zhao": a, "qian": everybody, "wang": {world.wang.pk}}.get(persona, set())


def chen(world: Any) -> dict[str, Any]:
    return {"pk": world.chen.pk}


REPORTS = [
    Row(
        "members:transfer-report", f"anon:302 chen:302 li|zhao|qian|wang:403 ran|sun|{DESKS}:404",
        kwargs=lambda world: {**the_one(world), "what": "arrived"}, method="POST", prepare=AT_RECEIVER,
    ),
    Row(
        "api-members:transfer-report", f"anon:401 chen:200 li|zhao|qian|wang:403 ran|sun|{DESKS}:404",
        kwargs=the_one, method="POST", prepare=AT_RECEIVER, data=data(what="arrived"),
    ),
]  # fmt: skip

PAGES = [
    Row("members:own-contact", OWN.format(200)),
    Row(
        "members:own-contact", OWN.format(302), method="POST",
        data=data(mobile="13912340000", employer="厂", version=1),
    ),
    Row("members:own-ask", OWN.format(200), kwargs=data(field="name")),
    Row(
        "members:own-ask", OWN.format(302), kwargs=data(field="name"), method="POST",
        data=data(wanted="新名", why="户口簿"),
    ),
    Row("members:own-confirm", OWN.format(302), method="POST", data=data(version=1)),
    Row(
        "members:own-withdraw", f"anon:302 chen:302 li|ran|zhao|qian|wang|sun|{DESKS}:404",
        kwargs=the_request, method="POST", data=data(version=1), prepare=asked,
    ),
    Row("members:correction-list", LISTS, prepare=asked, ids=request_for("li", "zhao", "qian")),
    Row("members:correction-detail", SEES, kwargs=the_request, prepare=asked),
    Row(
        "members:correction-answer", ANSWERS, kwargs=act("accept"), method="POST", data=data(**ANSWER),
        prepare=asked,
    ),
    Row(
        "members:correction-answer", ANSWERS, kwargs=act("decline"), method="POST", data=data(**ANSWER),
        prepare=asked,
    ),
    Row("members:confirmation-list", LISTS, prepare=sun_confirmed, ids=unconfirmed_of),
    Row(
        "members:confirmation-many", f"anon:302 li:302 wang:404 zhao|qian|ran|{PLAIN}:403", method="POST",
        data=lambda world: {"pick": [f"{world.chen.pk}:1"], "how": "电话"},
    ),
    Row("members:member-confirm", f"anon:302 li:200 wang:404 zhao|qian|ran|{PLAIN}:403", kwargs=chen),
    Row(
        "members:member-confirm", f"anon:302 li:302 wang:404 zhao|qian|ran|{PLAIN}:403", kwargs=chen,
        method="POST", data=data(version=1, how="电话"),
    ),
]  # fmt: skip

API = [
    Row("api-members:own-watchers", API_OWN.format(200)),
    Row("api-members:own-copy", API_OWN.format(200)),
    Row(
        "api-members:own-contact", API_OWN.format(200), method="POST",
        data=data(mobile="13912340000", employer="厂", version=1),
    ),
    Row(
        "api-members:correction-list", API_ALL, prepare=asked, ids=request_for("li", "zhao", "qian", "chen")
    ),
    Row(
        "api-members:correction-list", API_OWN.format(201), method="POST",
        data=data(field="name", wanted="新名", why="户口簿"),
    ),
    *(
        Row(
            f"api-members:correction-{name}", API_ANSWERS, kwargs=the_request, method="POST", prepare=asked,
            data=data(**ANSWER),
        )
        for name in ("accept", "decline")
    ),
    Row(
        "api-members:correction-withdraw", f"anon:401 chen:200 li|zhao|qian:403 ran|sun|wang|{DESKS}:404",
        kwargs=the_request, method="POST", prepare=asked, data=data(version=1),
    ),
    Row(
        # Whoever the member is out of sight to has no such choice (400).
        "api-members:confirmation-many", f"anon:401 li:200 zhao|qian|chen:403 ran|sun|wang|{DESKS}:400",
        method="POST",
        data=lambda world: {"members": [{"member": world.chen.pk, "version": 1}], "how": "电话"},
    ),
    Row("api-members:confirmation-list", API_ALL, prepare=sun_confirmed, ids=unconfirmed_of),
    Row(
        # Whoever the member is out of sight to has no such choice (400).
        "api-members:confirmation-list", f"anon:401 chen|li:201 zhao|qian:403 ran|sun|wang|{DESKS}:400",
        method="POST", data=lambda world: {"member": world.chen.pk, "version": 1, "how": "电话"},
    ),
]  # fmt: skip

ROWS = [*REPORTS, *PAGES, *API]
