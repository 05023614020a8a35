"""Lists of units as others keep them: columns matched, rows handed back with what to put right."""

import json
import re
from html import unescape
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from branches.models import Unit
from branches.tests.test_views_unit_import import API, PAGE, upload
from branches.tests.test_workflows_unit_import import row, text, workbook
from branches.workflows.unit_columns import OwnList, guess, under_our_headings
from branches.workflows.unit_file import as_csv, read_units
from conftest import World
from orgportal.core.models import IdempotencyKey

pytestmark = pytest.mark.usefixtures("on_the_day")
OWN = (
    ("东街道“两新”组织台账",),
    ("填表日期：2026年1月",),
    ("序号", "企业名称（盖章）", "统一社会信用代码", "职工人数*", "备注"),
    ("1", "甲厂", "91350100M000100Y43", "36", "老板姓李"),
    (),
    ("2", "乙厂", "", "8", ""),
)
CHOSEN = {"from_name": "1", "from_credit_code": "2", "from_staff": "3"}
SAME = {"same_kind": "enterprise", "same_owner": "private", "same_listed_on": "2026-01-15"}


def own_list(*rows: Any) -> bytes:
    return as_csv([*OWN, *rows]).encode()


def carried(page: Any) -> str:
    found = re.search(r'name="text" value="([^"]*)"', page.content.decode(), re.DOTALL)
    assert found is not None
    return unescape(found[1])


def chosen_of(page: Any) -> dict[str, str]:
    """What each column field has chosen, of those that have."""
    fields = re.findall(r'<select name="from_(\w+)".*?</select>', page.content.decode(), re.DOTALL)
    whole = re.findall(r'<select name="from_\w+".*?</select>', page.content.decode(), re.DOTALL)
    picked = [re.search(r'value="(\d+)"\s+selected', each) for each in whole]
    return {name: found[1] for name, found in zip(fields, picked, strict=True) if found}


def match(client: Any, world: World, data: bytes, **typed: str) -> Any:
    given = {**CHOSEN, **SAME, "same_committee_code": world.committee_1.code, **typed}
    return client.post(PAGE, {"text": data.decode(), "step": "match", **given})


def test_headings_are_found_below_a_title_and_guessed_in_their_usual_words() -> None:
    own = OwnList.of(OWN)

    assert own.head == 2
    assert guess(own.headings) == {"name": 1, "credit_code": 2, "staff": 3}
    assert (own.examples(1), own.first[0]) == (["甲厂", "乙厂"], list(OWN[3]))


def test_a_column_shows_its_first_three_different_words() -> None:
    own = OwnList.of(
        [("企业名称", "类型"), *((name, "企业") for name in ("甲厂", "乙厂", "", "甲厂", "丙厂", "丁厂"))]
    )

    assert own.examples(0) == ["甲厂", "乙厂", "丙厂"]
    assert own.examples(1) == ["企业"]


def test_no_word_is_known_and_nothing_is_guessed() -> None:
    own = OwnList.of([("甲", "乙"), ("1", "2")])

    assert (own.head, guess(own.headings), own.places) == (0, {}, [0, 1])
    assert (OwnList.of([]).places, OwnList.of([]).headings) == ([], ())


def test_rows_keep_their_numbers_and_empty_ones_stay_empty() -> None:
    rows = OwnList.of(OWN).arranged({"name": 1, "staff": 3}, {"kind": "enterprise"})

    assert rows[0] == ["name", "kind", "staff"]
    assert [(number, cells) for number, cells in enumerate(rows[1:], start=2) if cells] == [
        (4, ["甲厂", "enterprise", "36"]),
        (6, ["乙厂", "enterprise", "8"]),
    ]


def test_a_list_with_its_own_headings_is_asked_about_matched_and_loaded(world: World, as_: Any) -> None:
    zhao = as_("zhao")

    asked = upload(zhao, own_list())
    checked = match(zhao, world, carried(asked).encode())
    loaded = zhao.post(PAGE, {"text": carried(checked), "step": "do"}, follow=True)

    assert asked.status_code == 200
    assert chosen_of(asked) == {"name": "1", "credit_code": "2", "staff": "3"}
    assert "企业名称（盖章） (甲厂、乙厂)" in unescape(asked.content.decode())
    assert (checked.status_code, loaded.status_code) == (200, 200)
    kept = Unit.unscoped.order_by("pk").values_list("name", "kind", "staff", "committee", "listed_on")
    assert [(*found[:4], str(found[4])) for found in kept] == [
        ("甲厂", "enterprise", 36, world.committee_1.pk, "2026-01-15"),
        ("乙厂", "enterprise", 8, world.committee_1.pk, "2026-01-15"),
    ]


def test_a_workbook_wider_than_ours_keeps_its_digits_through_the_question(world: World, as_: Any) -> None:
    wide = workbook(
        [*[f"其他{n}" for n in range(30)], "企业名称", "信用代码"], [*["x"] * 30, "甲厂", 913501000001000043]
    )
    zhao = as_("zhao")

    asked = upload(zhao, wide)
    checked = match(
        zhao, world, carried(asked).encode(), from_name="30", from_credit_code="31", from_staff=""
    )

    assert chosen_of(asked) == {"name": "30", "credit_code": "31"}
    assert "信用代码 (913501000001)" in unescape(asked.content.decode())
    assert checked.status_code == 422
    assert "“913501000001000064”" in unescape(checked.content.decode())


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"from_staff": "1"}, "“单位名称”已使用该列"),
        ({"from_name": ""}, "每一行都需要此项，请选择对应的列。"),
        ({"same_kind": ""}, "请选择对应的列，或者填写一个所有行通用的值。"),
        ({"from_kind": "4"}, "请在列和通用值中任选其一，不要同时填写。"),
        ({"from_name": "77"}, "请从所列选项中选择"),
        ({"same_committee_code": "nowhere"}, "请从所列选项中选择"),
        ({"same_listed_on": "someday"}, "日期"),
    ],
)
def test_a_choice_that_cannot_be_is_said_at_its_field(
    world: World, as_: Any, typed: dict[str, str], said: str
) -> None:
    page = match(as_("zhao"), world, own_list(), **typed)

    assert page.status_code == 422
    assert said in unescape(page.content.decode())
    assert not Unit.unscoped.exists()


def test_another_districts_committee_is_no_choice(world: World, as_: Any) -> None:
    page = match(as_("zhao"), world, own_list(), same_committee_code=world.committee_2.code)

    assert page.status_code == 422
    assert world.committee_2.name not in page.content.decode()


def test_rows_to_put_right_come_back_marked_and_are_read_again(world: World, as_: Any) -> None:
    zhao = as_("zhao")
    data = text(
        row(world.committee_1, name="甲厂", area="=1+1"),
        row(world.committee_1, name="乙厂", kind="铺子", staff="许多"),
    )

    page = upload(zhao, data)
    answers = [zhao.post(PAGE, {"text": carried(page), "step": "faults"}) for _ in range(2)]
    sheet = openpyxl.load_workbook(BytesIO(answers[0].content)).active
    head = [cell.value for cell in sheet[1]]
    wrong = [cell.column for cell in sheet[3] if cell.fill.fgColor.rgb == "FFFFD9D6"]

    assert "units-to-put-right.xlsx" in answers[0]["Content-Disposition"]
    assert answers[1].content[:2] == b"PK"
    assert not IdempotencyKey.objects.exclude(status=None).exists()
    assert (head[0], head[-1]) == ("单位名称", "需要改正的内容")
    assert (sheet["F2"].value, sheet["F2"].data_type, sheet.cell(2, len(head)).value) == ("=1+1", "s", None)
    assert sheet.cell(3, len(head)).value.splitlines() == [
        "类别：“铺子”不是单位类别，请从模板列表中选择。",
        "从业人员：“许多”不是人数，请填写如36。",
    ]
    assert wrong == [2, 7, len(head)]
    again = read_units(answers[0].content)
    assert [fault.column for fault in again.faults] == ["kind", "staff"]


def test_nothing_to_put_right_in_rows_leads_to_the_check(world: World, as_: Any) -> None:
    zhao = as_("zhao")

    sound = zhao.post(PAGE, {"text": text(row(world.committee_1)).decode(), "step": "faults"})
    empty = zhao.post(PAGE, {"text": text().decode(), "step": "faults"})

    assert (sound.status_code, empty.status_code) == (200, 422)
    assert "text/html" in empty["Content-Type"]


def test_what_was_added_to_a_row_is_neither_read_nor_told_twice(world: World, as_: Any) -> None:
    """A file handed back and sent in again with a fault left: one such column, not two."""
    zhao = as_("zhao")
    first = zhao.post(PAGE, {"text": text(row(world.committee_1, kind="铺子")).decode(), "step": "faults"})

    page = upload(zhao, first.content)
    second = zhao.post(PAGE, {"text": carried(page), "step": "faults"})

    heads = [cell.value for cell in openpyxl.load_workbook(BytesIO(second.content)).active[1]]
    assert heads.count("需要改正的内容") == 1


def post(client: Any, address: str, data: bytes, **said: Any) -> Any:
    given = {name: json.dumps(value) if not isinstance(value, str) else value for name, value in said.items()}
    return client.post(address, {"file": SimpleUploadedFile("units.csv", data), **given})


def test_a_program_says_which_heading_is_which(world: World, as_: Any) -> None:
    zhao = as_("zhao")
    columns = {"name": "企业名称（盖章）", "staff": "职工人数*"}
    same = {"kind": "enterprise", "owner": "private", "listed_on": "2026-01-15"}
    whole = {**same, "committee_code": world.committee_1.code}

    checked = post(zhao, f"{API}check/", own_list(), columns=columns, same=whole)
    short = post(zhao, f"{API}check/", own_list(), columns=columns, same=same)
    loaded = post(zhao, API, own_list(), columns=columns, same=whole)

    assert (checked.status_code, checked.json()["new"]) == (200, 2)
    assert [(each["column"], each["code"]) for each in short.json()["faults"]] == [
        ("committee_code", "column_missing")
    ]
    assert loaded.json()["rows"] == 2


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"columns": {"name": "厂名"}}, 409, "unit_heading_missing"),
        ({"columns": {"name": "备注", "area": "备注"}}, 409, "unit_heading_twice"),
        ({"columns": {"colour": "备注"}}, 400, "colour"),
        ({"columns": {"name": 1}}, 400, "not_an_object_of_texts"),
        ({"columns": ["name"]}, 400, "not_an_object_of_texts"),
        ({"columns": "{"}, 400, "columns"),
        ({"columns": {"name": "备注"}, "same": {"name": "甲"}}, 400, "same"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused_by_its_name(
    as_: Any, said: dict[str, Any], status: int, code: str
) -> None:
    answer = post(as_("zhao"), f"{API}check/", own_list(), **said)

    assert (answer.status_code, code in answer.content.decode()) == (status, True)


def test_a_file_nobody_can_read_stays_what_it_is() -> None:
    broken = b"PK\x03\x04broken"

    assert under_our_headings(broken, {"name": "名称"}, {}) == broken
    assert [fault.code for fault in read_units(broken).faults] == ["unit_file_unknown"]
