"""Addresses of papers: the verify page is open to everybody and shows nobody's rows."""

from typing import Any

from django.core.cache import cache

from members.models import Paper
from members.tests.test_workflows_papers import issued
from orgportal.tests.matrix import Row


def one_paper(world: Any) -> None:
    cache.clear()  # other tests asked as guests too
    issued(world)


def token(world: Any) -> dict[str, Any]:
    return {"token": Paper.unscoped.get().token}


EVERYBODY = "anon|li|ran|chen|sun|zhao|qian|wang|sys|sec|aud"

ROWS = [
    Row(
        "paper-verify", f"{EVERYBODY}:200", kwargs=token, prepare=one_paper, ids=lambda world, persona: set()
    ),
    Row("paper-verify", f"{EVERYBODY}:404", kwargs=lambda world: {"token": "unknown"}, prepare=one_paper),
]
