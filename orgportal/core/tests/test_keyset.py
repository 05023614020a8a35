"""Keyset pages: forwards, backwards, falling orders, broken places."""

from datetime import date

import pytest
from django.test import RequestFactory

from branches.models import Organization
from branches.tests.factories import make_organization
from orgportal.core.keyset import keyset_page


@pytest.fixture
def bodies(db):
    root = make_organization(None, "区委")
    days = [date(2010, 1, 1), date(2012, 1, 1), date(2012, 1, 1), date(2015, 1, 1), date(2020, 1, 1)]
    return [make_organization(root, f"支部{n}", established_on=day) for n, day in enumerate(days)]


def page_at(query, order):
    rows = Organization.unscoped.exclude(parent=None)
    page = keyset_page(rows, RequestFactory().get(f"/{query}"), order, size=2)
    return page, [row.name for row in page.rows]


ORDERS = [
    (("established_on", "pk"), ["支部0", "支部1", "支部2", "支部3", "支部4"]),
    (("-established_on", "pk"), ["支部4", "支部3", "支部1", "支部2", "支部0"]),
]


@pytest.mark.parametrize(("order", "expected"), ORDERS)
def test_pages_follow_one_another_and_lead_back(bodies, order, expected):
    first, names_1 = page_at("?kind=x", order)
    second, names_2 = page_at(first.next_url, order)
    third, names_3 = page_at(second.next_url, order)
    back, names_back = page_at(third.previous_url, order)
    start, names_start = page_at(back.previous_url, order)

    assert names_1 + names_2 + names_3 == expected
    assert (names_back, names_start) == (names_2, names_1)
    assert (first.total, first.previous_url, third.next_url, start.previous_url) == (5, "", "", "")
    assert "kind=x" in second.next_url


def test_a_broken_place_is_the_first_page(bodies):
    order = ("established_on", "pk")
    other, _ = page_at("", ("pk",))

    assert page_at("?after=nonsense", order)[1] == ["支部0", "支部1"]
    assert page_at(other.next_url, order)[1] == ["支部0", "支部1"]


def test_a_place_behind_the_last_row_is_an_empty_page(bodies):
    first, _ = page_at("", ("pk",))
    Organization.unscoped.exclude(parent=None).filter(pk__gt=bodies[1].pk).delete()

    page, names = page_at(first.next_url, ("pk",))

    assert (names, page.next_url, page.previous_url) == ([], "", "")
