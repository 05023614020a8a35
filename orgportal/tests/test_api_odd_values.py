"""Whatever stands in a field of a call that would be done, it is done or refused; no operation breaks."""

import copy
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction

from branches.tests.matrix import ROWS as BRANCHES
from conftest import World
from members.tests.matrix import ROWS as MEMBERS
from orgportal.tests.matrix import Row
from orgportal.tests.test_access_matrix import Asked

ODD: tuple[Any, ...] = ("\0", 10**30, "0001-01-01", "9999-12-31", [10**30])
ROWS = [
    row
    for row in (*BRANCHES, *MEMBERS)
    if row.name.startswith("api") and row.method == "POST" and row.data and not row.is_upload
]


def doer(row: Row) -> str:
    """Somebody the operation is done for."""
    return next((name for name, status in row.expected().items() if status < 300), "")


def twisted(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The body with one field at a time made odd, inside what is nested too."""
    for name, value in body.items():
        yield from ({**body, name: odd} for odd in ODD)
        if isinstance(value, dict):
            yield from ({**body, name: inner} for inner in twisted(value))


@pytest.mark.parametrize("row", [row for row in ROWS if doer(row)], ids=lambda row: row.name)
def test_an_odd_value_breaks_nothing(row: Row, world: World, on_the_day: Any) -> None:
    asked = Asked.of(row, world)
    client = world.client(doer(row))
    client.raise_request_exception = False
    assert asked.data
    broken = []
    for body in twisted(copy.deepcopy(asked.data)):
        with transaction.atomic():
            if replace(asked, data=body).by(client).status_code >= 500:
                broken.append(body)
            transaction.set_rollback(True)

    assert broken == []
