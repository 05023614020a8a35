"""What the scripts promise, and what a page is without them, in Chromium, with every component on it."""

import pytest
from playwright.sync_api import Browser, Page, expect

from orgportal.core.tests import gallery
from orgportal.tests.browsers import NEEDS_CHROMIUM, unsound, watched

SPACED = (
    "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }"
)
BUTTON = "form[data-draft] button[type=submit]"
SMALL = """least => [...document.querySelectorAll("a[href], button, input, select, summary")]
  .filter(each => each.offsetParent !== null)
  .map(each => [(each.closest("label") || each).getBoundingClientRect(), each.outerHTML.slice(0, 80)])
  .filter(([box]) => box.width > 1 && (box.width < least - 0.5 || box.height < least - 0.5))
  .map(([box, html]) => `${Math.round(box.width)}x${Math.round(box.height)} ${html}`)"""
HIDDEN = """() => {
  const here = document.activeElement, box = here.getBoundingClientRect();
  const bar = document.querySelector(".top-bar").getBoundingClientRect();
  const apart = here === document.body || here.closest(".top-bar, .skip-link") || here.matches(".table-box");
  return !apart && box.top < bar.bottom - 1 ? [here.outerHTML.slice(0, 80)] : []
}"""
WIDER = "document.documentElement.scrollWidth > window.innerWidth"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls(gallery.__name__),
    NEEDS_CHROMIUM,
]


@pytest.fixture
def address(settings):
    settings.ALLOWED_HOSTS = ["*"]
    with gallery.served() as url:
        yield url


@pytest.fixture
def page(browser: Browser, address: str):
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(20_000)
    page = context.new_page()
    troubles = watched(page)
    page.goto("/")
    yield page
    context.close()
    assert troubles == []


def prefer(page: Page, *, elder: str = "0", language: str = "zh-hans") -> None:
    page.context.add_cookies(
        [
            {"name": name, "value": value, "url": page.url}
            for name, value in (("elder", elder), ("django_language", language))
        ]
    )


# --- one press, one record


def test_two_presses_send_one_form_and_show_it_is_working(page: Page) -> None:
    gallery.posts.clear()
    page.evaluate(
        "selector => { const button = document.querySelector(selector); button.click(); button.click();"
        " setTimeout(() => sessionStorage.setItem('seen', button.innerText.trim()), 0) }",
        BUTTON,
    )
    page.wait_for_url("**/done/")

    assert len(gallery.posts) == 1
    assert page.evaluate("sessionStorage.seen") == "正在办理…"


def test_coming_back_frees_the_buttons(page: Page) -> None:
    page.click(BUTTON)
    page.wait_for_url("**/done/")
    page.go_back()

    expect(page.locator(BUTTON)).not_to_have_attribute("aria-disabled", "true")


# --- drafts


def type_draft(page: Page) -> None:
    page.fill("#id_name", "三月大会")
    page.check("#id_kind_1")
    page.check("#id_who_0")
    expect(page.locator("[data-draft-status]")).to_contain_text("草稿已保存", timeout=10_000)


def test_typed_text_survives_a_killed_tab(page: Page) -> None:
    type_draft(page)
    later = page.context.new_page()
    page.close()
    later.goto("/")

    assert later.input_value("#id_name") == "三月大会"
    assert [later.is_checked(f"#id_{name}") for name in ("kind_0", "kind_1", "who_0", "who_1")] == [
        False, True, True, False,
    ]  # fmt: skip


def test_draft_goes_once_the_form_was_saved_and_stays_when_it_was_not(page: Page) -> None:
    page.goto("/?fails")
    type_draft(page)
    page.click(BUTTON)
    page.wait_for_url("**/failed/")
    page.goto("/")
    kept = page.input_value("#id_name")
    page.click(BUTTON)
    page.wait_for_url("**/done/")
    page.goto("/")

    assert [kept, page.input_value("#id_name")] == ["三月大会", ""]


def test_draft_can_be_thrown_away(page: Page) -> None:
    type_draft(page)
    page.reload()
    page.click("[data-draft-status] button")

    assert page.input_value("#id_name") == ""
    assert page.evaluate("localStorage.length") == 0


# --- focus


def test_refused_form_puts_the_reader_on_the_summary_and_links_lead_to_fields(page: Page) -> None:
    page.goto("/?wrong")
    expect(page.locator(".error-summary")).to_be_focused()
    page.click(".error-summary a >> nth=0")

    expect(page.locator("#id_name")).to_be_focused()
    assert page.title().startswith("错误：")


def test_dialog_reads_the_question_first_and_gives_the_focus_back(page: Page) -> None:
    page.focus("#withdraw summary")
    page.keyboard.press("Enter")
    expect(page.locator("dialog .dialog__title")).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.locator("dialog")).to_have_count(0)
    expect(page.locator("#withdraw summary")).to_be_focused()


def test_back_closes_a_dialog_and_stays_on_the_page(page: Page) -> None:
    page.click("#withdraw summary")
    page.go_back()

    expect(page.locator("dialog")).to_have_count(0)
    expect(page.locator(BUTTON)).to_be_visible()


def test_escape_closes_the_menu_and_gives_the_focus_back(page: Page) -> None:
    page.click(".menu summary")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")

    expect(page.locator(".menu summary")).to_be_focused()
    assert page.evaluate("document.querySelector('.menu').open") is False


def test_no_stop_of_the_keyboard_hides_under_the_top_bar(page: Page) -> None:
    hidden = []
    for _ in range(60):
        page.keyboard.press("Tab")
        hidden += page.evaluate(HIDDEN)

    assert hidden == []


def test_whole_row_opens_its_record(page: Page) -> None:
    page.click("tbody tr:nth-child(3) td:nth-child(2)")

    page.wait_for_url("**/record/2/")


def test_reader_is_warned_before_the_session_ends(page: Page, settings) -> None:
    settings.SESSION_COOKIE_AGE = 120
    page.goto("/")

    expect(page.locator(".session-warning")).to_contain_text("两分钟后将自动退出")
    page.click(".session-warning button")


# --- for everybody


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    ("elder", "width", "least"), [("0", 1280, 24), ("0", 360, 44), ("1", 1280, 60), ("1", 360, 60)]
)
def test_page_is_accessible_reachable_and_narrow_enough(page: Page, language, elder, width, least) -> None:
    prefer(page, elder=elder, language=language)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/?wrong&q=王")
    page.evaluate("scrollTo(0, 0)")

    assert unsound(page) == []
    assert page.evaluate(WIDER) is False
    assert page.evaluate(SMALL, least) == []


@pytest.mark.parametrize(("width", "style"), [(320, ""), (360, SPACED), (1280, "html { font-size: 200% }")])
def test_nothing_runs_off_the_page_when_text_grows(page: Page, width: int, style: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    if style:
        # Put in through the object model, which the page's own policy leaves to the reader's tools.
        page.evaluate(
            "text => { const sheet = new CSSStyleSheet(); sheet.replaceSync(text);"
            " document.adoptedStyleSheets = [sheet] }",
            style,
        )

    page.wait_for_function(f"!({WIDER})")


def test_page_works_without_scripts(browser: Browser, address: str) -> None:
    gallery.posts.clear()
    with browser.new_context(base_url=address, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/")
        page.click("#withdraw summary")
        page.click("#withdraw button[type=submit]")
        page.wait_for_url("**/done/")

    assert len(gallery.posts) == 1
