"""What is true now: written when it changed, left alone when it did not, with a fixed number of queries."""

from datetime import date, timedelta
from typing import Any

import pytest

from activities.choices import DutyState
from activities.tests.factories import make_activity
from branches.models import Organization
from branches.tests.factories import NOW, TODAY, make_organization
from conftest import World
from orgportal.core.models import Heartbeat
from orgportal.health import tasks
from orgportal.health.models import CurrentAssessment, RuleEdition
from orgportal.health.tests.factories import make_duty
from orgportal.health.workflows import assessments
from orgportal.health.workflows.assessments import assess_all, refresh_assessment, stretches

FEB = date(2026, 2, 1)


def rows() -> list[dict[str, Any]]:
    return list(CurrentAssessment.unscoped.order_by("pk").values())


def levels(branch: Organization) -> dict[str, str]:
    found = CurrentAssessment.unscoped.get(pk=branch.pk).findings
    return {finding["code"]: finding["level"] for finding in found}


def test_assess_all_writes_one_row_a_branch_and_names_the_silent(world: World) -> None:
    make_activity(world.b, world.li.user, held_on=TODAY - timedelta(days=3), recorded_at=NOW)
    for branch in (world.a, world.b):
        make_duty(branch, DutyState.NOT_DUE, month=date(2025, 12, 1), due_on=date(2026, 12, 31))

    changed = assess_all(TODAY, at=NOW)

    found = {row["branch_id"]: row for row in rows()}
    assert changed == 4
    assert set(found) == {world.a.pk, world.b.pk, world.c.pk, world.organ.pk}
    silent = {pk for pk, row in found.items() if row["is_silent"]}
    assert silent == {world.a.pk}
    assert found[world.a.pk]["silent_since"] == date(2025, 12, 1)
    assert found[world.b.pk]["facts"]["last_record_on"] == "2026-03-07"
    assert Heartbeat.objects.get(name="assess_all").at == NOW


def test_assess_all_of_a_part_is_not_the_nights_work(world: World) -> None:
    assess_all(TODAY, at=NOW, path=world.committee_2.path)

    assert list(CurrentAssessment.unscoped.values_list("branch_id", flat=True)) == [world.c.pk]
    assert not Heartbeat.objects.exists()


def test_assess_all_run_twice_writes_nothing(world: World) -> None:
    make_duty(world.a, DutyState.MISSING, month=FEB)
    assess_all(TODAY, at=NOW)
    before = rows()

    assert assess_all(TODAY, at=NOW + timedelta(hours=1)) == 0
    assert rows() == before


def test_assess_all_writes_only_what_changed(world: World) -> None:
    assess_all(TODAY, at=NOW)
    make_duty(world.a, DutyState.MISSING, month=FEB)

    assert assess_all(TODAY, at=NOW + timedelta(hours=1)) == 1
    assert levels(world.a)["duty_missing"] == "urgent"


def test_assess_all_drops_the_row_of_a_branch_that_is_gone(world: World) -> None:
    assess_all(TODAY, at=NOW)
    Organization.unscoped.filter(pk=world.b.pk).update(dissolved_on=TODAY)
    tomorrow = TODAY + timedelta(days=1)

    assert assess_all(tomorrow, at=NOW + timedelta(days=1)) == 1
    assert not CurrentAssessment.unscoped.filter(pk=world.b.pk).exists()


def test_assess_all_takes_the_same_number_of_queries_for_any_number_of_branches(
    world: World, django_assert_num_queries: Any
) -> None:
    assess_all(TODAY, at=NOW)
    make_duty(world.a, DutyState.MISSING, month=FEB, rule="lecture.freq")
    with django_assert_num_queries(13):
        assess_all(TODAY, at=NOW + timedelta(hours=1))
    for _ in range(12):
        make_duty(make_organization(world.committee_2), DutyState.MISSING, month=FEB)
    with django_assert_num_queries(13):
        assess_all(TODAY, at=NOW + timedelta(hours=2))


def test_stretches_cover_every_branch_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assessments, "CHUNK", 2)

    found = list(stretches())

    paths = sorted(Organization.unscoped.branches().values_list("path", flat=True))
    held = [[path for path in paths if part.path_from <= path < part.path_below] for part in found]
    assert [path for part in held for path in part] == paths
    assert max(map(len, held)) == 2
    assert assess_all(TODAY, at=NOW) == len(paths)


def test_refresh_assesses_one_branch(world: World) -> None:
    assert refresh_assessment(world.a.pk, on=TODAY, at=NOW) == 1
    assert [row["branch_id"] for row in rows()] == [world.a.pk]
    assert refresh_assessment(world.a.pk, on=TODAY, at=NOW) == 0


def test_refresh_of_a_body_assesses_all_below_it(world: World) -> None:
    assert refresh_assessment(world.committee_1.pk, on=TODAY, at=NOW) == 2
    assert [row["branch_id"] for row in rows()] == [world.a.pk, world.b.pk]


def test_refresh_of_nothing_does_nothing(world: World) -> None:
    assert refresh_assessment(0, on=TODAY, at=NOW) == 0


def test_tasks_run_twice_leave_the_same_rows(world: World, on_the_day: Any) -> None:
    assert tasks.assess_all() == 4
    before = rows()

    assert tasks.assess_all(on="2026-03-10") == 0
    assert tasks.refresh_assessment(branch_id=world.a.pk, request_id="ignored") == 0
    assert rows() == before


def test_what_a_finding_was_held_against_is_on_record_once(world: World) -> None:
    assess_all(TODAY, at=NOW)

    (edition,) = RuleEdition.objects.all()
    found = CurrentAssessment.unscoped.values_list("edition", "findings")
    assert {name for name, _findings in found} == {edition.name}
    held = {finding["key"] for _name, findings in found for finding in findings}
    assert {edition.provisions[key]["citation"]["key"] for key in held} == held
    assert edition.provisions["health.silent_days"]["value"] == 45
