"""Unfinished text brought back in Chromium stands on what it was typed over: that roster, that version."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from activities.models import Activity
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
