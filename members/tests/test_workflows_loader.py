"""A roster file is loaded whole or not at all, and every bad row is named."""

import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from branches.tests.factories import NOW, make_group
from members.choices import MobileState, PeriodReason, Standing
from members.models import BranchPeriod, Member, StandingPeriod
from members.rules.register import check_character
from members.rules.roster_file import COLUMNS
from members.tests.factories import make_member
from members.workflows.loader import RosterRefused, load_roster
from orgportal.core.errors import Refused
from orgportal.core.models import AuditEntry, OutboxEvent
from orgportal.core.sealing import blind, unseal


def id_number(birth_on: date = date(1980, 5, 17), order: int = 1) -> str:
    """A valid number of a never assigned area; odd orders are men."""
    first = f"990000{birth_on:%Y%m%d}{order:03d}"
    return first + check_character(first)


def cells(world, **changes):
    defaults = {
        "branch_code": world.a.code,
        "name": "张三",
        "gender": "男",
        "birth_on": "1980-05-17",
        "id_number": id_number(),
        "mobile": "13900001234",
        "standing": "正式党员",
        "joined_on": "2005-07-01",
        "confirmed_on": "2006-07-01",
        "education": "大专",
        "occupation": "工人",
    }
    return {**defaults, **changes}


def load(*rows, **options):
    return load_roster(list(rows), actor=None, at=NOW, **options)


def faults_of(*rows, **options):
    with pytest.raises(RosterRefused) as refusal:
        load(*rows, **options)
    return [(fault.row, fault.column, fault.code) for fault in refusal.value.report.faults if fault.refuses]


def csv_of(*rows) -> bytes:
    columns = [column for column in COLUMNS if any(column in row for row in rows)]
    lines = [",".join(columns), *(",".join(str(row.get(column, "")) for column in columns) for row in rows)]
    return "\n".join(lines).encode()


def test_load_writes_person_and_dated_history(world):
    group = make_group(world.a)

    report = load(
        cells(world, group=group.name, since="2010-01-01", mobile_state="外出", mobile_place="广东省深圳市")
    )

    member = Member.unscoped.get(name="张三")
    assert (report.rows, report.faults, report.is_written) == (1, (), True)
    assert (member.branch, member.path, member.group) == (world.a, world.a.path, group)
    assert (member.name_key, member.initials) == ("zhang san|张三", "zs")
    assert (member.ethnicity, member.mobile_state) == ("汉族", MobileState.OUT)
    spell = member.spells.get()
    assert (spell.state, spell.place, spell.is_running) == (MobileState.OUT, "广东省深圳市", True)
    assert (spell.starts_on, spell.next_contact_on) == (world.today, None)
    assert unseal(member.id_number_sealed) == id_number()
    assert member.id_number_digest == blind(id_number())
    assert member.number == f"P01{member.pk - (1 << 40):08d}"
    period = BranchPeriod.objects.get(member=member)
    assert (period.branch, period.starts_on, period.ends_on) == (world.a, date(2010, 1, 1), None)
    assert period.reason == PeriodReason.LOADED
    assert list(
        StandingPeriod.objects.filter(member=member)
        .order_by("starts_on")
        .values_list("standing", "starts_on", "ends_on")
    ) == [
        ("probationary", date(2005, 7, 1), date(2006, 6, 30)),
        ("formal", date(2006, 7, 1), None),
    ]


def test_load_leaves_one_audit_entry_and_one_event_a_branch(world):
    report = load(cells(world), cells(world, branch_code=world.b.code, name="李四", id_number=""))

    entry = AuditEntry.objects.get(action="member.roster_loaded")
    assert entry.changes["rows"] == 2
    assert entry.changes["digest"] == report.digest
    assert set(OutboxEvent.objects.filter(topic="members.changed").values_list("key", flat=True)) == {
        str(world.a.pk),
        str(world.b.pk),
    }


@pytest.mark.parametrize(
    ("changes", "periods"),
    [
        ({"standing": "预备党员", "confirmed_on": "", "joined_on": "2025-09-01"}, ["probationary"]),
        ({"standing": "停止党籍", "standing_since": "2020-01-01"}, ["probationary", "formal", "suspended"]),
        (
            {"standing": "停止党籍", "standing_since": "2006-01-01", "confirmed_on": ""},
            ["probationary", "suspended"],
        ),
        ({"confirmed_on": "2005-07-01"}, ["formal"]),
    ],
)
def test_load_dates_each_standing(world, changes, periods):
    load(cells(world, **changes))

    found = StandingPeriod.objects.filter(member__name="张三").order_by("starts_on")
    assert [period.standing for period in found] == periods
    assert found.last().ends_on is None


def test_a_bad_check_digit_only_warns(world):
    number = id_number()
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")

    report = load(cells(world, id_number=wrong))

    assert [(fault.row, fault.column, fault.value, fault.code) for fault in report.warnings] == [
        (2, "id_number", f"…{wrong[-4:]}", "id_check_digit")
    ]
    assert Member.unscoped.filter(name="张三").exists()


@pytest.mark.parametrize(
    ("changes", "column", "code"),
    [
        ({"branch_code": "nowhere"}, "branch_code", "unknown_branch"),
        ({"name": ""}, "name", "missing"),
        ({"birth_on": "1980-02-30"}, "birth_on", "not_a_date"),
        ({"birth_on": "yesterday"}, "birth_on", "not_a_date"),
        ({"joined_on": ""}, "joined_on", "missing"),
        ({"joined_on": "2030-01-01"}, "joined_on", "in_future"),
        ({"since": "2030-01-01"}, "since", "in_future"),
        ({"since": "2001-01-01"}, "since", "before_joining"),
        ({"standing": "停止党籍"}, "standing_since", "missing"),
        ({"standing": "积极分子"}, "standing", "unknown_word"),
        ({"standing": ""}, "standing", "missing"),
        ({"group": "第九党小组"}, "group", "unknown_group"),
        ({"id_number": "123"}, "id_number", "id_shape"),
        ({"mobile": "12"}, "mobile", "mobile_shape"),
        ({"name": "张" * 61}, "name", "too_long"),
        ({"member_number": "P0100000001"}, "member_number", "number_is_given"),
    ],
)
def test_load_refuses_and_names_the_cell(world, changes, column, code):
    assert faults_of(cells(world), cells(world, **{"id_number": "", **changes})) == [(3, column, code)]
    assert not Member.unscoped.filter(name="张三").exists()


def test_load_names_every_bad_row(world):
    found = faults_of(
        cells(world, name=""),
        cells(world, branch_code=world.district.code, id_number=""),
        cells(world, id_number=id_number(order=3)),
        cells(world, id_number=id_number(order=3), member_number="7"),
        cells(world, id_number="", member_number="7"),
    )

    assert found == [
        (2, "name", "missing"),
        (3, "branch_code", "not_a_branch"),
        (4, "id_number", "id_twice_in_file"),
        (5, "id_number", "id_twice_in_file"),
        (5, "member_number", "number_twice_in_file"),
        (6, "member_number", "number_twice_in_file"),
    ]


def test_load_refuses_numbers_that_are_in_the_register(world):
    make_member(world.b, "旧人", id_number_digest=blind(id_number()), number="77")

    assert faults_of(cells(world), cells(world, id_number="", member_number="77")) == [
        (2, "id_number", "id_in_register"),
        (3, "member_number", "number_in_register"),
    ]


def test_load_warns_of_likeness(world):
    make_member(world.b, "张三")

    report = load(
        cells(world), cells(world, name="李四", id_number=""), cells(world, name="李四", id_number="")
    )

    assert [(fault.row, fault.code) for fault in report.warnings] == [
        (2, "like_in_register"),
        (3, "like_in_file"),
        (4, "like_in_file"),
    ]


def test_load_refuses_a_dissolved_branch(world):
    world.b.dissolved_on = date(2026, 1, 1)
    world.b.save()

    assert faults_of(cells(world, branch_code=world.b.code)) == [(2, "branch_code", "dissolved_branch")]


def test_a_loader_reaches_only_where_the_right_holds(world):
    assert load(cells(world), scope=world.scope("qian")).is_written
    assert faults_of(cells(world, id_number=""), scope=world.scope("zhao")) == [
        (2, "branch_code", "unknown_branch")
    ]


def test_dry_run_writes_nothing(world):
    report = load(cells(world), dry_run=True)

    assert (report.rows, report.is_written) == (1, False)
    assert not Member.unscoped.filter(name="张三").exists()
    assert not AuditEntry.objects.filter(action="member.roster_loaded").exists()


def test_an_empty_list_writes_nothing(world):
    assert load().is_written is False


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_command_reads_either_encoding_and_chinese_headings(world, tmp_path, encoding):
    file = tmp_path / "roster.csv"
    text = csv_of(cells(world, birth_on="1980年5月17日", mobile="+86 139 0000-1234")).decode()
    heading, rest = text.split("\n", 1)
    chinese = ",".join(COLUMNS[column] for column in heading.split(","))
    file.write_bytes(f"{chinese}\n{rest}\n,,,\n".encode(encoding))
    out = io.StringIO()

    call_command("load_roster", str(file), stdout=out)

    assert out.getvalue().startswith("1 rows loaded, 0 warnings")
    assert Member.unscoped.get(name="张三").mobile == "13900001234"


def test_command_names_bad_rows_and_fails(world, tmp_path):
    file = tmp_path / "roster.csv"
    file.write_bytes(csv_of(cells(world, name="")))
    err = io.StringIO()

    with pytest.raises(CommandError):
        call_command("load_roster", str(file), stderr=err)

    assert err.getvalue().startswith("refused: row 2, name 姓名, “—”: ")


def test_command_prints_warnings_of_a_dry_run(world, tmp_path):
    make_member(world.b, "张三")
    file = tmp_path / "roster.csv"
    file.write_bytes(csv_of(cells(world)))
    out, err = io.StringIO(), io.StringIO()

    call_command("load_roster", str(file), dry_run=True, stdout=out, stderr=err)

    assert "1 rows checked, nothing written, 1 warnings" in out.getvalue()
    assert err.getvalue().startswith("warning: row 2, name 姓名")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"branch_code,name,shoe\n", "roster_columns_unknown"),
        (b"branch_code,name\n", "roster_columns_missing"),
        (b"\xff\xff\xff", "roster_encoding"),
    ],
)
def test_load_refuses_a_file_it_cannot_read(world, raw, code):
    with pytest.raises(Refused) as refusal:
        load_roster(raw, actor=None, at=NOW)

    assert refusal.value.code == code


def test_command_says_when_there_is_no_file(world, tmp_path):
    with pytest.raises(CommandError):
        call_command("load_roster", str(tmp_path / "none.csv"))


def test_six_thousand_rows_satisfy_the_history_checked_at_commit(world):
    names = "王李张刘陈杨黄赵吴周"
    rows = [
        cells(
            world,
            branch_code=(world.a, world.b, world.c)[i % 3].code,
            name=f"{names[i % 10]}{chr(0x4E00 + i % 700)}{chr(0x5000 + i % 900)}",
            id_number=id_number(date(1950 + i % 50, 1 + i % 12, 1 + i % 28), 1 + 2 * (i // 50 % 400)),
            birth_on=f"{1950 + i % 50}-{1 + i % 12:02d}-{1 + i % 28:02d}",
            joined_on="2020-07-01",
            confirmed_on="2021-07-01",
            mobile=f"139{i:08d}",
        )
        for i in range(6000)
    ]

    report = load(*rows)

    connection.check_constraints()
    assert report.is_written
    assert Member.unscoped.filter(standing=Standing.FORMAL).count() >= 6000
