"""A program that knows of the API only what its description says: operations by id, and links to the next."""

import json
import uuid
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from orgportal.core.api_reference import schema_in

METHODS = {"get", "post", "put", "patch", "delete"}


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    stated: dict[str, Any]

    @property
    def parameters(self) -> dict[str, str]:
        """Where each parameter stands."""
        return {each["name"]: each["in"] for each in self.stated.get("parameters", ())}

    def links(self, status: int) -> dict[str, Any]:
        found: dict[str, Any] = self.stated["responses"].get(str(status), {}).get("links", {})
        return found


@lru_cache(maxsize=1)
def operations() -> dict[str, Operation]:
    """Every operation by its id."""
    return {
        stated["operationId"]: Operation(method, path, stated)
        for path, methods in schema_in("en")["paths"].items()
        for method, stated in methods.items()
        if method in METHODS
    }


@dataclass(frozen=True)
class Answer:
    """What an operation answered, and with what it was asked."""

    operation: Operation
    asked: dict[str, Any]
    status: int
    said: Any = field(repr=False)


def call(client: Any, name: str, parameters: dict[str, Any], body: dict[str, Any] | None = None) -> Answer:
    """The operation of this id, with its parameters where the description puts them."""
    operation = operations()[name]
    places = {each: operation.parameters[each] for each in parameters}
    inside = {each: parameters[each] for each, place in places.items() if place == "path"}
    query = {each: parameters[each] for each, place in places.items() if place == "query"}
    address = operation.path.format(**inside) + (f"?{urlencode(query)}" if query else "")
    if operation.method == "get":
        response = client.get(address)
    else:
        key = {"Idempotency-Key": str(uuid.uuid4())}
        response = client.generic(
            operation.method.upper(), address, json.dumps(body or {}), content_type="application/json",
            headers=key,
        )  # fmt: skip
    said = response.json() if response["Content-Type"] == "application/json" else response.content
    return Answer(operation, body or {}, response.status_code, said)


def follow(client: Any, answer: Answer, link: str, **more: Any) -> Answer:
    """The link of this name from an answer; `more` is what only a person can say."""
    stated = answer.operation.links(answer.status)[link]
    parameters = {name: valued(each, answer) for name, each in stated.get("parameters", {}).items()}
    body = {**(valued(stated.get("requestBody", {}), answer)), **more}
    return call(client, stated["operationId"], parameters, body)


def valued(stated: Any, answer: Answer) -> Any:
    """A runtime expression of OpenAPI, or a body made of them."""
    if isinstance(stated, dict):
        return {name: valued(each, answer) for name, each in stated.items()}
    source, _, pointer = str(stated).partition("#/")
    found = {"$response.body": answer.said, "$request.body": answer.asked}[source]
    for part in filter(None, pointer.split("/")):
        found = found[part]
    return found


# --- shapes, for whoever checks a link without a call


def whole(part: dict[str, Any]) -> dict[str, Any]:
    """A shape without its references."""
    named = schema_in("en")["components"]["schemas"]
    while "$ref" in part or "allOf" in part:
        part = named[part["$ref"].rsplit("/", 1)[-1]] if "$ref" in part else part["allOf"][0]
    return part


def content(stated: dict[str, Any]) -> dict[str, Any]:
    found = next(iter(stated.get("content", {}).values()), {})
    return whole(found.get("schema", {}))


def has(shape: dict[str, Any], pointer: str) -> bool:
    """Whether the shape has a value where the pointer leads."""
    for part in filter(None, pointer.split("/")):
        if part not in shape.get("properties", {}):
            return False
        shape = whole(shape["properties"][part])
    return True
