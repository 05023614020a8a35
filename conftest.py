"""The small world every test can ask for, and a client that behaves like our own pages."""

import gc
import os
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

import hypothesis
import pytest
import time_machine
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache, caches
from django.db import connection
from django.test import Client
from django.utils.crypto import get_random_string

from branches.choices import Kind, PostKind, Sector
from branches.models import Organization
from branches.tests.factories import NOW, organization_row
from members.models import BranchPeriod, Member, Post, StandingPeriod
from members.queries import scope_for
from members.tests.factories import member_row, post_row, save_members, user_row
from orgportal.core.models import Desk, User
from orgportal.core.scoping import Scope
from orgportal.tests.replay import Kept, keep

pytest_plugins = ["orgportal.tests.browsers"]

# How long an example takes says how busy the machine is: speed is measured in bench/.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Where the launcher made a migrated database, a worker copies it."""
    connection.settings_dict["TEST"]["TEMPLATE"] = os.environ.get("MIGRATED_DATABASE")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Tests with transactions of their own empty all tables after them, which the audit trail forbids."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_auditentry DISABLE TRIGGER core_audit_no_truncate")


SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}


class PortalClient(Client):
    """Carries an idempotency key on every unsafe request, as every form of ours does."""

    def generic(self, method: str, path: str, *args: Any, **extra: Any) -> Any:
        if method not in SAFE and "HTTP_IDEMPOTENCY_KEY" not in extra:
            extra["HTTP_IDEMPOTENCY_KEY"] = str(uuid.uuid4())
        return super().generic(method, path, *args, **extra)


def session_of(user: User) -> str:
    """The key of a session as signing in leaves it, in one statement: thousands of tests begin with one."""
    said = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: "orgportal.core.accounts.UserNameOrMobileBackend",
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }
    store = SessionStore()
    row = Session(
        session_key=get_random_string(32),
        session_data=store.encode(said),
        expire_date=store.get_expiry_date(),
    )
    row.save(force_insert=True)
    return row.session_key


@dataclass
class World:
    """District > committee 1 > branches A, B; district > committee 2 > branch C; and the persons in them.

    li: secretary of A · ran: recorder of A · chen and sun: plain members of A · zhao: organiser of
    committee 1 · qian: district officer · wang: secretary of C, the stranger · sys, sec, aud: the desks.
    """

    district: Organization
    committee_1: Organization
    committee_2: Organization
    a: Organization
    b: Organization
    c: Organization
    organ: Organization
    li: Member
    ran: Member
    chen: Member
    sun: Member
    zhao: Member
    qian: Member
    wang: Member
    desks: dict[str, User] = field(default_factory=dict)

    today = date(2026, 3, 10)
    now = NOW
    personas = ("anon", "li", "ran", "chen", "sun", "zhao", "qian", "wang", "sys", "sec", "aud")

    def user(self, persona: str) -> User:
        user = self.desks[persona] if persona in self.desks else getattr(self, persona).user
        assert isinstance(user, User)
        return user

    def scope(self, persona: str) -> Scope:
        return scope_for(self.user(persona), self.today)

    def client(self, persona: str) -> PortalClient:
        client = PortalClient()
        if persona != "anon":
            client.cookies[settings.SESSION_COOKIE_NAME] = session_of(self.user(persona))
        return client


def pytest_collection_finish() -> None:
    """What is loaded by now lives to the end: walking it for garbage again and again costs a twentieth."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def own_cache() -> None:
    """A Redis database for each worker's cache: who clears one clears what nobody else is counting in."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    # Redis has 16 databases unless told otherwise; the first is the broker's.
    settings.CACHES["default"]["LOCATION"] = f"{settings.REDIS_URL.rstrip('/')}/{1 + number % 15}"
    with suppress(AttributeError):  # opened before this was said
        del caches["default"]


@pytest.fixture(scope="session")
def kept_world() -> list[Kept]:
    """Empty until the first test asks for the world."""
    return []


@pytest.fixture
def world(db: None, kept_world: list[Kept]) -> World:
    """Nearly every test asks for it: made by the first, put back for the others under the same ids."""
    cache.clear()  # what was counted for those ids
    if kept_world:
        return cast("World", kept_world[0].again())
    tables = (Organization, User, Member, BranchPeriod, StandingPeriod, Post)
    made, kept = keep(tables, make_world)
    kept_world.append(kept)
    return cast("World", made)


def make_world() -> World:
    district = _saved(organization_row(None, "示范区委", 1, sector=Sector.TERRITORY))
    street = {"kind": Kind.WORK_COMMITTEE, "sector": Sector.TERRITORY}
    committee_1, committee_2, organ = _saved(
        organization_row(district, "东街道党工委", 1, **street),
        organization_row(district, "西街道党工委", 2, **street),
        organization_row(district, "区直机关党支部", 3, sector=Sector.ORGAN),
    )
    a, b, c = _saved(
        organization_row(committee_1, "甲社区党支部", 1),
        organization_row(committee_1, "乙社区党支部", 2),
        organization_row(committee_2, "丙社区党支部", 1),
    )
    people, desks = _people(
        {
            "li": (a, "李书记"), "ran": (a, "冉记录"), "zhao": (organ, "赵组织"), "qian": (organ, "钱科长"),
            "wang": (c, "王外人"), "chen": (a, "陈党员"), "sun": (a, "孙党员"),
        }
    )  # fmt: skip
    Post.unscoped.bulk_create(
        (
            post_row(people["li"], a, PostKind.SECRETARY),
            post_row(people["ran"], a, PostKind.RECORDER, ends_on=date(2026, 12, 31)),
            post_row(people["zhao"], committee_1, PostKind.ORGANISER),
            post_row(people["qian"], district, PostKind.OFFICER),
            post_row(people["wang"], c, PostKind.SECRETARY),
        )
    )
    return World(
        district=district, committee_1=committee_1, committee_2=committee_2, a=a, b=b, c=c, organ=organ,
        desks=desks, **people,
    )  # fmt: skip


def _people(homes: dict[str, tuple[Organization, str]]) -> tuple[dict[str, Member], dict[str, User]]:
    """Members with accounts, and the three desks."""
    desks = (
        user_row("sys", "系统管理员", desk=Desk.SYSTEM),
        user_row("sec", "安全管理员", desk=Desk.SECURITY),
        user_row("aud", "审计管理员", desk=Desk.AUDIT),
    )
    users = [user_row(key, name) for key, (_, name) in homes.items()]
    User.objects.bulk_create([*users, *desks])
    rows = [
        member_row(home, name, user=user) for (home, name), user in zip(homes.values(), users, strict=True)
    ]
    people = dict(zip(homes, save_members(rows), strict=True))
    return people, {desk.user_name: desk for desk in desks}


def _saved(*rows: Organization) -> Any:
    made = Organization.unscoped.bulk_create(rows)
    return made[0] if len(made) == 1 else made


@pytest.fixture
def as_(world: World) -> Callable[[str], PortalClient]:
    """`as_("li")`: a client signed in as that person."""
    return world.client


@pytest.fixture
def on_the_day() -> Any:
    """Freezes the clock at the world's morning, for views and tasks."""
    with time_machine.travel(NOW, tick=False):
        yield NOW


@pytest.fixture
def fresh_limits() -> None:
    """Guests have asked for nothing yet: the counts of their address outlive a run by an hour."""
    cache.clear()


@pytest.fixture
def committed_db(transactional_db: None) -> None:
    """For tests with several connections: what they commit is emptied afterwards, the audit trail too."""
