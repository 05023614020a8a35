"""Accounts of members: opened in bulk by their secretary, reset only by who may do at least as much."""

import uuid

import pytest

from branches.choices import PostKind
from branches.tests.factories import NOW
from conftest import World
from members.models import Member
from members.tests.factories import make_member, make_post
from members.workflows import accounts
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.models import AuditEntry, IdempotencyKey, User


def test_bulk_opening_by_page_shows_the_slips_once(world: World) -> None:
    one, two = make_member(world.a, "张三"), make_member(world.a, "李四")
    elsewhere = make_member(world.c, "王五")
    client, key = world.client("li"), str(uuid.uuid4())
    listed = client.get("/members/accounts/").content.decode()
    checked = client.get("/members/accounts/check/", {"members": [one.pk, two.pk]}).content.decode()

    sent = {"members": [one.pk, two.pk]}
    first = client.post("/members/accounts/open/", sent, headers={"idempotency-key": key})
    again = client.post("/members/accounts/open/", sent, headers={"idempotency-key": key})

    assert f'value="{one.pk}" checked' in listed
    assert f'data-id="{elsewhere.pk}"' not in listed
    assert "张三" in checked
    one.refresh_from_db()
    assert one.user is not None
    assert (one.user.user_name, one.user.display_name) == ("zhangsan01", "张三")
    page = first.content.decode()
    assert page.count('class="slip"') == 2
    assert "zhangsan01" in page
    assert (again.status_code, again["Location"]) == (303, "/members/accounts/")
    kept = IdempotencyKey.objects.get()
    assert bytes(kept.body) == b""
    assert AuditEntry.objects.filter(action="account.opened").count() == 2


def test_members_outside_are_not_a_choice(world: World) -> None:
    elsewhere = make_member(world.c, "王五")
    client = world.client("li")

    assert client.get("/members/accounts/check/", {"members": [elsewhere.pk]}).status_code == 422
    assert client.post("/members/accounts/open/", {"members": [elsewhere.pk]}).status_code == 422
    assert client.post("/members/accounts/open/", {}).status_code == 422
    elsewhere.refresh_from_db()
    assert elsewhere.user is None


def test_who_has_an_account_is_passed_over(world: World) -> None:
    actor, scope = world.user("li"), world.scope("li")
    new = make_member(world.a, "张三")

    slips = accounts.open_for_members([new.pk, world.chen.pk], actor=actor, scope=scope, at=NOW)

    assert [slip.display_name for slip in slips] == ["张三"]
    with pytest.raises(Refused, match="accounts_none_chosen"):
        accounts.open_for_members([new.pk], actor=actor, scope=scope, at=NOW)


def test_page_says_when_all_chosen_have_accounts(world: World) -> None:
    client, sent = world.client("li"), {"members": [world.chen.pk]}

    assert "都已有账号" in client.get("/members/accounts/check/", sent).content.decode()
    assert "error-summary" in client.post("/members/accounts/open/", sent).content.decode()


def test_too_many_at_once_are_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "MOST_AT_ONCE", 1)
    ids = [make_member(world.a, name).pk for name in ("张三", "李四")]

    with pytest.raises(Refused, match="accounts_too_many"):
        accounts.open_for_members(ids, actor=world.user("li"), scope=world.scope("li"), at=NOW)


@pytest.mark.parametrize("persona", ["chen", "ran", "zhao", "qian", "sys", "sec", "aud"])
def test_only_secretaries_serve_accounts(world: World, persona: str) -> None:
    assert world.client(persona).get("/members/accounts/").status_code == 403
    assert not list(accounts.members_served(world.scope(persona)))


def test_secretary_resets_a_member(world: World) -> None:
    client, user = world.client("li"), world.user("chen")
    asked = client.get(f"/members/accounts/{world.chen.pk}/slip/")

    page = client.post(f"/members/accounts/{world.chen.pk}/slip/").content.decode()

    user.refresh_from_db()
    assert asked.status_code == 200
    assert user.check_password(page.split('slip__code">')[2].split("<")[0].strip())


def test_who_may_do_more_is_not_reset_by_less(world: World) -> None:
    make_post(world.chen, world.committee_1, PostKind.ORGANISER)

    answer = world.client("li").post(f"/members/accounts/{world.chen.pk}/slip/")

    assert answer.status_code == 422
    assert "系统管理员" in answer.content.decode()
    assert world.user("chen").check_password("Correct-horse-1")


def test_reset_refusals(world: World) -> None:
    li, scope = world.user("li"), world.scope("li")

    def reset(member: Member) -> None:
        accounts.reset_for_member(member, actor=li, scope=scope, at=NOW, today=world.today)

    with pytest.raises(Refused, match="own_account"):
        reset(world.li)
    with pytest.raises(Refused, match="account_missing"):
        reset(make_member(world.a, "张三"))
    with pytest.raises(NotAllowed):
        reset(world.wang)
    assert world.client("li").post(f"/members/accounts/{world.wang.pk}/slip/").status_code == 404


def test_system_desk_opens_by_number_and_name(world: World) -> None:
    member = make_member(world.c, "王五")
    client = world.client("sys")
    path = "/members/accounts/by-number/"
    assert client.get(path).status_code == 200

    wrong = client.post(path, {"number": member.number, "name": "王六"})
    right = client.post(path, {"number": member.number, "name": "王五"})
    again = client.post(path, {"number": member.number, "name": "王五"})

    member.refresh_from_db()
    assert (wrong.status_code, right.status_code, again.status_code) == (422, 200, 422)
    assert member.user is not None
    assert member.user.user_name in right.content.decode()
    assert "丙社区" not in right.content.decode()
    assert AuditEntry.objects.filter(action="account.not_opened").count() == 2
    with pytest.raises(NotAllowed):
        accounts.open_by_number("1", "x", actor=world.user("li"), at=NOW)


def test_security_desk_reads_posts_and_desks(world: World) -> None:
    client = world.client("sec")

    page = client.get("/members/grants/").content.decode()
    part = client.get("/members/grants/?kind=secretary", headers={"hx-request": "true"})
    secretaries = part.content.decode()

    assert "赵组织" in page
    assert "审计管理员" in page
    assert "赵组织" not in secretaries
    assert "李书记" in secretaries
    assert "<html" not in secretaries
    assert "member.account" in client.get("/members/grants/rights/").content.decode()
    for persona in ("li", "qian", "sys", "aud"):
        assert world.client(persona).get("/members/grants/").status_code == 403


def test_desk_holder_with_a_member_still_sees_nothing(world: World) -> None:
    User.objects.filter(pk=world.user("qian").pk).update(desk="audit")
    user = User.objects.get(pk=world.user("qian").pk)

    assert accounts.scope_for(user, world.today).grants == ()
