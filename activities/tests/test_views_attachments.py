"""The page of a record's files: several at once, large and broken sendings, leaving; and by the API."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from activities.models import Activity, Attachment
from activities.tests.attachments import kept, upload
from activities.tests.factories import make_activity
from activities.tests.pages import page
from conftest import World
from orgportal.core.tests import received

pytestmark = pytest.mark.usefixtures("on_the_day")
As = Callable[[str], Any]
API = "/api/v1/attachments/"
MEGABYTE = 1024 * 1024


@pytest.fixture
def record(world: World) -> Activity:
    return make_activity(world.a, world.user("li"), [world.li])


def at(record: Activity) -> str:
    return f"/activities/{record.pk}/files/"


def test_several_at_once_with_each_refusal_in_words(world: World, record: Activity, as_: As) -> None:
    client = as_("ran")
    files = [upload(), upload("图.png", received.SVG), upload("扫描.pdf", received.pdf())]

    response = client.post(at(record), {"file": files, "visibility": "above"}, follow=True)

    html = page(response)
    assert "已为该记录添加 2 个附件" in html
    assert "“图.png”实为网页或矢量图" in html
    assert {row.name for row in Attachment.unscoped.all()} == {"会场.jpg", "扫描.pdf"}
    shown = page(as_("zhao").get(record.get_absolute_url()))
    assert "会场.jpg" in shown
    assert "本支部及上级党组织" in shown
    assert f'href="{at(record)}"' not in shown


def test_where_none_is_kept_the_page_says_so_in_the_form(world: World, record: Activity, as_: As) -> None:
    client, htmx = as_("li"), {"HTTP_HX_REQUEST": "true"}

    response = client.post(at(record), {"file": [upload("空.jpg", b"")], "visibility": "branch"}, **htmx)
    nothing = client.post(at(record), {"visibility": "branch"})

    assert (response.status_code, nothing.status_code) == (422, 422)
    assert "“空.jpg”是空文件" in page(response)
    assert "<html" not in page(response)
    assert "请选择文件" in page(nothing)


def test_a_photo_of_fifty_megabytes_is_named_with_its_size_and_the_rest_is_kept(
    world: World, record: Activity, as_: As
) -> None:
    large = received.photo() + bytes(50 * MEGABYTE)

    response = as_("li").post(
        at(record), {"file": [upload("原图.jpg", large), upload()], "visibility": "branch"}, follow=True
    )

    assert "“原图.jpg”有 50.0 MB，最多可收 20 MB" in page(response)
    assert [row.name for row in Attachment.unscoped.all()] == ["会场.jpg"]


def test_more_than_a_request_may_carry_is_answered_in_words_before_it_is_read_into_anything(
    world: World, record: Activity, as_: As, settings: Any
) -> None:
    settings.UPLOAD_REQUEST_MAX_BYTES = MEGABYTE

    response = as_("li").post(
        at(record), {"file": [upload(data=bytes(3 * MEGABYTE))], "visibility": "branch"}
    )
    call = as_("li").post(API, {"activity": record.pk, "file": upload(data=bytes(2 * MEGABYTE))})

    assert (response.status_code, call.status_code) == (413, 413)
    assert "所选文件合计超过 1 MB，均未收取" in page(response)
    assert call.json()["code"] == "request_too_large"


def test_a_sending_that_broke_off_keeps_nothing(world: World, record: Activity, as_: As) -> None:
    for data in (received.photo(size=(800, 600)), received.pdf(), received.docx()):
        whole = encode_multipart(BOUNDARY, {"visibility": "branch", "file": SimpleUploadedFile("a", data)})
        half = whole[: len(whole) - len(data) // 2]
        response = as_("li").generic("POST", at(record), half, content_type=MULTIPART_CONTENT)
        assert response.status_code in {400, 422}

    assert not Attachment.unscoped.exists()


def test_it_leaves_to_be_saved_shut_in_and_kept_by_no_cache(world: World, record: Activity, as_: As) -> None:
    file = kept(world, record, "above")

    response = as_("zhao").get(file.get_absolute_url())

    assert response.content.startswith(b"\xff\xd8\xff")
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Content-Disposition"].startswith("attachment; filename*=UTF-8''above.jpg")
    assert as_("wang").get(file.get_absolute_url()).status_code == 404


def test_removing_asks_why_and_is_undone_on_the_same_page(world: World, record: Activity, as_: As) -> None:
    file, client = kept(world, record, "above"), as_("li")

    without = client.post(f"/activities/files/{file.pk}/remove/", {"reason": ""})
    removed = client.post(f"/activities/files/{file.pk}/remove/", {"reason": "拍错了"}, follow=True)

    assert (without.status_code, "请填写原因" in page(without)) == (409, True)
    assert "拍错了" in page(removed)
    assert client.get(file.get_absolute_url()).status_code == 404
    back = client.post(f"/activities/files/{file.pk}/restore/", follow=True)
    assert "附件已恢复" in page(back)
    shown = client.post(f"/activities/files/{file.pk}/visibility/", {"visibility": "committee"}, follow=True)
    assert "仅支部委员会" in page(shown)
    assert client.post(f"/activities/files/{file.pk}/visibility/", {"visibility": "x"}).status_code == 409


def test_after_saving_files_are_offered(world: World, record: Activity, as_: As) -> None:
    assert f'href="{at(record)}"' in page(as_("li").get(f"{record.get_absolute_url()}saved/"))
    assert f'href="{at(record)}"' in page(as_("li").get(record.get_absolute_url()))


def test_by_the_api_a_file_is_added_once_under_its_key(world: World, record: Activity, as_: As) -> None:
    client, key = as_("ran"), {"HTTP_IDEMPOTENCY_KEY": "7d9f0a4e-1c57-4b55-9d7a-0d7d3a4b9f10"}

    def send(**more: Any) -> Any:
        data = {
            "activity": record.pk,
            "file": upload("会场.heic", received.HEIC),
            "visibility": "above",
            **more,
        }
        return client.post(API, data, **key)

    first, again = send(), send()
    other = client.post(
        API, {"activity": record.pk, "file": upload("a.png", received.HTML), "visibility": "above"}
    )

    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
    assert (other.status_code, other.json()["code"]) == (409, "file_markup")
    row = first.json()
    assert (row["name"], row["type"], row["activity_id"]) == ("会场.jpg", "jpg", record.pk)
    taken = as_("zhao").get(f"{API}{row['id']}/file/")
    assert len(io.BytesIO(taken.content).getvalue()) == row["size"]
    listed = as_("zhao").get(f"{API}?activity={record.pk}").json()["results"]
    assert [each["digest"] for each in listed] == [row["digest"]]
    gone = client.post(
        f"{API}{row['id']}/remove/", {"reason": "重复"}, content_type="application/json"
    ).json()
    assert (gone["removal_reason"], bool(gone["removed_at"])) == ("重复", True)
    assert as_("zhao").get(f"{API}{row['id']}/file/").status_code == 404
    assert client.post(f"{API}{row['id']}/restore/").json()["removed_at"] is None
