"""Typing that must not be lost, in Chromium: drafts of the ordinary form, and the page without network."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from activities.models import Activity, LeaveRequest
from activities.tests.factories import make_activity
from activities.tests.offline_pages import (
    CACHED,
    OFFLINE,
    STORED,
    prepared,
    save,
    sign_in,
    sign_out,
    states,
    type_meeting,
)
from branches.models import Organization
from conftest import World
from orgportal.core.models import User
from orgportal.tests.browsers import NEEDS_CHROMIUM, unsound, watched

SHOTS = os.environ.get("PORTAL_SCREENSHOTS", "")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    NEEDS_CHROMIUM,
]


@pytest.fixture
def page(browser: Browser, world: World, live_server: Any) -> Iterator[Page]:
    context = browser.new_context(base_url=live_server.url, viewport={"width": 360, "height": 760})
    context.set_default_timeout(15_000)
    page = context.new_page()
    troubles = watched(page)
    yield page
    context.close()
    assert troubles == []


# --- the ordinary form


def test_what_was_typed_survives_a_killed_tab_and_an_expired_session(page: Page, world: World) -> None:
    sign_in(page)
    page.goto("/activities/new/?kind=general")
    page.fill("[name=title]", "没有丢的会议")
    page.fill("[name=items]", "账目 => 公示 @陈党员 12-31")
    page.locator("#boxes").evaluate("each => { each.open = true }")
    for number in range(5):
        if number > 2:
            page.click("[data-add-row]")
        page.fill(f"[name=row-{number}-topic]", f"第{number}项")
    page.locator(f"[name=p-{world.sun.pk}][value=work]").evaluate("each => each.click()")
    expect(page.locator("[data-draft-status]")).to_contain_text("草稿已保存", timeout=10_000)
    again = page.context.new_page()
    page.close()
    Session.objects.all().delete()
    again.goto("/activities/new/?kind=general")
    sign_in(again)

    assert again.url.endswith("/activities/new/?kind=general")
    assert again.input_value("[name=title]") == "没有丢的会议"
    assert again.input_value("[name=items]") == "账目 => 公示 @陈党员 12-31"
    assert [again.input_value(f"[name=row-{number}-topic]") for number in range(5)] == [
        f"第{number}项" for number in range(5)
    ]
    assert again.is_checked(f"[name=p-{world.sun.pk}][value=work]")
    Session.objects.all().delete()
    again.click("form#meeting button[type=submit]")
    sign_in(again)
    again.click("form#meeting button[type=submit]")
    again.wait_for_url("**/saved/")

    assert Activity.unscoped.get().items.count() == 6
    assert again.evaluate("Object.keys(localStorage).filter(name => name.startsWith('draft:'))") == []


def test_drafts_are_wiped_at_sign_out(page: Page) -> None:
    sign_in(page)
    page.goto("/activities/new/?kind=general")
    page.fill("[name=title]", "不留给下一位")
    expect(page.locator("[data-draft-status]")).to_contain_text("草稿已保存", timeout=10_000)
    sign_out(page)
    page.wait_for_url("**/sign-in/**")

    assert page.evaluate("localStorage.length") == 0


# --- without network


def test_a_meeting_typed_without_network_is_sent_once_there_is_one(page: Page, world: World) -> None:
    prepared(page)
    page.context.set_offline(True)
    page.goto(OFFLINE)
    expect(page.locator("[data-part=net]")).to_contain_text("没有网络")
    type_meeting(page)
    expect(page.locator("[data-away-read]")).to_have_text("识别为：陈党员 病假：住院")
    save(page)
    expect(page.locator("[data-part=count]")).to_have_text("待发送 1 条")
    assert Activity.unscoped.count() == 0
    page.context.set_offline(False)
    expect(page.locator("[data-entry][data-state=sent]")).to_have_count(1, timeout=20_000)

    row = Activity.unscoped.get()
    assert (row.title, row.kind, row.place, row.held_on) == (
        "无网会议", "theme_day", "村部", timezone.localdate(),
    )  # fmt: skip
    assert row.note == "第一行\r\n第二行"
    assert (row.leave_ids, row.exceptions.get().remark) == ([world.chen.pk], "住院")
    page.click("[data-act=see]")
    page.wait_for_url(f"**{row.get_absolute_url()}")


def test_any_other_page_leads_to_the_one_that_needs_no_network(page: Page) -> None:
    prepared(page)
    page.context.set_offline(True)
    page.goto("/members/")

    assert page.url.endswith(f"{OFFLINE}?wanted=%2Fmembers%2F")
    # The page is drawn before its script has read the address.
    expect(page.locator("[data-part=wanted] a")).to_have_attribute("href", "/members/")


def test_nothing_personal_is_kept_in_plain_or_in_the_caches(page: Page) -> None:
    prepared(page)
    page.goto("/activities/")
    page.goto("/members/")
    page.goto(OFFLINE)
    type_meeting(page, title="机密题目")
    page.context.set_offline(True)
    save(page)
    expect(page.locator("[data-part=count]")).to_have_text("待发送 1 条")

    stored = page.evaluate(STORED)
    cached = page.evaluate(CACHED)

    assert stored["keys"] == ["kept"]
    assert sorted(stored["rows"]) == ["kept", "waiting"]
    assert not [word for word in ("机密题目", "李书记", "陈党员") if word in stored["text"]]
    assert [path for path in cached if not path.startswith("/static/")] == [OFFLINE]


def test_a_killed_tab_loses_nothing_that_was_typed(page: Page) -> None:
    prepared(page)
    page.context.set_offline(True)
    type_meeting(page, title="未填完的会议")
    expect(page.locator("[data-part=draft]")).to_contain_text("草稿已保存")
    later = page.context.new_page()
    page.close()
    later.goto(OFFLINE)

    expect(later.locator("[data-part=draft]")).to_contain_text("已恢复", timeout=10_000)
    assert later.input_value("[name=title]") == "未填完的会议"
    assert later.input_value("[name=sitting]") == "theme_day:"
    assert later.input_value("[name=note]") == "第一行\n第二行"


def test_an_entry_that_waits_is_edited_or_deleted_and_brought_back(page: Page) -> None:
    prepared(page)
    page.context.set_offline(True)
    type_meeting(page, title="先这样")
    save(page)
    page.click("[data-act=edit]")
    # It comes out of the vault: only then there is something to edit.
    expect(page.locator("#offline-meeting [name=title]")).to_have_value("先这样")
    page.fill("#offline-meeting [name=title]", "再改成这样")
    save(page)
    expect(page.locator("[data-title]")).to_have_text("再改成这样")
    page.click("[data-act=remove]")
    expect(page.locator("[data-entry]")).to_have_attribute("data-state", "deleted")
    page.click("[data-act=undo]")
    expect(page.locator("[data-entry]")).to_have_attribute("data-state", "waiting")
    page.context.set_offline(False)
    expect(page.locator("[data-entry][data-state=sent]")).to_have_count(1, timeout=20_000)

    assert Activity.unscoped.get().title == "再改成这样"


def test_news_of_the_portal_leave_the_chosen_kind_and_day_alone(page: Page, world: World) -> None:
    prepared(page)
    page.select_option("[name=sitting]", "theme_day:")
    page.fill("#offline-meeting [name=held_on]", "2026-01-05")
    Organization.unscoped.filter(pk=world.a.pk).update(name="改名后的党支部")
    with page.expect_response("**/activities/offline/kept/"):
        page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("[name=branch] option")).to_have_text("改名后的党支部")

    assert page.input_value("[name=sitting]") == "theme_day:"
    assert page.input_value("#offline-meeting [name=held_on]") == "2026-01-05"
    assert page.input_value("#offline-meeting [name=title]") == "2026年1月主题党日"


def test_an_expired_session_keeps_the_queue_and_goes_on_after_signing_in(page: Page) -> None:
    prepared(page)
    page.context.set_offline(True)
    type_meeting(page)
    save(page)
    Session.objects.all().delete()
    page.context.set_offline(False)
    expect(page.locator("[data-part=signin]")).to_be_visible(timeout=20_000)
    assert states(page) == ["waiting"]
    page.click("[data-part=signin] a")
    sign_in(page)
    page.wait_for_url(f"**{OFFLINE}")
    expect(page.locator("[data-entry][data-state=sent]")).to_have_count(1, timeout=20_000)

    assert Activity.unscoped.count() == 1


def test_a_conflict_is_told_in_the_portals_words_and_put_right_in_the_ordinary_form(
    page: Page, world: World
) -> None:
    prepared(page)
    page.context.set_offline(True)
    for title in ("第一场", "第二场"):
        type_meeting(page, title=title)
        save(page)
    expect(page.locator("[data-part=count]")).to_have_text("待发送 2 条")
    Organization.unscoped.filter(pk=world.a.pk).update(name="改名后的党支部")
    page.context.set_offline(False)
    expect(page.locator("[data-state=conflict] [data-said]")).to_contain_text("第一场", timeout=20_000)
    expect(page.locator("[data-state=conflict] [data-note]")).to_contain_text("现名：改名后的党支部")
    page.click("[data-state=conflict] [data-act=ordinary]")
    page.wait_for_url("**/activities/new/**")
    assert page.input_value("form#meeting [name=title]") == "第二场"
    assert page.input_value("form#meeting [name=note]") == "第一行\n第二行"
    page.check("[name=is_another]")
    page.click("form#meeting button[type=submit]")
    page.wait_for_url("**/saved/")
    page.goto(OFFLINE)
    expect(page.locator("[data-entry][data-state=sent]")).to_have_count(1, timeout=20_000)

    assert sorted(Activity.unscoped.values_list("title", flat=True)) == ["第一场", "第二场"]


def test_signing_out_with_meetings_unsent_asks_first_and_then_wipes(page: Page) -> None:
    prepared(page)
    page.context.set_offline(True)
    type_meeting(page)
    save(page)
    expect(page.locator("[data-part=count]")).to_have_text("待发送 1 条")
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto("/activities/")
    expect(page.locator(".alert--waiting")).to_contain_text("1 条尚未记录")
    sign_out(page)
    expect(page.locator(".alert--waiting")).to_contain_text("退出登录会将其从本机删除")
    page.click(".alert--waiting .button--danger")
    page.wait_for_url("**/sign-in/**")

    assert page.evaluate("localStorage.length") == 0
    assert page.evaluate(STORED)["rows"] == []


def test_another_account_and_a_month_unused_wipe_what_was_kept(page: Page) -> None:
    prepared(page)
    Session.objects.all().delete()
    page.goto("/sign-in/")
    sign_in(page, "ran")
    by_account = page.evaluate("localStorage.getItem('offline:owner')")
    page.goto(OFFLINE)
    page.click("[data-do=keep]")
    expect(page.locator("[data-part=work]")).to_be_visible()
    page.evaluate("localStorage.setItem('offline:used', String(Date.now() - 31 * 24 * 3600 * 1000))")
    page.goto("/activities/")

    assert by_account is None
    assert page.evaluate("localStorage.getItem('offline:owner')") is None
    assert page.evaluate(STORED)["rows"] == []


# --- how it looks


def look(page: Page, name: str) -> None:
    """Nothing wider than the screen, nothing axe would mend, in both widths."""
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), (name, width)
        assert unsound(page) == [], (name, width)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_is_sound_in_each_of_its_states(page: Page, language: str) -> None:
    User.objects.update(language=language)
    page.goto(OFFLINE)
    expect(page.locator("[data-part=signin]")).to_be_visible()
    look(page, f"offline-anon-{language}")
    sign_in(page)
    page.goto("/activities/new/?kind=general")
    look(page, f"record-{language}")
    page.goto(OFFLINE)
    expect(page.locator("[data-do=keep]")).to_be_visible()
    look(page, f"offline-ask-{language}")
    page.click("[data-do=keep]")
    expect(page.locator("[data-part=work]")).to_be_visible()
    page.context.set_offline(True)
    page.fill("[name=title]", "")
    save(page)
    look(page, f"offline-wrong-{language}")
    for title in ("第一场", "第二场", "第三场"):
        type_meeting(page, title=title)
        save(page)
    page.locator("[data-act=remove]").nth(2).click()
    page.context.set_offline(False)
    expect(page.locator("[data-state=conflict]")).to_have_count(1, timeout=20_000)
    look(page, f"offline-list-{language}")


def test_without_scripts_the_page_says_that_it_needs_them(browser: Browser, live_server: Any) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(OFFLINE)

    assert "本页需要启用脚本" in page.inner_text("main")
    assert not page.locator("#offline-meeting").is_visible()
    context.close()


def test_the_form_follows_the_plan_and_a_plan_moved_meanwhile_is_said(page: Page, world: World) -> None:
    """Filled with day and leave; moved while there was no network, it is said and nothing is lost."""
    today = timezone.localdate()
    period = {"plan_starts_on": today, "plan_ends_on": today + timedelta(days=20), "plan_number": 1}
    planned = make_activity(
        world.a, world.li.user, kind="theme_day", state="planned", held_on=today, title="参观纪念馆", **period
    )
    LeaveRequest.unscoped.create(
        activity=planned, member=world.chen, for_day=today, reason="illness", remark="住院",
        asked_at=timezone.now(),
    )  # fmt: skip
    prepared(page)
    page.context.set_offline(True)
    page.goto(OFFLINE)
    page.select_option("[name=sitting]", "theme_day:")
    expect(page.locator("[data-from-plan]")).to_contain_text("陈党员")
    expect(page.locator("[name=title]")).to_have_value("参观纪念馆")
    expect(page.locator(f"[name=p-{world.chen.pk}][value=illness]")).to_be_checked()
    page.fill("[name=held_on]", str(today - timedelta(days=1)))
    page.locator("[name=held_on]").blur()
    expect(page.locator(f"[name=p-{world.chen.pk}][value=here]")).to_be_checked()
    page.fill("[name=held_on]", str(today))
    page.locator("[name=held_on]").blur()
    save(page)
    expect(page.locator("[data-part=count]")).to_have_text("待发送 1 条")
    # The plan is that meeting's now: the next one typed is another.
    page.select_option("[name=sitting]", "theme_day:")
    expect(page.locator("[data-from-plan]")).to_be_empty()
    Activity.unscoped.update(held_on=today + timedelta(days=3), version=2)
    page.context.set_offline(False)
    expect(page.locator("[data-said]")).to_contain_text("计划在此期间已有变动", timeout=20_000)
    page.click("[data-act=ordinary]")
    page.click("#meeting button[type=submit]:has-text('保存')")
    page.wait_for_url("**/saved/")

    row = Activity.unscoped.get()
    assert (row.pk, row.state, row.held_on, row.leave_ids) == (planned.pk, "held", today, [world.chen.pk])
    assert row.exceptions.get().remark == "住院"
