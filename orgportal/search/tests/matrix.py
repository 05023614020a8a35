"""The search: which rows of each room each person is shown, read off the cast and not off the scope."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.core.cache import cache

from activities.tests.matrix import records, records_seen
from members.choices import TransferState
from members.models import Member, Paper
from members.tests.matrix_papers import arriving, one_paper, shown_arrival
from members.tests.matrix_transfers import chen_to_c, shown_to
from members.tests.test_workflows_loader import id_number
from orgportal.core.sealing import blind_end
from orgportal.tests.matrix import PERSONAS, Row

SIGNED_IN = "|".join(PERSONAS[1:])
PAGE, API = f"anon:302 {SIGNED_IN}:200", f"anon:401 {SIGNED_IN}:200"
MOBILE = "13812345678"
END = id_number()[-4:]


def known_chen(world: Any) -> None:
    """A mobile and an identity number to look for."""
    cache.clear()
    Member.unscoped.filter(pk=world.chen.pk).update(mobile=MOBILE, id_number_end=blind_end(END))


def these(**shown: str) -> Callable[[Any, str], set[int]]:
    """Persons by the persona they are shown to: `qian="chen sun"`."""
    return lambda world, persona: {getattr(world, name).pk for name in shown.get(persona, "").split()}


def every_branch(world: Any, persona: str) -> set[int]:
    return {world.a.pk, world.b.pk, world.c.pk}


def own_records(world: Any, persona: str) -> set[int]:
    return records_seen(world, persona)


def the_paper(world: Any, persona: str) -> set[int]:
    return {Paper.unscoped.get().pk} if persona in {"li", "zhao", "qian", "chen"} else set()


IN_A = these(li="chen sun", zhao="chen sun", qian="chen sun")
CHEN = these(li="chen", zhao="chen", qian="chen")
NOBODY = these()
SENT = chen_to_c(TransferState.SENT)
BOTH_SIDES = shown_to("li", "zhao", "qian", "wang", "chen")

PAGES = [
    Row("search:search", PAGE, query="?q=党&group=members", ids=IN_A),
    Row("search:search", PAGE, query="?q=cd&group=members", ids=CHEN),
    Row("search:search", PAGE, query="?q=wangwairen&group=members", ids=these(qian="wang", wang="wang")),
    Row("search:search", PAGE, query=f"?q={MOBILE[-4:]}&group=members", ids=CHEN, prepare=known_chen),
    Row("search:search", PAGE, query=f"?q={END}&group=members", ids=CHEN, prepare=known_chen),
    Row("search:search", PAGE, query="?q=社区&group=bodies", ids=every_branch),
    Row("search:search", PAGE, query="?q=党员大会&group=activities", ids=own_records, prepare=records),
    Row("search:search", PAGE, query="?q=陈&group=transfers", ids=BOTH_SIDES, prepare=SENT),
    Row("search:search", PAGE, query="?q=ZJ&group=members", ids=NOBODY, prepare=SENT),
    Row("search:search", PAGE, query="?q=88号&group=arrivals", ids=shown_arrival, prepare=arriving),
    Row("search:search", PAGE, query="?q=陈&group=papers", ids=the_paper, prepare=one_paper),
    # All rooms at once hold nothing that one of them would not show.
    Row("search:search", PAGE, query="?q=孙", ids=these(li="sun", zhao="sun", qian="sun")),
    Row("search:search", PAGE, ids=NOBODY),
]  # fmt: skip

ROWS = [*PAGES, *(replace(row, name="api-search:search", expect=API) for row in PAGES if row.query)]
