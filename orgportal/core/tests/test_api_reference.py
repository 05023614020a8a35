"""The API's description as the page has it: rooms, fields, answers and examples that can be sent."""

import json
import re
from typing import Any

import pytest

from orgportal.core.api_reference import Operation, rooms_in, schema_in


def operation(anchor: str, language: str = "en") -> Operation:
    return next(each for room in rooms_in(language) for each in room.operations if each.anchor == anchor)


def test_rooms_stand_in_the_order_of_the_reader_and_leave_nothing_over() -> None:
    assert [room.slug for room in rooms_in("en")] == [
        "start",
        "inbox",
        "search",
        "branches",
        "members",
        "standing",
        "mobile",
        "transfers",
        "activities",
        "campaigns",
        "summaries",
    ]


def test_schema_is_made_once_in_each_language() -> None:
    assert schema_in("en") is schema_in("en")
    assert operation("transfers-accept-create").does[0] == "Accept"
    assert operation("transfers-accept-create", "zh-hans").does[0] == "确认接收"


def test_operation_tells_parameters_body_answers_and_an_example() -> None:
    found = operation("branches-rename-create")

    assert [(field.name, field.is_required) for field in found.parameters] == [
        ("Idempotency-Key", True),
        ("id", True),
    ]
    assert [(field.name, field.kind, field.notes) for field in found.body] == [
        ("on", "string (date)", ""),
        ("basis", "string", "maxLength 200"),
        ("version", "integer", "minimum 1"),
        ("name", "string", "maxLength 120"),
        ("short_name", "string", "maxLength 40"),
    ]
    assert [(answer.code, answer.shape) for answer in found.answers] == [
        ("200", "Organization"),
        *((code, "") for code in ("400", "401", "403", "404", "409", "412", "422")),
    ]
    assert found.example.startswith('curl -X POST "$PORTAL/api/v1/branches/7/rename/" \\\n')


def test_list_tells_its_filters_with_their_choices() -> None:
    fields = {field.name: field for field in operation("branches-list").parameters}

    assert {"after", "kind", "q", "state"} <= set(fields)
    assert fields["state"].choices == (("all", "All"), ("current", "Existing"), ("dissolved", "Dissolved"))


def test_every_shape_named_in_a_room_is_drawn_there() -> None:
    for room in rooms_in("en"):
        parts = [part for each in room.operations for part in (*each.body, *each.answers)]
        parts += [field for shape in room.shapes for field in shape.fields]

        assert {part.shape for part in parts} - {""} == {shape.name for shape in room.shapes}


def _stated() -> list[tuple[str, Any]]:
    return [
        (stated["operationId"].replace("_", "-"), stated["requestBody"])
        for methods in schema_in("en")["paths"].values()
        for stated in methods.values()
        if "requestBody" in stated
    ]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_example_bodies_hold_every_required_value(language: str) -> None:
    for anchor, _body in _stated():
        found = operation(anchor, language)
        typed = re.search(r"-d '(.*)'$", found.example, re.DOTALL)
        sent = json.loads(typed[1]) if typed else dict(re.findall(r"-F '(\w+)=(.*)'", found.example))

        assert set(sent) == {field.name for field in found.body if field.is_required}
