"""Importing bodies: messy files are understood, faulty ones are refused whole with every row named."""

import time
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from branches.choices import Form, Kind, Sector
from branches.models import Organization, OrganizationEvent
from branches.rules import MAX_DEPTH, child_path, parent_of
from branches.tables import fault_lines
from branches.tests.factories import NOW, make_organization
from branches.workflows import tree, tree_import
from branches.workflows.history import Order
from branches.workflows.tree_file import read_table
from branches.workflows.tree_import import INSTALLATION, FileFaulty, load_tree, plan_tree
from orgportal.core.models import AuditEntry, OutboxEvent
from orgportal.core.scoping import Grant, Scope

HEAD = "code,name,kind,form,sector,parent_code,established_on,phone,ends_on,has_committee\n"


def csv(*rows):
    return (HEAD + "\n".join(rows) + "\n").encode()


def faults(data, scope=INSTALLATION):
    plan = plan_tree(data, scope=scope, at=NOW)
    return [(fault.row, fault.column, fault.code) for fault in plan.faults]


def load(data):
    return load_tree(data, actor=None, scope=INSTALLATION, at=NOW)


GOOD = csv(
    "X2,东一党支部,branch,,village,X1,2011-07-01,0437-1,,no",
    "X1,东党委,committee,,territory,X,2010-07-01,,,",
    "X,新区委,committee,,territory,,2001-07-01,,,",
    "X3,东二流动党支部,branch,mobile,enterprise,X1,2012-07-01,,2027-01-01,yes",
)


@pytest.mark.django_db
def test_load_founds_bodies_whatever_their_order_with_one_audit_entry():
    plan = load(GOOD)

    rows = {row.code: row for row in Organization.unscoped.select_related("parent")}
    assert {code: (row.parent.code if row.parent else None) for code, row in rows.items()} == {
        "X": None, "X1": "X", "X2": "X1", "X3": "X1",
    }  # fmt: skip
    assert all(parent_of(row.path) == (row.parent.path if row.parent else "") for row in rows.values())
    assert (rows["X3"].form, rows["X3"].sector, rows["X3"].has_committee) == ("mobile", "enterprise", True)
    entry = AuditEntry.objects.get()
    assert entry.changes == {"rows": 4, "digest": plan.digest, "kinds": {"committee": 2, "branch": 2}}
    assert OrganizationEvent.objects.filter(kind="created").count() == 4
    assert set(OutboxEvent.objects.values_list("key", flat=True)) == {
        str(rows["X2"].pk), str(rows["X3"].pk),
    }  # fmt: skip


@pytest.mark.django_db
def test_load_continues_the_numbers_of_the_tree_and_never_reuses_one(world):
    scope = Scope(grants=(Grant("", frozenset({"branch.move", "branch.view"})),))
    order = Order(on=date(2026, 3, 1), version=1)
    tree.move(world.organ, world.committee_1, order, actor=world.user("qian"), scope=scope, at=NOW)

    load(csv(f"Y1,新支部,branch,,organ,{world.district.code},2020-01-01,,,"))

    assert Organization.unscoped.get(code="Y1").path == child_path(world.district.path, 4)


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_messy_files_are_understood(encoding):
    text = (
        "编码\t名称\t类型\t领域\t上级编码\t成立日期\n"
        " Ｘ１ \t新区委\t党委\t乡镇、区县\t\t2001年7月1日\n"
        "\n"
        "X2\t东一支部\tBranch\tvillage\tX1\t2011/7/1\n"
    )
    with translation.override("zh-hans"):
        text = text.replace("编码", "Code", 1).replace("名称", "Name").replace("类型", "KIND")
    text = text.replace("上级编码", "parent_code").replace("成立日期", "Founded on").replace("领域", "sector")
    text = text.replace("党委\t", "committee\t").replace("乡镇、区县", "territory")

    table = read_table(text.encode(encoding))

    assert table.faults == ()
    assert [(line.number, line.code, line.kind, line.established_on) for line in table.lines] == [
        (2, "X1", Kind.COMMITTEE, date(2001, 7, 1)),
        (4, "X2", Kind.BRANCH, date(2011, 7, 1)),
    ]
    assert (table.lines[1].form, table.lines[1].sector) == (Form.REGULAR, Sector.VILLAGE)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\xff\xfe\xff", [(1, "", "encoding")]),
        (b"", [(1, name, "column_missing") for name in
               ("code", "name", "kind", "sector", "parent_code", "established_on")]),
        (HEAD.encode(), [(1, "", "no_rows")]),
        (HEAD.replace("phone", "fax").encode(), [(1, "fax", "column_unknown")]),
        (HEAD.replace("phone", "name").encode(),
         [(1, "name", "column_twice"), (1, "name", "column_twice")]),
    ],
)  # fmt: skip
def test_files_that_are_no_table_are_named(data, expected):
    found = read_table(data).faults

    assert [(fault.row, fault.column, fault.code) for fault in found] == expected


def test_too_long_a_file_is_refused():
    data = csv(*(f"X{n},x,branch,,village,Y,2020-01-01,,," for n in range(20_001)))

    assert [fault.code for fault in read_table(data).faults] == ["too_many_rows"]


ROOT = "X,新区委,committee,,territory,,2001-07-01,,,"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("X1,,branch,,village,X,2020-01-01,,,", ("name", "cell_empty")),
        (f"X1,{'长' * 121},branch,,village,X,2020-01-01,,,", ("name", "too_long")),
        ("X1,甲,brunch,,village,X,2020-01-01,,,", ("kind", "kind_unknown")),
        ("X1,甲,branch,odd,village,X,2020-01-01,,,", ("form", "form_unknown")),
        ("X1,甲,branch,,moon,X,2020-01-01,,,", ("sector", "sector_unknown")),
        ("X1,甲,branch,,village,X,2020-02-30,,,", ("established_on", "date_unknown")),
        ("X1,甲,branch,,village,X,soon,,,", ("established_on", "date_unknown")),
        ("X1,甲,branch,,village,X,2027-01-01,,,", ("established_on", "date_in_future")),
        ("X1,甲,branch,,village,X,2020-01-01,,2019-01-01,", ("ends_on", "ends_before_founding")),
        ("X1,甲,branch,,village,X,2020-01-01,,,perhaps", ("has_committee", "yes_no_unknown")),
        ("X1,甲,committee,,village,X,2020-01-01,,,yes", ("has_committee", "only_branches_have_committees")),
        ("X,甲,branch,,village,X,2020-01-01,,,", ("code", "code_twice")),
        ("X1,甲,branch,,village,Z,2020-01-01,,,", ("parent_code", "orphan")),
        ("X1,甲,branch,,village,,2020-01-01,,,", ("parent_code", "needs_parent")),
        ("X1,甲,committee,joint,village,X,2020-01-01,,,", ("form", "form_not_allowed")),
        ("X1,新区委,committee,,territory,,2020-01-01,,,", ("name", "name_twice")),
    ],
)
def test_a_bad_row_is_named_with_its_column_and_nothing_is_loaded(row, expected):
    data = csv(ROOT, row)

    assert faults(data) == [(3, *expected)]
    with pytest.raises(FileFaulty):
        load(data)
    assert not Organization.unscoped.exists()


@pytest.mark.django_db
def test_a_child_of_an_unreadable_parent_is_not_blamed():
    data = csv("X,新区委,comittee,,territory,,2001-07-01,,,", "X1,甲,branch,,village,X,2020-01-01,,,")

    assert faults(data) == [(2, "kind", "kind_unknown")]


@pytest.mark.django_db
def test_a_circle_is_named_row_by_row_and_what_hangs_below_it_is_not():
    data = csv(
        "A,甲,committee,,territory,C,2001-07-01,,,",
        "B,乙,committee,,territory,A,2001-07-01,,,",
        "C,丙,committee,,territory,B,2001-07-01,,,",
        "D,丁,branch,,village,C,2001-07-01,,,",
    )

    assert faults(data) == [(row, "parent_code", "cycle") for row in (2, 3, 4)]


@pytest.mark.django_db
def test_faults_against_the_tree(world):
    gone = make_organization(world.district, "旧党委", kind=Kind.COMMITTEE, dissolved_on=date(2020, 1, 1))
    deep = world.committee_2
    while len(deep.path) < 4 * MAX_DEPTH:
        deep = make_organization(deep, kind=Kind.COMMITTEE)
    data = csv(
        f"{world.a.code},甲,branch,,village,{world.committee_1.code},2020-01-01,,,",
        f"Y2,乙社区党支部,branch,,village,{world.committee_1.code},2020-01-01,,,",
        f"Y3,丙,branch,,village,{gone.code},2020-01-01,,,",
        f"Y4,丁,branch,,village,{deep.code},2020-01-01,,,",
        f"Y5,戊,branch,,village,{world.a.code},2020-01-01,,,",
    )

    assert faults(data) == [
        (2, "code", "code_exists"),
        (3, "name", "name_twice"),
        (4, "parent_code", "parent_dissolved"),
        (5, "parent_code", "too_deep"),
        (6, "parent_code", "parent_kind_wrong"),
    ]


@pytest.mark.django_db
def test_an_officer_imports_below_the_own_body_only(world):
    here = f"Y1,新,branch,,village,{world.committee_1.code},2020-01-01,,,"
    data = csv(here, "Y2,新党委,committee,,territory,,2020-01-01,,,")
    outside = csv(f"Y1,新,branch,,village,{make_organization(None, '外区委').code},2020-01-01,,,")

    assert faults(data, world.scope("qian")) == [(3, "parent_code", "root_not_allowed")]
    assert faults(outside, world.scope("qian")) == [(2, "parent_code", "orphan")]
    assert faults(csv(here), world.scope("qian")) == []


@pytest.mark.django_db
def test_every_fault_has_a_sentence_that_says_what_to_do():
    with translation.override("en"):
        plan = plan_tree(csv("X1,甲,branch,,village,Z,2020-02-30,,,"), scope=INSTALLATION, at=NOW)
        lines = fault_lines(plan.faults)

    assert lines == [
        {"row": 2, "column": "Founded on",
         "text": "“2020-02-30” is not a date. Write it as 2026-03-05."},
        {"row": 2, "column": "Code of the body above",
         "text": "No body with the code Z within your scope. Add it above or correct the code."},
    ]  # fmt: skip


@pytest.mark.django_db
def test_three_hundred_rows_load_in_constant_queries_and_under_a_second(django_assert_max_num_queries):
    towns = [f"T{n},镇{n}党委,committee,,territory,X,2001-07-01,,," for n in range(12)]
    villages = [f"V{n},村{n}党支部,branch,,village,T{n % 12},2005-07-01,,," for n in range(290)]

    start = time.process_time()
    with django_assert_max_num_queries(30):
        load(csv(*villages, *towns, ROOT))
    took = time.process_time() - start

    assert Organization.unscoped.count() == 303
    assert took < 1


@pytest.mark.django_db
def test_command_loads_or_names_the_faults(tmp_path, capsys):
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_bytes(GOOD)
    bad.write_bytes(csv("X9,甲,branch,,village,Z,2020-01-01,,,"))

    call_command("load_tree", str(good))
    with pytest.raises(CommandError, match="1 faults, nothing loaded"):
        call_command("load_tree", str(bad))
    with pytest.raises(CommandError, match="No such file"):
        call_command("load_tree", str(tmp_path / "none.csv"))

    assert capsys.readouterr().out.startswith("4 bodies loaded")
    assert tree_import.plan_tree(GOOD, scope=INSTALLATION, at=NOW).kinds == {}


@pytest.mark.django_db
def test_a_plan_tells_its_kinds_and_an_empty_file_its_fault():
    plan = plan_tree(GOOD, scope=INSTALLATION, at=NOW)

    assert plan.kinds == {Kind.COMMITTEE: 2, Kind.BRANCH: 2}
    assert [fault.code for fault in plan_tree(HEAD.encode(), scope=INSTALLATION, at=NOW).faults] == [
        "no_rows"
    ]
