"""What a Word layout of a ledger may and must hold: fields, lists and, in a record book, the part repeated
for each record; and what fills them. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from activities.choices import LedgerKind
from activities.rules.ledgers import NOTHING, Column, Fact, Grid, Ledger, Part, written, written_span
from orgportal.core.word_files import Fault
from orgportal.core.word_layouts import bracket_faults, unknown_mark
from orgportal.core.word_lists import ROWS, Block, Places, row_faults
from orgportal.core.word_templates import BREAK, Marks

# English and Chinese name of every field, list and column: the same thing has the same name everywhere.
HEAD_MEANS = {"title": "ledger_title"}
HEAD = {"title": "台账名称", "branch": "党支部", "period": "期间"}
FIELDS = {
    "heading": "名称", "held_on": "日期", "kind": "类别", "group": "党小组", "state": "状态",
    "reason": "事由",
    "reference": "记录编号", "recorded_on": "录入日期", "starts_at": "开始时间", "ends_at": "结束时间",
    "place": "地点", "chair": "主持人", "recorder": "记录人", "expected": "应到人数", "present": "实到人数",
    "voters_expected": "有表决权应到", "voters_present": "有表决权实到", "quorum": "法定人数",
    "present_names": "到会人员", "left_out": "不计入说明", "guests": "列席人员", "note": "会议记录",
    "joint_with": "联合开展", "life": "确认情况", "confirmed_by": "确认人", "confirmed_on": "确认日期",
    "confirmed_how": "确认方式", "locks_on": "锁定日期",
    "owed": "应完成", "on_time": "按时", "late": "逾期", "excused": "经批准", "did_not_meet": "未召开",
    "missing": "缺项", "not_due": "未到期", "other_states": "无数据", "decisions_made": "作出决定",
    "decisions_done": "完成事项", "decisions_open": "未完事项", "number": "序号",
}  # fmt: skip
LISTS = {
    "absences": "缺席", "items": "议题", "decisions": "决定", "votes": "表决", "signers": "签到",
    "steps": "确认",
    "duties": "任务",
    "sheet": "落实", "records": "记录", "kinds": "各类", "months": "各月", "talks": "谈话",
}  # fmt: skip
NUMBERS = (*"一二三四五六七八九十", "十一", "十二")
MONTHS = {f"month_{n}": f"{number}月" for n, number in enumerate(NUMBERS, start=1)}
# A quarter sheet has three months, whichever they are.
THIRDS = {"first_month": "第一月", "second_month": "第二月", "third_month": "第三月"}
COLUMNS = FIELDS | MONTHS | THIRDS | {
    "name": "姓名", "presence": "情况", "remark": "备注", "item": "序号", "title": "名称",
    "discussion": "讨论",
    "decision": "内容", "in_charge": "负责人", "due_on": "期限", "done_on": "完成日期", "result": "结果",
    "majority": "方式", "votes_for": "赞成", "votes_against": "反对", "votes_abstained": "弃权",
    "outcome": "结论", "basis": "依据", "vote": "表决权", "signature": "签名", "duty": "任务",
    "starts_on": "起",
    "ends_on": "止", "quarter": "全季", "held": "已召开", "times_expected": "应到人次",
    "times_present": "实到人次",
    "led_by": "谈话人", "talked_with": "谈话对象", "substance": "谈话内容", "expected": "应到",
    "present": "实到", "votes": "表决结果", "step_on": "日期", "step": "事项", "step_by": "经办人",
    "step_words": "说明",
}  # fmt: skip
OPENING, CLOSING = {"each_record": "每条记录"}, {"end_of_record": "记录完"}
BLOCK = Block(frozenset([*OPENING, *OPENING.values()]), frozenset([*CLOSING, *CLOSING.values()]))


@dataclass(frozen=True, slots=True)
class Shape:
    """What a ledger of one kind has: fields, and lists with their columns."""

    fields: tuple[str, ...] = ()
    lists: Mapping[str, tuple[str, ...]] | None = None
    block: "Shape | None" = None
    required: tuple[str, ...] = ()

    @property
    def columns(self) -> Mapping[str, tuple[str, ...]]:
        return self.lists or {}


_MEETING = Shape(
    (
        "heading", "held_on", "kind", "group", "state", "reason", "reference", "recorded_on", "starts_at",
        "ends_at", "place", "chair", "recorder", "expected", "present", "voters_expected", "voters_present",
        "quorum", "life", "confirmed_by", "confirmed_on", "confirmed_how", "locks_on", "joint_with",
        "present_names", "left_out", "guests", "note",
    ),
    {
        "absences": ("name", "presence", "reason", "remark"),
        "items": ("item", "title", "discussion"),
        "decisions": ("item", "decision", "in_charge", "due_on", "done_on", "result"),
        "votes": (
            "item", "decision", "majority", "votes_for", "votes_against", "votes_abstained", "outcome",
            "basis",
        ),
        "steps": ("step_on", "step", "step_by", "step_words"),
    },
    required=("heading", "held_on"),
)  # fmt: skip
_DUTIES = {
    "duties": (
        "duty", "starts_on", "ends_on", "due_on", "state", "reason", "held_on", "recorded_on", "reference",
    )
}  # fmt: skip
_STATES = ("owed", "on_time", "late", "excused", "did_not_meet", "missing", "not_due", "other_states")
SHAPES: dict[LedgerKind, Shape] = {
    LedgerKind.RECORD: _MEETING,
    LedgerKind.SIGN_IN: Shape(
        ("heading", "held_on", "kind", "starts_at", "ends_at", "place", "chair", "left_out"),
        {"signers": ("number", "name", "vote", "presence", "signature")},
        required=("heading", "held_on", "signers"),
    ),
    LedgerKind.BOOK: Shape(
        (), _DUTIES, Shape(("number", *_MEETING.fields), _MEETING.lists), required=("each_record", "heading")
    ),
    LedgerKind.QUARTER: Shape(
        (),
        {
            "sheet": ("duty", *THIRDS, "quarter"),
            "records": (
                "number", "held_on", "kind", "title", "state", "expected", "present", "joint_with", "life",
                "reference",
            ),
            "decisions": ("number", "decision", "votes", "in_charge", "due_on", "done_on", "result"),
        },
        required=("sheet",),
    ),
    LedgerKind.YEAR: Shape(
        (*_STATES, "decisions_made", "decisions_done", "decisions_open"),
        {
            "duties": ("duty", *_STATES),
            "kinds": ("kind", "held", "did_not_meet", "excused", "times_expected", "times_present"),
            "months": ("kind", *MONTHS),
        },
    ),
    LedgerKind.TALKS: Shape(
        (),
        {
            "talks": (
                "number", "held_on", "place", "led_by", "talked_with", "title", "substance", "reference",
                "recorded_on",
            )
        },
        required=("talks",),
    ),
    LedgerKind.DUTIES: Shape((), _DUTIES, required=("duties",)),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A mark under both names; `key` names its meaning, `list_key` the list it is of."""

    name: str
    alias: str
    key: str
    list_key: str = ""
    is_required: bool = False
    is_in_block: bool = False

    @property
    def marks(self) -> tuple[str, str]:
        """As typed in the file, the Chinese one first."""
        return f"{{{{ {self.alias} }}}}", f"{{{{ {self.name} }}}}"


def table_of(kind: LedgerKind) -> list[Placeholder]:
    """Every mark of a kind of ledger, in the order of the paper."""
    shape = SHAPES[kind]
    head = [
        Placeholder(key, alias, HEAD_MEANS.get(key, key), is_required=key == "branch")
        for key, alias in HEAD.items()
    ]
    found = [*head, *_marks_of(shape, shape.required)]
    if shape.block:
        ends = OPENING | CLOSING
        found += [Placeholder(key, alias, key, is_required=True) for key, alias in ends.items()]
        found += _marks_of(shape.block, shape.required, is_in_block=True)
    return found


def _marks_of(shape: Shape, required: tuple[str, ...], *, is_in_block: bool = False) -> Iterator[Placeholder]:
    for key in shape.fields:
        yield Placeholder(key, FIELDS[key], key, "", key in required, is_in_block)
    for each, columns in shape.columns.items():
        for column in columns:
            name, alias = f"{each}.{column}", f"{LISTS[each]}.{COLUMNS[column]}"
            yield Placeholder(name, alias, column, each, is_in_block=is_in_block)


def block_of(kind: LedgerKind) -> Block | None:
    return BLOCK if SHAPES[kind].block else None


# The English name behind both names of a list.
SAME = {name: key for key, alias in LISTS.items() for name in (key, alias)}


def faults_of(kind: LedgerKind, found: Marks, where: Places) -> list[Fault]:
    """What has to be put right, each naming the mark and what to do."""
    table = table_of(kind)
    known = {name for each in table for name in (each.name, each.alias)}
    faults = bracket_faults(found)
    faults += [unknown_mark(name, known) for name in found.names if name not in known]
    faults += row_faults(where) + _mixed(where) + _misplaced(kind, where)
    held = {*found.names, *(name.partition(".")[0] for name in found.names)}
    missing = [each for each in table if each.is_required and not held & {each.name, each.alias}]
    faults += [Fault("template_missing", {"mark": " / ".join(each.marks)}) for each in missing]
    for key in SHAPES[kind].required:
        if key in LISTS and not held & {key, LISTS[key]}:
            faults.append(
                Fault("template_missing", {"mark": f"{{{{ {LISTS[key]}.… }}}} / {{{{ {key}.… }}}}"})
            )
    return faults


def _mixed(where: Places) -> list[Fault]:
    rows = [sorted({SAME.get(name.partition(".")[0], name) for name in names}) for names in where.rows]
    return [Fault("template_row_of_two", {"mark": "、".join(lists)}) for lists in rows if len(lists) > 1]


def _misplaced(kind: LedgerKind, where: Places) -> list[Fault]:
    """What belongs to one record stands between the two marks, and nothing else that repeats does."""
    shape = SHAPES[kind]
    if shape.block is None:
        return []
    own = {name for each in _marks_of(shape.block, ()) for name in _roots(each)}
    top = {name for each in _marks_of(shape, ()) for name in _roots(each)}
    wrong = [*((where.outside & own) - top), *((where.inside & top) - own)]
    return [Fault("template_outside_block", {"mark": f"{{{{ {name} }}}}"}) for name in sorted(wrong)]


def _roots(each: Placeholder) -> tuple[str, str]:
    return each.name.partition(".")[0], each.alias.partition(".")[0]


# --- what fills them

Values = dict[str, Any]


def values(ledger: Ledger) -> Values:
    """Under both names, what the ledger says; a dash for what it does not say, no line for an empty list."""
    shape = SHAPES[ledger.kind]
    found = _both(HEAD, {"title": ledger.title, "branch": ledger.branch, "period": written_span(ledger.span)})
    if shape.block is None:
        return found | _of_parts(shape, ledger.parts)
    blocks = [_of_parts(shape.block, (part,)) for part in ledger.parts if part.record_id is not None]
    rest = tuple(part for part in ledger.parts if part.record_id is None)
    return found | _of_parts(shape, rest) | {f"block{ROWS}": blocks}


def _of_parts(shape: Shape, parts: Iterable[Part]) -> Values:
    held = tuple(parts)
    facts = {fact.key: written(fact.value) for part in held for fact in part.facts}
    facts |= {"heading": held[0].heading, "number": str(held[0].number)} if held else {}
    found = _both(FIELDS, {key: facts.get(key, NOTHING) for key in shape.fields})
    grids = {grid.key: grid for part in held for grid in part.grids}
    for key, columns in shape.columns.items():
        found[f"{key}{ROWS}"] = [_both(COLUMNS, row) for row in _lines(grids.get(key), columns)]
    return found


def _lines(grid: Grid | None, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """A column of a layout by its own name, else by its place: the months of a quarter."""
    for row in grid.rows if grid else ():
        own = {column.key: Grid.shown(value) for column, value in zip(grid.columns, row, strict=True)}  # type: ignore[union-attr]
        placed = dict(zip(columns, own.values(), strict=False))
        yield {key: own.get(key, placed.get(key, NOTHING)) for key in columns}


def _both(names: Mapping[str, str], by_key: Mapping[str, str]) -> Values:
    """Line breaks become a sign the file is given its new lines by; the sign itself is typed by nobody."""
    clean = {key: text.replace(BREAK, " ").replace("\n", BREAK) for key, text in by_key.items()}
    return clean | {names[key]: text for key, text in clean.items()}


# --- a ledger of marks, and one of examples


@dataclass(frozen=True, slots=True)
class Made:
    """A ledger no branch kept: a mark in each field, or made-up words nobody can take for a record."""

    kind: LedgerKind
    labels: Mapping[str, str]  # what stands before each field and over each column
    titles: Mapping[str, str]  # of each list
    is_example: bool = False

    def ledger(self) -> Ledger:
        """The portal's own layout drawn from this is what a layout of one's own begins from."""
        head = {key: self._word(alias) for key, alias in HEAD.items()}
        branch = head["branch"] if self.is_example else f"{head['branch']}　{head['period']}"
        span = (date(2000, 1, 1),) if self.is_example else ()
        return Ledger(head["title"], branch, span, tuple(self._parts()), (), kind=self.kind)

    def _parts(self) -> Iterator[Part]:
        shape = SHAPES[self.kind]
        yield self._part(shape, None if shape.block or not shape.fields else 1)
        if shape.block and self.is_example:
            yield from (self._part(shape.block, number) for number in (1, 2))
        elif shape.block:
            yield Part("open", self._word(OPENING["each_record"]))
            yield self._part(shape.block, None)
            yield Part("close", self._word(CLOSING["end_of_record"]))

    def _part(self, shape: Shape, record: int | None) -> Part:
        named = [key for key in shape.fields if key not in {"heading", "number"}]
        facts = (Fact(key, self.labels[key], self._word(FIELDS[key]), key in LONG) for key in named)
        heading = self._word(FIELDS["heading"]) if "heading" in shape.fields else ""
        if "number" in shape.fields and not self.is_example:
            heading = f"{self._word(FIELDS['number'])}、{heading}"
        number = record if "number" in shape.fields else None
        grids = (self._grid(key, columns) for key, columns in shape.columns.items())
        return Part("part", heading, tuple(facts), tuple(grids), number, record)

    def _grid(self, key: str, columns: tuple[str, ...]) -> Grid:
        heads = tuple(Column(each, self.labels[each], SHARES.get(each, 2)) for each in columns)
        own = "" if self.is_example else f"{LISTS[key]}."
        row = tuple(self._word(f"{own}{COLUMNS[each]}") for each in columns)
        return Grid(key, self.titles[key], heads, (row, row) if self.is_example else (row,))

    def _word(self, alias: str) -> str:
        return f"样例{alias}" if self.is_example else f"{{{{ {alias} }}}}"


# As in the portal's own layout: what takes the whole width, and which columns are wider.
LONG = {"joint_with", "present_names", "left_out", "guests", "note"}
SHARES = {
    "title": 5, "discussion": 6, "decision": 5, "substance": 7, "duty": 5, "remark": 5, "talked_with": 6,
    "basis": 4, "signature": 5, "presence": 4, "held_on": 3, "recorded_on": 3, "number": 1, "item": 1,
    "life": 5, "step_words": 6, "votes": 4, "step_on": 3,
}  # fmt: skip
