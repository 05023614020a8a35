"""What a person does on a page a program does too: a page without its operation says why, or fails here."""

import inspect
from collections.abc import Iterator
from typing import Any

from django.urls import get_resolver

from orgportal.tests import api_twins
from orgportal.tests.api_twins import FORM, Reason
from orgportal.tests.api_twins_core import CORE
from orgportal.tests.test_access_matrix import ROWS, names_of

NAMESPACES = ("core", "members", "branches", "activities")
TWINS = {**CORE, **api_twins.TWINS}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Methods by page, of the matrix: for views that take whatever comes.
LISTED = {(row.name, row.method) for row in ROWS}


def stated_methods(view: Any) -> set[str]:
    """What the decorators of a page let through; nothing where they say nothing."""
    while view is not None:
        if found := inspect.getclosurevars(view).nonlocals.get("request_method_list"):
            return {*found} & {*METHODS}
        view = getattr(view, "__wrapped__", None)
    return set()


def named(namespace: str) -> Iterator[tuple[str, Any]]:
    for entry in _patterns(get_resolver(), namespace):
        yield f"{namespace}:{entry.name}", entry.callback


def _patterns(resolver: Any, namespace: str) -> list[Any]:
    for entry in resolver.url_patterns:
        if getattr(entry, "namespace", None) == namespace:
            return list(entry.url_patterns)
        if hasattr(entry, "url_patterns") and (found := _patterns(entry, namespace)):
            return found
    return []


def page_operations() -> set[str]:
    found = set()
    for namespace in NAMESPACES:
        for name, view in named(namespace):
            methods = stated_methods(view) or {"GET", *(method for row, method in LISTED if row == name)}
            found |= {f"{method} {name}" for method in methods}
    return found


def api_operations() -> set[str]:
    return {
        f"{method} {name}"
        for namespace in NAMESPACES
        for name, view in named(f"api-{namespace}")
        for method in METHODS
        if hasattr(view.cls, method.lower())
    }


def untwinned(pages: set[str]) -> set[str]:
    return pages - set(TWINS)


def test_every_page_operation_has_its_twin_or_a_reason() -> None:
    assert untwinned(page_operations()) == set()


def test_nothing_in_the_table_is_of_the_past() -> None:
    assert set(TWINS) - page_operations() == set()


def test_every_twin_is_an_operation_of_the_api() -> None:
    twins = {twin for twins in TWINS.values() if not isinstance(twins, Reason) for twin in twins}

    assert twins - api_operations() == set()


def test_every_operation_of_the_api_is_somebodys_twin() -> None:
    twins = {twin for twins in TWINS.values() if not isinstance(twins, Reason) for twin in twins}

    assert api_operations() - twins == set()


def test_a_page_without_a_twin_is_found() -> None:
    assert untwinned({*page_operations(), "POST members:member-forget"}) == {"POST members:member-forget"}


def test_only_reading_is_drawn_as_a_form() -> None:
    assert [page for page, twins in TWINS.items() if twins is FORM and not page.startswith("GET ")] == []


def test_the_pages_are_all_there() -> None:
    names = {name for name in names_of(get_resolver().url_patterns) if name.split(":")[0] in NAMESPACES}

    assert {page.split(" ")[1] for page in page_operations()} == names
