"""Finished months: made once, oldest first, resumed after a kill byte for byte, corrected by revision."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.db import InternalError, OperationalError, ProgrammingError, connection, transaction

from activities.choices import DutyState
from activities.models import Duty
from activities.tests.factories import make_activity
from branches.models import Organization
from branches.tests.factories import NOW, TODAY, make_organization
from conftest import World
from orgportal.core.errors import Refused
from orgportal.core.models import AuditEntry
from orgportal.core.tests.sessions import others_are_closed
from orgportal.health import tasks
from orgportal.health.models import PeriodSummary, SummaryRun
from orgportal.health.queries.inputs import Moment, Stretch
from orgportal.health.rules import BranchInputs
from orgportal.health.rules.totals import Span, month_end
from orgportal.health.tests.factories import make_duty
from orgportal.health.workflows import assessments, reading_ahead, summaries
from orgportal.health.workflows.summaries import canonical, make_summaries, revise_summaries

DEC, JAN, FEB = date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)
JANUARY = Span(JAN, date(2026, 1, 31))
LONG_AGO = datetime(2025, 12, 1, tzinfo=UTC)


@pytest.fixture
def winter(world: World) -> World:
    """Theme days of December to February: A meets in January, B says nothing, C is excused in January."""
    held = make_activity(world.a, world.li.user, held_on=date(2026, 1, 15), recorded_at=LONG_AGO)
    for branch in (world.a, world.b, world.c):
        for month in (DEC, JAN, FEB):
            make_duty(branch, DutyState.MISSING, month=month, recorded_at=LONG_AGO, decided_at=LONG_AGO)
    Duty.unscoped.filter(branch=world.a, starts_on=JAN).update(state=DutyState.ON_TIME, activity=held)
    Duty.unscoped.filter(branch=world.c, starts_on=JAN).update(state=DutyState.EXCUSED, reason="防汛值守")
    return world


def summary(body: Organization, month: date, revision: int = 1) -> PeriodSummary:
    return PeriodSummary.unscoped.get(
        organization=body, starts_on=month, ends_on=month_end(month), revision=revision
    )


def written() -> list[tuple[Any, ...]]:
    columns = (
        "organization_id",
        "starts_on",
        "revision",
        "digest",
        "edition_id",
        "is_silent",
        "needs_help",
    )
    rows = PeriodSummary.unscoped.order_by("starts_on", "organization_id", "revision")
    return list(rows.values_list(*columns))


def test_make_summaries_fills_the_finished_months_oldest_first(winter: World) -> None:
    made = make_summaries(TODAY, at=NOW)

    months = list(SummaryRun.objects.order_by("pk").values_list("starts_on", "finished_at", "bodies"))
    assert months == [(DEC, NOW, 7), (JAN, NOW, 7), (FEB, NOW, 7)]
    assert made == 21
    assert PeriodSummary.unscoped.filter(starts_on=JAN).count() == 7


def test_make_summaries_waits_for_the_cut_off(winter: World) -> None:
    make_summaries(date(2026, 2, 5), at=NOW)
    assert list(SummaryRun.objects.values_list("starts_on", flat=True)) == [DEC]

    make_summaries(date(2026, 2, 6), at=NOW)
    assert list(SummaryRun.objects.order_by("pk").values_list("starts_on", flat=True)) == [DEC, JAN]


def test_make_summaries_makes_nothing_where_nothing_was_ever_due(world: World) -> None:
    make_duty(world.a, DutyState.NO_DATA, month=JAN)

    assert make_summaries(TODAY, at=NOW) == 0
    assert not SummaryRun.objects.exists()


def test_a_branch_summary_says_what_was_true_at_the_end_of_the_month(winter: World) -> None:
    make_summaries(TODAY, at=NOW)

    january = summary(winter.a, JAN)
    assert (january.as_of, january.known_at, len(january.edition_id)) == (date(2026, 1, 31), NOW, 12)
    assert january.content["duties"] == [["themeday.freq", "on_time", 1]]
    assert january.content["totals"] == {
        "branches": 1, "duty.on_time": 1, "finding.duty_missing": 1, "finding.silent_on_duty": 1,
        "members.formal": 4, "members.unnumbered": 4, "records.held": 1, "silent": 1,
    }  # fmt: skip
    assert january.content["silent_since"] == "2026-01-01"
    assert (january.is_silent, january.needs_help) == (True, 2)
    assert january.digest == sha256(canonical(january.content)).hexdigest()


def test_a_bodys_summary_is_the_sum_of_its_branches(winter: World) -> None:
    make_summaries(TODAY, at=NOW)

    branches = [winter.a, winter.b, winter.c, winter.organ]
    for body in (winter.district, winter.committee_1, winter.committee_2):
        below = [summary(branch, JAN) for branch in branches if branch.path.startswith(body.path)]
        content = summary(body, JAN).content
        oracle: dict[str, int] = {}
        for each in below:
            for name, number in each.content["totals"].items():
                oracle[name] = oracle.get(name, 0) + number
        assert content["totals"] == oracle
        assert content["silent_ids"] == sorted(each.organization_id for each in below if each.is_silent)
    district = summary(winter.district, JAN).content
    assert [line["id"] for line in district["below"]] == [
        winter.committee_1.pk, winter.committee_2.pk, winter.organ.pk,
    ]  # fmt: skip
    assert district["below"][0]["totals"] == summary(winter.committee_1, JAN).content["totals"]


def test_a_summary_names_the_branches_it_leaves_out(winter: World) -> None:
    new = make_organization(winter.committee_1, "新建党支部", established_on=date(2026, 1, 12))
    gone = make_organization(winter.committee_1, "撤销党支部", dissolved_on=date(2026, 1, 20))

    make_summaries(date(2026, 2, 10), at=NOW)

    assert summary(winter.committee_1, JAN).content["excluded"] == [
        {"id": new.pk, "name": "新建党支部", "reason": "new", "on": "2026-01-12"},
        {"id": gone.pk, "name": "撤销党支部", "reason": "dissolved", "on": "2026-01-20"},
    ]
    assert summary(winter.committee_2, JAN).content["excluded"] == []


def test_a_quarter_and_a_year_are_summed_up_once_their_first_month_is_known(winter: World) -> None:
    in_april = make_summaries(date(2026, 4, 10), at=NOW)
    spans = [Span(*days) for days in SummaryRun.objects.order_by("pk").values_list(*Span._fields)]

    assert [span.name for span in spans] == ["2025-12", "2026-01", "2026-02", "2026-03", "2026-Q1"]
    assert in_april == 7 * 5
    quarter = PeriodSummary.unscoped.get(organization=winter.a, starts_on=JAN, ends_on=date(2026, 3, 31))
    assert sorted(quarter.content["duties"]) == [
        ["themeday.freq", "missing", 1], ["themeday.freq", "on_time", 1],
    ]  # fmt: skip
    assert quarter.content["totals"]["records.held"] == 1
    district = PeriodSummary.unscoped.get(
        organization=winter.district, starts_on=JAN, ends_on=date(2026, 3, 31)
    ).content["totals"]
    assert (district["duty.missing"], district["duty.excused"]) == (4, 1)

    make_summaries(date(2027, 1, 10), at=NOW)
    years = SummaryRun.objects.filter(starts_on=JAN, ends_on=date(2026, 12, 31))
    assert years.count() == 1
    # December of 2025 is known, its quarter and its year are not from their beginning.
    assert not SummaryRun.objects.filter(starts_on__lt=DEC).exists()


def test_run_twice_changes_nothing(winter: World) -> None:
    make_summaries(TODAY, at=NOW)
    before = written()

    assert make_summaries(TODAY, at=NOW + timedelta(hours=1)) == 0
    assert written() == before


def test_a_killed_run_goes_on_where_it_was_and_ends_in_the_same_bytes(
    winter: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assessments, "CHUNK", 2)
    with transaction.atomic():
        whole = make_summaries(TODAY, at=NOW)
        expected = written()
        transaction.set_rollback(True)
    chunks, real = [0], summaries._next_chunk

    def dying(*args: Any) -> int | None:
        chunks[0] += 1
        if chunks[0] == 3:
            raise KeyboardInterrupt
        return real(*args)

    monkeypatch.setattr(summaries, "_next_chunk", dying)
    with pytest.raises(KeyboardInterrupt):
        make_summaries(TODAY, at=NOW)
    half = SummaryRun.objects.get()
    assert (half.cursor != "", half.finished_at, half.bodies) == (True, None, 4)
    monkeypatch.setattr(summaries, "_next_chunk", real)

    rest = make_summaries(TODAY, at=NOW + timedelta(minutes=30))

    assert rest + 4 == whole
    assert written() == expected


def test_what_is_recorded_between_kill_and_resumption_is_not_let_in(
    winter: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second chunk is written later, but as known when the run began."""
    monkeypatch.setattr(assessments, "CHUNK", 1)
    before = NOW - timedelta(hours=2)
    SummaryRun.objects.create(
        starts_on=JAN,
        ends_on=date(2026, 1, 31),
        known_at=before,
        started_at=before,
        cursor=winter.a.path + "~",
    )
    late = make_activity(winter.b, winter.li.user, held_on=date(2026, 1, 9), recorded_at=NOW)
    duty = Duty.unscoped.filter(branch=winter.b, starts_on=JAN)
    duty.update(state=DutyState.LATE, activity=late, decided_at=NOW)

    make_summaries(TODAY, at=NOW)

    assert summary(winter.b, JAN).content["duties"] == [["themeday.freq", "missing", 1]]
    assert summary(winter.b, JAN).known_at == before


def test_two_workers_take_turns_and_repeat_nothing(winter: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assessments, "CHUNK", 1)
    real, inside = summaries._next_chunk, [False]

    def interrupted(*args: Any) -> int | None:
        if not inside[0]:
            inside[0] = True
            make_summaries(TODAY, at=NOW)
        return real(*args)

    monkeypatch.setattr(summaries, "_next_chunk", interrupted)
    make_summaries(TODAY, at=NOW)

    assert PeriodSummary.unscoped.count() == 21
    assert all(run.bodies == 7 for run in SummaryRun.objects.all())


def forget() -> None:
    """As if nothing had been summed up."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE health_periodsummary, health_summaryrun")


@pytest.mark.django_db(transaction=True)
def test_months_side_by_side_say_what_one_after_another_would(winter: World) -> None:
    made = make_summaries(TODAY, at=NOW, at_once=2)

    apart = written()
    assert made == len(apart) == 21
    assert not SummaryRun.objects.filter(finished_at=None).exists()
    forget()
    make_summaries(TODAY, at=NOW)
    assert written() == apart


@pytest.mark.django_db(transaction=True)
def test_what_is_read_ahead_is_what_would_be_read_when_asked(
    winter: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assessments, "CHUNK", 1)
    make_summaries(TODAY, at=NOW)
    ahead = written()
    forget()

    with transaction.atomic():  # of which another connection knows nothing
        make_summaries(TODAY, at=NOW)
        assert written() == ahead

    assert others_are_closed()


@pytest.mark.django_db(transaction=True)
def test_a_stretch_that_cannot_be_read_stops_the_run_after_the_one_before(
    winter: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assessments, "CHUNK", 1)
    read = reading_ahead.inputs_of

    def broken(stretch: Stretch, moment: Moment) -> list[BranchInputs]:
        if stretch.path_from > winter.a.path:
            raise OperationalError("gone")
        return read(stretch, moment)

    monkeypatch.setattr(reading_ahead, "inputs_of", broken)
    with pytest.raises(OperationalError):
        make_summaries(TODAY, at=NOW)
    stopped = SummaryRun.objects.get()
    assert (stopped.bodies, stopped.finished_at) == (PeriodSummary.unscoped.count(), None)
    assert others_are_closed()

    monkeypatch.undo()
    make_summaries(TODAY, at=NOW)
    assert not SummaryRun.objects.filter(finished_at=None).exists()


def test_a_summary_is_frozen_in_the_database(winter: World) -> None:
    make_summaries(TODAY, at=NOW)

    with pytest.raises((InternalError, ProgrammingError), match="frozen"), transaction.atomic():
        PeriodSummary.unscoped.update(needs_help=0)
    with pytest.raises((InternalError, ProgrammingError), match="frozen"), transaction.atomic():
        PeriodSummary.unscoped.all()._raw_delete("default")


def test_a_revision_says_only_what_differs_and_why(winter: World) -> None:
    make_summaries(TODAY, at=NOW)
    at = NOW + timedelta(days=1)
    late = make_activity(winter.b, winter.li.user, held_on=date(2026, 1, 9), recorded_at=at)
    duty = Duty.unscoped.filter(branch=winter.b, starts_on=JAN)
    duty.update(state=DutyState.LATE, activity=late, decided_at=at)

    made = revise_summaries(
        Span(JAN, date(2026, 1, 31)), reason="补录元月主题党日", actor=winter.qian.user, at=at
    )

    revised = PeriodSummary.unscoped.filter(revision=2)
    assert {row.organization_id for row in revised} == {
        winter.b.pk,
        winter.committee_1.pk,
        winter.district.pk,
    }
    assert made == 3
    assert {row.reason for row in revised} == {"补录元月主题党日"}
    assert summary(winter.b, JAN, 2).content["totals"]["duty.late"] == 1
    assert summary(winter.b, JAN, 1).content["totals"]["duty.missing"] == 1
    assert summary(winter.district, JAN, 2).content["totals"]["duty.late"] == 1
    entry = AuditEntry.objects.filter(action="health.summarise").last()
    assert entry is not None
    assert (entry.actor, entry.changes["revision"], entry.changes["bodies"]) == (winter.qian.user, 2, 3)


@pytest.mark.parametrize(
    ("month", "reason", "code"),
    [(JAN, "  ", "revision_needs_reason"), (date(2024, 1, 1), "补录", "period_not_summed_up")],
)
def test_a_revision_is_refused_without_reason_or_first_summary(
    winter: World, month: date, reason: str, code: str
) -> None:
    make_summaries(TODAY, at=NOW)

    with pytest.raises(Refused) as refusal:
        revise_summaries(Span(month, month_end(month)), reason=reason, actor=None, at=NOW)

    assert refusal.value.code == code


def test_a_revision_is_refused_while_the_month_is_being_made(winter: World) -> None:
    SummaryRun.objects.create(starts_on=JAN, ends_on=date(2026, 1, 31), known_at=NOW, started_at=NOW)

    with pytest.raises(Refused, match="period_still_running"):
        revise_summaries(JANUARY, reason="补录", actor=None, at=NOW)


def test_the_task_run_twice_leaves_the_same_rows(winter: World, on_the_day: Any) -> None:
    assert tasks.make_summaries(on="2026-02-10") == 14
    before = written()

    assert tasks.make_summaries(on="2026-02-10") == 0
    assert written() == before
    assert tasks.make_summaries() == 7
