"""Addresses of the paper road, for the access matrix."""

from typing import Any

from activities.models import Activity
from activities.tests.pages import row
from orgportal.tests.matrix import Row

# Everybody who records somewhere opens on the own branch; the bodies above only read.
OWN = "anon:302 li|ran:{} wang:{} zhao|qian|chen|sun|sys|sec|aud:403"
READERS = "anon:302 li|ran|zhao|qian|wang:200 chen|sun|sys|sec|aud:403"


def every_record(world: Any) -> dict[str, Any]:
    return {"of": "-".join(str(pk) for pk in Activity.unscoped.values_list("pk", flat=True))}


def paper_rows(prepare: Any, seen: Any) -> list[Row]:
    """`prepare` writes records in each branch, `seen` names those a persona may see."""
    return [
        Row("activities:paper-create", OWN.format(200, 200)),
        # Wang's page is about wang's own branch, where A's roster is a stranger's.
        Row("activities:paper-create", OWN.format(302, 422), method="POST", data=row, query="?month=2026-03"),
        Row("activities:paper-check", OWN.format(200, 200), method="POST", data=row, query="?row=0"),
        Row("activities:paper-saved", READERS, kwargs=every_record, ids=seen, prepare=prepare),
        Row("activities:roster-sheet", OWN.format(200, 200)),
    ]
