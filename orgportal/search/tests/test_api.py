"""The search over the API."""

from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse

from conftest import World
from members.tests.factories import make_member
from orgportal.core.limits import IdentityThrottle
from orgportal.search.queries import FEW

pytestmark = pytest.mark.usefixtures("on_the_day")
ADDRESS = reverse("api-search:search")


def test_lines_carry_group_name_and_page(world: World, as_: Any) -> None:
    answer = as_("li").get(ADDRESS, {"q": "陈"}).json()

    (line,) = answer["results"]
    assert (line["group"], line["id"], line["name"]) == ("members", world.chen.pk, "陈党员")
    assert line["page"] == world.chen.get_absolute_url()
    assert (answer["more"], answer["without_identity"]) == ([], False)


def test_groups_with_more_are_named(world: World, as_: Any) -> None:
    for number in range(FEW + 1):
        make_member(world.a, f"郭{number}")

    answer = as_("li").get(ADDRESS, {"q": "郭"}).json()

    assert (len(answer["results"]), answer["more"]) == (FEW, ["members"])


@pytest.mark.parametrize("query", [{}, {"q": ""}, {"q": "a\x00b"}, {"q": "王", "group": "secrets"}])
def test_a_broken_question_is_refused(world: World, as_: Any, query: dict[str, str]) -> None:
    assert as_("li").get(ADDRESS, query).status_code == 400


def test_identity_digits_count(world: World, as_: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(IdentityThrottle, "THROTTLE_RATES", {"identity": "1/hour"})
    client = as_("li")

    told = [client.get(ADDRESS, {"q": "017X"}).json()["without_identity"] for _ in range(2)]

    assert told == [False, True]
