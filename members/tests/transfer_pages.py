"""Reads the transfer pages as a person would: rows, words, buttons, what a form carries on."""

import re
from typing import Any

from members.models import Transfer

LIST = "/members/transfers/"
HELD = {"li": "source", "zhao": "committee", "wang": "target", "yang": "target", "chen": "member"}


def page(world: Any, persona: str, address: str, **headers: str) -> Any:
    return world.client(persona).get(address, **headers)


def ids(response: Any) -> set[int]:
    return {int(pk) for pk in re.findall(r'data-id="(\d+)"', response.content.decode())}


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def hidden(response: Any) -> dict[str, str]:
    """The answers a page carries on."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', response.content.decode())
    return {name: value for name, value in found if name not in {"csrfmiddlewaretoken", "idempotency_key"}}


def offered(response: Any, name: str) -> set[int]:
    """The choices of a search list."""
    found = re.findall(rf'type="radio"\s+name="{name}"\s+value="(\d+)"', response.content.decode())
    return {int(pk) for pk in found}


def wrong(response: Any) -> set[str]:
    """The fields with an error beside them."""
    return set(re.findall(r'id="id_(\w+)_errors"', response.content.decode()))


def buttons(response: Any, transfer: Transfer) -> set[str]:
    place = re.escape(transfer.get_absolute_url())
    return set(re.findall(rf'(?:href|action)="{place}(\w+)/"', response.content.decode()))


def send(world: Any, persona: str, transfer: Transfer, name: str, **data: Any) -> Any:
    return world.client(persona).post(f"{LIST}{transfer.pk}/{name}/", {"version": transfer.version, **data})
