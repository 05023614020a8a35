"""The import of units: every cell that is wrong is named, all rows or none, taken back where untouched."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest

from branches.choices import CoverageKind, OwnerKind, UnitKind
from branches.models import Organization, Unit, UnitCoverage, UnitImport
from branches.tests.factories import NOW, TODAY, make_unit
from branches.workflows import coverage, units
from branches.workflows.coverage import NewVisit
from branches.workflows.unit_file import as_csv, read_units, rows_of
from branches.workflows.unit_import import UnitFileFaulty, load_units, plan_units, undo_import
from branches.workflows.units import Step
from conftest import World
from orgportal.core.errors import Refused
from orgportal.core.models import AuditEntry

HEAD = (
    "name", "kind", "owner", "credit_code", "committee_code", "area", "staff", "coverage", "covered_by",
    "listed_on",
)  # fmt: skip
# As a workbook keeps a day.
MIDNIGHT = datetime(2026, 1, 15)  # noqa: DTZ001
CODE, OTHER = "91350100M000100Y43", "91110000101623741K"


def row(place: Organization, **cells: Any) -> list[Any]:
    given = {
        "name": "东街纺织", "kind": "enterprise", "owner": "private", "committee_code": place.code,
        "listed_on": "2026-01-15", **cells,
    }  # fmt: skip
    return [given.get(name, "") for name in HEAD]


def text(*rows: Sequence[Any]) -> bytes:
    return as_csv([HEAD, *([str(cell) for cell in cells] for cells in rows)]).encode()


def workbook(*rows: Sequence[Any]) -> bytes:
    book, out = openpyxl.Workbook(), BytesIO()
    for cells in rows:
        book.active.append(list(cells))
    book.save(out)
    return out.getvalue()


def by(world: World, persona: str = "zhao") -> dict[str, Any]:
    return {"actor": world.user(persona), "scope": world.scope(persona), "at": NOW}


def faults(world: World, *rows: Sequence[Any]) -> list[tuple[int, str, str]]:
    plan = plan_units(text(*rows), scope=world.scope("zhao"), at=NOW)
    return [(fault.row, fault.column, fault.code) for fault in plan.faults]


# --- reading


def test_a_workbook_is_read_with_words_dates_and_numbers() -> None:
    data = workbook(
        [
            "单位名称",
            "类别",
            "所有制",
            "统一社会信用代码",
            "责任党组织编码",
            "从业人员",
            "列入名册日期",
            None,
        ],
        ["东街纺织", "企业", "私营", None, 101, 36.0, MIDNIGHT, None],
        [None] * 8,
        ["西街物流", "企业", "私营", 913501000000000012, "0101", 7, date(2026, 1, 15), None],
    )

    table = read_units(data)

    first, second = table.lines
    assert (first.name, first.kind, first.owner) == ("东街纺织", UnitKind.ENTERPRISE, OwnerKind.PRIVATE)
    assert (first.committee_code, first.staff, first.listed_on) == ("101", 36, date(2026, 1, 15))
    assert (second.number, second.credit_code) == (4, "")
    assert [(fault.row, fault.column, fault.code) for fault in table.faults] == [
        (4, "credit_code", "digits_lost")
    ]


def _packed(name: str) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\xff\xfe\xff\x00", (1, "", "unit_file_unknown")),
        (_packed("a.txt"), (1, "", "unit_file_unknown")),
        (b"", (1, "name", "column_missing")),
        (as_csv([[*HEAD, "colour"]]).encode(), (1, "colour", "column_unknown")),
        (as_csv([[*HEAD, "name"]]).encode(), (1, "name", "column_twice")),
        (as_csv([HEAD]).encode(), (1, "", "no_units")),
        (as_csv([HEAD, *([["x"]] * 5001)]).encode(), (1, "", "too_many_rows")),
    ],
)
def test_a_file_that_is_no_list_says_so(data: bytes, expected: tuple[int, str, str]) -> None:
    table = read_units(data)

    assert (table.faults[0].row, table.faults[0].column, table.faults[0].code) == expected
    assert table.lines == ()


def test_a_document_of_another_kind_is_no_workbook() -> None:
    book = BytesIO(workbook(["a"]))
    with ZipFile(book) as packed, ZipFile(out := BytesIO(), "w") as other:
        for name in packed.namelist():
            content = packed.read(name)
            if name == "[Content_Types].xml":
                content = content.replace(b"spreadsheetml.sheet.main", b"wordprocessingml.document.main")
            other.writestr(name, content)

    assert rows_of(out.getvalue()) is None


# --- checking


def wrong_rows(world: World) -> list[list[Any]]:
    here = world.committee_1
    return [
        row(here, name="", kind="shop", owner="me", staff="多", listed_on="明天", credit_code="9" * 19),
        row(here, coverage="love", area="街" * 61),
        row(here, name="丙", coverage="own", covered_by="NONE"),
        row(here, name="丁", coverage="own"),
        row(here, name="戊", covered_by="张三"),
        row(here, name="己", coverage="own", covered_by=world.b.code),
        row(here, name="庚", listed_on="2026-12-01"),
        row(world.committee_2, name="辛"),
        row(world.a, name="壬"),
        row(here, name="癸", credit_code=OTHER),
        row(here, name="带码厂", credit_code="91350100M000100Y44"),
        row(here, name="丙"),
        row(here, name="子", credit_code="91350100M000100Y45"),
        row(here, name="丑", credit_code="91350100M000100Y45"),
        row(here, name="寅", committee_code=""),
        row(here, name="卯", coverage="adviser", covered_by="名" * 61),
    ]


WRONG = [
    (2, "credit_code", "too_long"), (2, "kind", "unit_kind_unknown"), (2, "listed_on", "date_unknown"),
    (2, "name", "cell_empty"), (2, "owner", "unit_owner_unknown"), (2, "staff", "number_unknown"),
    (3, "area", "too_long"), (3, "coverage", "unit_coverage_unknown"),
    (4, "covered_by", "coverer_unknown"),
    (5, "covered_by", "cell_empty"),
    (6, "coverage", "coverage_missing"),
    (7, "listed_on", "body_younger"),
    (8, "listed_on", "unit_date_in_future"),
    (9, "committee_code", "committee_unknown"),
    (10, "committee_code", "committee_is_branch"),
    (11, "credit_code", "unit_code_somewhere"),
    (12, "name", "unit_name_with_code"),
    (13, "name", "unit_twice"),
    (15, "credit_code", "unit_twice"),
    (16, "committee_code", "cell_empty"),
    (17, "covered_by", "too_long"),
]  # fmt: skip


def test_every_wrong_cell_is_named(world: World) -> None:
    make_unit(world.committee_1, "老厂", credit_code=CODE)
    make_unit(world.committee_2, "外厂", credit_code=OTHER)
    make_unit(world.committee_1, "带码厂", credit_code="91350211M0000XUF46")
    world.b.established_on = date(2026, 2, 1)
    world.b.save()

    def codes(data: bytes) -> list[str]:
        return [fault.code for fault in plan_units(data, scope=world.scope("qian"), at=NOW).faults]

    assert faults(world, *wrong_rows(world)) == WRONG
    # Whose list it is, only where one sees it.
    assert codes(text(row(world.committee_2, name="癸", credit_code=CODE))) == ["unit_code_of"]
    assert codes(text(row(world.a))) == ["committee_is_branch"]
    assert codes(b"") == ["column_missing"] * 5


def test_what_stands_on_the_list_is_left_and_counted(world: World) -> None:
    here = world.committee_1
    make_unit(here, "老厂", credit_code=CODE)
    make_unit(here, "无码厂")
    rows = (
        row(here, name="改名的老厂", credit_code=CODE),
        row(here, name="无码厂"),
        row(here, name="新厂", credit_code="91350211M0000XUF46"),
    )

    plan = plan_units(text(*rows), scope=world.scope("zhao"), at=NOW)

    assert ([line.name for line in plan.new], [line.name for line in plan.known]) == (
        ["新厂"], ["改名的老厂", "无码厂"],
    )  # fmt: skip
    assert (plan.kinds, plan.doubtful) == ({UnitKind.ENTERPRISE: 1}, 1)


# --- loading and taking back


def a_file(world: World) -> bytes:
    here = world.committee_1
    return text(
        row(here, name="甲厂", coverage="own", covered_by=world.b.code, staff=40),
        row(here, name="乙厂", coverage="adviser", covered_by="周指导"),
        row(here, name="丙厂"),
        row(here, name="丁厂"),
    )


def test_all_rows_are_loaded_once_or_none(world: World) -> None:
    with pytest.raises(UnitFileFaulty):
        load_units(text(row(world.committee_1), row(world.committee_1)), **by(world))
    assert not Unit.unscoped.exists()

    batch = load_units(a_file(world), **by(world))
    again = load_units(a_file(world), **by(world))

    # The very ids the bulk load wrote.
    assert set(batch.units.values_list("pk", flat=True)) == set(Unit.unscoped.values_list("pk", flat=True))
    assert (batch.rows, batch.known, again.rows, again.known) == (4, 0, 0, 4)
    first = Unit.unscoped.get(name="甲厂")
    assert (first.staff, first.checked_on, first.name_key.split("|")[1]) == (40, date(2026, 1, 15), "甲厂")
    assert set(UnitCoverage.unscoped.values_list("unit__name", "kind", "body", "holder")) == {
        ("甲厂", CoverageKind.OWN, world.b.pk, ""), ("乙厂", CoverageKind.ADVISER, None, "周指导"),
    }  # fmt: skip
    assert first.events.get().after["import_id"] == batch.pk
    assert AuditEntry.objects.filter(action="unit.import").count() == 2


def test_an_import_is_taken_back_where_nobody_touched_it(world: World) -> None:
    batch = load_units(a_file(world), **by(world))
    known = {unit.name: unit for unit in Unit.unscoped.all()}
    units.count_hidden(known["丙厂"], 1, Step(TODAY, 1), **by(world))
    coverage.log_visit(known["丁厂"], NewVisit("周指导", TODAY, "走访"), **by(world))

    ids, stay = undo_import(batch, **by(world))

    assert (ids, stay) == ([known["甲厂"].pk, known["乙厂"].pk], 2)
    assert set(Unit.unscoped.current()) == {known["丙厂"], known["丁厂"]}
    assert not UnitCoverage.unscoped.standing().exists()
    assert UnitImport.unscoped.get().undone == 2
    _refused("unit_import_undone", lambda: undo_import(batch, **by(world)))


def test_an_import_of_long_ago_stays(world: World) -> None:
    batch = load_units(a_file(world), **by(world))
    late = {**by(world), "at": NOW + timedelta(days=31)}

    _refused("unit_undo_too_late", lambda: undo_import(batch, **late))


def _refused(code: str, act: Callable[[], Any]) -> None:
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.code == code
