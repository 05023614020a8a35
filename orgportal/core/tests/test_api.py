"""The door of the API: root, tokens, schema, the offline page, and who is let in."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from knox.models import AuthToken

from conftest import PortalClient, World
from orgportal.core.models import AuditEntry, IdempotencyKey, User

TOKENS = "/api/v1/tokens/"
PASSWORD = "Correct-horse-1"


@pytest.fixture(autouse=True)
def _fresh_throttle() -> None:
    cache.clear()


def ask(name: str = "chen", password: str = PASSWORD, client: Client | None = None) -> Any:
    body = {"user_name": name, "password": password}
    return (client or Client()).post(TOKENS, body, content_type="application/json")


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def test_root_lists_what_there_is(world: World) -> None:
    answer = world.client("chen").get("/api/v1/")

    assert answer.status_code == 200
    assert answer.json()["tokens"] == TOKENS


@pytest.mark.parametrize("path", ["/api/v1/", "/api/v1/schema/", TOKENS])
def test_nobody_is_let_in_without_signing_in(world: World, path: str) -> None:
    assert Client().get(path).status_code == 401
    assert Client().get(path, headers=bearer("0" * 64)).status_code == 401


def test_token_is_made_shown_once_and_opens_the_api(world: World) -> None:
    made = ask()
    headers = bearer(made.json()["token"])

    assert made.status_code == 201
    assert Client().get("/api/v1/", headers=headers).status_code == 200
    (listed,) = Client().get(TOKENS, headers=headers).json()["results"]
    assert (listed["key"], set(listed)) == (made.json()["key"], {"key", "created", "expires_at"})
    assert made.json()["token"] not in str(AuthToken.objects.values().get())
    assert AuditEntry.objects.get().action == "api.token_made"


def test_wrong_password_and_unknown_name_are_answered_alike(world: World) -> None:
    wrong, unknown = ask(password="x"), ask("nobody", "x")

    assert (wrong.status_code, wrong.json()) == (unknown.status_code, unknown.json())
    assert wrong.json() == {"code": "wrong_name_or_password"}


def test_lock_out_holds_for_tokens_too(world: World) -> None:
    for _ in range(5):
        last = ask(password="x")

    assert (last.status_code, last.json()) == (429, {"code": "too_many_requests"})
    assert last["Retry-After"] == "900"
    assert ask().status_code == 429
    assert Client().post("/sign-in/", {"username": "chen", "password": PASSWORD}).status_code == 429


def test_tokens_are_asked_for_at_most_ten_times_an_hour(world: World) -> None:
    statuses = [ask(f"nobody{number}", "x").status_code for number in range(11)]

    assert statuses == [401] * 10 + [429]


def test_spoofed_address_does_not_help(world: World) -> None:
    for number in range(10):
        ask(f"nobody{number}", "x")
    body = {"user_name": "chen", "password": PASSWORD}
    spoofed = Client().post(
        TOKENS, body, content_type="application/json", headers={"x-forwarded-for": "10.9.8.7"}
    )

    assert spoofed.status_code == 429


def test_slip_makes_no_token(world: World) -> None:
    User.objects.filter(pk=world.user("chen").pk).update(must_change_password=True)

    answer = ask()

    assert (answer.status_code, answer.json()["code"]) == (409, "password_change_required")


def test_incomplete_credentials(world: World) -> None:
    assert Client().post(TOKENS, {}, content_type="application/json").status_code == 400


def test_own_token_is_ended_others_are_not_found(world: World) -> None:
    mine, other = ask().json(), ask("sun").json()
    client = PortalClient()

    assert client.delete(f"{TOKENS}{other['key']}/", headers=bearer(mine["token"])).status_code == 404
    assert client.delete(f"{TOKENS}{mine['key']}/", headers=bearer(mine["token"])).status_code == 204
    assert Client().get("/api/v1/", headers=bearer(mine["token"])).status_code == 401
    assert Client().get("/api/v1/", headers=bearer(other["token"])).status_code == 200


def test_token_of_a_closed_account_opens_nothing(world: World) -> None:
    made = ask().json()
    User.objects.filter(pk=world.user("chen").pk).update(is_active=False)

    assert Client().get("/api/v1/", headers=bearer(made["token"])).status_code == 401


def test_at_most_five_tokens(world: World) -> None:
    for _ in range(5):
        AuthToken.objects.create(world.user("chen"))

    answer = ask()

    assert (answer.status_code, answer.json()) == (409, {"code": "too_many_tokens", "limit": 5})


def test_secret_is_not_kept_under_the_request_key(world: World) -> None:
    client = world.client("chen")

    secret = ask(client=client).json()["token"]
    page = client.post("/api-docs/tokens/make/").content.decode()

    kept = b"".join(bytes(row.body) for row in IdempotencyKey.objects.all())
    assert secret.encode() not in kept
    assert kept == b""
    assert "<code>" in page


def test_token_pages(world: World) -> None:
    client = world.client("chen")
    client.post("/api-docs/tokens/make/")
    key = AuthToken.objects.get().token_key

    assert key in client.get("/api-docs/tokens/").content.decode()
    client.post(f"/api-docs/tokens/{key}/end/")
    assert not AuthToken.objects.exists()
    assert "暂无令牌" in client.get("/api-docs/tokens/").content.decode()


def test_sixth_token_is_refused_in_words(world: World) -> None:
    for _ in range(5):
        AuthToken.objects.create(world.user("chen"))

    answer = world.client("chen").post("/api-docs/tokens/make/")

    assert answer.status_code == 422
    assert "5" in answer.content.decode()


def test_schema_is_openapi_31(world: World) -> None:
    schema = world.client("chen").get("/api/v1/schema/?format=json").json()

    assert schema["openapi"] == "3.1.0"
    assert "/api/v1/tokens/" in schema["paths"]
    assert all(path.startswith("/api/v1/") for path in schema["paths"])


def test_schema_is_a_file_in_both_notations(world: World) -> None:
    client = world.client("chen")

    asked = {kind: client.get(f"/api/v1/schema/?format={kind}") for kind in ("json", "yaml")}

    names = {kind: answer["Content-Disposition"] for kind, answer in asked.items()}
    assert names == {kind: f'attachment; filename="orgportal-api.{kind}"' for kind in asked}
    assert asked["yaml"].content.startswith(b"openapi: 3.1.0")


def pages(client: Any) -> list[str]:
    """The page on the interface, then each of its rooms."""
    first = client.get("/api-docs/").content.decode()
    rooms = dict.fromkeys(re.findall(r"(/api-docs/[a-z]+/)#", first))
    return [first, *(client.get(room).content.decode() for room in rooms)]


def test_docs_pages_are_drawn_here_and_under_the_plain_policy(world: World) -> None:
    answer = world.client("chen").get("/api-docs/")

    assert answer["Content-Security-Policy"] == Client().get("/sign-in/")["Content-Security-Policy"]
    ours = ("http://testserver", "http://www.w3.org/2000/svg")
    for page in pages(world.client("chen")):
        assert set(re.findall(r"https?://[\w./]+", page)) <= {*ours}
    assert Client().get("/api-docs/")["Location"].startswith("/sign-in/")
    assert world.client("chen").get("/api-docs/nothing/").status_code == 404


def test_docs_pages_have_every_operation_once(world: World) -> None:
    schema = world.client("chen").get("/api/v1/schema/?format=json").json()
    text = "".join(pages(world.client("chen")))

    anchors = [
        f'<article class="api-operation" id="{stated["operationId"].replace("_", "-")}">'
        for methods in schema["paths"].values()
        for stated in methods.values()
    ]
    assert [text.count(anchor) for anchor in anchors] == [1] * len(anchors)
    assert text.count("Idempotency-Key: $(uuidgen)") == sum(
        method != "get" for methods in schema["paths"].values() for method in methods
    )


def test_session_calls_need_the_csrf_token(world: World) -> None:
    client = PortalClient(enforce_csrf_checks=True)
    client.force_login(world.user("chen"), backend="orgportal.core.accounts.UserNameOrMobileBackend")

    assert client.delete(f"{TOKENS}abc/").status_code == 403
