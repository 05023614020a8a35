"""The year's plan on the page for paper: rows filled from it, leave counted, the plan become the record."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest

from activities.choices import ActivityKind, ActivityState, LeaveReason
from activities.models import Activity, LeaveRequest
from activities.tests.factories import make_activity
from activities.tests.pages import page, row
from activities.tests.plans import plan
from activities.workflows.duties import open_duties
from branches.tests.factories import NOW

pytestmark = pytest.mark.usefixtures("on_the_day")
As = Callable[[str], Any]
MARCH = "/activities/paper/?month=2026-03"


def asks_leave(world: Any, activity: Activity, who: Any, **fields: Any) -> LeaveRequest:
    shape = {"for_day": activity.held_on, "reason": LeaveReason.ILLNESS, "remark": "住院", "asked_at": NOW}
    return LeaveRequest.unscoped.create(activity=activity, member=who, **{**shape, **fields})


def theme_row(world: Any, **changes: Any) -> dict[str, Any]:
    return row(world, **{"what": "theme_day", "day": "6", "away": "", "chair": "冉", **changes})


def planned_theme_day(world: Any) -> Activity:
    theme = plan(world, date(2026, 3, 6), title="参观纪念馆", place="纪念馆", starts_at=time(9))
    asks_leave(world, theme, world.chen)
    asks_leave(world, theme, world.li, remark="")
    asks_leave(world, theme, world.sun, for_day=date(2026, 3, 5))
    return theme


def test_a_row_of_the_plan_is_filled_and_its_plan_becomes_the_record(world: Any, as_: As) -> None:
    open_duties(world.today)
    theme, client = planned_theme_day(world), as_("li")

    first = page(client.get(MARCH))
    number = first.split('<option value="theme_day" selected>')[0].rsplit('name="m-', 1)[1].split("-")[0]
    for name, value in (("day", "6"), ("place", "纪念馆"), ("title", "参观纪念馆"), ("chair", "")):
        assert f'name="m-{number}-{name}" value="{value}"' in first or not value, name
    assert "陈党员（生病 · 住院）" in first
    assert "孙党员（" not in first
    assert "清空日期" in first
    # Whoever usually chairs is on leave; sent without having read who asked for leave it waits.
    assert "请填写主持人" in page(client.post(MARCH, theme_row(world, chair="")))
    waits = page(client.post(MARCH, theme_row(world)))
    assert "请先核对姓名，再保存" in waits
    asked = waits.split('name="m-0-asked"')[1].split('value="')[1].split('"')[0]
    more = page(client.post(MARCH, theme_row(world, asked=asked, came=[str(world.li.pk)]) | {"more": "1"}))
    assert f'value="{world.li.pk}" checked' in more.replace("\n", "").replace("  ", "")
    saved = client.post(MARCH, theme_row(world, asked=asked, came=[str(world.li.pk)]))

    assert saved.status_code == 302, page(saved)
    theme.refresh_from_db()
    assert (theme.state, theme.leave_ids, theme.chair) == ("held", [world.chen.pk], world.ran)
    assert (theme.title, theme.place, theme.starts_at) == ("参观纪念馆", "纪念馆", time(9))
    assert theme.exceptions.get().remark == "住院"


def test_the_line_overrules_leave_asked_and_a_subject_typed_the_plan(world: Any, as_: As) -> None:
    theme = planned_theme_day(world)
    asked = ",".join(str(each.pk) for each in LeaveRequest.unscoped.filter(for_day=theme.held_on))

    sent = theme_row(world, away="1 2 缺席", title="学习日", asked=",".join(reversed(asked.split(","))))
    client = as_("li")
    waits = page(client.post(MARCH, sent))
    shown = waits.split('name="m-0-asked"')[1].split('value="')[1].split('"')[0]
    assert "后来到会的请勾选" not in waits
    assert client.post(MARCH, sent | {"m-0-asked": shown}).status_code == 302

    theme.refresh_from_db()
    assert (theme.leave_ids, len(theme.absent_ids), theme.title) == ([], 2, "学习日")


def test_what_has_no_day_yet_is_filled_without_one(world: Any, as_: As) -> None:
    """Still to come, postponed, of another month, and planned besides what is owed."""
    open_duties(world.today)
    plan(world, date(2026, 3, 20), place="大礼堂")
    quarter = {"plan_starts_on": date(2026, 1, 1), "plan_ends_on": date(2026, 3, 31)}
    off = {"state": ActivityState.POSTPONED, "reason": "防汛"}
    plan(world, date(2026, 2, 5), kind=ActivityKind.GENERAL, place="小礼堂", **quarter, **off)
    none = dict.fromkeys(("plan_starts_on", "plan_ends_on", "plan_number"))
    plan(world, date(2026, 3, 3), kind=ActivityKind.OTHER, title="植树", **none)
    plan(world, date(2026, 3, 30), kind=ActivityKind.OTHER, title="春游", **none)
    plan(world, date(2026, 1, 3), kind=ActivityKind.TALK, place="一月", **none, **off)
    make_activity(world.a, world.li.user, [world.li], held_on=date(2026, 1, 7), place="会议室")

    html = page(as_("li").get(MARCH))

    assert 'value="大礼堂"' in html
    assert 'value="小礼堂"' in html
    assert 'value="植树"' in html
    assert "春游" not in html
    assert 'value="一月"' not in html
    assert html.count('-day" value="') == 1


def test_a_meeting_planned_and_not_held_is_said_from_paper(world: Any, as_: As) -> None:
    theme = planned_theme_day(world)

    sent = theme_row(world, not_held="防汛", roster="", chair="")
    assert as_("li").post(MARCH, sent).status_code == 302

    theme.refresh_from_db()
    assert (theme.state, theme.title, theme.reason) == ("did_not_meet", "参观纪念馆", "防汛")
