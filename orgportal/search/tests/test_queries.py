"""A search costs one statement a room, whatever it finds and whoever asks."""

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

from conftest import World
from members.choices import TransferState
from members.tests.factories import make_member
from members.tests.transfers import in_state
from orgportal.core.scoping import Scope
from orgportal.search.queries import FEW, MANY, ROOMS, search


def test_one_statement_a_room_for_one_row_and_for_many(world: World, django_assert_num_queries) -> None:
    scope = world.scope("qian")
    in_state(world, TransferState.SUBMITTED, world.c)
    with django_assert_num_queries(len(ROOMS)):
        few = search("陈", scope)
    for number in range(20):
        make_member(world.a, f"陈{number}")
    with django_assert_num_queries(len(ROOMS)):
        many = search("陈", scope)

    assert (len(few[0].rows), few[0].has_more) == (1, False)
    assert (len(many[0].rows), many[0].has_more) == (FEW, True)


def test_the_same_statements_for_what_lies_outside_and_for_what_is_nowhere(world: World) -> None:
    scope = world.scope("li")
    pairs = (("王外人", "龘外人"), (world.wang.mobile, "10000000000"), (world.wang.number, "M99999999"))
    for outside, nowhere in pairs:
        assert statements(outside, scope) == statements(nowhere, scope)


def statements(text: str, scope: Scope) -> list[str]:
    """What is asked of the database, the text taken out; nothing may be found."""
    with CaptureQueriesContext(connection) as seen:
        assert all(group.rows == [] for group in search(text, scope))
    return [re.sub(r"'(?:[^']|'')*'|\b\d+\b", "?", query["sql"]) for query in seen.captured_queries]


def test_a_plain_member_asks_no_roster_and_no_records(world: World, django_assert_num_queries) -> None:
    scope = world.scope("chen")
    with django_assert_num_queries(4):  # bodies, own transfers, own letters, own papers
        search("陈", scope)


def test_one_room_alone_shows_more_of_it(world: World) -> None:
    for number in range(MANY + 1):
        make_member(world.a, f"郭{number}")

    (group,) = search("郭", world.scope("li"), only="members")

    assert (group.key, len(group.rows), group.has_more) == ("members", MANY, True)


def test_no_text_asks_nothing(world: World, django_assert_num_queries) -> None:
    scope = world.scope("qian")
    with django_assert_num_queries(0):
        assert search("", scope) == []
