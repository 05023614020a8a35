"""Operations on own templates: upload by form, faults by code and words, the paper as a file."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from drf_spectacular.generators import SchemaGenerator

from members.models import Paper, PaperTemplate
from members.tests.transfers import with_letter
from members.tests.word import letter, starter, uploaded, words_in

pytestmark = pytest.mark.usefixtures("on_the_day")
PLACE = "/api/v1/paper-templates/"


def send(client: Any, world: Any, data: bytes) -> Any:
    file = SimpleUploadedFile("介绍信.docx", data)
    return client.post(PLACE, {"organization": world.committee_1.pk, "kind": "letter", "file": file})


def test_a_program_uploads_and_lists(world: Any, as_: Any) -> None:
    first = send(as_("zhao"), world, starter())
    second = send(as_("zhao"), world, starter())

    listed = as_("zhao").get(PLACE, {"kind": "letter", "state": "current"}).json()["results"]
    assert (first.status_code, second.json()["edition"]) == (201, 2)
    assert [(row["id"], row["digest"]) for row in listed] == [(second.json()["id"], second.json()["digest"])]


def test_faults_come_with_code_words_and_mark(world: Any, as_: Any) -> None:
    response = send(as_("zhao"), world, letter("{{ nmae }}"))

    fault = response.json()["faults"][0]
    assert (response.status_code, response.json()["code"]) == (409, "template_faulty")
    assert fault == {
        "code": "template_unknown_near", "mark": "{{ nmae }}", "near": "{{ name }}",
        "words": "系统不认识 {{ nmae }}。是否应为 {{ name }}？",
    }  # fmt: skip


def test_editions_go_out_of_use_and_come_back(world: Any, as_: Any) -> None:
    template = uploaded(world)
    place = f"{PLACE}{template.pk}/"

    retired = as_("zhao").post(f"{place}retire/")
    again = as_("zhao").post(f"{place}retire/")
    restored = as_("zhao").post(f"{place}restore/")

    assert (retired.json()["state"], restored.json()["state"]) == ("retired", "current")
    assert (again.status_code, again.json()["code"]) == (409, "template_not_in_use")


def test_an_edition_that_no_longer_fits_stays_out_of_use(world: Any, as_: Any) -> None:
    old, _now = uploaded(world), uploaded(world)
    outgrown = letter("{{ xyz }}")
    PaperTemplate.unscoped.filter(pk=old.pk).update(content=outgrown, size=len(outgrown))

    response = as_("zhao").post(f"{PLACE}{old.pk}/restore/")

    assert response.json()["faults"][0]["code"] == "template_unknown"


def test_the_paper_comes_as_a_word_file(world: Any, as_: Any) -> None:
    with_letter(world)
    paper = Paper.unscoped.get()
    place = f"/api/v1/papers/{paper.pk}/document/"

    assert as_("zhao").get(place).json()["code"] == "template_none"
    uploaded(world)
    assert paper.number in words_in(as_("zhao").get(place).content)


def test_the_schema_tells_of_the_form_and_the_file() -> None:
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]

    assert list(paths[PLACE]["post"]["requestBody"]["content"]) == ["multipart/form-data"]
    answers = paths["/api/v1/papers/{id}/document/"]["get"]["responses"]["200"]["content"]
    assert [answer["schema"]["format"] for answer in answers.values()] == ["binary"]
