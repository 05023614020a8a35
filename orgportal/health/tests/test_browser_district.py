"""The district's screen in Chromium: what an officer sees at once, and the trend as a chart that answers."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from activities.tests.factories import make_activity
from branches.tests.factories import NOW
from conftest import World
from orgportal.core.models import User
from orgportal.health.tests.matrix import a_month
from orgportal.health.tests.test_views_units import a_district
from orgportal.health.workflows.coverage import make_reviews
from orgportal.health.workflows.summaries import make_summaries
from orgportal.tests.browsers import NEEDS_CHROMIUM, unsound, watched

PASSWORD = "Correct-horse-1"
SEEN = """async (library) => {
  const echarts = await import(library);
  const chart = echarts.getInstanceByDom(document.querySelector(".trend__live"));
  return chart.getOption().series.map((each) => each.data);
}"""
MOVES = """async (library) => {
  const echarts = await import(library);
  return echarts.getInstanceByDom(document.querySelector(".trend__live")).getOption().animation;
}"""
DRAWN = """() => {
  const canvas = document.querySelector(".trend__live canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.some((value) => value > 0);
}"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    NEEDS_CHROMIUM,
]


@pytest.fixture
def page(browser: Browser, world: World, live_server: Any) -> Iterator[Page]:
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1366, "height": 768})
    context.set_default_timeout(10_000)
    page = context.new_page()
    troubles = watched(page)
    yield page
    context.close()
    assert troubles == []


def sign_in(page: Page, name: str) -> None:
    page.goto("/sign-in/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_load_state("networkidle")


def sound(page: Page) -> None:
    # As it opens: scrolled, a bar that stays would lie over whatever is under it.
    page.evaluate("scrollTo(0, 0)")
    assert unsound(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def numbers_of(page: Page, table: str) -> list[list[float | None]]:
    """Each column of the table, as numbers; a dash is none."""
    rows = page.locator(f"{table} tbody tr").all()
    cells = [[cell.text_content() or "" for cell in row.locator("th, td").all()] for row in rows]
    return [[_number(text) for text in column] for column in zip(*cells, strict=True)]


def _number(text: str) -> float | None:
    plain = text.strip().replace(",", "").removesuffix("%")
    return float(plain) if plain.replace(".", "").isdigit() else None


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_trend_answers_with_the_numbers_of_its_table(page: Page, world: World, language: str) -> None:
    a_month(world)
    make_summaries(date(2026, 3, 10), at=NOW)
    User.objects.update(language=language)
    sign_in(page, "qian")
    page.goto("/health/")
    button = page.locator("[data-chart-library]")

    expect(button).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Tab")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".trend__live canvas")).to_be_visible()
    page.wait_for_function(DRAWN)

    columns = numbers_of(page, ".trend__table table")
    assert page.evaluate(SEEN, button.get_attribute("data-chart-library")) == columns[6:9]
    expect(page.locator("svg.trend__chart")).to_be_hidden()
    expect(button).to_have_attribute("aria-pressed", "true")
    page.locator(".trend__live").focus()
    page.keyboard.press("Home")
    expect(page.locator(".trend__live")).to_have_attribute("data-chart-at", "0")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".trend__live")).to_have_attribute("data-chart-at", "0")
    page.keyboard.press("Escape")
    sound(page)
    page.set_viewport_size({"width": 360, "height": 800})
    sound(page)


def test_paper_and_a_second_press_bring_the_drawing_back(page: Page, world: World) -> None:
    a_month(world)
    sign_in(page, "qian")
    page.goto("/health/")
    button = page.locator("[data-chart-library]")
    button.click()
    expect(page.locator(".trend__live canvas")).to_be_visible()

    page.emulate_media(media="print")
    expect(page.locator("svg.trend__chart")).to_be_visible()
    expect(page.locator(".trend__live")).to_be_hidden()
    page.emulate_media(media="screen")
    button.click()

    expect(page.locator(".trend__live")).to_have_count(0)
    expect(page.locator("svg.trend__chart")).to_be_visible()
    expect(button).to_have_attribute("aria-pressed", "false")


def test_a_swap_takes_the_chart_away_and_offers_the_new_one(page: Page, world: World) -> None:
    a_month(world)
    sign_in(page, "qian")
    page.goto("/health/")
    page.locator("[data-chart-library]").click()
    expect(page.locator(".trend__live canvas")).to_be_visible()

    page.select_option("[name=under]", str(world.committee_1.pk))
    page.click(".filter-bar button[type=submit]")
    page.wait_for_url("**under=**")

    expect(page.locator(".trend__live")).to_have_count(0)
    expect(page.locator("[data-chart-library]")).to_be_visible()


def test_without_the_library_the_table_is_named(page: Page, world: World) -> None:
    a_month(world)
    sign_in(page, "qian")
    page.goto("/health/")
    page.route("**/echarts*", lambda route: route.abort())

    page.locator("[data-chart-library]").click()

    expect(page.locator(".trend [role=status]")).to_have_text("图表未能加载，数值见表格。")
    expect(page.locator("svg.trend__chart")).to_be_visible()


def test_the_quarters_of_coverage_answer_too(page: Page, world: World) -> None:
    a_district(world)
    make_reviews(date(2026, 3, 10), at=NOW)
    sign_in(page, "qian")
    page.goto("/health/units/")
    button = page.locator("[data-chart-library]")
    button.click()
    expect(page.locator(".trend__live canvas")).to_be_visible()

    columns = numbers_of(page, "#trend table")

    library = button.get_attribute("data-chart-library")
    assert page.evaluate(SEEN, library) == [columns[2], columns[4]]
    assert page.evaluate(MOVES, library) is True
    page.emulate_media(reduced_motion="reduce")
    button.click()
    button.click()
    expect(page.locator(".trend__live canvas")).to_be_visible()
    assert page.evaluate(MOVES, library) is False
    sound(page)


def fits(page: Page, what: str) -> bool:
    """Every one of them stands whole on the screen as it opens."""
    boxes = [each.bounding_box() for each in page.locator(what).all()]
    assert boxes, what
    return all(
        box and box["y"] >= 0 and box["y"] + box["height"] <= 768 and box["x"] + box["width"] <= 1366
        for box in boxes
    )


ONE_SCREEN = {
    "expected, held, on time, rates, silent, transfers, sent back": ".numbers--month > .number",
    "twelve months": "svg.trend__chart",
    "the numbers of the trend": ".trend__table > summary",
    "data as of": ".page-header__subtitle",
    "ask for a report": ".number__act",
    "who is silent first": ".matrix tbody tr:first-child .need",
    "the first three branches": ".matrix tbody tr:nth-child(-n + 3) .matrix__branch",
}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_district_stands_on_one_screen(page: Page, world: World, language: str) -> None:
    a_month(world)
    make_activity(world.a, world.li.user, returned_at=NOW)
    User.objects.update(language=language)
    sign_in(page, "qian")
    page.goto("/health/")

    assert {name: fits(page, what) for name, what in ONE_SCREEN.items()} == dict.fromkeys(ONE_SCREEN, True)
    sound(page)
    numbers = [
        (
            link.get_attribute("href") or "",
            int((link.locator(".number__value").text_content() or "").replace(",", "")),
        )
        for link in page.locator(".numbers--month .number__link").all()
    ]
    assert len(numbers) == 11
    for address, value in numbers:
        page.goto(f"/health/{address}" if address.startswith("?") else address)
        assert (address, page.locator("main [data-id]").count()) == (address, value)
    page.goto("/health/")
    page.click(".number__act")
    expect(page.locator("h1")).to_be_visible()
    sound(page)
    page.goto("/health/returned/")
    sound(page)
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for address in ("/health/returned/", "/health/"):
            page.goto(address)
            sound(page)
