"""Unfinished text brought back in Chromium stands on what it was typed over: that roster, that version."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from activities.models import Activity, Decision
from activities.tests.factories import make_activity
from activities.tests.pages import CREATE, typed
from activities.tests.test_workflows_meetings import move
from conftest import World
from orgportal.tests.browsers import NEEDS_CHROMIUM, watched

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), NEEDS_CHROMIUM]
SAVE = "#meeting button[type=submit]"


@pytest.fixture
def page(browser: Browser, world: World, as_: Any, live_server: Any) -> Iterator[Page]:
    context = browser.new_context(base_url=live_server.url)
    context.set_default_timeout(30_000)
    cookie = as_("li").cookies["session"].value
    context.add_cookies([{"name": "session", "value": cookie, "url": live_server.url}])
    page = context.new_page()
    troubles = watched(page)
    yield page
    context.close()
    assert troubles == []


def type_and_leave(page: Page, address: str, field: str, words: str) -> None:
    """Typed, kept on this computer, and the tab is gone."""
    page.goto(address)
    page.fill(field, words)
    expect(page.locator("[data-draft-status]")).to_contain_text("草稿已保存", timeout=10_000)
    page.goto("about:blank")


def test_a_draft_meets_another_roster_and_another_version(page: Page, world: World, as_: Any) -> None:
    create = f"{CREATE}?branch={world.a.pk}&kind=general"
    type_and_leave(page, create, "#id_away", "4 病假")
    with transaction.atomic():  # a history is whole at the commit
        move(world.chen, world.b, timezone.localdate() - timedelta(days=1))
    page.goto(create)
    expect(page.locator("#id_away")).to_have_value("4 病假")
    page.click(SAVE)
    expect(page.locator(".error-summary")).to_contain_text("陈党员")
    page.click(SAVE)
    expect(page.locator("h1")).not_to_contain_text("有错误")
    record = Activity.unscoped.get()
    assert record.leave_ids == [world.sun.pk]

    amend = reverse("activities:activity-amend", kwargs={"pk": record.pk})
    type_and_leave(page, amend, "#id_place", "三楼会议室")
    ids = [world.li.pk, world.ran.pk, world.sun.pk]
    theirs = typed(
        world, away="孙党员 病假", items="", note="补记", version="1", roster=",".join(map(str, ids)),
        held_on=record.held_on.isoformat(), title=record.title,
    )  # fmt: skip
    del theirs[f"p-{world.chen.pk}"]
    assert as_("ran").post(amend, theirs).status_code == 302
    page.goto(amend)
    expect(page.locator("#id_place")).to_have_value("三楼会议室")
    page.click(SAVE)
    expect(page.locator("[name=pick-note][value=theirs]")).to_be_checked()
    expect(page.locator("[name=pick-place][value=mine]")).to_be_checked()


def test_a_draft_keeps_the_plan_it_was_typed_over(page: Page, world: World) -> None:
    """Moved meanwhile by somebody else, the plan is not overwritten unseen by a draft brought back."""
    today = timezone.localdate()
    plan = make_activity(
        world.a, world.li.user, kind="theme_day", state="planned", title="主题党日", held_on=today
    )
    address = f"{CREATE}?branch={world.a.pk}&kind=theme_day&plan={plan.pk}"
    type_and_leave(page, address, "#id_place", "三楼会议室")
    Activity.unscoped.filter(pk=plan.pk).update(title="重走红军路", version=2)

    page.goto(address)
    expect(page.locator("#id_place")).to_have_value("三楼会议室")
    assert page.locator("[name=plan_seen]").input_value() == f"{plan.pk}:1"
    page.click(SAVE)
    expect(page.locator(".error-summary")).to_contain_text("计划")
    expect(page.locator("#id_place")).to_have_value("三楼会议室")
    assert page.locator("[name=plan_seen]").input_value() == f"{plan.pk}:2"
    assert Activity.unscoped.get().is_plan


def due(world: World, text: str) -> Decision:
    before = make_activity(
        world.a, world.li.user, [world.li], held_on=timezone.localdate() - timedelta(days=40), title=text
    )
    item = before.items.create(position=1, topic=text)
    decision: Decision = item.decisions.create(text=text, owner=world.chen, due_on=timezone.localdate())
    return decision


def test_what_is_due_goes_on_the_agenda_with_and_without_scripts(
    page: Page, world: World, browser: Browser
) -> None:
    """One press ticks them all; without scripts each is ticked by hand. A result typed closes one."""
    first, second = due(world, "公示账目"), due(world, "走访困难党员")
    create = f"{CREATE}?branch={world.a.pk}&kind="
    plain = browser.new_context(java_script_enabled=False)
    plain.add_cookies(page.context.cookies())  # type: ignore[arg-type]
    page.goto(f"{create}general")
    page.click("[data-carry-all]")
    for each in (first, second):
        expect(page.locator(f"[name=f-{each.pk}-on_agenda]")).to_be_checked()
    expect(page.locator("#agenda-check")).to_contain_text("走访困难党员")
    page.fill(f"[name=f-{first.pk}-result]", "已公示")
    page.click(SAVE)
    page.wait_for_url("**/saved/")
    with_scripts = Activity.unscoped.latest("pk")
    by_hand = plain.new_page()
    by_hand.goto(page.url.split("/activities/")[0] + f"{create}theme_day")

    expect(by_hand.locator("[data-carry-all]")).to_be_hidden()
    expect(by_hand.locator(f"[name=f-{first.pk}-on_agenda]")).to_have_count(0)
    by_hand.check(f"[name=f-{second.pk}-on_agenda]")
    by_hand.click(SAVE)
    by_hand.wait_for_url("**/saved/")
    plain.close()

    assert set(with_scripts.items.values_list("topic", flat=True)) == {"公示账目", "走访困难党员"}
    assert Activity.unscoped.latest("pk").items.get().topic == "走访困难党员"
    assert list(Decision.unscoped.order_by("pk").values_list("result", flat=True)) == ["已公示", ""]
