"""The whole demo, small: every room has something to show, and loading twice changes nothing."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from activities.choices import ActivityState, DutyState, LifeState
from activities.models import (
    Activity,
    AttendanceException,
    Campaign,
    Decision,
    Duty,
    LeaveRequest,
    Pledge,
)
from branches.choices import CoverageKind, Form, Kind
from branches.models import Organization, Unit, UnitCoverage
from branches.rules import parent_of
from conftest import World
from members.choices import TransferState
from members.models import (
    Arrival,
    Confirmation,
    Correction,
    Member,
    Paper,
    PaperTemplate,
    Post,
    Term,
    Transfer,
)
from orgportal.core.audit import verify
from orgportal.core.models import Desk, Reminder, User
from orgportal.demo.workflows.load import NotADemo, load_demo, note_signins
from orgportal.health.models import CoverageReview, CurrentAssessment, PeriodSummary


@pytest.fixture
def district(db: None, on_the_day: Any, settings: Any, tmp_path: Path) -> Any:
    settings.DEMO_SIGNINS_FILE = str(tmp_path / "signins.json")
    return load_demo(on_the_day, members=2600)


def test_demo_fills_every_room_and_a_second_load_changes_nothing(
    district: Any, on_the_day: Any, settings: Any
) -> None:
    signins = json.loads(Path(settings.DEMO_SIGNINS_FILE).read_text(encoding="utf-8"))
    branches = Organization.unscoped.branches()
    states = Counter(Transfer.unscoped.values_list("state", flat=True))
    duties = set(Duty.unscoped.values_list("state", flat=True))
    today = on_the_day.date()

    assert 210 <= branches.count() <= 230
    assert Member.unscoped.count() == 2600 + 1  # the newcomer who was accepted
    assert {Form.JOINT, Form.TEMPORARY, Form.MOBILE} <= set(branches.values_list("form", flat=True))
    bodies = Organization.unscoped.select_related("parent")
    assert all(row.parent is None or row.parent.path == parent_of(row.path) for row in bodies)
    assert set(TransferState) - set(states) == {TransferState.CANCELLED}
    assert {DutyState.ON_TIME, DutyState.LATE, DutyState.MISSING, DutyState.DID_NOT_MEET} <= duties
    assert Activity.unscoped.count() > 10_000
    assert Decision.unscoped.filter(done_on=None, due_on__lt=today).exists()
    assert Term.unscoped.filter(due_on__lt=today).exists()
    _assert_some_meetings_voted()
    lives = {row.life(today) for row in Activity.unscoped.filter(state="held")}
    assert lives == set(LifeState)
    assert CurrentAssessment.unscoped.filter(is_silent=True).exists()
    assert Member.unscoped.exclude(mobile_state="").exists()
    assert (Campaign.unscoped.count(), PaperTemplate.unscoped.current().count()) == (1, 1)
    assert (Pledge.unscoped.filter(member=None).exists(), Reminder.objects.exists()) == (True, True)
    _assert_units_of_every_sort()
    assert PeriodSummary.unscoped.filter(organization__kind=Kind.COMMITTEE).exists()
    assert set(User.objects.values_list("desk", flat=True)) == set(Desk)
    assert not Post.unscoped.filter(member__user__desk__gt=Desk.NONE).exists()
    assert verify().is_sound
    assert {line["user_name"] for line in signins} >= {"secretary", "member", "officer", "system"}
    assert load_demo(on_the_day) is None
    papers_and_requests_are_there()


def papers_and_requests_are_there() -> None:
    assert Activity.unscoped.filter(state=ActivityState.PLANNED, held_on__year=2027).exists()
    assert LeaveRequest.unscoped.count() == 1
    assert set(Paper.unscoped.values_list("kind", flat=True)) == {"letter", "slip", "certificate"}
    assert set(Paper.unscoped.values_list("end_reason", flat=True)) >= {"", "used", "lost", "returned"}
    assert set(Arrival.unscoped.values_list("state", flat=True)) == {"at_receiver", "accepted", "refused"}
    assert set(Confirmation.unscoped.values_list("is_by_branch", flat=True)) == {True, False}
    assert Correction.unscoped.filter(state="open").exists()


@pytest.mark.parametrize(("name", "left"), [("signins.json", ["signins.json"]), ("", [])])
def test_signins_are_left_only_where_a_file_is_named(
    name: str, left: list[str], settings: Any, tmp_path: Path
) -> None:
    settings.DEMO_SIGNINS_FILE = name and str(tmp_path / name)

    note_signins([{"user_name": "secretary"}])

    assert [file.name for file in tmp_path.iterdir()] == left


def test_demo_refuses_a_database_with_other_data(world: World, on_the_day: Any) -> None:
    with pytest.raises(NotADemo) as refusal:
        load_demo(on_the_day)

    assert refusal.value.code == "database_not_empty"


def test_demo_refuses_production(db: None, settings: Any) -> None:
    settings.PORTAL_MODE = "production"

    with pytest.raises(CommandError, match="demo_mode_only"):
        call_command("load_demo")


def _assert_some_meetings_voted() -> None:
    voted = Decision.unscoped.exclude(votes_for=None)
    assert set(voted.values_list("majority", flat=True)) == {"ordinary", "election"}
    assert all(row.vote and row.vote.ruling for row in voted)
    assert AttendanceException.objects.exclude(ground="").count() == 1


def _assert_units_of_every_sort() -> None:
    assert 130 <= Unit.unscoped.count() <= 170
    assert set(UnitCoverage.unscoped.values_list("kind", flat=True)) == set(CoverageKind)
    newest = CoverageReview.unscoped.filter(organization__parent=None).latest("starts_on")
    figures = newest.content["figures"]["all"]
    assert all(figures[name] for name in ("own", "joint", "to_build", "not_operating", "uncovered", "hidden"))
