"""Every address × every person: who may, who may not, and exactly which rows they are shown.

An address that no app lists fails here, so nothing can be added without saying who may see it.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files import File
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from drf_spectacular.generators import SchemaGenerator

from activities.tests.matrix import ROWS as ACTIVITIES
from branches.tests.matrix import ROWS as BRANCHES
from conftest import World
from members.tests.matrix import ROWS as MEMBERS
from orgportal.core.tests.matrix import ROWS as CORE
from orgportal.health.tests.matrix import ROWS as HEALTH
from orgportal.search.tests.matrix import ROWS as SEARCH
from orgportal.tests.matrix import PERSONAS, Row

ROWS: tuple[Row, ...] = (*CORE, *BRANCHES, *MEMBERS, *ACTIVITIES, *HEALTH, *SEARCH)
SHOWN = re.compile(r'data-id="(\d+)"')
TOTAL = re.compile(r'data-total="(\d+)"')


def names_of(patterns: list[Any], prefix: str = "") -> set[str]:
    """Every named address of the project, as "namespace:name"."""
    found: set[str] = set()
    for entry in patterns:
        if isinstance(entry, URLResolver):
            namespace = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            found |= names_of(entry.url_patterns, namespace)
        elif isinstance(entry, URLPattern):
            assert entry.name, f"an address without a name: {entry.pattern}"
            found.add(prefix + entry.name)
    return found


def unlisted(patterns: list[Any], rows: tuple[Row, ...]) -> set[str]:
    return names_of(patterns) - {row.name for row in rows}


def api_operations() -> set[tuple[str, str]]:
    """(path template, METHOD) of every operation in the OpenAPI schema."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    return {
        (path, method.upper())
        for path, operations in schema["paths"].items()
        for method in operations
        if method in {"get", "post", "put", "patch", "delete"}
    }


@dataclass(frozen=True)
class Asked:
    """A row in one world: what it speaks of is made once, and every persona asks the same."""

    row: Row
    kwargs: dict[str, Any]
    data: dict[str, Any]

    @classmethod
    def of(cls, row: Row, world: World) -> "Asked":
        if row.prepare:
            row.prepare(world)
        return cls(row, row.kwargs(world) if row.kwargs else {}, row.data(world) if row.data else {})

    @property
    def address(self) -> str:
        return reverse(self.row.name, kwargs=self.kwargs)

    @property
    def template(self) -> str:
        """The address as the schema writes it: ids as "{…}"."""
        address = self.address
        for name, value in self.kwargs.items():
            address = address.replace(f"/{value}/", f"/{{{name}}}/", 1)
        return address

    def by(self, client: Client) -> Any:
        """What this client is answered."""
        address = self.address + self.row.query
        if self.row.method == "GET":
            return client.get(address)
        if self.row.name.startswith("api") and not self.row.is_upload:
            said = json.dumps(self.data, default=str)
            return client.generic(self.row.method, address, said, content_type="application/json")
        for value in self.data.values():
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, File):
                    one.seek(0)  # whoever asked before has read it
        return client.post(address, self.data)


def shown_ids(response: Any) -> set[int]:
    if response.headers.get("Content-Type", "").startswith("application/json"):
        content = response.json()
        rows = content["results"] if isinstance(content, dict) and "results" in content else [content]
        return {row["id"] for row in rows}
    return {int(pk) for pk in SHOWN.findall(response.content.decode())}


def shown_total(response: Any) -> int | None:
    total = TOTAL.search(response.content.decode()) if "html" in response.headers["Content-Type"] else None
    return int(total.group(1)) if total else None


def test_every_address_is_listed() -> None:
    assert unlisted(get_resolver().url_patterns, ROWS) == set()


def test_an_unlisted_address_is_found() -> None:
    stray = [
        *get_resolver().url_patterns,
        URLPattern(get_resolver().pattern, lambda request: None, name="stray"),
    ]

    assert unlisted(stray, ROWS) == {"stray"}


def test_every_api_operation_is_listed(world: World) -> None:
    listed = set()
    for row in (row for row in ROWS if row.name.startswith("api")):
        with transaction.atomic():
            listed.add((Asked.of(row, world).template, row.method))
            transaction.set_rollback(True)
    plain = {(re.sub(r"\{[^}]+\}", "{}", path), method) for path, method in listed}

    missing = {
        (path, method)
        for path, method in api_operations()
        if (re.sub(r"\{[^}]+\}", "{}", path), method) not in plain
    }
    assert missing == set()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.name}-{row.method}{row.query}")
def test_access(row: Row, world: World, on_the_day: Any) -> None:
    asked = Asked.of(row, world)
    found: dict[str, int] = {}
    for persona in PERSONAS:
        with transaction.atomic():
            response = asked.by(world.client(persona))
            found[persona] = response.status_code
            if row.ids and response.status_code == 200:
                wanted = row.ids(world, persona)
                assert shown_ids(response) == wanted, persona
                total = shown_total(response)
                assert total is None or total == len(wanted), persona
            transaction.set_rollback(True)

    assert found == row.expected()
