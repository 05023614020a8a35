"""The installations of the benches, tiny: whatever is measured on them is measured on sound data."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from activities.choices import DutyState
from activities.models import Activity, Duty
from activities.queries.search import activities_found
from activities.workflows import duties
from bench._quarter import alone, last_quarter, run_quarter
from bench._scale import proof
from bench._scale.bare import KEYS, run
from bench._scale.fill import BARE, OVERSEERS, Filled, fill
from bench._scale.shape import LEAST, MOST, shape
from branches.choices import Kind
from branches.models import Organization
from branches.rules import placement_objection
from members.choices import Standing
from members.models import BranchPeriod, Member, Post
from members.queries import roster_for, scope_for
from members.queries.lists import places_around
from orgportal.core.models import User
from orgportal.core.names import initials, name_key
from orgportal.core.sealing import blind, blind_end, unseal
from orgportal.health.models import CurrentAssessment, PeriodSummary, SummaryRun
from orgportal.health.queries.inputs import WHOLE_TREE, Moment, inputs_of
from orgportal.health.queries.summaries import rolls
from orgportal.health.workflows.assessments import assess_all

AT = timezone.make_aware(datetime(2026, 3, 10, 9))  # noqa: DTZ001
TODAY = AT.date()
pytestmark = pytest.mark.django_db
BRANCHES, MEMBERS, SEED = 40, 1000, 7
LEVELS = ("branch", *OVERSEERS)


def keys() -> list[tuple[str, ...]]:
    """Table and name of each; how PostgreSQL spells a definition may change when it is read again."""
    with connection.cursor() as cursor:
        cursor.execute(KEYS, [list(BARE), list(BARE)])
        return sorted(row[:2] for row in cursor.fetchall())


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Filled, list[tuple[str, ...]]]]:
    """One installation for all of these tests, undone after the last; and the keys there were before it."""
    with django_db_blocker.unblock(), transaction.atomic(), time_machine.travel(AT, tick=False):
        before = keys()
        yield fill(BRANCHES, MEMBERS, seed=SEED, at=AT, hands=1), before
        transaction.set_rollback(True)


@pytest.fixture
def filled(made: tuple[Filled, list[tuple[str, ...]]]) -> Filled:
    return made[0]


def test_as_many_rows_as_asked_for_in_every_table(filled: Filled) -> None:
    assert filled.rows["members_member"] == MEMBERS
    assert Organization.unscoped.branches().count() == BRANCHES
    assert [table for table, rows in filled.rows.items() if not rows] == []


def test_every_key_is_back_and_no_trigger_sleeps(made: tuple[Filled, list[tuple[str, ...]]]) -> None:
    assert keys() == made[1]
    assert len(made[1]) > 100
    assert proof.faults() == {}
    period = BranchPeriod.objects.filter(ends_on=None).earliest("pk")
    early = TODAY - timedelta(days=40_000)
    with transaction.atomic():
        BranchPeriod.objects.create(
            member_id=period.member_id, branch_id=period.branch_id, starts_on=early,
            ends_on=early + timedelta(days=9), reason="loaded", recorded_at=AT,
        )  # fmt: skip
        with pytest.raises(IntegrityError, match="has a gap"):
            run("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def test_what_a_trigger_would_have_refused_is_found(filled: Filled) -> None:
    with transaction.atomic():
        Member.unscoped.filter(mobile_state="").update(mobile_state="out")
        met = Duty.unscoped.filter(rule="themeday.freq", state=DutyState.ON_TIME).latest("starts_on")
        Activity.unscoped.filter(pk=met.activity_id).update(held_on=met.starts_on - timedelta(days=1))
        found = proof.faults()
        with pytest.raises(proof.Unsound):
            proof.demand()
        transaction.set_rollback(True)
    assert set(found) == {
        "a mobile state without its spell",
        "a duty met by a record that does not speak to it",
    }


def test_the_tree_is_one_the_portal_would_build(filled: Filled) -> None:
    bodies = {body.pk: body for body in Organization.unscoped.all()}
    for body in bodies.values():
        parent = bodies[body.parent_id] if body.parent_id else None
        assert body.path[:-4] == (parent.path if parent else "")
        assert placement_objection(Kind(body.kind), body.form, Kind(parent.kind) if parent else None) is None
    assert sum(body.parent_id is None for body in bodies.values()) == 1


def test_rosters_add_up_to_the_register(filled: Filled) -> None:
    here = Counter(Member.unscoped.active().values_list("branch_id", flat=True))
    rosters = {body.pk: len(roster_for(body, TODAY)) for body in Organization.unscoped.branches()}
    assert rosters == {pk: here[pk] for pk in rosters}
    assert sum(rosters.values()) == MEMBERS


def test_people_are_kept_as_the_portal_keeps_them(filled: Filled) -> None:
    for member in Member.unscoped.all()[:200]:
        number = unseal(member.id_number_sealed)
        assert number[:2] == "99"
        assert (member.id_number_digest, member.id_number_end) == (blind(number), blind_end(number))
        assert (member.name_key, member.initials) == (name_key(member.name), initials(member.name))
        assert (member.standing == Standing.FORMAL) == (member.confirmed_on is not None)


def test_duties_stand_as_the_portal_decides_them(filled: Filled) -> None:
    rows = list(Duty.unscoped.order_by("pk"))
    stored = [(row.state, row.activity_id, row.reason, row.is_owed) for row in rows]
    bench = duties._bench(list(Organization.unscoped.branches()), TODAY, AT)
    for row in rows:
        row.is_owed = duties._is_still_owed(row, bench)
    duties._judge(rows, bench)
    assert [(row.state, row.activity_id, row.reason, row.is_owed) for row in rows] == stored
    assert {row.state for row in rows} == set(DutyState.values)


def test_no_duty_of_the_year_is_left_out(filled: Filled) -> None:
    first = Duty.unscoped.filter(rule="themeday.freq").earliest("starts_on").starts_on
    assert duties.open_duties(TODAY, since=first, at=AT) == 0
    assert duties.settle_duties(TODAY, at=AT) == 0


def test_attendance_is_of_the_branch_s_own_people(filled: Filled) -> None:
    homes = dict(Member.unscoped.values_list("pk", "branch_id"))
    held = Activity.unscoped.filter(state="held")
    assert held.filter(present=0).count() < held.count() / 10
    for branch, *asked in held.values_list("branch_id", "present_ids", "leave_ids", "absent_ids"):
        assert {homes[pk] for ids in asked for pk in ids} <= {branch}


def test_health_reads_and_judges_all_branches(filled: Filled) -> None:
    standing = Organization.unscoped.branches().standing_on(TODAY).count()
    assert len(inputs_of(WHOLE_TREE, Moment.of(TODAY, AT))) == standing
    assert assess_all(TODAY, at=AT) == standing
    assert 0 < CurrentAssessment.unscoped.filter(is_silent=True).count() < standing


def test_the_sums_of_every_body_are_those_of_the_branches_below_it(filled: Filled) -> None:
    span = last_quarter(TODAY)
    with transaction.atomic():
        alone(span.starts_on)
        run_quarter(AT)
        said = PeriodSummary.unscoped.filter(organization__kind=Kind.BRANCH)
        rows = list(said.values_list("organization__path", "organization", "is_silent", "content__totals"))
        found = rolls(SummaryRun.objects.get(**span._asdict()))
        transaction.set_rollback(True)
    for body in Organization.unscoped.exclude(kind=Kind.BRANCH):
        below = [row for row in rows if row[0].startswith(body.path)]
        totals = sum((Counter(row[3]) for row in below), Counter())
        assert found[body.path] == (totals, sorted(row[1] for row in below if row[2]))


@pytest.mark.parametrize("level", LEVELS)
def test_every_level_has_somebody_whose_pages_open(filled: Filled, level: str) -> None:
    post = Post.unscoped.filter(member__user__user_name__startswith=f"{level}-").earliest("pk")
    user = User.objects.get(member=post.member_id)
    assert post.organization.path in scope_for(user, TODAY).roots_for("member.view")
    client = Client()
    client.force_login(user, backend="orgportal.core.accounts.UserNameOrMobileBackend")
    branch = Organization.unscoped.branches().filter(path__startswith=post.organization.path).earliest("path")
    addresses = ("/members/", branch.get_absolute_url(), reverse("health:district"), "/search/?q=王伟")
    assert [client.get(address).status_code for address in addresses] == [200] * len(addresses)


@pytest.mark.parametrize("text", ["没人", "没人写过"])
def test_a_text_nobody_wrote_is_looked_up_and_reads_no_record(filled: Filled, text: str) -> None:
    officer = User.objects.get(user_name__startswith="province-", user_name__endswith="-1")
    with CaptureQueriesContext(connection) as seen:
        assert activities_found(text, scope_for(officer, TODAY), 9) == []
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {seen.captured_queries[-1]['sql']}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Bitmap Index Scan on activity_by_words" in plan
    assert "Seq Scan on activities_activity" not in plan


def test_the_places_a_list_offers_are_looked_up_without_reading_every_body(filled: Filled) -> None:
    with CaptureQueriesContext(connection) as seen:
        places = places_around(("0001",), None)
    with connection.cursor() as cursor:
        # Of so few bodies all would be read whatever there is: what is asked is whether the keys could serve.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        cursor.execute(f"EXPLAIN {seen.captured_queries[-1]['sql']}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute("SET LOCAL enable_seqscan = on; SET LOCAL enable_indexscan = on")
    assert [place.path[:8] for place in places] == ["0001", "00010001"]
    assert "Seq Scan" not in plan
    assert "BitmapOr" in plan


def test_a_shape_is_the_same_again_and_every_seat_is_found_both_ways() -> None:
    one, other = shape(300, 7000, 5, TODAY), shape(300, 7000, 5, TODAY)
    assert one.bodies == other.bodies
    sizes = [branch.size for branch in one.branches]
    assert (sum(sizes), min(sizes) >= LEAST, max(sizes) <= MOST) == (7000, True, True)
    assert [body.path for body in one.bodies] == sorted(body.path for body in one.bodies)
    seats = [one.seat_of(place) for place in range(7000)]
    assert [one.place_of(one.branches[number], seat) for number, seat in seats] == list(range(7000))


def test_a_shape_that_cannot_be_is_refused() -> None:
    with pytest.raises(SystemExit, match="do not fit"):
        shape(100, 200, 1, TODAY)
