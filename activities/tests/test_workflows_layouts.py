"""Word layouts of ledgers: what stands against a file, which one a branch goes by, the same facts in it."""

from typing import Any

import pytest

from activities.choices import LedgerForm, LedgerKind
from activities.models import Activity, LedgerTemplate
from activities.queries.ledger_templates import bodies_to_keep_for, shelves_of
from activities.rules.ledger_templates import table_of
from activities.rules.ledgers import Grid, Ledger, written
from activities.tasks import look_over_layouts
from activities.tests.layouts import a_layout, document, words_in
from activities.tests.ledgers import quarter
from activities.tests.test_workflows_ledgers import PERIODS
from activities.workflows import ledger_templates as work
from activities.workflows.ledgers import OF_A_MEETING, Order, Taken, drawn, take, take_of_meeting
from branches.models import Organization
from members.choices import TemplateState
from orgportal.core import word_lists
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.models import AuditEntry, Notification
from orgportal.core.word_files import packed, parts_of
from orgportal.core.word_layouts import TemplateFaulty

SIGN_IN, BOOK, QUARTER = LedgerKind.SIGN_IN, LedgerKind.BOOK, LedgerKind.QUARTER
SIGNING = [
    "{{ 党支部 }} {{ 名称 }} {{ 日期 }}",
    [["姓名", "到会"], ["{{ 签到.姓名 }}", "{{ signers.presence }}"]],
]
BLOCK = ["{{ 党支部 }}", "{{ 每条记录 }}", "{{ 名称 }}", "{{ 记录完 }}"]


def how(world: Any, who: str = "li") -> dict[str, Any]:
    return {"actor": world.user(who), "scope": world.scope(who), "at": world.now}


def codes(kind: LedgerKind, *lines: Any) -> list[str]:
    with pytest.raises(TemplateFaulty) as caught:
        work.check(kind, document(*lines), most=1024 * 1024)
    return [fault.code for fault in caught.value.faults]


def taken(world: Any, kind: LedgerKind, record: Activity) -> tuple[Taken, Ledger]:
    if kind in OF_A_MEETING:
        ledger = OF_A_MEETING[kind](record, world.scope("li"), world.today)
        return take_of_meeting(kind, record, LedgerForm.DOCX, **how(world)), ledger
    order = Order(kind, world.a, PERIODS[kind], LedgerForm.DOCX)
    return drawn(order, scope=world.scope("li"), at=world.now)


# --- the check


@pytest.mark.parametrize(
    ("kind", "lines", "expected"),
    [
        (SIGN_IN, ["{{ 党支部 }} {{ 名称 }} {{ 日期 }}"], ["template_missing"]),
        (SIGN_IN, [*SIGNING, "{{ 签倒.姓名 }}"], ["template_unknown_near", "template_list_loose"]),
        (SIGN_IN, [*SIGNING, "{{ xyz }}"], ["template_unknown"]),
        (SIGN_IN, [*SIGNING, "{{ 签到.姓名 }}"], ["template_list_loose"]),
        (SIGN_IN, [*SIGNING, "{% for x in y %}"], ["template_not_plain"]),
        (SIGN_IN, [*SIGNING, "{{ 主持人.__class__ }}"], ["template_unknown", "template_list_loose"]),
        (SIGN_IN, [*SIGNING, "{{ a.b.c }}"], ["template_not_plain"]),
        (QUARTER, ["{{ 党支部 }}", [["{{ 落实.任务 }}", "{{ 记录.名称 }}"]]], ["template_row_of_two"]),
        (BOOK, [*BLOCK, "{{ 地点 }}"], ["template_outside_block"]),
        (BOOK, [*BLOCK[:3], [["{{ 任务.任务 }}"]], BLOCK[3]], ["template_outside_block"]),
        (BOOK, BLOCK[:3], ["template_block_torn", "template_outside_block", "template_missing"]),
        (BOOK, [BLOCK[0], BLOCK[3], BLOCK[2], BLOCK[1]], ["template_block_torn", "template_outside_block"]),
        (BOOK, [*BLOCK, BLOCK[1]], ["template_block_torn", "template_outside_block"]),
        (
            BOOK,
            ["{{ 党支部 }}", "{{ 名称 }} {{ 每条记录 }}", BLOCK[3]],
            ["template_block_torn", "template_outside_block"],
        ),
        (BOOK, ["{{ 党支部 }}"], ["template_missing"] * 3),
    ],
)
def test_each_fault_of_a_layout_is_named(kind: LedgerKind, lines: list[Any], expected: list[str]) -> None:
    assert codes(kind, *lines) == expected


def test_a_list_in_the_head_of_the_sheet_is_named() -> None:
    parts = parts_of(work.starter(SIGN_IN))
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    head = f"<w:hdr {space}><w:p><w:r><w:t>{{{{ 签到.备注 }}}}</w:t></w:r></w:p></w:hdr>"

    with pytest.raises(TemplateFaulty) as caught:
        work.check(SIGN_IN, packed({**parts, "word/header1.xml": head.encode()}), most=1024 * 1024)

    assert {"template_unknown_near", "template_list_loose"} <= {fault.code for fault in caught.value.faults}


@pytest.mark.parametrize("kind", LedgerKind)
def test_the_starter_is_in_order_and_holds_every_placeholder(kind: LedgerKind) -> None:
    layout = work.check(kind, work.starter(kind), most=1024 * 1024)

    assert set(layout.marks.names) == {each.alias for each in table_of(kind)}
    assert any("样例" in line for line in words_in(work.sampled(kind, layout.content)))
    assert {each.key for each in table_of(kind)} <= set(work.meanings())


# --- the same facts


@pytest.mark.parametrize("kind", LedgerKind)
def test_every_fact_of_the_ledger_stands_in_a_layout_of_ones_own(world: Any, kind: LedgerKind) -> None:
    record = quarter(world)[1]
    a_layout(world, "li", world.a, kind)

    file, ledger = taken(world, kind, record)

    words = words_in(file.content)
    text = "".join("".join(words).split())
    for part in ledger.parts:
        for value in [fact.value for fact in part.facts]:
            assert "".join(written(value).split()) in text
        for grid in part.grids:
            cells = [Grid.shown(value) for row in grid.rows for value in row]
            assert [cell for cell in cells if "".join(cell.split()) not in text] == []
    assert not any("{{" in line or "{%" in line or "\ue000" in line for line in words)
    assert file.template_id == LedgerTemplate.unscoped.get().pk


def test_an_example_reads_row_by_row() -> None:
    lines = word_lists.reading(work.sampled(SIGN_IN, document(*SIGNING, [["", ""]])))

    row = "样例姓名 ｜ 样例情况"
    assert lines == ["样例党支部 样例名称 样例日期", "姓名 ｜ 到会", row, row]


def test_rows_come_in_their_order_once_each_and_lines_stay_lines(world: Any) -> None:
    record = quarter(world)[1]
    a_layout(world, "li", world.a, SIGN_IN, document(*SIGNING))
    a_layout(
        world,
        "li",
        world.a,
        LedgerKind.RECORD,
        document("{{ branch }} {{ heading }} {{ held_on }}", "{{ note }}"),
    )

    signed = take_of_meeting(SIGN_IN, record, LedgerForm.DOCX, **how(world))
    told = take_of_meeting(LedgerKind.RECORD, record, LedgerForm.DOCX, **how(world))

    names = ["陈党员", "李书记", "冉记录", "孙党员"]
    assert [line for line in words_in(signed.content) if line in names] == names
    assert words_in(signed.content)[:3] == [f"甲社区党支部 {record.title} 2026年3月5日", "姓名", "到会"]
    body = parts_of(told.content)["word/document.xml"].decode()
    assert '第一行</w:t><w:br/><w:t xml:space="preserve">第二行' in body
    entries = AuditEntry.objects.filter(action="ledger.taken").order_by("pk")
    assert [each.changes["template"] for each in entries] == list(
        LedgerTemplate.unscoped.order_by("pk").values_list("pk", flat=True)
    )


def test_a_book_repeats_the_part_for_each_record_and_nothing_else(world: Any) -> None:
    quarter(world)
    lines = [
        *BLOCK[:2],
        "{{ 序号 }}、{{ 名称 }}",
        [["{{ 决定.内容 }}", "{{ decisions.in_charge }}"]],
        BLOCK[3],
        "完",
    ]
    a_layout(world, "li", world.a, BOOK, document(*lines))

    order = Order(BOOK, world.a, PERIODS[BOOK], LedgerForm.DOCX)
    words = words_in(drawn(order, scope=world.scope("li"), at=world.now)[0].content)

    assert words == [
        "甲社区党支部", "1、主题党日", '2、=HYPERLINK("http://x")', "公示", "陈党员", "存档", "冉记录",
        "知悉", "—", "3、谈心", "完",
    ]  # fmt: skip


# --- which one


def layout_of(world: Any) -> int | None:
    record = Activity.unscoped.filter(branch=world.a, title="谈心").get()
    return take_of_meeting(SIGN_IN, record, LedgerForm.DOCX, **how(world)).template_id


def test_a_branch_goes_by_the_nearest_layout_up_the_tree(world: Any) -> None:
    quarter(world)
    a_layout(world, "qian", world.committee_2, SIGN_IN)
    assert layout_of(world) is None

    of_district = a_layout(world, "qian", world.district, SIGN_IN)
    assert layout_of(world) == of_district.pk
    of_committee = a_layout(world, "zhao", world.committee_1, SIGN_IN)
    assert layout_of(world) == of_committee.pk
    own = a_layout(world, "li", world.a, SIGN_IN)
    assert layout_of(world) == own.pk

    work.retire(own, **how(world))
    assert layout_of(world) == of_committee.pk
    order = Order(QUARTER, world.a, PERIODS[QUARTER], LedgerForm.DOCX)
    assert take(order, **how(world)).template_id is None


def test_editions_are_numbered_one_in_use_and_come_back(world: Any) -> None:
    first = a_layout(world, "li", world.a, SIGN_IN)
    second = a_layout(world, "li", world.a, SIGN_IN, document(*SIGNING))
    assert (second.edition, LedgerTemplate.unscoped.current().get().pk) == (2, second.pk)
    with pytest.raises(Refused, match="template_not_in_use"):
        work.retire(first, **how(world))
    with pytest.raises(Refused, match="template_in_use"):
        work.restore(second, **how(world))

    work.restore(first, **how(world))

    shelf = next(each for each in shelves_of(world.a, world.scope("ran")) if each.kind == SIGN_IN)
    assert (shelf.current, [each.pk for each in shelf.earlier]) == (first, [second.pk])
    second.refresh_from_db()
    assert second.state == TemplateState.REPLACED
    actions = AuditEntry.objects.filter(action__startswith="ledger_template.").order_by("pk")
    assert [each.action.partition(".")[2] for each in actions] == ["uploaded", "uploaded", "restored"]


def test_only_whoever_runs_or_oversees_a_branch_keeps_its_layouts(world: Any) -> None:
    assert bodies_to_keep_for(world.scope("li")) == [world.a]
    assert bodies_to_keep_for(world.scope("zhao")) == [world.committee_1]
    assert bodies_to_keep_for(world.scope("ran")) == []
    with pytest.raises(NotAllowed):
        a_layout(world, "ran", world.a, SIGN_IN)
    own = a_layout(world, "li", world.a, SIGN_IN)
    for act in (work.retire, work.restore):
        with pytest.raises(NotAllowed):
            act(own, **how(world, "wang"))


def test_a_dissolved_body_brings_no_layout(world: Any) -> None:
    asked, file = how(world), work.UploadedLayout(SIGN_IN, "a.docx", work.starter(SIGN_IN))
    Organization.unscoped.filter(pk=world.a.pk).update(dissolved_on=world.today)

    with pytest.raises(Refused, match="body_dissolved"):
        work.upload(world.a, file, **asked)


def test_a_layout_that_fits_no_more_lets_the_portals_own_come_out(world: Any) -> None:
    quarter(world)
    own = a_layout(world, "li", world.a, SIGN_IN)
    LedgerTemplate.unscoped.filter(pk=own.pk).update(content=document("{{ 没有 }}"))

    assert [layout_of(world), layout_of(world)] == [None, None]
    own.refresh_from_db()
    assert (own.misfit_at, own.misfit_of, own.gives_way) == (world.now, world.a, True)
    taken = AuditEntry.objects.filter(action="ledger.taken").latest("pk")
    assert taken.changes["template_misfit"] == own.pk
    (told,) = Notification.unscoped.filter(rule="activities.layout_gives_way")
    assert (told.recipient, told.url) == (world.li.user, own.get_absolute_url())
    with pytest.raises(Refused, match="template_outgrown"):
        work.sample(LedgerTemplate.unscoped.get(pk=own.pk))


def test_layouts_an_upgrade_left_behind_are_found_by_night_once(world: Any) -> None:
    own = a_layout(world, "zhao", world.committee_1, SIGN_IN)
    a_layout(world, "li", world.a, BOOK)
    assert look_over_layouts() == 0
    fit = bytes(own.content)
    LedgerTemplate.unscoped.filter(pk=own.pk).update(content=document("{{ 没有 }}"))

    assert [look_over_layouts(), look_over_layouts()] == [1, 0]

    own.refresh_from_db()
    assert (own.misfit_of, own.gives_way) == (None, True)
    told = Notification.unscoped.filter(rule="activities.layout_gives_way")
    assert [each.recipient for each in told] == [world.zhao.user]
    work.retire(own, **how(world, "zhao"))
    LedgerTemplate.unscoped.filter(pk=own.pk).update(content=fit)
    assert work.restore(own, **how(world, "zhao")).misfit_at is None
