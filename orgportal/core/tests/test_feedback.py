"""Complaints and suggestions: written by anybody, answered once by the system desk, told to the writer."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from branches.tests.factories import NOW
from conftest import World
from orgportal.core.errors import NotAllowed, Refused, StaleVersion
from orgportal.core.models import AuditEntry, Feedback, Notification
from orgportal.core.workflows import feedback as workflow


def write(world: World, persona: str = "chen", text: str = "按钮太小") -> Feedback:
    return workflow.write("suggestion", text, "/members/", actor=world.user(persona), at=NOW)


def test_writing_by_page(world: World) -> None:
    client = world.client("chen")
    page = client.get("/feedback/new/?page=/members/7/").content.decode()

    answer = client.post("/feedback/new/", {"kind": "complaint", "text": "打不开", "page": "/members/7/"})

    entry = Feedback.objects.get()
    assert 'value="/members/7/"' in page
    assert answer["Location"] == "/feedback/"
    assert (entry.author, entry.kind, entry.text, entry.page) == (
        world.user("chen"), "complaint", "打不开", "/members/7/",
    )  # fmt: skip
    assert AuditEntry.objects.get().action == "feedback.written"


@pytest.mark.parametrize(
    "data", [{}, {"kind": "praise", "text": "好"}, {"kind": "complaint", "text": "x" * 2001}]
)
def test_wrong_input_is_named(world: World, data: dict[str, Any]) -> None:
    answer = world.client("chen").post("/feedback/new/", data)

    assert answer.status_code == 422
    assert "error-summary" in answer.content.decode()
    assert not Feedback.objects.exists()


def test_own_list_shows_own_alone(world: World) -> None:
    mine, other = write(world), write(world, "sun")

    page = world.client("chen").get("/feedback/").content.decode()

    assert f'data-id="{mine.pk}"' in page
    assert f'data-id="{other.pk}"' not in page


def test_answer_is_dated_shown_and_told(world: World) -> None:
    entry = write(world)
    client = world.client("sys")
    assert "按钮太小" in client.get("/desks/system/feedback/").content.decode()

    answer = client.post(f"/desks/system/feedback/{entry.pk}/", {"answer": "下月加大", "version": "1"})

    entry.refresh_from_db()
    assert answer["Location"] == "/desks/system/feedback/"
    assert (entry.answer, entry.answered_by, entry.version) == ("下月加大", world.user("sys"), 2)
    assert Notification.unscoped.get().recipient == world.user("chen")
    assert "下月加大" in world.client("chen").get("/feedback/").content.decode()
    assert "按钮太小" not in client.get("/desks/system/feedback/").content.decode()
    assert "按钮太小" in client.get("/desks/system/feedback/?show=all").content.decode()


def test_second_answer_is_refused_in_words(world: World) -> None:
    entry = write(world)
    workflow.answer(entry, "一", seen_version=1, actor=world.user("sys"), at=NOW)

    answer = world.client("sys").post(f"/desks/system/feedback/{entry.pk}/", {"answer": "二", "version": "1"})

    entry.refresh_from_db()
    assert entry.answer == "一"
    assert answer.status_code == 422


def test_stale_version_and_answered_and_other_desks_are_refused(world: World) -> None:
    entry, system = write(world), world.user("sys")

    with pytest.raises(StaleVersion):
        workflow.answer(entry, "一", seen_version=7, actor=system, at=NOW)
    with pytest.raises(NotAllowed):
        workflow.answer(entry, "一", seen_version=1, actor=world.user("sec"), at=NOW)
    answered = workflow.answer(entry, "一", seen_version=1, actor=system, at=NOW)
    with pytest.raises(Refused, match="already_answered"):
        workflow.answer(answered, "二", seen_version=2, actor=system, at=NOW)


def test_database_demands_a_date_with_an_answer(world: World) -> None:
    entry = write(world)

    with pytest.raises(IntegrityError), transaction.atomic():
        Feedback.objects.filter(pk=entry.pk).update(answer="无日期")
