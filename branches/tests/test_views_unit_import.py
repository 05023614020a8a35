"""The import of units on its pages and by the API: template, check, load, taken back."""

import re
from html import unescape
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from branches.models import Unit, UnitImport
from branches.tests.test_workflows_unit_import import row, text
from branches.workflows.unit_file import read_units
from conftest import World

pytestmark = pytest.mark.usefixtures("on_the_day")
PAGE, API = "/branches/units/import/", "/api/v1/units/import/"


def upload(client: Any, data: bytes, address: str = PAGE) -> Any:
    return client.post(address, {"file": SimpleUploadedFile("units.csv", data), "step": "check"})


def test_the_template_is_a_workbook_the_import_reads(world: World, as_: Any) -> None:
    answer = as_("zhao").get(f"{PAGE}template/")

    table = read_units(answer.content)
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    assert (table.faults, table.lines[0].name) == ((), "示例纺织有限公司")
    assert len(sheet.data_validations.dataValidation) == 3


def test_a_file_is_checked_loaded_and_taken_back(world: World, as_: Any) -> None:
    zhao = as_("zhao")
    data = text(row(world.committee_1, name="甲厂"), row(world.committee_1, name="乙厂"))

    checked = upload(zhao, data)
    carried = re.search(r'name="text" value="([^"]*)"', checked.content.decode(), re.DOTALL)
    assert carried is not None
    assert (checked.status_code, Unit.unscoped.count()) == (200, 0)
    loaded = zhao.post(PAGE, {"text": unescape(carried[1]), "step": "do"}, follow=True)
    nothing = upload(zhao, data)
    batch = UnitImport.unscoped.get()
    undone = zhao.post(f"{PAGE}{batch.pk}/undo/", follow=True)
    twice = zhao.post(f"{PAGE}{batch.pk}/undo/", follow=True)

    assert "已将2个单位列入名册" in loaded.content.decode()
    assert "没有需要导入的单位" in nothing.content.decode()
    assert "已撤回2个单位" in undone.content.decode()
    assert "该次导入已经撤销" in twice.content.decode()
    assert not Unit.unscoped.current().exists()


def test_faults_are_told_by_cell_and_nothing_is_loaded(world: World, as_: Any) -> None:
    zhao = as_("zhao")
    data = text(row(world.committee_1, kind="铺子"), row(world.committee_2, name="乙厂"))

    page = upload(zhao, data)
    forced = zhao.post(PAGE, {"text": data.decode(), "step": "do"})
    empty = zhao.post(PAGE, {"step": "check"})
    by_program = upload(zhao, data, f"{API}check/").json()
    refused = upload(zhao, data, API)

    assert (page.status_code, forced.status_code, empty.status_code) == (422, 422, 422)
    assert "“铺子”不是单位类别" in page.content.decode()
    assert [(each["row"], each["column"]) for each in by_program["faults"]] == [
        (2, "kind"),
        (3, "committee_code"),
    ]
    assert (refused.status_code, refused.json()["code"]) == (409, "file_has_faults")
    assert not Unit.unscoped.exists()


def test_a_program_loads_a_file_and_takes_it_back(world: World, as_: Any) -> None:
    zhao = as_("zhao")

    loaded = upload(zhao, text(row(world.committee_1)), API).json()
    undone = zhao.post(f"{API}{loaded['id']}/undo/", {}, content_type="application/json").json()
    large = upload(zhao, b"x" * (2 * 1024 * 1024 + 1), API)

    assert (loaded["rows"], undone["stay"], len(undone["units"])) == (1, 0, 1)
    assert large.status_code == 400
