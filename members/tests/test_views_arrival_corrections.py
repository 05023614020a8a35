"""Pages on which a paper letter is put right until it is answered."""

from typing import Any

import pytest

from members.models import Arrival
from members.tests.arrivals import NUMBER, accepted, registered
from members.tests.matrix_papers import typed_for_api, typed_letter
from members.tests.test_api_papers import post

pytestmark = pytest.mark.usefixtures("on_the_day")


def words_of(response: Any) -> str:
    return str(response.content.decode())


def again(world: Any, **fields: Any) -> dict[str, Any]:
    return {**typed_letter(world), "id_number": "", "version": 1, **fields}


def test_the_form_shows_what_was_typed_but_for_the_number(world: Any, as_: Any) -> None:
    arrival = registered(world)

    page = words_of(as_("li").get(f"/members/arrivals/{arrival.pk}/correct/"))

    assert 'value="𠮷来"' in page
    assert 'value="2015-07-01"' in page
    assert NUMBER not in page
    assert "更正录入内容" in words_of(as_("li").get(f"/members/arrivals/{arrival.pk}/"))
    assert "更正录入内容" not in words_of(as_("zhao").get(f"/members/arrivals/{arrival.pk}/"))


def test_a_correction_shows_on_the_letter(world: Any, as_: Any) -> None:
    arrival = registered(world)

    page = as_("li").post(f"/members/arrivals/{arrival.pk}/correct/", again(world, name="吉来"), follow=True)

    assert "吉来" in words_of(page)
    assert Arrival.unscoped.get().name == "吉来"


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"name": ""}, 422, "有错误需要改正"),
        ({"issued_on": "2026-04-10"}, 422, "有错误需要改正"),
        ({"id_number": NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")}, 422, 'name="insists"'),
        ({"version": 7}, 409, "该介绍信刚刚被更正"),
    ],
)
def test_what_cannot_be_is_said(
    world: Any, as_: Any, fields: dict[str, Any], status: int, words: str
) -> None:
    arrival = registered(world)

    response = as_("li").post(f"/members/arrivals/{arrival.pk}/correct/", again(world, **fields))

    assert response.status_code == status
    assert words in words_of(response)
    assert Arrival.unscoped.get().version == 1


def test_after_the_acceptance_the_members_page_is_named(world: Any, as_: Any) -> None:
    arrival = accepted(world, registered(world))

    response = as_("li").post(f"/members/arrivals/{arrival.pk}/correct/", again(world, version=2))

    assert response.status_code == 409
    assert "请在党员页面更正" in words_of(response)


def test_by_program_too(world: Any, as_: Any) -> None:
    arrival, body = registered(world), {**typed_for_api(world), "version": 1}
    address = f"arrivals/{arrival.pk}/correct/"
    body["person"]["id_number"] = NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")

    assert post(as_("li"), address, body).json()["code"] == "needs_care"
    done = post(as_("li"), address, {**body, "insists": True}).json()
    stale = post(as_("li"), address, body)

    assert (done["name"], done["letter_number"], done["version"]) == ("新来", "南介1号", 2)
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
