"""What stands on a slip: a user name from pinyin, and a one-time password that can be read off paper."""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from orgportal.core.names import syllables

VALID_FOR = timedelta(days=14)
# No characters that look alike in print: 0 o 1 l i.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
GROUPS, GROUP_LENGTH = 3, 4
LONGEST_BASE = 30


@dataclass(frozen=True, slots=True)
class Slip:
    """Exists only between the workflow and the printed page; the password is stored nowhere in clear."""

    user_id: int
    user_name: str
    display_name: str
    password: str = field(repr=False)
    expires_at: datetime


def one_time_password() -> str:
    """Twelve characters in three groups: 59 bits."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)


def base_name(name: str) -> str:
    """The pinyin of a name in plain letters; "user" where there is none."""
    spelled = re.sub(r"[^a-z]", "", "".join(syllables(name)).lower())
    return spelled[:LONGEST_BASE] or "user"


def free_user_name(name: str, taken: Iterable[str]) -> str:
    """The base and the first free number of two digits or more."""
    base, used = base_name(name), set(taken)
    number = 1
    while f"{base}{number:02d}" in used:
        number += 1
    return f"{base}{number:02d}"
