"""Units on their pages: listed, covered, counted, checked at one press, visited, undone, taken away."""

import re
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from branches.choices import CoverageKind, UnitKind
from branches.models import AdviserVisit, Unit, UnitCoverage
from branches.tests.factories import TODAY, make_coverage, make_unit
from conftest import World
from members.tests.factories import make_member
from orgportal.core.models import AuditEntry

pytestmark = pytest.mark.usefixtures("on_the_day")
LIST = "/branches/units/"
FIRM = {
    "name": "东街纺织有限公司", "kind": "enterprise", "owner": "private", "credit_code": "91350211m0000xuf46",
    "area": "甲社区", "staff": "40", "on": "2026-03-01",
}  # fmt: skip


def page_of(unit: Unit) -> str:
    return f"{LIST}{unit.pk}/"


def text(response: Any) -> str:
    return response.content.decode()


def test_a_unit_is_added_with_a_warning_and_lives_on_its_page(world: World, as_: Any) -> None:
    zhao = as_("zhao")
    typed = {**FIRM, "committee": world.committee_1.pk}

    check = zhao.post(f"{LIST}add/", {**typed, "step": "check"})
    done = zhao.post(f"{LIST}add/", {**typed, "step": "do"}, follow=True)
    unit = Unit.unscoped.get()

    assert "校验位" in text(check)
    assert "校验位" in text(done)
    assert (unit.credit_code, unit.staff, unit.committee) == ("91350211M0000XUF46", 40, world.committee_1)
    again = zhao.post(f"{LIST}add/", {**typed, "step": "do"})
    assert (again.status_code, "已有名为东街纺织有限公司的单位" in text(again)) == (422, True)
    missing = zhao.post(f"{LIST}add/", {"step": "do"})
    assert missing.status_code == 422


def test_coverage_is_recorded_by_name_ended_and_undone(world: World, as_: Any) -> None:
    zhao, unit = as_("zhao"), make_unit(world.committee_1, "东街纺织")
    cover = f"{page_of(unit)}cover/"
    own = {"coverage": "own", "body_text": "乙社区", "on": "2026-03-01", "version": 1, "step": "do"}

    for wrong in ({"body_text": "没有这个"}, {"body_text": "社区"}, {"coverage": "adviser"}):
        assert zhao.post(cover, {**own, **wrong}).status_code == 422
    done = zhao.post(cover, own, follow=True)
    row = UnitCoverage.unscoped.get()
    end = {"reason": "并入联合党支部", "on": "2026-03-05", "version": 2, "step": "do"}
    stale = zhao.post(f"{LIST}coverage/{row.pk}/end/", {**end, "version": 1})
    ended = zhao.post(f"{LIST}coverage/{row.pk}/end/", end, follow=True)
    event = unit.events.order_by("-pk")[0]
    undone = zhao.post(f"{page_of(unit)}undo/", {"event": event.pk}, follow=True)
    twice = zhao.post(f"{page_of(unit)}undo/", {"event": event.pk}, follow=True)

    assert (row.body, done.status_code) == (world.b, 200)
    assert stale.status_code == 409
    assert "并入联合党支部" in text(ended)
    assert "已撤销上一步" in text(undone)
    assert "其后已有其他操作" in text(twice)
    assert UnitCoverage.unscoped.get().is_open


def test_every_step_of_a_unit_has_its_page(world: World, as_: Any) -> None:
    zhao, unit = as_("zhao"), make_unit(world.committee_1, "东街纺织", staff=4)
    page, step = page_of(unit), {"on": "2026-03-09", "step": "do"}
    steps: tuple[tuple[str, dict[str, Any]], ...] = (
        ("edit/", {**FIRM, "committee": world.committee_1.pk}),
        ("members/", {"number": 2}),
        ("pause/", {"reason": "stopped", "note": "大门上锁"}),
        ("resume/", {"on": "2026-03-10"}),
        ("leave/", {"reason": "closed"}),
    )

    for version, (name, typed) in enumerate(steps, start=1):
        assert zhao.get(page + name).status_code == 200
        sent = {**step, "version": version, **typed}
        assert zhao.post(page + name, sent, follow=True).redirect_chain[-1][0] == page, name
    shown = text(zhao.get(page))

    assert [event.get_kind_display() for event in unit.events.order_by("pk")] == [
        "信息变更", "登记口袋党员", "未实体运营", "恢复运营", "移出名册",
    ]  # fmt: skip
    assert "大门上锁" in shown
    assert "4 → 40" in shown
    assert "记录覆盖" not in shown
    assert (
        zhao.post(f"{page}visits/", {"visitor": "周", "on": "2026-03-10", "text": "走访"}).status_code == 422
    )


def test_a_visit_is_logged_in_one_press_and_struck_out(world: World, as_: Any) -> None:
    zhao, unit = as_("zhao"), make_unit(world.committee_1)
    make_coverage(unit, CoverageKind.ADVISER)

    empty = zhao.get(page_of(unit))
    wrong = zhao.post(f"{page_of(unit)}visits/", {"visitor": "周指导", "on": "2026-03-10"})
    logged = zhao.post(
        f"{page_of(unit)}visits/",
        {"visitor": "周指导", "on": "2026-03-09", "text": "了解党员情况"},
        follow=True,
    )
    visit = AdviserVisit.unscoped.get()
    struck = zhao.post(f"{LIST}visits/{visit.pk}/strike/", follow=True)
    twice = zhao.post(f"{LIST}visits/{visit.pk}/strike/", follow=True)

    # Whoever goes there stands in the field already.
    assert 'value="周指导"' in text(empty)
    assert wrong.status_code == 422
    assert "了解党员情况" in text(logged)
    assert "了解党员情况" not in text(struck)
    assert "已经划去" in text(twice)


def test_members_known_are_named_as_far_as_one_sees_them(world: World, as_: Any) -> None:
    unit = make_unit(world.committee_1, "东街纺织")
    make_coverage(unit, CoverageKind.OWN, body=world.c)
    make_member(world.a, "陆甲", employer="东街纺织")

    mine, theirs = text(as_("zhao").get(page_of(unit))), text(as_("qian").get(page_of(unit)))

    assert "陆甲" in mine
    assert "王外人" not in mine
    assert "另有1人" in mine
    assert "王外人" in theirs


def test_one_press_checks_the_list_as_it_is_filtered(world: World, as_: Any) -> None:
    zhao = as_("zhao")
    old = [make_unit(world.committee_1, checked_on="2025-06-01") for _ in range(2)]
    make_unit(world.committee_1, kind=UnitKind.VILLAGE, checked_on="2026-03-01")
    query = f"?measure=unchecked&under={world.committee_1.pk}"

    shown = text(zhao.get(LIST + query))
    changed = zhao.post(f"{LIST}check/{query}", {"expected": "3"}, follow=True)
    done = zhao.post(f"{LIST}check/{query}", {"expected": "2"}, follow=True)

    assert "这2个单位情况未变" in shown
    assert "名册已有变化" in text(changed)
    assert "已将2个单位登记为今日核查" in text(done)
    assert set(Unit.unscoped.filter(checked_on=TODAY)) == set(old)


def test_lists_are_narrowed_by_kind_place_text_and_what_left(world: World, as_: Any) -> None:
    qian = as_("qian")
    firm = make_unit(world.committee_1, "东街纺织", credit_code="91350100M000100Y43")
    state = make_unit(world.committee_1, "国营机械", owner="state")
    club = make_unit(world.committee_2, "商会", kind=UnitKind.SOCIAL_BODY)
    tower = make_unit(world.district, "商务楼", kind=UnitKind.BUILDING)
    gone = make_unit(world.district, "旧厂", left_on=TODAY, left_reason="closed")
    every = {firm.pk, state.pk, club.pk, tower.pk}

    def ids(query: str) -> set[int]:
        return {int(pk) for pk in re.findall(r'data-id="(\d+)"', text(qian.get(LIST + query)))}

    assert ids("") == every
    assert ids("?group=two_new") == {firm.pk, club.pk}
    assert ids("?group=state_firms") == {state.pk}
    assert ids("?group=building") == {tower.pk}
    assert ids("?q=djfz") == {firm.pk}
    assert ids("?q=91350100m") == {firm.pk}
    assert ids(f"?under={world.district.pk}") == every
    assert ids(f"?under={world.district.pk}&direct=1") == {tower.pk}
    assert ids("?measure=blank") == {tower.pk}
    assert ids("?measure=off_list") == {gone.pk}
    assert "没有符合" in text(qian.get(f"{LIST}?q=zzzz"))
    assert "还没有单位" in text(as_("wang").get(LIST))


def test_the_list_is_taken_away_with_numbers_and_dates(world: World, as_: Any) -> None:
    unit = make_unit(
        world.committee_1, "=1+1", credit_code="91350211M0000XUF46", staff=40, hidden=2, hidden_on=TODAY
    )
    make_coverage(unit, CoverageKind.JOINT, body=world.b)
    asleep = make_unit(world.committee_1, "停业厂")
    asleep.pauses.create(reason="stopped", starts_on=TODAY, recorded_at=asleep.recorded_at)

    answer = as_("zhao").get(f"{LIST}export/")
    note, head, row, paused = load_workbook(BytesIO(answer.content)).active.values

    cells = dict(zip(head, row, strict=True))
    assert "2" in note[0]
    assert (cells["单位名称"], cells["从业人员"], cells["口袋（隐形）党员"]) == ("=1+1", 40, 2)
    assert (cells["最近核查日期"].date(), cells["覆盖方式"]) == (TODAY, "联合组建（乙社区党支部）")
    assert "校验位" in cells["信用代码存疑"]
    assert "停产停业" in dict(zip(head, paused, strict=True)).values()
    assert AuditEntry.objects.get(action="unit.export").changes == {"rows": 2, "query": ""}


def test_a_list_costs_the_same_for_one_and_for_three(
    world: World, as_: Any, django_assert_num_queries: Any
) -> None:
    zhao = as_("zhao")
    for rows in (1, 2):
        for _ in range(rows):
            make_coverage(make_unit(world.committee_1), CoverageKind.OWN, body=world.b, starts_on=TODAY)
        with django_assert_num_queries(18):
            zhao.get(LIST)
