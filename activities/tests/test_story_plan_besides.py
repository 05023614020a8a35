"""One meeting planned besides the sheet: on the page, by the API, moved and recorded like any other."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from activities.choices import ActivityKind, ActivityState
from activities.models import Activity
from activities.rules.plan_moves import Appointment
from activities.tests.pages import ids_on, page, typed
from activities.tests.plans import by, plan, refused, told
from activities.workflows.plans import OnePlan, plan_one
from branches.tests.factories import make_group
from orgportal.core.errors import NotAllowed
from orgportal.core.models import AuditEntry

pytestmark = pytest.mark.usefixtures("on_the_day")
As = Callable[[str], Any]


def said(on: date = date(2026, 3, 20), kind: ActivityKind = ActivityKind.OTHER, group: Any = None) -> OnePlan:
    return OnePlan(kind, group, Appointment(on))


def test_one_meeting_more_is_planned_moved_and_recorded(world: Any, as_: As) -> None:
    li, add = as_("li"), f"/activities/plan/{world.a.pk}/add/"
    sheet = f"/activities/plan/{world.a.pk}/?year=2026"
    assert add in page(li.get(sheet))
    assert add not in page(as_("zhao").get(sheet))
    fields = {"what": "other", "on": "2026-03-15", "place": "河堤", "title": "植树"}
    assert "is_sure" in page(li.post(add, fields))
    wrong = [({"on": "2026-03-09"}, "已经过去"), ({"what": ""}, "what"), ({"what": "x"}, "what")]
    for changes, words in wrong:
        answer = li.post(add, {**fields, **changes})
        assert (answer.status_code, words in page(answer)) == (422, True), changes

    saved = li.post(add, {**fields, "is_sure": "on"})

    row = Activity.unscoped.get()
    assert saved["Location"] == row.get_absolute_url()
    assert (row.title, row.plan_starts_on, row.state) == ("植树", None, ActivityState.PLANNED)
    assert (told(world, "chen"), told(world, "li")) == (["activities.plan_added"], [])
    assert AuditEntry.objects.filter(action="plan.added").count() == 1
    assert "已安排在这一天" in page(li.post(add, {**fields, "is_sure": "on"}))
    assert ids_on(page(li.get(sheet))) == [row.pk]
    assert "植树" in page(li.get(f"/activities/plan/{world.a.pk}/print/?year=2026"))
    off = {"reason": "下雨", "version": "1"}
    assert li.post(f"/activities/{row.pk}/plan/postpone/", off).status_code == 302
    assert "另行通知" in page(li.get(sheet))
    form = page(li.get(f"/activities/new/?branch={world.a.pk}&kind=other&plan={row.pk}"))
    assert f'value="{row.pk}:2"' in form
    # Of no period, it is the one the page was about, on whatever day it was held.
    meeting = typed(world, held_on="2026-03-06", plan_seen=f"{row.pk}:2")
    assert li.post(f"/activities/new/?branch={world.a.pk}&kind=other", meeting).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.held_on) == (ActivityState.HELD, date(2026, 3, 6))
    assert Activity.unscoped.count() == 1


def test_what_its_period_still_owes_is_planned_by_it(world: Any, as_: As) -> None:
    address = f"/api/v1/branches/{world.a.pk}/plan/"
    sent = {"kind": "theme_day", "on": "2026-03-20"}
    first = as_("li").post(f"{address}one/", sent, content_type="application/json")
    assert (first.status_code, first.json()["plan_starts_on"]) == (201, "2026-03-01")
    assert first.json()["title"] == "2026年3月主题党日"
    again = as_("li").post(f"{address}one/", sent, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "plan_same_day")

    second = as_("li").post(f"{address}one/", {**sent, "on": "2026-03-24"}, content_type="application/json")

    assert second.json()["plan_starts_on"] is None
    assert as_("li").get(f"{address}?year=2026").json()["besides"] == [second.json()["id"]]


def test_who_plans_one_more_and_of_which_group(world: Any) -> None:
    group, elsewhere = make_group(world.a, "第一党小组"), make_group(world.c, "外组")
    kind = ActivityKind.GROUP
    refused("group_missing", lambda: plan_one(said(kind=kind), branch=world.a, **by(world)))
    refused("group_not_wanted", lambda: plan_one(said(group=group.pk), branch=world.a, **by(world)))
    other = said(kind=kind, group=elsewhere.pk)
    refused("group_unknown", lambda: plan_one(other, branch=world.a, **by(world)))
    with pytest.raises(NotAllowed):
        plan_one(said(), branch=world.a, **by(world, "zhao"))

    row = plan_one(said(kind=kind, group=group.pk), branch=world.a, **by(world))

    assert (row.group, row.title) == (group, "2026年3月第一党小组")


def test_what_was_cancelled_and_the_plans_of_other_years_stand_apart(world: Any, as_: As) -> None:
    none = dict.fromkeys(("plan_starts_on", "plan_ends_on", "plan_number"))
    plan(world, date(2027, 3, 2), **none)
    off = plan(world, date(2026, 3, 20), state="cancelled", reason="防汛", **none)

    html = page(as_("li").get(f"/activities/plan/{world.a.pk}/?year=2026"))

    assert ids_on(html) == [off.pk]
    assert "besides" not in html
