"""The three desks: each opens its own pages only, and none shows business data."""

import uuid
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.test import Client

from branches.tests.factories import NOW
from conftest import World
from members.tests.factories import make_user
from orgportal.core import audit
from orgportal.core.models import AuditEntry, IdempotencyKey, OutboxEvent, User
from orgportal.core.tasks import verify_audit

PAGES = {
    "sys": ["/desks/system/accounts/", "/desks/system/feedback/"],
    "sec": ["/desks/security/locks/"],
    "aud": ["/desks/audit/"],
}


@pytest.mark.parametrize("persona", ["li", "chen", "qian", "sys", "sec", "aud"])
def test_each_desk_opens_to_its_holder_alone(world: World, persona: str) -> None:
    client = world.client(persona)

    for holder, pages in PAGES.items():
        for page in pages:
            assert client.get(page).status_code == (200 if persona == holder else 403), page


def test_refusals_are_in_the_trail(world: World) -> None:
    world.client("chen").get("/desks/audit/")

    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor) == ("access.refused", world.user("chen"))
    assert entry.changes == {"method": "GET", "path": "/desks/audit/"}
    assert entry.address == "127.0.0.1"
    assert len(entry.request_id) == 10


def test_account_list_finds_by_name_and_user_name(world: World) -> None:
    client = world.client("sys")

    def shown(query: str) -> list[str]:
        page = client.get("/desks/system/accounts/", {"q": query}).content.decode()
        return [user.user_name for user in User.objects.order_by("id") if f'data-id="{user.pk}"' in page]

    assert shown("李书记") == ["li"]
    assert shown("ZHAO") == ["zhao"]
    assert len(shown("")) == User.objects.count()
    assert shown("不存在") == []


def test_account_list_is_a_part_for_htmx(world: World) -> None:
    part = world.client("sys").get("/desks/system/accounts/", headers={"hx-request": "true"}).content.decode()

    assert "<html" not in part
    assert "data-id" in part


@pytest.mark.parametrize(
    "path", ["/desks/system/accounts/", "/desks/audit/", "/desks/system/feedback/", "/inbox/"]
)
def test_lists_cost_the_same_for_one_row_and_three(
    world: World, path: str, django_assert_max_num_queries: Any
) -> None:
    client = world.client("aud" if "audit" in path else "sys")
    client.get(path)
    with django_assert_max_num_queries(12) as first:
        client.get(path)
    before = len(first)
    for number in range(3):
        make_user(f"more{number}")
        audit.record(actor=world.user("li"), action="session.signed_in", target=world.user("li"), at=NOW)

    with django_assert_max_num_queries(before):
        client.get(path)


def test_account_page_shows_no_business_data(world: World) -> None:
    page = world.client("sys").get(f"/desks/system/accounts/{world.user('chen').pk}/").content.decode()

    assert "陈党员" in page
    assert world.a.name not in page
    assert world.chen.mobile not in page
    assert world.chen.number not in page


def test_reset_shows_the_slip_once_and_keeps_it_nowhere(world: World) -> None:
    client, user = world.client("sys"), world.user("chen")
    key = str(uuid.uuid4())
    path = f"/desks/system/accounts/{user.pk}/reset/"

    first = client.post(path, headers={"idempotency-key": key})
    again = client.post(path, headers={"idempotency-key": key})

    password = first.content.decode().split('slip__code">')[2].split("<")[0].strip()
    user.refresh_from_db()
    assert user.check_password(password)
    assert (again.status_code, again["Location"]) == (303, f"/desks/system/accounts/{user.pk}/")
    assert bytes(IdempotencyKey.objects.get().body) == b""


def test_resetting_oneself_is_refused_in_words(world: World) -> None:
    client, pk = world.client("sys"), world.user("sys").pk

    answer = client.post(f"/desks/system/accounts/{pk}/reset/", follow=True)

    assert "不能对自己的账号" in answer.content.decode()


def test_close_and_reopen_by_page(world: World) -> None:
    client, pk = world.client("sys"), world.user("chen").pk

    assert "已停用" in client.post(f"/desks/system/accounts/{pk}/close/", follow=True).content.decode()
    assert not User.objects.get(pk=pk).is_active
    assert "已恢复" in client.post(f"/desks/system/accounts/{pk}/reopen/", follow=True).content.decode()
    assert User.objects.get(pk=pk).is_active


def test_security_administrator_lifts_a_lock(world: World) -> None:
    def try_in(password: str) -> int:
        status: int = Client().post("/sign-in/", {"username": "chen", "password": password}).status_code
        return status

    for _ in range(5):
        try_in("wrong")
    client = world.client("sec")
    assert "chen" in client.get("/desks/security/locks/").content.decode()
    assert try_in("Correct-horse-1") == 429

    client.post("/desks/security/locks/lift/", {"user_name": "chen", "address": "127.0.0.1"})

    assert not AccessAttempt.objects.exists()
    assert try_in("Correct-horse-1") == 302
    assert AuditEntry.objects.filter(action="session.lock_lifted").count() == 1


def test_lifting_nothing_leaves_no_line(world: World) -> None:
    client = world.client("sec")

    client.post("/desks/security/locks/lift/", {"user_name": "chen", "address": "127.0.0.1"})
    client.post("/desks/security/locks/lift/", {"user_name": "chen", "address": "nonsense"})

    assert not AuditEntry.objects.filter(action="session.lock_lifted").exists()


def test_audit_list_filters(world: World) -> None:
    li, chen = world.user("li"), world.user("chen")
    one = audit.record(actor=li, action="session.signed_in", target=li, at=NOW)
    two = audit.record(
        actor=chen, action="account.password_changed", target=chen, at=NOW, changes={"a": [1, 2]}
    )
    client = world.client("aud")

    def shown(**query: str) -> set[int]:
        page = client.get("/desks/audit/", query).content.decode()
        return {entry.pk for entry in (one, two) if f'data-id="{entry.pk}"' in page}

    assert shown() == {one.pk, two.pk}
    assert shown(action="session.") == {one.pk}
    assert shown(action="account.password_changed") == {two.pk}
    assert shown(who="李书记") == {one.pk}
    assert shown(who="CHEN") == {two.pk}
    assert shown(first="2026-03-10", last="2026-03-10") == {one.pk, two.pk}
    assert shown(first="2026-03-11") == set()
    assert shown(last="2026-03-09") == set()
    assert shown(request_id="nothing") == set()
    assert shown(action="no.such") == {one.pk, two.pk}


def test_verification_is_asked_done_by_a_worker_and_shown(world: World) -> None:
    audit.record(actor=None, action="session.refused", target=None, at=NOW)
    client = world.client("aud")

    client.post("/desks/audit/verify/")
    event = OutboxEvent.objects.get()
    assert verify_audit(**event.payload)

    assert (event.topic, event.payload) == ("audit.verify", {"actor_id": world.user("aud").pk})
    assert AuditEntry.objects.latest("id").changes["entries"] == 1
    assert "审计日志完整" in client.get("/desks/audit/").content.decode()
