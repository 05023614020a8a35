"""The tree under random changes and under two writers at once: path and parent never part."""

import threading
from contextlib import suppress
from datetime import date

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from branches.choices import Kind, Sector
from branches.models import Organization
from branches.tests.factories import NOW, make_organization
from branches.tests.test_workflows_tree import assert_tree_is_sound
from branches.workflows import tree
from branches.workflows.history import Order
from branches.workflows.tree import Details, Names, NewBody
from members.tests.factories import make_member, make_user
from orgportal.core.errors import Refused
from orgportal.core.scoping import Grant, Scope

RIGHTS = frozenset({"branch.view", "branch.create", "branch.move", "branch.edit", "branch.dissolve"})
ANYWHERE = Scope(grants=(Grant("", RIGHTS),))
DAY = date(2026, 3, 1)

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["found", "move", "move", "move", "dissolve"]), st.integers(0, 30), st.integers(0, 30)
    ),
    max_size=25,
)


@pytest.fixture
def grove(db):
    """Two committees, each with two committees below, each with two branches and a member in each."""
    root = make_organization(None, "区委")
    for _ in range(2):
        middle = make_organization(root, kind=Kind.COMMITTEE)
        for _ in range(2):
            low = make_organization(middle, kind=Kind.COMMITTEE)
            for _ in range(2):
                make_member(make_organization(low))
    return make_user("clerk")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_paths_agree_with_parents_after_any_changes(grove, steps):
    for number, (verb, first, second) in enumerate(steps):
        rows = list(Organization.unscoped.order_by("pk"))
        one, other = rows[first % len(rows)], rows[second % len(rows)]
        _try(verb, one, other, grove, f"H{number}-{Organization.unscoped.count()}")

    assert_tree_is_sound()


def _try(verb, one, other, clerk, code):
    by = {"actor": clerk, "scope": ANYWHERE, "at": NOW}
    order = Order(on=DAY, version=one.version)
    body = NewBody(
        code=code, kind=Kind.COMMITTEE, names=Names(name=code), details=Details(sector=Sector.TERRITORY)
    )
    with suppress(Refused):
        if verb == "found":
            tree.found_body(other, body, order, **by)
        elif verb == "move":
            tree.move(one, other, order, **by)
        else:
            tree.dissolve(one, order, **by)


def test_children_founded_at_once_get_different_paths(committed_db):
    root, clerk = make_organization(None, "区委"), make_user("clerk")
    failures = _at_once([lambda n=n: _found(root, f"C{n}", clerk) for n in range(6)])

    assert failures == []
    assert Organization.unscoped.filter(parent=root).count() == 6
    assert_tree_is_sound()


def test_a_body_founded_during_a_move_of_its_parent_follows(committed_db):
    root, clerk = make_organization(None, "区委"), make_user("clerk")
    here, there = (make_organization(root, kind=Kind.COMMITTEE) for _ in range(2))
    middle = make_organization(here, kind=Kind.COMMITTEE)
    by = {"actor": clerk, "scope": ANYWHERE, "at": NOW}

    failures = _at_once([
        *(lambda n=n: _found(middle, f"C{n}", clerk) for n in range(3)),
        lambda: tree.move(middle, there, Order(on=DAY, version=1), **by),
        *(lambda n=n: _found(middle, f"D{n}", clerk) for n in range(3)),
    ])  # fmt: skip

    assert failures == []
    assert Organization.unscoped.filter(path__startswith=there.path).count() == 8
    assert_tree_is_sound()


def _found(parent, code, clerk):
    body = NewBody(
        code=code, kind=Kind.BRANCH, names=Names(name=code), details=Details(sector=Sector.VILLAGE)
    )
    tree.found_body(parent, body, Order(on=DAY), actor=clerk, scope=ANYWHERE, at=NOW)


def _at_once(calls):
    failures, gate = [], threading.Barrier(len(calls))

    def run(call):
        try:
            gate.wait()
            call()
        except Exception as failure:  # the thread's failure is the test's
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures
