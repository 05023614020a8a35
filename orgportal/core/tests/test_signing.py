"""Signing in and out, lock-out, the way back to the form, language and large print, the demo's sign-ins."""

import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.urls import reverse

from branches.tests.factories import NOW
from members.tests.factories import make_user
from orgportal.core.models import AuditEntry, User
from orgportal.core.workflows.signing import sign_out

PASSWORD = "Correct-horse-1"
SIGN_IN = "/sign-in/"


@pytest.fixture
def person(db: None) -> User:
    return make_user("chenwei01", "陈伟", mobile="13912345678")


def post(client: Client, username: str, password: str = PASSWORD, **fields: str) -> Any:
    return client.post(SIGN_IN, {"username": username, "password": password, **fields})


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("id").values_list("action", flat=True))


@pytest.mark.parametrize("typed", ["chenwei01", "ChenWei01", "13912345678", " １３９１２３４５６７８ "])
def test_sign_in_by_user_name_or_mobile(client: Client, person: User, typed: str) -> None:
    answer = post(client, typed)

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(person.pk)
    assert abs(client.session["started_at"] - time.time()) < 60
    assert actions() == ["session.signed_in"]


def test_sign_in_rotates_the_session_key(client: Client, person: User) -> None:
    client.get(SIGN_IN)
    session = client.session
    session["seen"] = True
    session.save()
    before = session.session_key

    post(client, "chenwei01")

    assert client.session.session_key != before


def test_unknown_name_and_wrong_password_get_the_same_words(client: Client, person: User) -> None:
    wrong = post(client, "chenwei01", "nonsense")
    unknown = post(client, "nobody", "nonsense")

    def words(answer: Any) -> str:
        return answer.content.decode().split("error-summary", 1)[1].split("</ul>")[0]

    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert words(wrong) == words(unknown)
    assert "nonsense" not in wrong.content.decode()
    entries = list(AuditEntry.objects.order_by("id").values_list("action", "target_id"))
    assert entries == [("session.refused", person.pk), ("session.refused", None)]


def test_inactive_account_cannot_sign_in(client: Client, person: User) -> None:
    User.objects.filter(pk=person.pk).update(is_active=False)

    assert post(client, "chenwei01").status_code == 422


def test_run_out_slip_is_told_only_to_who_has_its_password(client: Client, person: User) -> None:
    User.objects.filter(pk=person.pk).update(password_expires_at=NOW - timedelta(days=400))

    assert "密码条" in post(client, "chenwei01").content.decode()
    assert (
        "密码条"
        not in post(client, "chenwei01", "x").content.decode().split("error-summary")[1].split("</ul>")[0]
    )


@pytest.mark.parametrize(
    "target",
    ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "/sign-in/", r"/\evil.example"],
)
def test_next_stays_local(client: Client, person: User, target: str) -> None:
    assert post(client, "chenwei01", next=target)["Location"] == "/"


def test_next_leads_back(client: Client, person: User) -> None:
    assert post(client, "chenwei01", next="/members/?q=1")["Location"] == "/members/?q=1"


def test_fifth_wrong_password_locks_name_and_address(client: Client, person: User) -> None:
    answers = [post(client, name, "wrong") for name in ("chenwei01", "CHENWEI01", "13912345678", "chenwei01")]
    fifth = post(client, "chenwei01", "wrong")
    right_but_locked = post(client, "13912345678")
    elsewhere = Client(REMOTE_ADDR="10.0.0.9").post(SIGN_IN, {"username": "chenwei01", "password": PASSWORD})
    other = post(client, "nobody", "wrong")

    assert [answer.status_code for answer in answers] == [422] * 4
    assert fifth.status_code == 429
    assert fifth["Retry-After"] == "900"
    assert right_but_locked.status_code == 429
    assert "15:" in right_but_locked.content.decode() or ":" in right_but_locked.content.decode()
    assert elsewhere.status_code == 302
    assert other.status_code == 422
    assert "session.locked_out" in actions()


def test_lock_out_ends_by_clock_and_is_not_lengthened(client: Client, person: User) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(5):
            post(client, "chenwei01", "wrong")
        clock.shift(timedelta(minutes=10))
        assert "09:15" in post(client, "chenwei01").content.decode()
        clock.shift(timedelta(minutes=6))

        assert post(client, "chenwei01").status_code == 302


def test_sign_out_ends_the_session_and_wipes_the_browser(client: Client, person: User) -> None:
    post(client, "chenwei01")
    cookie = client.cookies["session"].value

    answer = client.post("/sign-out/")
    client.cookies["session"] = cookie

    assert answer["Location"] == SIGN_IN
    assert answer["Clear-Site-Data"] == '"storage"'
    assert client.get("/password/")["Location"].startswith(SIGN_IN)
    assert actions() == ["session.signed_in", "session.signed_out"]


def test_sign_out_by_get_does_nothing(client: Client, person: User) -> None:
    post(client, "chenwei01")

    assert client.get("/sign-out/").status_code == 405
    assert "_auth_user_id" in client.session


def test_expired_session_leads_back_to_the_filled_form(client: Client, person: User) -> None:
    answer = client.post("/inbox/read/", headers={"referer": "http://testserver/feedback/new/?page=/x/"})

    assert answer["Location"] == "/sign-in/?next=%2Ffeedback%2Fnew%2F%3Fpage%3D%2Fx%2F&expired=1"
    assert "已退出登录" in client.get(answer["Location"]).content.decode()


def test_expired_session_from_a_foreign_page_leads_home(client: Client, person: User) -> None:
    answer = client.post("/inbox/read/", headers={"referer": "http://evil.example/x/"})

    assert answer["Location"] == "/sign-in/?next=%2F&expired=1"


def test_expired_session_turns_the_whole_page_when_a_part_was_asked(client: Client, person: User) -> None:
    headers = {"hx-request": "true", "hx-current-url": "http://testserver/inbox/"}
    answer = client.get("/inbox/", headers=headers)

    assert answer.status_code == 200
    assert answer["HX-Redirect"] == "/sign-in/?next=%2Finbox%2F&expired=1"


def test_session_ends_at_its_absolute_age(client: Client, person: User) -> None:
    post(client, "chenwei01")
    session = client.session
    session["started_at"] = time.time() - 13 * 3600
    session.save()

    assert client.get("/password/")["Location"].startswith(SIGN_IN)


def test_signed_in_person_is_led_on(client: Client, person: User) -> None:
    post(client, "chenwei01")

    assert client.get(SIGN_IN + "?next=/inbox/")["Location"] == "/inbox/"


def test_language_is_switched_before_and_after_sign_in(client: Client, person: User) -> None:
    answer = client.post("/language/", {"language": "en", "next": SIGN_IN})
    page = client.get(SIGN_IN)

    assert answer["Location"] == "/"
    assert page["Content-Language"] == "en"
    assert "<h1" in page.content.decode()
    assert "Sign in" in page.content.decode()

    post(client, "chenwei01")
    client.post("/language/", {"language": "zh-hans"})
    client.post("/language/", {"language": "tlh"})

    person.refresh_from_db()
    assert person.language == "zh-hans"
    assert client.cookies["django_language"].value == "zh-hans"


def test_large_print_is_remembered_with_the_account_and_the_browser(client: Client, person: User) -> None:
    client.post("/large-print/", {"elder": "1"})
    assert 'class="elder"' in client.get(SIGN_IN).content.decode()

    post(client, "chenwei01")
    client.post("/large-print/", {"elder": "1"})
    person.refresh_from_db()
    assert person.elder_mode

    client.post("/large-print/", {"elder": "0"})
    person.refresh_from_db()
    assert not person.elder_mode


SIGNINS = [{"role": "书记", "user_name": "chenwei01", "password": PASSWORD, "branch": "甲支部"}]


@pytest.fixture
def signins_file(tmp_path: Path, settings: Any) -> Path:
    file = tmp_path / "signins.json"
    file.write_text(json.dumps(SIGNINS, ensure_ascii=False), encoding="utf-8")
    settings.DEMO_SIGNINS_FILE = str(file)
    return file


def test_demo_sign_ins_fill_the_form_in_demo_mode(
    client: Client, db: None, settings: Any, signins_file: Path
) -> None:
    settings.PORTAL_MODE = "demo"

    page = client.get(SIGN_IN + "?as=chenwei01").content.decode()

    assert "甲支部" in page
    assert f'value="{PASSWORD}"' in page


@pytest.mark.parametrize("mode", ["production", "test"])
def test_demo_sign_ins_show_nowhere_else(
    client: Client, db: None, settings: Any, signins_file: Path, mode: str
) -> None:
    settings.PORTAL_MODE = mode

    page = client.get(SIGN_IN + "?as=chenwei01").content.decode()

    assert "甲支部" not in page
    assert PASSWORD not in page


def test_demo_sign_ins_without_a_file_are_none(
    client: Client, db: None, settings: Any, tmp_path: Path
) -> None:
    settings.PORTAL_MODE = "demo"
    settings.DEMO_SIGNINS_FILE = str(tmp_path / "missing.json")

    assert client.get(SIGN_IN).status_code == 200


def test_signins_command(settings: Any, signins_file: Path, capsys: Any) -> None:

    settings.PORTAL_MODE = "demo"
    call_command("signins", "--json")
    call_command("signins")

    out = capsys.readouterr().out
    assert json.loads(out[: out.index("]") + 1]) == SIGNINS
    assert "书记  chenwei01" in out


def test_names(db: None) -> None:
    assert reverse("core:sign-in") == SIGN_IN
    assert reverse("core:set-language") == "/language/"


@pytest.mark.django_db
def test_sign_out_of_nobody_leaves_no_line(rf: RequestFactory) -> None:
    request = rf.post("/")
    request.session, request.user = SessionStore(), AnonymousUser()

    sign_out(request, at=NOW)

    assert not AuditEntry.objects.exists()
