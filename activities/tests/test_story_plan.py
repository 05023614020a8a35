"""A year laid out, a meeting moved, leave asked, the meeting recorded: one row all the way, on the pages."""

import re
from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest

from activities.choices import ActivityKind, ActivityState
from activities.models import Activity, ActivityRevision, Duty, LeaveRequest
from activities.tests.factories import make_activity
from activities.tests.feeds import events, make
from activities.tests.pages import ids_on, page, typed
from activities.workflows.duties import open_duties
from orgportal.core.models import AuditEntry, HolidayNotice, Notification

pytestmark = pytest.mark.usefixtures("on_the_day")
As = Callable[[str], Any]


def sheet_fields(html: str) -> dict[str, str]:
    """What the page would send back as it stands."""
    found = {}
    for tag in re.findall(r"<input[^>]+>", html):
        name, value = re.search(r'name="(m-\d+-\w+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and 'type="checkbox"' not in tag:
            found[name[1]] = value[1] if value else ""
    return found


def lay_out(world: Any, client: Any, **changes: str) -> Any:
    address = f"/activities/plan/{world.a.pk}/lay-out/?year=2026"
    fields = sheet_fields(page(client.get(address)))
    return client.post(address, {**fields, **changes})


def notices(world: Any, persona: str) -> list[str]:
    rows = Notification.unscoped.filter(recipient=world.user(persona))
    return list(rows.order_by("pk").values_list("rule", flat=True))


def planned() -> Any:
    return Activity.unscoped.filter(state=ActivityState.PLANNED)


def the_year_is_laid_out(world: Any, li: Any) -> Activity:
    """Nothing is planned yet; the page says what is owed and how to go on. Said twice it adds nothing."""
    first = page(li.get(f"/activities/plan/{world.a.pk}/"))
    assert "支部党员大会" in first
    assert "lay-out" in first
    answer = lay_out(world, li)
    assert (answer.status_code, answer["Location"]) == (302, f"/activities/plan/{world.a.pk}/?year=2026")
    theme: Activity = planned().get(kind=ActivityKind.THEME_DAY, held_on__month=3)
    # The second Wednesday, at the usual hour and place.
    assert (theme.held_on, theme.starts_at, theme.place) == (date(2026, 3, 11), time(15), "党群活动室")
    assert theme.title == "2026年3月主题党日"
    assert AuditEntry.objects.filter(action="plan.laid_out").count() == 1
    total = planned().count()
    assert "无待排" in page(li.get(f"/activities/plan/{world.a.pk}/lay-out/?year=2026"))
    assert planned().count() == total
    return theme


def leave_is_asked(world: Any, as_: As, theme: Activity) -> None:
    """A member finds it on the first screen; whoever records it reads the reason and nobody else."""
    chen, leave = as_("chen"), f"/activities/{theme.pk}/leave/"
    assert theme.title in page(chen.get("/?view=own"))
    assert chen.post(leave, {"reason": ""}).status_code == 422
    assert chen.post(leave, {"reason": "illness", "remark": "住院"}).status_code == 302
    assert "住院" in page(chen.get(leave))
    assert chen.post(leave, {"reason": "illness"}).status_code == 422
    assert (notices(world, "ran"), notices(world, "li")) == (["activities.leave_asked"], [])
    assert "住院" in page(as_("li").get(f"/activities/{theme.pk}/"))
    assert "住院" not in page(as_("zhao").get(f"/activities/{theme.pk}/"))
    assert as_("wang").get(leave).status_code == 404


def it_is_moved(world: Any, as_: As, theme: Activity, token: str) -> None:
    """Everybody but the mover is told once; leave was asked for the other day, and is asked anew."""
    li, before = as_("li"), events(token)[theme.title]["sequence"]
    move, leave = f"/activities/{theme.pk}/plan/move/", f"/activities/{theme.pk}/leave/"
    fields = {"on": "2026-03-15", "starts_at": "09:00", "ends_at": "10:00", "place": "", "version": "1"}
    asked = li.post(move, {**fields, "title": theme.title})
    assert asked.status_code == 422
    assert "is_sure" in page(asked)
    fields |= {"on": "2026-03-10", "title": theme.title, "reason": "场地"}
    assert li.post(move, {**fields, "version": "7"}).status_code == 422
    assert li.post(move, fields).status_code == 302
    theme.refresh_from_db()
    assert (theme.held_on, theme.version, theme.title) == (date(2026, 3, 10), 2, "2026年3月主题党日")
    assert notices(world, "chen") == ["activities.plan_moved"]
    assert events(token)[theme.title]["sequence"] > before
    assert "您已请假" not in page(as_("chen").get(leave))
    assert as_("chen").post(leave, {"reason": "illness", "remark": "住院"}).status_code == 302
    assert LeaveRequest.unscoped.get().version == 2


def it_is_recorded(world: Any, as_: As, theme: Activity) -> None:
    """The page starts from the plan with chen on leave; the plan becomes the record."""
    li = as_("li")
    form = page(li.get(f"/activities/new/?branch={world.a.pk}&kind=theme_day&plan={theme.pk}"))
    assert 'value="2026-03-10"' in form
    assert "住院" in form
    assert "已事先请假" in form
    meeting = typed(world, held_on="2026-03-10", away="陈党员 病假：住院", title="学习日", items="")
    saved = li.post(f"/activities/new/?branch={world.a.pk}&kind=theme_day", meeting)
    assert saved.status_code == 302, page(saved)
    theme.refresh_from_db()
    assert (theme.state, theme.title, theme.version) == ("held", "学习日", 3)
    assert theme.leave_ids == [world.chen.pk]
    assert Duty.unscoped.get(activity=theme).state == "on_time"
    assert ActivityRevision.objects.filter(activity=theme).count() == 2
    assert Activity.unscoped.filter(kind=ActivityKind.THEME_DAY, held_on__month=3).count() == 1
    # Too late to take it back.
    assert as_("chen").post(f"/activities/{theme.pk}/leave/withdraw/").status_code == 422


def others_are_called_off(world: Any, as_: As, token: str) -> None:
    """Calendar and first screen say so; what the meeting was to answer stays open."""
    li, off = as_("li"), {"reason": "防汛", "version": "1"}
    general = planned().filter(kind=ActivityKind.GENERAL).earliest("held_on")
    lecture = planned().filter(kind=ActivityKind.LECTURE).earliest("held_on")
    assert li.post(f"/activities/{general.pk}/plan/postpone/", {"version": "1"}).status_code == 422
    assert li.post(f"/activities/{general.pk}/plan/postpone/", off).status_code == 302
    assert li.post(f"/activities/{lecture.pk}/plan/cancel/", off).status_code == 302
    assert notices(world, "chen")[1:] == ["activities.plan_postponed", "activities.plan_cancelled"]
    assert [str(events(token)[row.title]["status"]) for row in (general, lecture)] == ["CANCELLED"] * 2
    home = page(as_("chen").get("/?view=own"))
    assert "已延期" in home
    assert "已取消" in home
    sheet = page(li.get(f"/activities/plan/{world.a.pk}/?year=2026"))
    assert {general.pk, lecture.pk} <= set(ids_on(sheet))
    assert "防汛" in sheet
    assert "lay-out" in sheet
    voided = li.post(f"/activities/{general.pk}/void/", {**off, "version": "2"})
    assert "这是计划而非记录" in page(voided)
    assert "防汛" in page(li.get(f"/activities/{general.pk}/"))
    assert "恢复召开" in page(li.get(f"/activities/{lecture.pk}/"))
    assert li.get(f"/activities/{lecture.pk}/plan/nothing/").status_code == 404
    # The list is of records; plans are there where they are asked for.
    assert general.pk not in ids_on(page(li.get("/activities/")))
    assert general.pk in ids_on(page(li.get("/activities/?state=postponed")))


def test_the_year_of_a_branch(world: Any, as_: As) -> None:
    open_duties(world.today)
    make_activity(
        world.a, world.li.user, [world.li], kind=ActivityKind.THEME_DAY, held_on=date(2026, 2, 11),
        starts_at=time(15), ends_at=time(16), place="党群活动室", title="主题党日",
    )  # fmt: skip

    theme = the_year_is_laid_out(world, as_("li"))
    leave_is_asked(world, as_, theme)
    token = make(world, "chen").token
    it_is_moved(world, as_, theme, token)
    it_is_recorded(world, as_, theme)
    others_are_called_off(world, as_, token)


def test_leave_is_withdrawn_on_the_page(world: Any, as_: As) -> None:
    lay_out(world, as_("li"))
    chen, row = as_("chen"), planned().filter(kind=ActivityKind.THEME_DAY).earliest("held_on")
    address = f"/activities/{row.pk}/leave/"
    chen.post(address, {"reason": "work"})
    assert "已请假" in page(chen.get("/?view=own"))

    assert chen.post(f"{address}withdraw/").status_code == 302

    assert not LeaveRequest.unscoped.get().stands
    assert "暂无人请假" in page(as_("li").get(f"/activities/{row.pk}/"))
    assert as_("sys").get(address).status_code == 404


def test_a_sheet_is_taken_back_as_far_as_nothing_came_of_it(world: Any, as_: As) -> None:
    li = as_("li")
    lay_out(world, li)
    total = Activity.unscoped.count()
    theme = Activity.unscoped.filter(kind=ActivityKind.THEME_DAY).earliest("held_on")
    as_("chen").post(f"/activities/{theme.pk}/leave/", {"reason": "work"})
    address = f"/activities/plan/{world.a.pk}/take-back/?year=2026"

    assert as_("ran").post(address).status_code == 302
    assert Activity.unscoped.count() == total
    assert li.post(address).status_code == 302

    assert list(Activity.unscoped.values_list("pk", flat=True)) == [theme.pk]
    assert "没有可撤回" in page(li.post(address, follow=True))


FAULTS = [
    ("on", "2026-03-15", "休息日"),
    ("on", "2026-03-09", "已经过去"),
    ("on", "2026-07-01", "不在本期内"),
    ("on", "三月", "日期"),
    ("ends_at", "08:00", "开始"),
    ("slot", "themeday.freq||2031-01-01|1", "并非"),
    ("slot", "x", "并非"),
    ("slot", "a|b|2026-03-01|c", "并非"),
    ("slot", "a||2026-13-40|1", "并非"),
    ("slot", "a||c|1", "并非"),
]


def test_a_fault_names_its_row_and_nothing_is_planned(world: Any, as_: As) -> None:
    client = as_("li")
    for field, value, words in FAULTS:
        answer = lay_out(world, client, **{f"m-2-{field}": value})

        assert (answer.status_code, value) == (422, value)
        assert "第 3 行" in page(answer)
        assert words in page(answer), value
        assert not Activity.unscoped.exists()


def test_a_day_off_can_be_meant_and_a_cleared_row_is_not_planned(world: Any, as_: As) -> None:
    HolidayNotice.objects.all().delete()
    client = as_("li")
    fields = sheet_fields(page(client.get(f"/activities/plan/{world.a.pk}/lay-out/?year=2026")))
    cleared = {name: "" for name in fields if name.endswith("-on")}

    nothing = lay_out(world, client, **cleared)
    assert nothing.status_code == 422
    assert "还没有填写" in page(nothing)
    kept = {**cleared, "m-0-on": "2026-03-15", "m-0-is_sure": "on"}
    assert lay_out(world, client, **kept).status_code == 302

    assert Activity.unscoped.get().held_on == date(2026, 3, 15)


def test_the_page_of_another_year_another_branch_and_an_empty_one(world: Any, as_: As) -> None:
    li = as_("li")

    unknown = page(li.get(f"/activities/plan/{world.a.pk}/?year=2027"))
    assert "放假安排" in unknown
    assert "2026年度" in page(li.get(f"/activities/plan/{world.a.pk}/?year=2099"))
    assert "2026年度" in page(li.get(f"/activities/plan/{world.a.pk}/?year=x"))
    assert li.get(f"/activities/plan/{world.c.pk}/").status_code == 404
    assert li.get(f"/activities/plan/{world.committee_1.pk}/").status_code == 404
    world.a.established_on = date(2026, 3, 1)
    world.a.save()
    assert "没有应开展" in page(li.get(f"/activities/plan/{world.a.pk}/?year=2025"))
    assert page(li.get(f"/activities/plan/{world.a.pk}/print/?year=2025"))
