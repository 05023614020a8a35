"""The left navigation shows each role its own few words, and only what its posts open."""

from types import SimpleNamespace

import pytest
from django.test import RequestFactory
from django.urls import include, path
from django.utils import translation

from branches.choices import Kind, PostKind
from branches.rules import rights_of
from orgportal import navigation
from orgportal.core.messages import GUIDES
from orgportal.core.scoping import Grant, Scope
from orgportal.navigation import navigation_for

TABLES = (navigation.DISTRICT, navigation.BRANCH, navigation.MEMBER, *navigation.DESKS.values())
NAMES = sorted({entry.url_name for table in TABLES for entry in table})


def _rooms():
    rooms = {}
    for name in NAMES:
        app, page = name.split(":")
        address = "" if name == "health:home" else f"{app}/{page}/"
        rooms.setdefault(app, []).append(path(address, lambda request: None, name=page))
    return [path("", include((pages, app))) for app, pages in rooms.items()]


urlpatterns = _rooms()
pytestmark = pytest.mark.urls(__name__)


def labels(scope: Scope, at: str = "/", desk: str = "", *, signed_in: bool = True) -> list[str]:
    return [item.label for item in items(scope, at, desk, signed_in=signed_in)]


def items(scope: Scope, at: str = "/", desk: str = "", *, signed_in: bool = True) -> list[navigation.NavItem]:
    request = RequestFactory().get(at)
    request.user = SimpleNamespace(is_authenticated=signed_in, desk=desk)
    request.scope = scope
    with translation.override("en"):
        return navigation_for(request)


def post(kind: PostKind, body: Kind = Kind.BRANCH) -> Scope:
    return Scope(user_id=1, member_id=1, grants=(Grant("0001", rights_of(kind, body)),))


def test_secretary_starts_with_activities() -> None:
    assert labels(post(PostKind.SECRETARY)) == [
        "Start", "Activities", "Members", "Transfers", "Summaries", "My branch", "Campaigns",
    ]  # fmt: skip


def test_recorder_sees_only_what_the_post_opens() -> None:
    assert labels(post(PostKind.RECORDER)) == ["Start", "Activities", "My branch"]


def test_officer_starts_with_coverage() -> None:
    assert labels(post(PostKind.OFFICER, Kind.COMMITTEE)) == [
        "Start", "Coverage", "Bodies", "Members", "Activities", "Transfers", "Campaigns",
    ]  # fmt: skip


def test_plain_member_sees_own_matters() -> None:
    assert labels(Scope(user_id=1, member_id=1)) == [
        "Start", "My transfer", "My data", "Campaigns", "Directory of bodies",
    ]  # fmt: skip


@pytest.mark.parametrize(("desk", "last"), [("system", "Holidays"), ("audit", "Audit trail")])
def test_a_desk_sees_no_branch_matters(desk: str, last: str) -> None:
    assert labels(Scope(user_id=1), desk=desk)[-1] == last


def test_nobody_sees_nothing() -> None:
    assert labels(Scope(), signed_in=False) == []


@pytest.mark.parametrize(
    ("at", "current"),
    [
        ("/", ["Start"]),
        ("/activities/activity-list/7/", ["Activities"]),
        ("/elsewhere/", []),
    ],
)
def test_the_entry_one_is_under_is_marked(at: str, current: list[str]) -> None:
    assert [item.label for item in items(post(PostKind.SECRETARY), at) if item.is_current] == current


@pytest.mark.urls("orgportal.urls")
@pytest.mark.parametrize(
    ("at", "scope", "desk", "anchor"),
    [
        ("/activities/7/", Scope(user_id=1), "", "activities"),
        ("/activities/campaigns/", Scope(user_id=1), "", "campaigns"),
        ("/health/", post(PostKind.OFFICER, Kind.COMMITTEE), "", "coverage"),
        ("/health/nudges/7/", post(PostKind.OFFICER, Kind.COMMITTEE), "", "nudges"),
        ("/health/robots/", post(PostKind.SECRETARY), "", "robots"),
        ("/branches/texts/", post(PostKind.OFFICER, Kind.COMMITTEE), "", "texts"),
        ("/branches/7/texts/mail.subject/", post(PostKind.OFFICER, Kind.COMMITTEE), "", "texts"),
        ("/branches/7/", post(PostKind.OFFICER, Kind.COMMITTEE), "", "bodies"),
        ("/", post(PostKind.SECRETARY), "", "secretary"),
        ("/", post(PostKind.OFFICER, Kind.COMMITTEE), "", "officer"),
        ("/", Scope(user_id=1, member_id=1), "", "member"),
        ("/", Scope(user_id=1), "audit", "administrators"),
    ],
)
def test_each_page_leads_to_its_entry_of_the_guide(at: str, scope: Scope, desk: str, anchor: str) -> None:
    request = RequestFactory().get(at)
    request.user = SimpleNamespace(is_authenticated=True, desk=desk)
    request.scope = scope

    assert navigation.guide_for(request) == f"/help/#{anchor}"


def test_every_entry_linked_is_in_the_guide() -> None:
    linked = {anchor for _under, anchor in navigation.GUIDES}

    assert linked <= {anchor for anchor, _title in GUIDES}


def test_no_role_has_more_than_seven_words() -> None:
    assert [table for table in TABLES if len(table) > 7] == []
