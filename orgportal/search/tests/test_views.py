"""The search page and its suggestions: groups, limits, and what a broken question says."""

from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse

from conftest import World
from members.models import Member
from members.tests.factories import make_member
from orgportal.core.limits import IdentityThrottle
from orgportal.core.sealing import blind_end
from orgportal.search.queries import FEW

pytestmark = pytest.mark.usefixtures("on_the_day")
ADDRESS = reverse("search:search")


def page(client: Any, text: str, **extra: Any) -> str:
    response = client.get(ADDRESS, {"q": text}, **extra)
    assert response.status_code == 200
    return response.content.decode()


def test_the_box_is_on_every_page_and_works_without_scripts(world: World, as_: Any) -> None:
    for persona in ("li", "chen", "sys"):
        html = as_(persona).get("/").content.decode()

        assert f'action="{ADDRESS}"' in html
        assert 'name="q"' in html


def test_suggestions_are_the_part_the_page_includes(world: World, as_: Any) -> None:
    whole = page(as_("li"), "陈")
    part = page(as_("li"), "陈", headers={"hx-request": "true"})

    assert part.strip() in whole
    assert "<html" not in part
    assert "陈党员" in part


def test_a_group_shows_eight_and_leads_to_the_rooms_own_list(world: World, as_: Any) -> None:
    for number in range(FEW + 1):
        make_member(world.a, f"郭{number}")

    html = page(as_("li"), "郭")

    assert html.count('class="found__line" ') == FEW
    assert f"{reverse('members:member-list')}?q=%E9%83%AD" in html
    everyone = as_("li").get(reverse("members:member-list"), {"q": "郭"}).content.decode()
    assert f'data-total="{FEW + 1}"' in everyone or everyone.count("郭") > FEW


def test_nothing_found_and_nothing_asked_say_so(world: World, as_: Any) -> None:
    assert "empty--no_result" in page(as_("li"), "龘")
    assert "empty--no_result" not in page(as_("li"), "")


@pytest.mark.parametrize("query", [{"q": "a\x00b"}, {"q": "王" * 61}, {"q": "王", "group": "secrets"}])
def test_a_broken_question_finds_nothing(world: World, as_: Any, query: dict[str, str]) -> None:
    response = as_("qian").get(ADDRESS, query)

    assert response.status_code == 200
    assert "data-id" not in response.content.decode()


def test_text_is_shown_as_text(world: World, as_: Any) -> None:
    assert "<script>alert" not in page(as_("li"), "<script>alert(1)</script>")


def test_full_width_digits_and_spaces_are_understood(world: World, as_: Any) -> None:
    Member.unscoped.filter(pk=world.chen.pk).update(mobile="13812345678")

    assert "陈党员" in page(as_("li"), " ５６７８ ")


def test_mobiles_are_masked(world: World, as_: Any) -> None:
    Member.unscoped.filter(pk=world.chen.pk).update(mobile="13812345678")

    html = page(as_("li"), "5678")

    assert "138****5678" in html
    assert "13812345678" not in html


def test_a_body_outside_the_scope_leads_to_the_directory_alone(world: World, as_: Any) -> None:
    html = page(as_("li"), "社区党支部")

    assert f'href="{world.a.get_absolute_url()}"' in html
    assert f'href="{world.c.get_absolute_url()}"' not in html
    assert reverse("branches:organization-directory") in html


def test_identity_digits_are_left_out_after_too_many_tries(
    world: World, as_: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.clear()
    monkeypatch.setattr(IdentityThrottle, "THROTTLE_RATES", {"identity": "2/hour"})
    Member.unscoped.filter(pk=world.chen.pk).update(id_number_end=blind_end("017X"))
    client = as_("li")

    first, second, third = (page(client, "017X") for _ in range(3))

    assert "陈党员" in first
    assert "陈党员" in second
    assert "陈党员" not in third
    assert "alert--warning" in third
    assert "陈党员" in page(client, "陈")  # names are not limited
    assert "陈党员" in page(as_("zhao"), "017X")  # nor anybody else


def test_a_plain_member_finds_own_papers_and_bodies_only(world: World, as_: Any) -> None:
    html = page(as_("chen"), "党", headers={"hx-request": "true"})

    assert "党员" not in html
    assert "甲社区党支部" in html
