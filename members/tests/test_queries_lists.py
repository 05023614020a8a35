"""A page costs what a page costs: no search walks the name index, no list sorts the whole register."""

import json
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from branches.choices import Kind, Sector
from branches.tests.factories import NOW, make_organization
from members.choices import PeriodReason, Standing
from members.filters import MemberFilter
from members.models import BranchPeriod, Member
from members.queries.lists import PAGE, common_roots, list_count, list_page, list_rows
from members.tests.factories import make_post, make_transfer
from orgportal.core.names import initials, name_key
from orgportal.core.scoping import Grant, Scope

TODAY = date(2026, 3, 10)
SURNAMES = "张王李赵陈杨周吴徐孙"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"


@pytest.fixture
def crowd(db):
    """4,000 members in 20 branches of two committees; one in ten is a 张."""
    district = make_organization(None, "区委", sector=Sector.TERRITORY)
    branches = [
        make_organization(committee, f"支部{number}")
        for committee in (
            make_organization(district, "一街道", kind=Kind.WORK_COMMITTEE, sector=Sector.TERRITORY),
            make_organization(district, "二街道", kind=Kind.WORK_COMMITTEE, sector=Sector.TERRITORY),
        )
        for number in range(10)
    ]
    names = [f"{SURNAMES[i % 10]}{GIVEN[i // 10 % 20]}{GIVEN[i // 200]}" for i in range(4000)]
    members = Member.unscoped.bulk_create(
        Member(
            number=f"N{i}", branch=branches[i * 7 % 20], path=branches[i * 7 % 20].path, name=name,
            name_key=name_key(name), initials=initials(name), gender="male", birth_on=date(1980, 1, 1),
            education="college", occupation="other",
            mobile=f"139{i * 7919 % 10**8:08d}",
            standing=Standing.FORMAL, joined_on=date(2005, 7, 1), confirmed_on=date(2006, 7, 1),
            recorded_at=NOW,
        )
        for i, name in enumerate(names)
    )  # fmt: skip
    BranchPeriod.objects.bulk_create(
        BranchPeriod(
            member=member, branch_id=member.branch_id, starts_on=date(2015, 1, 1), reason=PeriodReason.LOADED,
            recorded_at=NOW,
        )
        for member in members
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE members_member")
    return district


def scope_of(*paths: str) -> Scope:
    return Scope(user_id=1, grants=tuple(Grant(path, frozenset({"member.view"})) for path in paths))


def plan_of(call) -> str:
    """The plan of the last statement of the call, as text."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        call()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL random_page_cost = 1.1")
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON, BUFFERS) {captured[-1]['sql']}")
        (plan,) = cursor.fetchone()
    return json.dumps(plan)


def rows_read(plan: str) -> int:
    """Rows that left the scans, kept or thrown away."""
    kept = max(map(int, re.findall(r'"Actual Rows": (\d+)', plan)))
    return kept + sum(map(int, re.findall(r'"Rows Removed by Filter": (\d+)', plan)))


def page(scope: Scope, **query: str):
    filters = MemberFilter(query, scope=scope, today=TODAY)
    return list_page(filters.roots, filters.narrow, is_selective=filters.is_selective)


def test_a_page_reads_a_page_at_every_level(crowd):
    branch = Member.unscoped.order_by("path").values_list("path", flat=True).first()

    for depth in (4, 8, 12):
        plan = plan_of(lambda path=branch[:depth]: page(scope_of(path)))

        assert f"member_level_{depth // 4}" in plan
        assert rows_read(plan) <= 400


OWN_INDEX = {
    "张": "member_by_name",  # one in ten: the frequent term
    "张伟": "member_by_name",
    "伟芳": "member_by_second",
    "zwf": "member_by_initials",
    "zhangwei": "member_by_pinyin",
    "7919": "member_by_mobile_end",
}


def test_a_search_is_answered_from_its_own_index(crowd):
    for text, index in OWN_INDEX.items():
        plan = plan_of(lambda text=text: page(scope_of(crowd.path), q=text))

        assert index in plan, text
        assert "member_level_" not in plan, text
        assert rows_read(plan) <= 1200, text


def test_search_order_and_limit_agree_with_plain_python(crowd):
    found = page(scope_of(crowd.path), q="伟").rows

    expected = sorted((member.name_key, member.pk) for member in Member.unscoped.all() if "伟" in member.name)
    assert [(row.name_key, row.id) for row in found] == expected[:PAGE]


def test_several_roots_are_one_statement(crowd, django_assert_num_queries):
    roots = sorted(set(Member.unscoped.values_list("path", flat=True)))[::4]
    filters = MemberFilter({}, scope=scope_of(*roots), today=TODAY)

    with django_assert_num_queries(1):
        found = list_page(filters.roots, filters.narrow)

    expected = sorted(Member.unscoped.filter(path__in=roots).values_list("name_key", "pk"))
    assert [(row.name_key, row.id) for row in found.rows] == expected[:PAGE]
    assert list_count(filters.roots, filters.narrow) == len(expected)
    assert len(list_rows(filters.roots, filters.narrow, 10_000)) == len(expected)


def test_counts_stop_at_the_cap(crowd, monkeypatch):
    monkeypatch.setattr("members.queries.lists.COUNT_CAP", 100)
    filters = MemberFilter({}, scope=scope_of(crowd.path), today=TODAY)

    assert list_count(filters.roots, filters.narrow) == 101


def test_nobody_lists_nothing(db):
    filters = MemberFilter({}, scope=Scope(), today=TODAY)

    assert list_page(filters.roots, filters.narrow).rows == ()
    assert list_count(filters.roots, filters.narrow) == 0


def test_a_deep_root_is_a_range(world):
    general = make_organization(world.committee_1, "总支", kind=Kind.GENERAL_BRANCH)
    deep = make_organization(general, "四级支部")
    Member.unscoped.filter(pk=world.chen.pk).update(branch=deep, path=deep.path)
    BranchPeriod.objects.filter(member=world.chen).update(branch=deep)
    filters = MemberFilter({}, scope=scope_of(deep.path), today=TODAY)

    assert [row.id for row in list_page(filters.roots, filters.narrow).rows] == [world.chen.pk]


def test_common_roots_are_the_overlap():
    assert common_roots(["0001"], ["00010001", "0002"]) == ("00010001",)
    assert common_roots(["00010001", "0003"], ["0001"]) == ("00010001",)
    assert common_roots(["0001"], []) == ()


def test_models_name_themselves(world):
    post = make_post(world.chen, world.a, "publicity")
    period = BranchPeriod.objects.get(member=world.chen)
    transfer = make_transfer(world.chen, world.b)

    assert str(post) == f"{world.chen.pk} publicity in {world.a.pk}"
    assert str(period) == f"{world.chen.pk} in {world.a.pk} from 2015-07-01"
    assert str(world.chen.standing_periods.get()) == f"{world.chen.pk} formal from 2005-07-01"
    assert transfer.get_absolute_url().endswith(f"/{transfer.pk}/")
