"""The person's own password: forced after a slip, other sessions and tokens end."""

from typing import Any

import pytest
from django.test import Client
from knox.models import AuthToken

from conftest import PortalClient
from members.tests.factories import make_user
from orgportal.core.models import AuditEntry, User

OLD, NEW = "Correct-horse-1", "Battery-staple-2"


@pytest.fixture
def person(db: None) -> User:
    return make_user("chenwei01", "陈伟")


def signed_in(user: User) -> Client:
    client = PortalClient()
    client.force_login(user, backend="orgportal.core.accounts.UserNameOrMobileBackend")
    return client


def change(client: Client, old: str = OLD, new: str = NEW, again: str = NEW) -> Any:
    return client.post("/password/", {"old": old, "new": new, "again": again})


def test_changing_keeps_this_session_and_ends_the_others(person: User) -> None:
    here, elsewhere = signed_in(person), signed_in(person)
    AuthToken.objects.create(person)

    answer = change(here)

    person.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert person.check_password(NEW)
    assert person.password_changed_at is not None
    assert here.get("/inbox/").status_code == 200
    assert elsewhere.get("/inbox/").status_code == 302
    assert not AuthToken.objects.exists()
    assert AuditEntry.objects.get().action == "account.password_changed"


@pytest.mark.parametrize(
    ("old", "new", "again", "words"),
    [
        ("wrong", NEW, NEW, "当前密码不正确"),
        (OLD, NEW, "Battery-staple-3", "不一致"),
        (OLD, OLD, OLD, "不能与当前密码相同"),
        (OLD, "Short-1", "Short-1", "10"),
        (OLD, "alllowercaseletters", "alllowercaseletters", "三种"),
        (OLD, "Chenwei01!", "Chenwei01!", "用户名"),
        (OLD, "Password123", "Password123", "密码"),
    ],
)
def test_refused_passwords_say_why(person: User, old: str, new: str, again: str, words: str) -> None:
    answer = change(signed_in(person), old, new, again)

    person.refresh_from_db()
    assert answer.status_code == 422
    assert words in answer.content.decode().split("error-summary", 1)[1].split("</ul>")[0]
    assert person.check_password(OLD)
    assert new not in answer.content.decode()


def test_long_passwords_are_kept_whole(person: User) -> None:
    long = "Aa1-" * 20

    change(signed_in(person), new=long, again=long)

    person.refresh_from_db()
    assert person.check_password(long)
    assert not person.check_password(long[:64])


def test_one_time_password_opens_nothing_but_the_change(person: User) -> None:
    User.objects.filter(pk=person.pk).update(must_change_password=True)
    client = signed_in(person)

    assert client.get("/inbox/")["Location"] == "/password/"
    assert client.get("/api/v1/").json() == {"code": "password_change_required"}
    assert client.get("/password/").status_code == 200
    assert "一次性密码" in client.get("/password/").content.decode()
    assert client.post("/language/", {"language": "en"}).status_code == 302

    change(client)
    assert client.get("/inbox/").status_code == 200


def test_token_of_a_person_with_a_one_time_password_opens_nothing(person: User) -> None:
    _token, key = AuthToken.objects.create(person)
    User.objects.filter(pk=person.pk).update(must_change_password=True)

    answer = Client().get("/api/v1/", headers={"authorization": f"Bearer {key}"})

    assert (answer.status_code, answer.json()) == (403, {"code": "password_change_required"})
