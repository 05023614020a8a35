"""Pages of own templates: the shelf, the upload with its faults in both languages, one edition, the print."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from branches.choices import PostKind
from members.choices import PaperKind
from members.models import Paper, PaperTemplate
from members.rules.paper_templates import TABLE
from members.tests.arrivals import registered
from members.tests.factories import make_person, make_post
from members.tests.transfers import act, with_letter
from members.tests.word import letter, replaced, starter, uploaded, with_parts, words_in
from orgportal.core.models import AuditEntry
from orgportal.core.word_files import CONTENT_TYPES, MAIN
from orgportal.core.word_starters import composed

pytestmark = pytest.mark.usefixtures("on_the_day")
As = Callable[[str], Client]
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
LINK = (
    '<Relationship Id="r9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" '
    'Target="http://10.0.0.1/a.png" TargetMode="External"/></Relationships>'
)
DECLARED = b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'


def words_of(response: Any) -> str:
    return str(response.content.decode())


def address(world: Any, kind: str = "letter") -> str:
    return f"/members/bodies/{world.committee_1.pk}/templates/{kind}/"


def send(client: Client, world: Any, data: bytes, name: str = "介绍信.docx") -> Any:
    return client.post(address(world), {"file": SimpleUploadedFile(name, data)})


def in_english(client: Client) -> Client:
    client.post("/language/", {"language": "en"})
    return client


# --- the shelf


def test_the_shelf_says_what_is_used_and_leads_to_the_start(world: Any, as_: As) -> None:
    page = words_of(as_("zhao").get(f"/members/bodies/{world.committee_1.pk}/templates/"))

    assert page.count("尚无自备模板") == 3
    assert address(world) in page


def test_the_shelf_keeps_earlier_editions(world: Any, as_: As, django_assert_max_num_queries: Any) -> None:
    uploaded(world)
    client, place = as_("zhao"), f"/members/bodies/{world.committee_1.pk}/templates/"
    client.get(place)

    with django_assert_max_num_queries(20) as one:
        client.get(place)
    for _again in range(2):
        uploaded(world)
    with django_assert_max_num_queries(len(one)):
        page = words_of(client.get(place))

    assert (page.count("已被新版替换"), page.count("使用中"), page.count("data-id=")) == (2, 1, 3)


def test_after_going_back_the_shelf_says_so(world: Any, as_: As) -> None:
    template = uploaded(world)

    response = as_("zhao").post(f"/members/templates/{template.pk}/retire/", follow=True)

    assert "已恢复使用系统版式" in words_of(response)
    assert "重新启用" in words_of(response)
    shelf = words_of(as_("zhao").get(f"/members/bodies/{world.committee_1.pk}/templates/"))
    assert "当前使用系统版式" in shelf


def test_the_list_of_papers_and_the_page_of_the_body_lead_there(world: Any, as_: As) -> None:
    place = f"/members/bodies/{world.committee_1.pk}/templates/"

    assert place in words_of(as_("zhao").get("/members/papers/"))
    assert place in words_of(as_("zhao").get(f"/branches/{world.committee_1.pk}/"))
    assert "/templates/" not in words_of(as_("chen").get("/members/papers/"))


# --- the upload


def test_the_form_shows_every_mark_with_its_meaning(world: Any, as_: As) -> None:
    page = words_of(as_("zhao").get(address(world)))

    for each in TABLE[PaperKind.LETTER]:
        assert f"{{{{ {each.alias} }}}}" in page
        assert f"{{{{ {each.name} }}}}" in page
    assert "starter.docx" in page


def test_the_starter_can_be_uploaded_as_it_is(world: Any, as_: As) -> None:
    client = as_("zhao")
    downloaded = client.get(f"{address(world)}starter.docx")

    response = send(client, world, downloaded.content)

    template = PaperTemplate.unscoped.get()
    assert downloaded["Content-Type"] == WORD
    assert response.status_code == 302
    assert downloaded["Content-Disposition"].endswith("%E6%A8%A1%E6%9D%BF.docx")  # 起始模板
    assert response["Location"] == template.get_absolute_url()


@pytest.mark.parametrize(
    ("data", "chinese", "english"),
    [
        (b"%PDF-1.7", "另存为 .docx", "save it in Word or WPS as .docx"),
        (b"x" * (1024 * 1024 + 1), "超过 1024 KB", "more than 1024 KB"),
        (with_parts(starter(), {"word/media/a.png": b"\0" * 13_000_000}), "解压后过大", "Unpacked"),
        (replaced(starter(), MAIN, MACROS, CONTENT_TYPES), "文件含有宏", "carries macros"),
        (with_parts(starter(), {"word/embeddings/o.bin": b"x"}), "word/embeddings/o.bin", "o.bin"),
        (
            replaced(starter(), "</Relationships>", LINK, "word/_rels/document.xml.rels"),
            "引用了外部内容（http://10.0.0.1/a.png）",
            "points to something outside it (http://10.0.0.1/a.png)",
        ),
        (with_parts(starter(), {"customXml/a.xml": DECLARED}), "实体声明", "declares entities"),
        (
            letter("{% if name %}"),
            "{% if name %} 不是单纯的占位符",
            "{% if name %} is more than a plain placeholder",
        ),
        (letter("{{ name.first }}"), "{{ name.first }} 不是", "{{ name.first }} is more"),
        (letter("{{ nmae }}"), "是否应为 {{ name }}", "Do you mean {{ name }}"),
        (letter("{{ xyz }}"), "系统不认识 {{ xyz }}", "does not know {{ xyz }}"),
        (letter("甲{{ name 乙"), "甲{{ name 乙”附近缺少括号", "甲{{ name 乙” a bracket is missing"),
        (letter("｛｛ 姓名 ｝｝"), "全角括号", "full-width"),
        (composed([("text", "{{ 姓名 }}")]), "缺少 {{ 文号 }}", "{{ number }} is missing"),
    ],
    ids=[
        "no word", "large", "bomb", "macros", "embedded", "external", "entities", "statement", "attribute",
        "near", "unknown", "torn", "wide", "missing",
    ],
)  # fmt: skip
def test_each_fault_is_named_in_both_languages(
    world: Any, as_: As, data: bytes, chinese: str, english: str
) -> None:
    client = as_("zhao")

    refused = send(client, world, data)

    assert refused.status_code == 422
    assert chinese in words_of(refused)
    assert english in words_of(send(in_english(client), world, data))
    assert not PaperTemplate.unscoped.exists()


@pytest.mark.parametrize(
    ("sent", "words"), [({}, "请选择文件"), ({"file": SimpleUploadedFile("a.docx", b"")}, "空的")]
)
def test_without_a_file_the_form_asks_for_one(world: Any, as_: As, sent: Any, words: str) -> None:
    response = as_("zhao").post(address(world), sent)

    assert response.status_code == 422
    assert words in words_of(response)


def test_a_dissolved_body_is_told(world: Any, as_: As) -> None:
    world.committee_1.dissolved_on = world.today
    world.committee_1.save()

    response = send(as_("qian"), world, starter())

    assert response.status_code == 422
    assert "已撤销" in words_of(response)


def test_a_card_has_no_template(world: Any, as_: As) -> None:
    assert as_("zhao").get(address(world, "card")).status_code == 404


# --- one edition


def test_an_edition_shows_how_it_reads_with_made_up_facts(world: Any, as_: As) -> None:
    template = uploaded(world)

    page = words_of(as_("zhao").get(template.get_absolute_url()))

    assert "样例甲同志" in page
    assert "恢复系统版式" in page
    assert "/restore/" not in page
    assert "{{" not in page


def test_files_come_as_attachments_with_their_names(world: Any, as_: As) -> None:
    template = uploaded(world)
    client = as_("zhao")

    file = client.get(f"/members/templates/{template.pk}/file.docx")
    sample = client.get(f"/members/templates/{template.pk}/example.docx")

    assert file.content == bytes(template.content)
    assert file["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E4%BB%8B")
    assert "样例甲" in words_in(sample.content)


def test_who_reads_the_papers_of_the_body_reads_its_templates_and_changes_nothing(world: Any) -> None:
    reader = make_person(world.committee_1, "xuan", "宣委员")
    make_post(reader, world.committee_1, PostKind.PUBLICITY)
    world.xuan = reader
    template = uploaded(world)
    with_letter(world)
    client = world.client("xuan")

    page = words_of(client.get(template.get_absolute_url()))

    assert "样例甲同志" in page
    assert "恢复系统版式" not in page
    paper = f"/members/papers/{Paper.unscoped.get().pk}/"
    assert client.post(f"/members/templates/{template.pk}/retire/").status_code == 403
    assert client.get(f"{paper}print.docx").status_code == 403
    assert client.get(f"{paper}print.pdf").status_code == 403
    assert "print.docx" not in words_of(client.get(paper))


def test_what_is_done_already_comes_back_with_words(world: Any, as_: As) -> None:
    template = uploaded(world)

    response = as_("zhao").post(f"/members/templates/{template.pk}/restore/")

    assert response.status_code == 409
    assert "该模板已在使用中" in words_of(response)


def test_an_outgrown_edition_is_told_and_shows_its_words(world: Any, as_: As) -> None:
    template = uploaded(world)
    PaperTemplate.unscoped.filter(pk=template.pk).update(content=letter("{{ 旧项 }}"))

    response = as_("zhao").get(f"/members/templates/{template.pk}/example.docx")

    assert response.status_code == 409
    assert "不符" in words_of(response)
    assert "{{ 旧项 }}" in words_of(response)


def test_an_outgrown_edition_is_not_put_to_use_and_each_fault_is_listed(world: Any, as_: As) -> None:
    template, outgrown = uploaded(world), letter("{{ 旧项 }}", "{% raw %}")
    client = as_("zhao")
    client.post(f"/members/templates/{template.pk}/retire/")
    PaperTemplate.unscoped.filter(pk=template.pk).update(content=outgrown, size=len(outgrown))

    response = client.post(f"/members/templates/{template.pk}/restore/")

    assert response.status_code == 409
    assert "系统不认识 {{ 旧项 }}" in words_of(response)
    assert "{% raw %} 不是单纯的占位符" in words_of(response)


# --- the print


def test_the_paper_offers_its_bodys_template_and_fills_it(world: Any, as_: As) -> None:
    with_letter(world)
    paper = Paper.unscoped.get()
    client, place = as_("zhao"), f"/members/papers/{paper.pk}/"
    assert "print.docx" not in words_of(client.get(place))
    template = uploaded(world)

    assert "print.docx" in words_of(client.get(place))
    response = client.get(f"{place}print.docx")

    assert response["Content-Type"] == WORD
    assert paper.number in words_in(response.content)
    assert AuditEntry.objects.latest("pk").changes["template"] == template.pk
    assert words_of(as_("chen").get("/members/own/")).count("print.docx") == 0


def test_an_ended_paper_is_printed_in_the_portals_layout_alone(world: Any, as_: As) -> None:
    uploaded(world)
    act(world, "chen", with_letter(world), "withdraw")
    place = f"/members/papers/{Paper.unscoped.get().pk}/"

    response = as_("zhao").get(f"{place}print.docx")

    assert "print.docx" not in words_of(as_("zhao").get(place))
    assert response.status_code == 409
    assert "只能打印系统版式" in words_of(response)


def test_a_slip_is_offered_where_the_letter_was_accepted(world: Any, as_: As) -> None:
    client, arrival = as_("li"), registered(world)
    place = f"/members/arrivals/{arrival.pk}/"
    client.post(f"{place}accept/", {"accepted_on": "2026-03-10", "version": 1})
    assert "print.docx" not in words_of(client.get(place))
    template = uploaded(world, kind=PaperKind.SLIP, data=starter(PaperKind.SLIP))

    slip = Paper.unscoped.get()
    assert f"/members/papers/{slip.pk}/print.docx" in words_of(client.get(place))
    text = words_in(client.get(f"/members/papers/{slip.pk}/print.docx").content)
    assert "你处南组介字〔2026〕88号介绍信收悉。𠮷来同志" in text
    assert "于2026年3月10日编入甲社区党支部" in text
    assert client.get(template.get_absolute_url()).status_code == 404
