"""Accounts opened in bulk, slips, closing and reopening."""

import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from knox.models import AuthToken

from branches.tests.factories import NOW
from conftest import World
from members.tests.factories import make_user
from orgportal.core import slips
from orgportal.core.account_states import AccountState, account_state
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.models import AuditEntry, Desk, User
from orgportal.core.workflows import accounts, desks
from orgportal.core.workflows.accounts import Applicant


def test_user_names_are_pinyin_and_a_free_number(db: None) -> None:
    make_user("ChenWei01")
    people = [Applicant(name) for name in ("陈伟", "陈伟", "吕单", "Ωmega", "单雄信")]

    made = accounts.open_accounts(people, actor=None, at=NOW)

    names = ["chenwei02", "chenwei03", "lvdan01", "mega01", "shanxiongxin01"]
    assert [slip.user_name for slip in made] == names


def test_accounts_start_with_a_one_time_password_that_runs_out(db: None) -> None:
    (slip,) = accounts.open_accounts([Applicant("陈伟", "13912345678")], actor=None, at=NOW)

    user = User.objects.get()
    assert (user.mobile, user.must_change_password) == ("13912345678", True)
    assert user.password_expires_at == NOW + timedelta(days=14)
    assert user.check_password(slip.password)
    assert slip.password not in repr(slip)
    assert slip.password not in str(User.objects.values().get())
    assert account_state(user, NOW) == AccountState.SLIP
    assert account_state(user, NOW + timedelta(days=15)) == AccountState.RUN_OUT


def test_mobile_in_use_is_left_out(db: None) -> None:
    make_user("other", mobile="13912345678")
    numbers = ["13912345678", "13800000000", "13800000000"]

    accounts.open_accounts([Applicant("陈伟", number) for number in numbers], actor=None, at=NOW)

    mobiles = User.objects.order_by("id").values_list("mobile", flat=True)
    assert list(mobiles)[1:] == [None, "13800000000", None]


def test_one_time_passwords_are_readable_and_differ() -> None:
    made = {slips.one_time_password() for _ in range(200)}

    assert len(made) == 200
    assert all(len(each) == 14 and not set(each) & set("01oil") for each in made)


@pytest.mark.django_db(transaction=True)
def test_two_clerks_at_once_give_out_different_names() -> None:
    barrier, made = threading.Barrier(2), []

    def clerk() -> None:
        barrier.wait()
        made.extend(accounts.open_accounts([Applicant("陈伟")] * 3, actor=None, at=NOW))
        connection.close()

    threads = [threading.Thread(target=clerk) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(slip.user_name for slip in made) == [f"chenwei{n:02d}" for n in range(1, 7)]


def test_new_slip_ends_sessions_and_tokens(world: World) -> None:
    client, user = world.client("chen"), world.user("chen")
    AuthToken.objects.create(user)

    slip = desks.reset_account(user, actor=world.user("sys"), at=NOW)

    user.refresh_from_db()
    assert user.check_password(slip.password)
    assert user.must_change_password
    assert client.get("/inbox/").status_code == 302
    assert not AuthToken.objects.exists()
    assert AuditEntry.objects.latest("id").action == "account.slip_issued"


def test_closing_ends_sessions_and_reopening_does_not_revive_them(world: World) -> None:
    client, user, system = world.client("chen"), world.user("chen"), world.user("sys")

    desks.set_account_active(user, is_active=False, actor=system, at=NOW)
    assert client.get("/inbox/").status_code == 302
    assert account_state(User.objects.get(pk=user.pk), NOW) == AccountState.CLOSED
    assert Client().post("/sign-in/", {"username": "chen", "password": "Correct-horse-1"}).status_code == 422

    desks.set_account_active(user, is_active=True, actor=system, at=NOW)
    assert client.get("/inbox/").status_code == 302
    assert Client().post("/sign-in/", {"username": "chen", "password": "Correct-horse-1"}).status_code == 302
    found = AuditEntry.objects.filter(target_id=user.pk).order_by("id").values_list("action", flat=True)
    assert list(found) == ["account.disabled", "session.refused", "account.enabled", "session.signed_in"]


@pytest.mark.parametrize("persona", ["li", "qian", "sec", "aud"])
def test_only_the_system_desk_resets_and_closes(world: World, persona: str) -> None:
    actor, user = world.user(persona), world.user("chen")

    with pytest.raises(NotAllowed):
        desks.reset_account(user, actor=actor, at=NOW)
    with pytest.raises(NotAllowed):
        desks.set_account_active(user, is_active=False, actor=actor, at=NOW)


def test_the_system_administrator_does_neither_to_themselves(world: World) -> None:
    system = world.user("sys")

    with pytest.raises(Refused, match="own_account"):
        desks.reset_account(system, actor=system, at=NOW)
    with pytest.raises(Refused, match="own_account"):
        desks.set_account_active(system, is_active=False, actor=system, at=NOW)


def test_desk_holders_have_no_business_data(world: World) -> None:
    for persona in ("sys", "sec", "aud"):
        scope = world.scope(persona)
        assert (scope.member_id, scope.grants, scope.groups) == (None, (), frozenset())


def test_open_desk_command_prints_a_slip(db: None, capsys: pytest.CaptureFixture[str]) -> None:

    call_command("open_desk", "--desk", "audit", "--name", "审计员")

    user = User.objects.get()
    out = capsys.readouterr().out
    assert user.desk == Desk.AUDIT
    assert user.user_name in out
    assert user.check_password(out.split("password:")[1].split()[0])
