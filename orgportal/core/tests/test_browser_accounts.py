"""Sign-in and the desks in Chromium: both languages, wide and narrow; axe, policy and width; the way back."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from branches.tests.factories import NOW
from conftest import World
from members.tests.factories import make_member
from orgportal.core import audit, inbox
from orgportal.core.models import Feedback, User
from orgportal.core.workflows import feedback
from orgportal.tests.browsers import NEEDS_CHROMIUM, unsound, watched

SHOTS = os.environ.get("PORTAL_SCREENSHOTS", "")
PASSWORD = "Correct-horse-1"
PAGES = {
    "sys": [
        "/desks/system/accounts/",
        "ACCOUNT",
        "/desks/system/feedback/",
        "ANSWER",
        "NUMBER",
        "/desks/system/sends/",
    ],
    "sec": ["/members/grants/", "/members/grants/rights/", "/desks/security/locks/"],
    "aud": ["/desks/audit/"],
    "li": ["/members/accounts/", "CHECK", "RESET"],
    "chen": [
        "/help/",
        "/inbox/?show=all",
        "/inbox/settings/",
        "/inbox/not-applicable/",
        "/feedback/",
        "/feedback/new/",
        "/password/",
        "/api-docs/tokens/",
    ],
    "sun": ["/api-docs/", "/api-docs/start/", "/api-docs/campaigns/"],
}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    NEEDS_CHROMIUM,
]


@pytest.fixture
def page(browser: Browser, world: World, live_server: Any) -> Iterator[Page]:
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(10_000)
    page = context.new_page()
    troubles = watched(page)
    yield page
    context.close()
    assert troubles == []


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.goto("/sign-in/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", password)
    page.click("main button[type=submit]")


def look(page: Page, name: str) -> None:
    """Nothing wider than the screen, nothing axe would mend, in both widths."""
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), (name, width)
        assert unsound(page) == [], (name, width)


def prepared(world: World) -> dict[str, str]:
    """One of everything the pages show; the addresses that need its key."""
    make_member(world.a, "张三")
    chen = world.user("chen")
    inbox.notify([chen.pk], "core.feedback_answered", "b", params={}, url="/feedback/", at=NOW)
    entry = feedback.write("complaint", "手机上看不到按钮", "/members/", actor=chen, at=NOW)
    done = feedback.write("suggestion", "希望能打印名册", "", actor=chen, at=NOW)
    feedback.answer(done, "下月增加。", seen_version=1, actor=world.user("sys"), at=NOW)
    changes = {"path": "/x/", "name": [1, 2]}
    audit.record(actor=chen, action="access.refused", target=None, at=NOW, changes=changes)
    return {
        "NUMBER": "/members/accounts/by-number/",
        "ACCOUNT": f"/desks/system/accounts/{chen.pk}/",
        "ANSWER": f"/desks/system/feedback/{entry.pk}/",
        "CHECK": "/members/accounts/check/?members=" + str(world.a.members.get(name="张三").pk),
        "RESET": f"/members/accounts/{world.chen.pk}/slip/",
    }


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("persona", PAGES)
def test_pages_are_sound(page: Page, world: World, persona: str, language: str) -> None:
    named = prepared(world)
    User.objects.update(language=language)
    sign_in(page, persona)

    for path in PAGES[persona]:
        address = named.get(path, path)
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        look(page, f"{persona}-{address.strip('/').replace('/', '-').split('?')[0]}-{language}")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_sign_in_pages_are_sound(page: Page, language: str) -> None:
    page.goto("/sign-in/?expired=1")
    page.context.add_cookies([{"name": "django_language", "value": language, "url": page.url}])
    page.reload()
    look(page, f"anon-sign-in-{language}")
    for attempt in range(5):
        sign_in(page, "chen", "wrong")
        if attempt == 0:
            expect(page.locator(".error-summary")).to_have_count(1)
            look(page, f"anon-sign-in-wrong-{language}")
    title = {"zh-hans": "密码错误次数过多", "en": "Too many wrong passwords"}[language]
    expect(page.locator("h1")).to_have_text(title)
    look(page, f"anon-locked-{language}")


def test_slips_are_shown_printed_and_gone(page: Page, world: World) -> None:
    make_member(world.a, "张三")
    sign_in(page, "li")
    page.goto("/members/accounts/")
    page.click("main button[type=submit]")
    page.click("main button[type=submit]")

    expect(page.locator(".slip__name")).to_have_text("张三")
    look(page, "li-slips")
    password = page.locator(".slip__code").nth(1).inner_text()
    page.goto("/members/accounts/")
    assert password not in page.content()

    page.context.clear_cookies()
    sign_in(page, "zhangsan01", password)
    page.wait_for_url("**/password/")
    look(page, "slip-first-password")


def test_typed_text_survives_an_expired_session(page: Page, world: World) -> None:
    sign_in(page, "chen")
    page.goto("/feedback/new/?page=/x/")
    page.check("[name=kind][value=complaint]")
    page.fill("[name=text]", "写到一半的话")
    User.objects.filter(pk=world.user("chen").pk).update(session_epoch=7)
    page.click("main button[type=submit]")

    page.wait_for_url("**/sign-in/**")
    page.fill("[name=username]", "chen")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")

    page.wait_for_url("**/feedback/new/**")
    expect(page.locator("[name=text]")).to_have_value("写到一半的话")
    page.click("main button[type=submit]")
    page.wait_for_url("**/feedback/")
    assert Feedback.objects.get().text == "写到一半的话"


def test_sign_out_wipes_drafts(page: Page, world: World) -> None:
    sign_in(page, "chen")
    page.goto("/feedback/new/")
    page.fill("[name=text]", "草稿")
    expect(page.locator("[data-draft-status]")).not_to_be_empty(timeout=9_000)
    assert page.evaluate("Object.keys(localStorage).length") == 1
    page.click(".menu summary")
    page.click("form[data-sign-out] button")
    page.wait_for_url("**/sign-in/")

    assert page.evaluate("Object.keys(localStorage).length") == 0
