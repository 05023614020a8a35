"""Photos made smaller in Chromium before they are sent: the portal never sees the 8 MB of a phone."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from activities.models import AttachmentContent
from activities.tests.factories import make_activity
from conftest import World
from orgportal.core.pictures import ENOUGH
from orgportal.core.tests.received import docx, noise
from orgportal.tests.browsers import NEEDS_CHROMIUM, unsound, watched

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), NEEDS_CHROMIUM]
MEGABYTE = 1024 * 1024


@pytest.fixture
def page(browser: Browser, world: World, live_server: Any) -> Iterator[Page]:
    context = browser.new_context(base_url=live_server.url, viewport={"width": 360, "height": 760})
    context.set_default_timeout(30_000)
    page = context.new_page()
    troubles = watched(page)
    yield page
    context.close()
    assert troubles == []


def test_a_photo_leaves_the_phone_small_upright_and_without_its_place(
    page: Page, world: World, as_: Any, live_server: Any
) -> None:
    record, large = make_activity(world.a, world.user("li"), [world.li]), noise((3600, 2700))
    assert len(large) > 8 * MEGABYTE
    cookie = as_("li").cookies["session"].value
    page.context.add_cookies([{"name": "session", "value": cookie, "url": live_server.url}])
    sent: list[int] = []
    page.on("request", lambda each: each.method == "POST" and sent.append(len(each.post_data_buffer or b"")))

    page.goto(f"/activities/{record.pk}/files/")
    page.set_input_files(
        "[name=file]",
        [
            {"name": "会场.jpg", "mimeType": "image/jpeg", "buffer": large},
            {"name": "通知.docx", "mimeType": "application/msword", "buffer": docx()},
        ],
    )
    expect(page.locator("[data-files-status]")).to_contain_text("已备好 2 个")
    page.click("form[data-photos] button[type=submit]")

    expect(page.locator(".file")).to_have_count(2)
    expect(page.locator("#messages")).to_contain_text("已为该记录添加 2 个附件")
    assert max(sent) < ENOUGH + len(docx()) + 10_000
    kept = AttachmentContent.objects.order_by("attachment__position").first()
    assert kept is not None
    picture = Image.open(io.BytesIO(bytes(kept.content)))
    assert picture.size[0] < picture.size[1]
    assert not dict(picture.getexif())
    page.click("text=删除……")
    assert unsound(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
