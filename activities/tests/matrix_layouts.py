"""Addresses of Word layouts of ledgers: who runs a branch or oversees it keeps them, others read."""

from typing import Any

from activities.choices import LedgerKind
from activities.models import LedgerTemplate
from activities.tests.layouts import a_layout, starter_file
from orgportal.tests.matrix import Row

KEEPS = "anon:302 li|zhao|qian:{} wang:404 ran|chen|sun|sys|sec|aud:403"
READS = "anon:302 li|ran|zhao|qian:200 wang:404 chen|sun|sys|sec|aud:403"
CALLS = "anon:401 li|zhao|qian:200 ran:403 wang|chen|sun|sys|sec|aud:404"


def of_a(world: Any) -> dict[str, Any]:
    return {"pk": world.a.pk}


def sign_in_of_a(world: Any) -> dict[str, Any]:
    return {"pk": world.a.pk, "kind": "sign_in"}


def kept(world: Any) -> None:
    """Branch A has a sign-in sheet of its own; committee 2 has one nobody of A may see."""
    a_layout(world, "li", world.a, LedgerKind.SIGN_IN)
    a_layout(world, "qian", world.committee_2, LedgerKind.SIGN_IN)


def retired(world: Any) -> None:
    kept(world)
    row = LedgerTemplate.unscoped.filter(organization=world.a)
    row.update(state="retired", ended_at=world.now, ended_by=world.user("li"))


def the_layout(world: Any) -> dict[str, Any]:
    return {"pk": LedgerTemplate.unscoped.get(organization=world.a).pk}


def in_a(world: Any, persona: str) -> set[int]:
    return set(LedgerTemplate.unscoped.filter(organization=world.a).values_list("pk", flat=True))


def seen(world: Any, persona: str) -> set[int]:
    own = [world.a]
    bodies = {"li": own, "ran": own, "zhao": own, "qian": [world.a, world.committee_2]}.get(persona, [])
    return set(LedgerTemplate.unscoped.filter(organization__in=bodies).values_list("pk", flat=True))


def sent(world: Any) -> dict[str, Any]:
    return {"file": starter_file(LedgerKind.SIGN_IN)}


def sent_to_api(world: Any) -> dict[str, Any]:
    return {**sent(world), "organization": world.a.pk, "kind": "sign_in"}


FILES = "anon:401 li|ran|zhao|qian:200 wang|chen|sun|sys|sec|aud:404"
ADDS = "anon:401 li|zhao|qian:201 ran:403 wang|chen|sun|sys|sec|aud:400"
EVERYBODY = "anon:401 li|ran|chen|sun|zhao|qian|wang|sys|sec|aud:200"
LAYOUT_ROWS = [
    Row("activities:layout-list", KEEPS.format(200), kwargs=of_a, prepare=kept, ids=in_a),
    Row("activities:layout-upload", KEEPS.format(200), kwargs=sign_in_of_a),
    Row("activities:layout-upload", KEEPS.format(302), kwargs=sign_in_of_a, method="POST", data=sent),
    Row("activities:layout-starter", KEEPS.format(200), kwargs=sign_in_of_a),
    Row("activities:layout-detail", READS, kwargs=the_layout, prepare=kept),
    Row("activities:layout-file", READS, kwargs=the_layout, prepare=kept),
    Row("activities:layout-sample", READS, kwargs=the_layout, prepare=kept),
    Row("activities:layout-retire", KEEPS.format(302), kwargs=the_layout, prepare=kept, method="POST"),
    Row("activities:layout-restore", KEEPS.format(302), kwargs=the_layout, prepare=retired, method="POST"),
    Row("api-activities:layout-list", EVERYBODY, prepare=kept, ids=seen),
    Row("api-activities:layout-list", ADDS, method="POST", data=sent_to_api, is_upload=True),
    Row("api-activities:layout-starter", CALLS, kwargs=sign_in_of_a),
    Row("api-activities:layout-file", FILES, kwargs=the_layout, prepare=kept),
    Row("api-activities:layout-example", FILES, kwargs=the_layout, prepare=kept),
    Row("api-activities:layout-retire", CALLS, kwargs=the_layout, prepare=kept, method="POST"),
    Row("api-activities:layout-restore", CALLS, kwargs=the_layout, prepare=retired, method="POST"),
]
