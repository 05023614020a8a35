"""Pages of Word layouts of ledgers, and the same by the API."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from activities.choices import LedgerKind
from activities.models import LedgerTemplate
from activities.tests.factories import make_activity
from activities.tests.layouts import a_layout, document, starter_file
from activities.tests.pages import page

pytestmark = pytest.mark.usefixtures("on_the_day")
As = Callable[[str], Any]
BOOK = LedgerKind.BOOK


def test_from_the_starter_to_a_layout_in_use_and_back(world: Any, as_: As) -> None:
    client, shelf = as_("li"), f"/activities/ledgers/layouts/{world.a.pk}/"
    assert shelf in page(client.get("/activities/ledgers/"))
    assert "上级没有的，使用系统版式" in page(client.get(shelf))
    table = page(client.get(f"{shelf}book/"))
    assert "{{ 每条记录 }}" in table
    assert "表格行中：会议议题" in table
    starter = client.get(f"{shelf}book/starter/")

    file = SimpleUploadedFile("工作手册.docx", starter.content)
    made = client.post(f"{shelf}book/", {"file": file}, follow=True)

    html, layout = page(made), LedgerTemplate.unscoped.get()
    assert "模板已启用" in html
    assert "样例会议记录" in html
    address = layout.get_absolute_url()
    assert client.get(f"{address}example/").content.startswith(b"PK")
    assert client.get(f"{address}file/").content == bytes(layout.content)
    assert layout.file_name in page(client.get(shelf))
    assert "模板已停用" in page(client.post(f"{address}retire/", follow=True))
    assert client.post(f"{address}retire/").status_code == 409
    assert "模板已重新启用" in page(client.post(f"{address}restore/", follow=True))


def test_a_refused_file_comes_back_with_every_fault_in_words(world: Any, as_: As) -> None:
    bad = SimpleUploadedFile("a.docx", document("{{ 党支部 }} {{ 地点 }}", "{{ 签到.姓名 }}"))

    response = as_("li").post(f"/activities/ledgers/layouts/{world.a.pk}/sign_in/", {"file": bad})

    assert response.status_code == 422
    assert "{{ 签到.姓名 }} 属于列表，但不在正文的表格中" in page(response)
    world.a.__class__.unscoped.filter(pk=world.a.pk).update(dissolved_on=world.today)
    assert as_("zhao").get(f"/activities/ledgers/layouts/{world.a.pk}/nothing/").status_code == 404


def test_an_edition_that_fits_no_more_says_so(world: Any, as_: As) -> None:
    record = make_activity(world.a, world.li.user, [world.li])
    own = a_layout(world, "li", world.a, LedgerKind.SIGN_IN)
    LedgerTemplate.unscoped.filter(pk=own.pk).update(content=document("{{ 没有 }}"))

    client, printed = as_("li"), reverse("activities:activity-paper", args=[record.pk, "sign_in"])
    assert client.get(f"{own.get_absolute_url()}example/").status_code == 409
    assert "Word文件采用甲社区党支部的自有版式" in page(client.get(printed))

    client.get(reverse("activities:activity-file", args=[record.pk, "sign_in", "docx"]))

    told = page(client.get(printed))
    assert "甲社区党支部的自有版式自" in told
    assert own.get_absolute_url() in told
    assert "甲社区党支部的一份台账无法填入" in page(client.get(own.get_absolute_url()))
    assert "已不适用" in page(client.get(f"/activities/ledgers/layouts/{world.a.pk}/"))
    assert client.get("/api/v1/ledger-templates/").json()["results"][0]["misfit_of_id"] == world.a.pk


def test_the_book_says_whose_layout_it_goes_by_and_links_it_for_those_above(world: Any, as_: As) -> None:
    above = a_layout(world, "zhao", world.committee_1, BOOK)
    LedgerTemplate.unscoped.filter(pk=above.pk).update(misfit_at=world.now)

    book = f"/activities/ledgers/{world.a.pk}/book/"
    assert above.get_absolute_url() in page(as_("zhao").get(book))
    html = page(as_("li").get(book))
    assert f"{world.committee_1.name}的自有版式自" in html
    assert above.get_absolute_url() not in html
    assert "样例已无法填入" in page(as_("zhao").get(above.get_absolute_url()))


def test_by_the_api_faults_are_told_with_their_marks(world: Any, as_: As) -> None:
    client, where = as_("zhao"), {"organization": world.committee_1.pk, "kind": "sign_in"}

    bad = client.post(
        "/api/v1/ledger-templates/", {**where, "file": SimpleUploadedFile("a.docx", document("x"))}
    )
    made = client.post("/api/v1/ledger-templates/", {**where, "file": starter_file(LedgerKind.SIGN_IN)})

    assert (bad.status_code, {each["code"] for each in bad.json()["faults"]}) == (409, {"template_missing"})
    assert (made.status_code, made.json()["edition"], made.json()["state"]) == (201, 1, "current")
    row = f"/api/v1/ledger-templates/{made.json()['id']}"
    assert client.post(f"{row}/retire/").json()["state"] == "retired"
    LedgerTemplate.unscoped.update(content=document("{{ 没有 }}"))
    assert client.post(f"{row}/restore/").json()["code"] == "template_faulty"
