"""The box in Chromium: suggestions by keyboard, characters being composed; axe, width, policy."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from conftest import World
from members.tests.factories import make_member
from orgportal.core.models import User
from orgportal.search.queries import FEW
from orgportal.tests.browsers import NEEDS_CHROMIUM, unsound, watched

SHOTS = os.environ.get("PORTAL_SCREENSHOTS", "")
BOX, LIST = "#top-search", "#top-search-found"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    NEEDS_CHROMIUM,
]


@pytest.fixture
def page(browser: Browser, world: World, live_server: Any) -> Iterator[Page]:
    for number in range(FEW + 1):
        make_member(world.a, f"郭{'一二三四五六七八九'[number]}")
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(30_000)
    page = context.new_page()
    troubles = watched(page)
    yield page
    context.close()
    assert troubles == []


def sign_in(page: Page, name: str = "li") -> None:
    page.goto("/sign-in/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", "Correct-horse-1")
    page.click("main button[type=submit]")
    page.wait_for_selector(BOX)


def suggest(page: Page, text: str) -> None:
    page.click(BOX)
    page.locator(BOX).press_sequentially(text)
    expect(page.locator(LIST)).to_be_visible()
    page.wait_for_selector(f"{LIST} [role=option]")


def look(page: Page, name: str) -> None:
    """Nothing wider than the screen, nothing axe would mend."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"search-{name}.png", full_page=False)
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), name
    assert unsound(page) == [], name


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [1280, 360])
def test_box_and_page_are_sound(page: Page, world: World, language: str, width: int) -> None:
    User.objects.update(language=language)
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page)
    suggest(page, "郭")
    look(page, f"open-{width}-{language}")
    page.goto("/search/?q=社区")
    look(page, f"page-{width}-{language}")
    page.goto("/search/?q=龘")
    look(page, f"nothing-{width}-{language}")
    page.goto("/search/")
    look(page, f"empty-{width}-{language}")


def test_arrows_choose_enter_opens_and_escape_closes(page: Page, world: World) -> None:
    sign_in(page)
    suggest(page, "社区")
    box = page.locator(BOX)
    expect(box).to_have_attribute("aria-expanded", "true")

    box.press("ArrowDown")
    chosen = page.locator(f"{LIST} [aria-selected=true]")
    expect(chosen).to_have_count(1)
    assert box.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    box.press("Escape")
    expect(page.locator(LIST)).to_be_hidden()
    expect(box).to_have_value("社区")
    box.press("ArrowDown")  # opens again, at the first
    expect(page.locator(LIST)).to_be_visible()
    target = page.locator(f"{LIST} [aria-selected=true]").get_attribute("href")
    box.press("Enter")

    page.wait_for_url(f"**{target}")


def test_enter_without_a_choice_opens_the_page_of_results(page: Page, world: World) -> None:
    sign_in(page)
    suggest(page, "chen")
    page.locator(BOX).press("Enter")

    page.wait_for_url("**/search/?q=chen")
    expect(page.locator("main .found__name")).to_have_text(["陈党员"])
    expect(page.locator(BOX)).to_have_value("chen")


def test_pinyin_still_being_composed_is_not_searched(page: Page, world: World) -> None:
    sign_in(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/search/" in request.url else None)
    page.click(BOX)
    page.evaluate(
        """box => {
            const field = document.querySelector(box);
            field.value = "ch'en";
            field.dispatchEvent(new InputEvent("input", { bubbles: true, isComposing: true }));
        }""",
        BOX,
    )
    page.wait_for_timeout(500)

    assert asked == []
    expect(page.locator(LIST)).to_be_hidden()


def test_leaving_the_box_closes_it_and_emptying_it_too(page: Page, world: World) -> None:
    sign_in(page)
    suggest(page, "陈")
    page.locator("h1").click()
    expect(page.locator(LIST)).to_be_hidden()
    suggest(page, "党")
    page.fill(BOX, "")
    expect(page.locator(LIST)).to_be_hidden()
