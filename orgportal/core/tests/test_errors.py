"""Error pages come out in both languages without asking the database for anything."""

import json

import psycopg2
import pytest
from django.contrib.sessions.models import Session
from django.db import DatabaseError, Error, InterfaceError, OperationalError, ProgrammingError
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import translation

from orgportal.core.models import User
from orgportal.core.views import errors

PAGES = [
    (errors.bad_request, 400, "无法识别这次请求", "This request could not be read"),
    (errors.forbidden, 403, "您无权进行此操作", "You may not do this"),
    (errors.not_found, 404, "没有找到这个页面", "This page was not found"),
    (errors.wrong_method, 405, "此地址不能这样访问", "This address cannot be used this way"),
    (errors.conflict, 409, "他人已先修改", "Somebody else changed this first"),
    (errors.key_reused, 409, "他人已先修改", "Somebody else changed this first"),
    (errors.key_missing, 400, "表单未能通过校验", "The form could not be checked"),
    (errors.too_many, 429, "尝试次数过多", "Too many tries"),
    (errors.server_error, 500, "系统出了问题", "Something went wrong on our side"),
    (errors.unavailable, 503, "系统暂停服务", "The system is resting for a moment"),
    (errors.csrf_failure, 403, "表单未能通过校验", "The form could not be checked"),
]


def make_request(path: str) -> HttpRequest:
    request = RequestFactory().get(path)
    request.request_id = "k7p2-91ad"
    return request


@pytest.mark.parametrize(("view", "status", "zh", "en"), PAGES)
def test_error_page_says_what_why_and_what_to_do(view, status, zh, en, settings) -> None:
    settings.SUPPORT_PHONE = "0411-1234"
    for lang, title in (("zh-hans", zh), ("en", en)):
        with translation.override(lang):
            response = view(make_request("/members/"))

        html = response.content.decode()
        assert response.status_code == status
        assert f">{title}</h1>" in html
        assert html.count("<li>") >= 2
        assert ["k7p2-91ad" in html, "0411-1234" in html] == [True, True]


def test_waiting_time_is_told_to_people_and_programs() -> None:
    with translation.override("en"):
        response = errors.too_many(make_request("/"), wait=150)

    assert response["Retry-After"] == "150"
    assert "Wait 3 minutes" in response.content.decode()


def test_api_gets_a_code_instead_of_a_page() -> None:
    response = errors.not_found(make_request("/api/v1/nowhere/"))

    assert json.loads(response.content) == {"code": "not_found", "request_id": "k7p2-91ad"}


@pytest.mark.parametrize(
    ("lang", "title"), [("zh-hans", "此地址不能这样访问"), ("en", "This address cannot be")]
)
def test_an_address_opened_that_only_takes_a_form_leads_back(world, as_, lang, title) -> None:
    User.objects.update(language=lang)

    response = as_("li").get("/sign-out/")

    html = response.content.decode()
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert title in html
    assert 'href="/"' in html


def test_unknown_address_answers_with_the_page_and_its_code(client) -> None:
    response = client.get("/nowhere/")

    assert response.status_code == 404
    assert response["X-Request-Id"] in response.content.decode()
    assert "没有找到这个页面" in response.content.decode()


@pytest.mark.parametrize("words", ["server closed the connection unexpectedly", "connection refused"])
def test_a_database_that_went_away_is_a_pause_and_no_fault(words: str) -> None:
    """What psycopg2 raises then carries no code of PostgreSQL's."""
    answers = [
        answered(OperationalError(words), psycopg2.OperationalError(words)),
        answered(InterfaceError(words), psycopg2.InterfaceError(words)),
    ]

    assert [(answer.status_code, answer["Retry-After"]) for answer in answers] == [(503, "30"), (503, "30")]


def test_another_fault_of_the_database_stays_a_fault() -> None:
    assert answered(ProgrammingError("no such table"), psycopg2.ProgrammingError()).status_code == 500


@pytest.mark.parametrize(
    ("failure", "status"),
    [(OperationalError("server closed the connection"), 503), (DatabaseError("no row was changed"), 400)],
)
def test_a_session_that_could_not_be_kept_is_the_requests_fault_only_while_the_database_is_there(
    world, as_, monkeypatch, failure, status
) -> None:
    client = as_("li")

    def save(*_args, **_kwargs):
        raise failure from psycopg2.OperationalError()

    monkeypatch.setattr(Session, "save", save)

    assert client.get("/account/").status_code == status


def answered(failure: Exception, cause: Exception) -> HttpResponse:
    try:
        raise failure from cause
    except Error:
        return errors.server_error(make_request("/members/"))
