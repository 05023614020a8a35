"""A form or call sent twice is done once: the nine written cases, through the real middleware."""

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, connections
from django.http import HttpResponse
from django.test import Client, RequestFactory

from branches.tests.factories import NOW
from conftest import World
from members.tests.factories import make_user
from orgportal.core import idempotency
from orgportal.core.errors import Refused
from orgportal.core.models import Feedback, IdempotencyKey, User
from orgportal.core.tasks import forget_old_keys

FORM = "/feedback/new/"
SENT = {"kind": "complaint", "text": "打不开", "page": ""}


def post(client: Client, key: str, sent: dict[str, str] = SENT) -> Any:
    return client.post(FORM, sent, headers={"idempotency-key": key})


@pytest.fixture
def key() -> str:
    return str(uuid.uuid4())


def test_repeat_is_answered_from_the_first(world: World, key: str) -> None:
    client = world.client("chen")

    first, second = post(client, key), post(client, key)

    assert (first.status_code, first["Location"]) == (second.status_code, second["Location"])
    assert "Idempotent-Replay" not in first
    assert second["Idempotent-Replay"] == "true"
    assert Feedback.objects.count() == 1


def test_key_in_the_form_counts_as_well(world: World, key: str) -> None:
    client = world.client("chen")
    for token in ("a", "b"):  # the CSRF token differs between two drawings of one form
        sent = {**SENT, "idempotency_key": key, "csrfmiddlewaretoken": token}
        client.post(FORM, sent, HTTP_IDEMPOTENCY_KEY="")

    assert Feedback.objects.count() == 1


def test_other_text_under_the_same_key_is_an_error(world: World, key: str) -> None:
    client = world.client("chen")
    post(client, key)

    other = post(client, key, {**SENT, "text": "别的"})

    assert other.status_code == 409
    assert Feedback.objects.count() == 1


@pytest.mark.parametrize("bad", ["", "not-a-uuid"])
def test_without_a_key_nothing_is_done(world: World, bad: str) -> None:
    assert post(world.client("chen"), bad).status_code == 400
    assert not Feedback.objects.exists()


@pytest.mark.parametrize(("bad", "status", "code"), [("", 400, "idempotency_key_missing")])
def test_api_answers_with_codes(world: World, bad: str, status: int, code: str) -> None:
    answer = world.client("chen").delete("/api/v1/tokens/abc/", headers={"idempotency-key": bad})

    assert (answer.status_code, answer.json()) == (status, {"code": code})


def test_api_answers_422_for_a_key_of_another_call(world: World, key: str) -> None:
    client = world.client("chen")
    post(client, key)

    answer = client.delete("/api/v1/tokens/abc/", headers={"idempotency-key": key})

    assert (answer.status_code, answer.json()) == (422, {"code": "idempotency_key_reused"})


def test_refused_attempt_leaves_the_key_free(world: World, key: str) -> None:
    client = world.client("chen")

    assert post(client, key, {**SENT, "text": ""}).status_code == 422
    assert post(client, key).status_code == 302
    assert Feedback.objects.count() == 1


def test_keys_of_two_persons_do_not_meet(world: World, key: str) -> None:
    post(world.client("chen"), key)

    answer = post(world.client("sun"), key, {**SENT, "text": "另一件"})

    assert answer.status_code == 302
    assert Feedback.objects.count() == 2


def test_reading_needs_no_key(world: World) -> None:
    assert world.client("chen").get(FORM, headers={"idempotency-key": ""}).status_code == 200
    assert not IdempotencyKey.objects.exists()


# --- below the middleware: what only a failing view can show


def run(user: User, key: str, work: Callable[[], HttpResponse]) -> Any:
    request = RequestFactory().post(FORM, SENT, headers={"idempotency-key": key})
    request.user = user
    return idempotency.run_once(request, work, at=NOW)


def test_crash_before_the_commit_leaves_nothing_and_the_key_free(db: None, key: str) -> None:
    user = make_user("chen")

    def crash() -> HttpResponse:
        Feedback.objects.create(author=user, kind="complaint", text="x", created_at=NOW)
        raise RuntimeError("killed")

    def work() -> HttpResponse:
        Feedback.objects.create(author=user, kind="complaint", text="x", created_at=NOW)
        return HttpResponse("done")

    with pytest.raises(RuntimeError):
        run(user, key, crash)
    assert not Feedback.objects.exists()

    assert run(user, key, work).content == b"done"
    assert Feedback.objects.count() == 1


def test_server_error_rolls_back_and_may_be_repeated(db: None, key: str) -> None:
    user = make_user("chen")

    def fail() -> HttpResponse:
        Feedback.objects.create(author=user, kind="complaint", text="x", created_at=NOW)
        return HttpResponse(status=503)

    assert run(user, key, fail).status_code == 503
    assert not Feedback.objects.exists()
    assert run(user, key, lambda: HttpResponse("done")).content == b"done"


def test_refusal_raised_by_the_view_leaves_the_key_free(db: None, key: str) -> None:
    user = make_user("chen")

    def refuse() -> HttpResponse:
        raise Refused("no")

    with pytest.raises(Refused):
        run(user, key, refuse)
    assert run(user, key, lambda: HttpResponse("done")).content == b"done"


def test_json_body_is_part_of_the_request(db: None, key: str) -> None:
    user = make_user("chen")

    def call(body: str) -> Any:
        request = RequestFactory().post(
            "/api/v1/x/", body, content_type="application/json", headers={"idempotency-key": key}
        )
        request.user = user
        return idempotency.run_once(request, lambda: HttpResponse("done"), at=NOW)

    assert call("{}").content == b"done"
    assert call("{}")["Idempotent-Replay"] == "true"
    with pytest.raises(idempotency.KeyReused):
        call('{"a": 1}')


def test_answer_said_once_is_never_kept(db: None, key: str) -> None:
    user = make_user("chen")

    first = run(user, key, lambda: idempotency.said_once(HttpResponse("secret"), "/inbox/"))
    second = run(user, key, lambda: HttpResponse("again"))

    assert first.content == b"secret"
    assert (second.status_code, second["Location"], second.content) == (303, "/inbox/", b"")
    assert bytes(IdempotencyKey.objects.get().body) == b""


def test_nobody_has_no_keys(db: None, key: str) -> None:
    request = RequestFactory().post(FORM, SENT, headers={"idempotency-key": key})
    request.user = None

    with pytest.raises(idempotency.KeyMissing):
        idempotency.run_once(request, HttpResponse, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_row_and_one_answer(key: str) -> None:
    user = make_user("chen")
    barrier, answers = threading.Barrier(2), []

    def work() -> HttpResponse:
        made = Feedback.objects.create(author=user, kind="complaint", text="x", created_at=NOW)
        return HttpResponse(str(made.pk))

    def send() -> None:
        barrier.wait()
        answers.append(run(user, key, work))
        connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Feedback.objects.count() == 1
    assert len({answer.content for answer in answers}) == 1
    assert sorted("Idempotent-Replay" in answer for answer in answers) == [False, True]


def test_answers_are_forgotten_after_two_days_and_keys_after_sixty(db: None) -> None:
    user = make_user("chen")
    ages = (1, 3, 59, 61)
    for age in ages:
        at = NOW - timedelta(days=age)
        IdempotencyKey.objects.create(user=user, key=uuid.uuid4(), created_at=at, status=302, body=b"page")

    with time_machine.travel(NOW, tick=False):
        assert forget_old_keys() == 1
        assert forget_old_keys() == 0

    kept = IdempotencyKey.objects.order_by("-created_at")
    assert [(NOW - row.created_at).days for row in kept] == [1, 3, 59]
    assert [bytes(row.body) for row in kept] == [b"page", b"", b""]
    assert connection.vendor == "postgresql"
