"""What tests of pages read off an answer."""

import re
from typing import Any


def ids_of(response: Any) -> list[int]:
    return [int(pk) for pk in re.findall(r'data-id="(\d+)"', response.content.decode())]


def text_of(response: Any) -> str:
    """What a reader sees, spaces joined."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def numbers_of(response: Any) -> list[tuple[int, str]]:
    """Each number above the matrix with the address it opens."""
    found = re.findall(
        r'number__link" href="([^"]+)"><span class="number__value">([\d,]+)', response.content.decode()
    )
    return [(int(value.replace(",", "")), address.replace("&amp;", "&")) for address, value in found]
