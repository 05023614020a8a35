"""The import page: template, faults by row, check page with counts, and one load."""

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from branches.models import Organization
from branches.workflows.tree_file import read_table

HEAD = "code,name,kind,sector,parent_code,established_on\n"


def upload(client, text, **more):
    file = SimpleUploadedFile("t.csv", text.encode("gbk"), content_type="text/csv")
    return client.post("/branches/import/", {"file": file, "step": "check", **more})


@pytest.mark.django_db
def test_a_good_file_is_counted_then_loaded_once(world, as_, on_the_day):
    client = as_("qian")
    text = HEAD + "".join(
        f"N{n},新{n}党支部,branch,village,{world.committee_1.code},2020-01-01\n" for n in range(3)
    )
    checked = upload(client, text)
    carried = re.search(r'name="text" value="([^"]*)"', checked.content.decode(), re.DOTALL).group(1)

    assert checked.status_code == 200
    assert not Organization.unscoped.filter(code="N0").exists()
    done = client.post("/branches/import/", {"text": carried, "step": "do"})
    assert done.headers["Location"] == "/branches/"
    assert Organization.unscoped.filter(code__startswith="N").count() == 3
    again = client.post("/branches/import/", {"text": carried, "step": "do"})
    assert again.status_code == 422


@pytest.mark.django_db
def test_faults_are_listed_by_row_and_nothing_can_be_loaded(world, as_, on_the_day):
    page = upload(as_("qian"), HEAD + "N1,新,brunch,village,ZZ,2020-01-01\n")

    text = page.content.decode()
    assert page.status_code == 422
    assert ("brunch" in text, "ZZ" in text) == (True, True)
    assert 'value="do"' not in text


@pytest.mark.django_db
@pytest.mark.parametrize("data", [{}, {"file": SimpleUploadedFile("t.csv", b"x" * (2 * 1024 * 1024 + 1))}])
def test_no_file_or_too_large_a_file_is_said(world, as_, data):
    assert as_("qian").post("/branches/import/", {**data, "step": "check"}).status_code == 422


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_template_is_a_file_the_import_understands(world, as_, language):
    world.qian.user.language = language
    world.qian.user.save()
    answer = as_("qian").get("/branches/import/template/")

    table = read_table(answer.content)
    assert table.faults == ()
    assert len(next(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))) == 12
    assert as_("qian").get("/branches/import/").status_code == 200
