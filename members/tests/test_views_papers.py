"""The verify page: open to all, silent on the person, limited for guests."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from conftest import World
from members.choices import PaperEnd, PaperKind
from members.models import Paper
from members.tests.test_workflows_papers import issued
from members.workflows import papers
from members.workflows.papers import PaperEnding

pytestmark = pytest.mark.usefixtures("on_the_day", "fresh_limits")


def shown(paper: Paper, **headers: Any) -> str:
    response = Client().get(f"/verify/{paper.token}/", **headers)
    assert response.status_code == 200
    return str(response.content.decode())


def test_a_stranger_reads_kind_number_body_and_last_day(world: World) -> None:
    paper = issued(world, PaperKind.LETTER, valid_until=date(2026, 6, 8))

    page = shown(paper)

    for words in ("介绍信", paper.number, "东街道党工委", "2026年6月8日"):
        assert words in page


def test_nothing_is_said_on_the_person(world: World) -> None:
    paper = issued(world, facts={"name": "陈党员", "from": "甲社区党支部"})

    page = shown(paper)

    for words in ("陈党员", "甲社区", world.chen.number, "赵组织"):
        assert words not in page


@pytest.mark.parametrize(
    ("valid_until", "is_ended", "words"),
    [
        (date(2026, 3, 10), False, "本件有效"),
        (None, False, "本件有效"),
        (date(2026, 3, 10), True, "本件已终止"),
    ],
)
def test_the_state_is_told(world: World, valid_until: date | None, is_ended: bool, words: str) -> None:
    paper = issued(world, valid_until=valid_until)
    if is_ended:
        papers.end(paper, PaperEnding(PaperEnd.LOST), actor=world.user("zhao"), at=world.now)

    assert words in shown(paper)


def test_past_its_last_day_it_is_no_longer_valid(world: World) -> None:
    paper = issued(world, valid_until=world.today)
    Paper.unscoped.filter(pk=paper.pk).update(issued_on=date(2026, 1, 1), valid_until=date(2026, 3, 9))

    assert "本件已过有效期" in shown(paper)


def test_a_guest_may_read_it_in_english(world: World) -> None:
    client = Client()
    client.post("/language/", {"language": "en"})

    page = client.get(f"/verify/{issued(world).token}/").content.decode()

    assert "This paper is in force" in page


def test_an_unknown_code_is_told_apart_from_a_paper(db: None) -> None:
    response = Client().get("/verify/no-such-code/")

    assert response.status_code == 404
    assert "没有签发过" in response.content.decode()


def test_guests_are_limited_and_signed_in_persons_are_not(world: World, as_: Callable[[str], Client]) -> None:
    token = issued(world).token

    codes = [Client().get(f"/verify/{token}/").status_code for _ in range(31)]
    refused = Client().get(f"/verify/{token}/")

    assert codes == [200] * 30 + [429]
    assert int(refused["Retry-After"]) > 0
    assert as_("chen").get(f"/verify/{token}/").status_code == 200
