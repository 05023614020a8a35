"""The matrices by quarter and by period in Chromium: both languages, wide and narrow, axe and paper."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from branches.models import Unit
from branches.tests.factories import NOW, TODAY
from conftest import World
from orgportal.core.models import User
from orgportal.health.tests.matrix import a_month
from orgportal.health.tests.test_browser_district import sign_in, sound
from orgportal.health.tests.test_views_units import a_district
from orgportal.health.workflows.coverage import make_reviews
from orgportal.tests.browsers import NEEDS_CHROMIUM, watched

UNITS, PERIODS = "/health/units/quarters/", "/health/summaries/matrix/"
JANUARY = f"{PERIODS}?period=2026-01"
PAGES = (UNITS, f"{UNITS}?direct=1", JANUARY, f"{JANUARY}&duty=each", f"{JANUARY}&direct=1")

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


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_matrices_are_sound(page: Page, world: World, language: str) -> None:
    a_month(world)
    a_district(world)
    Unit.unscoped.update(recorded_at=NOW - timedelta(days=200))
    make_reviews(TODAY, at=NOW)
    User.objects.update(language=language)
    sign_in(page, "qian")

    for address in PAGES:
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(address)
            expect(page.locator("#matrix tbody tr").first).to_be_visible()
            sound(page)
    page.emulate_media(media="print")
    expect(page.locator("#matrix table")).to_be_visible()
    expect(page.locator("[data-print]")).to_be_hidden()


def test_a_filter_is_kept_in_the_address_and_a_cell_opens_its_names(page: Page, world: World) -> None:
    a_district(world)
    Unit.unscoped.update(recorded_at=NOW - timedelta(days=200))
    make_reviews(TODAY, at=NOW)
    sign_in(page, "qian")
    page.goto(UNITS)

    page.select_option("[name=measure]", "to_build")
    page.wait_for_url("**measure=to_build**")
    page.locator("#matrix td a", has_text="应建未建").last.click()

    expect(page.locator("h1")).to_have_text("应建未建")
