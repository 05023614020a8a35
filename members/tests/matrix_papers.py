"""Addresses of papers and of those who come on one: the verify page alone is open to everybody."""

from typing import Any

from django.core.cache import cache

from members.models import Arrival, Paper
from members.tests.arrivals import NUMBER, registered
from members.tests.test_workflows_papers import issued
from members.tests.transfers import with_letter
from orgportal.tests.matrix import Row


def one_paper(world: Any) -> None:
    cache.clear()  # other tests asked as guests too
    issued(world)


def token(world: Any) -> dict[str, Any]:
    return {"token": Paper.unscoped.get().token}


EVERYBODY = "anon|li|ran|chen|sun|zhao|qian|wang|sys|sec|aud"

MEMBERS = "li|ran|zhao|qian|wang|chen|sun"
DESKS = "sys|sec|aud"


def letter(world: Any) -> None:
    with_letter(world)


def the_letter(world: Any) -> dict[str, Any]:
    return {"pk": Paper.unscoped.get(kind="letter").pk}


def shown_letter(world: Any, persona: str) -> set[int]:
    return {Paper.unscoped.get().pk} if persona in {"li", "zhao", "qian", "chen"} else set()


# The committee issued it, branch A and the member see it; a colleague and the other committee do not.
SEES = f"anon:302 li|zhao|qian|chen:200 wang|ran|sun|{DESKS}:404"


def certificate(world: Any) -> None:
    issued(world, issuer=world.a)


def the_paper(world: Any) -> dict[str, Any]:
    return {"pk": Paper.unscoped.get().pk}


def arriving(world: Any) -> None:
    """A letter on the table of branch A."""
    registered(world)


def the_arrival(world: Any) -> dict[str, Any]:
    return {"pk": Arrival.unscoped.get().pk}


def shown_arrival(world: Any, persona: str) -> set[int]:
    return {Arrival.unscoped.get().pk} if persona in {"li", "zhao", "qian"} else set()


def arrivals_of(*personas: str) -> Any:
    """The one letter in this queue for these persons, nothing for the others."""
    return lambda world, persona: shown_arrival(world, persona) if persona in personas else set()


def typed_letter(world: Any) -> dict[str, Any]:
    return {
        "branch": world.a.pk, "letter_number": "南介1号", "letter_body": "区委", "from_branch": "明珠支部",
        "issued_on": "2026-03-01", "valid_until": "2026-03-31", "name": "新来", "gender": "male",
        "birth_on": "1990-01-02", "id_number": NUMBER, "mobile": "13800001111", "ethnicity": "汉族",
        "education": "college", "occupation": "worker", "standing": "formal", "joined_on": "2015-07-01",
        "confirmed_on": "2016-07-01",
    }  # fmt: skip


def of_chen(world: Any) -> dict[str, Any]:
    return {"pk": world.chen.pk}


STAY = {"to": "省委党校", "purpose": "培训", "valid_until": "2026-06-01"}
PLAIN = f"ran|chen|sun|{DESKS}"
DECIDES = f"anon:302 li|zhao|qian:{{}} wang|{PLAIN}:404"
# Li's branch answers it and Li typed it; the committee sees it, but corrects only what it typed itself.
CORRECTS = f"anon:302 li:{{}} zhao|qian:403 wang|{PLAIN}:404"

ROWS = [
    Row(
        "members:arrival-list",
        f"anon:302 li|zhao|qian|wang:200 {PLAIN}:403",
        prepare=arriving,
        ids=shown_arrival,
    ),
    Row(
        "members:transfer-list",
        f"anon:302 li|zhao|qian|wang|ran|chen|sun:200 {DESKS}:403",
        query="?queue=todo",
        prepare=arriving,
        ids=arrivals_of("li"),
    ),
    Row(
        "members:transfer-list",
        f"anon:302 li|zhao|qian|wang|ran|chen|sun:200 {DESKS}:403",
        query="?queue=coming",
        prepare=arriving,
        ids=arrivals_of("zhao", "qian"),
    ),
    Row("members:arrival-create", f"anon:302 li|zhao|qian|wang:200 {PLAIN}:403"),
    Row(
        "members:arrival-create",
        f"anon:302 li|zhao|qian:302 wang:422 {PLAIN}:403",
        method="POST",
        data=typed_letter,
    ),
    Row("members:arrival-detail", DECIDES.format(200), kwargs=the_arrival, prepare=arriving),
    Row("members:arrival-correct", CORRECTS.format(200), kwargs=the_arrival, prepare=arriving),
    Row(
        "members:arrival-correct",
        CORRECTS.format(302),
        kwargs=the_arrival,
        prepare=arriving,
        method="POST",
        data=lambda world: {**typed_letter(world), "id_number": "", "version": 1},
    ),
    Row(
        "members:arrival-accept",
        DECIDES.format(302),
        kwargs=the_arrival,
        prepare=arriving,
        method="POST",
        data=lambda world: {"accepted_on": "2026-03-10", "version": 1},
    ),
    Row(
        "members:arrival-refuse",
        DECIDES.format(302),
        kwargs=the_arrival,
        prepare=arriving,
        method="POST",
        data=lambda world: {"grounds": "not_here", "remark": "不在本辖区", "version": 1},
    ),
    Row(
        "members:certificate-create",
        f"anon:302 li|zhao|qian:200 chen:403 wang|ran|sun|{DESKS}:404",
        kwargs=of_chen,
    ),
    Row(
        "members:certificate-create",
        f"anon:302 li|zhao|qian:302 chen:403 wang|ran|sun|{DESKS}:404",
        kwargs=of_chen,
        method="POST",
        data=lambda world: STAY,
    ),
    Row(
        "members:paper-end",
        f"anon:302 li|zhao|qian:200 chen:403 wang|ran|sun|{DESKS}:404",
        kwargs=the_paper,
        prepare=certificate,
    ),
    Row(
        "members:paper-end",
        f"anon:302 li|zhao|qian:302 chen:403 wang|ran|sun|{DESKS}:404",
        kwargs=the_paper,
        prepare=certificate,
        method="POST",
        data=lambda world: {"reason": "returned"},
    ),
    Row("members:paper-list", f"anon:302 {MEMBERS}:200 {DESKS}:403", prepare=letter, ids=shown_letter),
    Row("members:paper-detail", SEES, kwargs=the_letter, prepare=letter),
    Row("members:paper-pdf", SEES, kwargs=the_letter, prepare=letter),
    Row(
        "paper-verify", f"{EVERYBODY}:200", kwargs=token, prepare=one_paper, ids=lambda world, persona: set()
    ),
    Row("paper-verify", f"{EVERYBODY}:404", kwargs=lambda world: {"token": "unknown"}, prepare=one_paper),
]

SEES_API = f"anon:401 li|zhao|qian|chen:200 wang|ran|sun|{DESKS}:404"
DECIDES_API = f"anon:401 li|zhao|qian:{{}} wang|{PLAIN}:404"


def typed_for_api(world: Any) -> dict[str, Any]:
    typed = typed_letter(world)
    letter = {"number": "南介1号", "body": "区委", "from_branch": "明珠支部"}
    days = {name: typed[name] for name in ("issued_on", "valid_until")}
    person = {
        name: typed[name]
        for name in ("name", "gender", "birth_on", "id_number", "education", "occupation", "joined_on")
    }
    return {
        "branch": typed["branch"], "standing": "formal", "letter": {**letter, **days},
        "person": {**person, "confirmed_on": "2016-07-01"},
    }  # fmt: skip


API = [
    Row(
        "api-members:paper-list", f"anon:401 {MEMBERS}|{DESKS}:200", prepare=letter, ids=shown_letter
    ),
    Row("api-members:paper-detail", SEES_API, kwargs=the_letter, prepare=letter),
    Row("api-members:paper-print", SEES_API, kwargs=the_letter, prepare=letter),
    Row(
        "api-members:paper-end", f"anon:401 li|zhao|qian:200 chen:403 wang|ran|sun|{DESKS}:404",
        kwargs=the_paper, prepare=certificate, method="POST", data=lambda world: {"reason": "returned"},
    ),
    Row(
        "api-members:certificate", f"anon:401 li|zhao|qian:201 chen:403 wang|ran|sun|{DESKS}:404",
        kwargs=of_chen, method="POST", data=lambda world: STAY,
    ),
    Row(
        "api-members:arrival-list", f"anon:401 {MEMBERS}|{DESKS}:200", prepare=arriving, ids=shown_arrival
    ),
    Row(
        # Whom the branch is out of sight to has no such choice (400); the recorder sees it and may not.
        "api-members:arrival-list", f"anon:401 li|zhao|qian:201 ran:403 wang|chen|sun|{DESKS}:400",
        method="POST", data=typed_for_api,
    ),
    Row("api-members:arrival-detail", DECIDES_API.format(200), kwargs=the_arrival, prepare=arriving),
    Row(
        "api-members:arrival-correct", f"anon:401 li:200 zhao|qian:403 wang|{PLAIN}:404",
        kwargs=the_arrival, prepare=arriving, method="POST",
        data=lambda world: {**typed_for_api(world), "version": 1},
    ),
    Row(
        "api-members:arrival-accept", DECIDES_API.format(200), kwargs=the_arrival, prepare=arriving,
        method="POST", data=lambda world: {"accepted_on": "2026-03-10", "version": 1},
    ),
    Row(
        "api-members:arrival-refuse", DECIDES_API.format(200), kwargs=the_arrival, prepare=arriving,
        method="POST", data=lambda world: {"grounds": "not_here", "remark": "不在本辖区", "version": 1},
    ),
]  # fmt: skip
ROWS += API
