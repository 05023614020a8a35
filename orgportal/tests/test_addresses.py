"""The words of the navigation lead somewhere: every name in its tables is an address."""

import pytest
from django.urls import reverse

from orgportal import navigation

TABLES = (navigation.DISTRICT, navigation.BRANCH, navigation.MEMBER, *navigation.DESKS.values())


@pytest.mark.parametrize("name", sorted({entry.url_name for table in TABLES for entry in table}))
def test_navigation_name_is_an_address(name: str) -> None:
    assert reverse(name).startswith("/")
