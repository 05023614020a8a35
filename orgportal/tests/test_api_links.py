"""Every link the API describes leads somewhere, with values that are there to be taken along."""

from collections.abc import Iterator
from typing import Any

import pytest

from orgportal.tests.openapi import Operation, content, has, operations


def links() -> Iterator[tuple[str, str, Operation, str, dict[str, Any]]]:
    for name, operation in operations().items():
        for status in operation.stated["responses"]:
            for link, stated in operation.links(status).items():
                yield name, link, operation, status, stated


LINKS = list(links())


def expressions(stated: Any) -> list[str]:
    return (
        [each for part in stated.values() for each in expressions(part)]
        if isinstance(stated, dict)
        else [stated]
    )


@pytest.mark.parametrize(
    ("operation", "status", "stated"),
    [(operation, status, stated) for _, _, operation, status, stated in LINKS],
    ids=[f"{name}-{status}-{link}" for name, link, _, status, _ in LINKS],
)
def test_a_link_can_be_followed(operation: Operation, status: str, stated: dict[str, Any]) -> None:
    leads = operations()[stated["operationId"]]
    body = stated.get("requestBody", {})
    shapes = {
        "$response.body": content(operation.stated["responses"][status]),
        "$request.body": content(operation.stated.get("requestBody", {})),
    }

    taken = [each.partition("#") for each in [*expressions(stated.get("parameters", {})), *expressions(body)]]

    assert set(stated.get("parameters", {})) <= set(leads.parameters)
    needed = {name for name, place in leads.parameters.items() if place == "path"}
    assert needed <= set(stated.get("parameters", {}))
    assert [each for each, _, pointer in taken if not has(shapes[each], pointer)] == []
    if isinstance(body, dict):
        named = content(leads.stated.get("requestBody", {})).get("properties", {})
        assert set(body) <= set(named)


def test_a_link_that_leads_nowhere_is_found() -> None:
    assert not has(content(operations()["merges_retrieve"].stated["responses"]["200"]), "/kept/id")
    assert has(content(operations()["members_merge_retrieve"].stated["responses"]["200"]), "/kept/id")
