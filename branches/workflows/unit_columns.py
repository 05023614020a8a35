"""People's own lists of units: which of their columns is which of ours, guessed from the headings and chosen
by them; and the same rows under our headings, each with its number.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Self

from branches.messages import UNIT_COLUMNS
from branches.workflows.table_file import Fault
from branches.workflows.unit_file import LOST, NEEDED, as_csv, rows_of, words
from orgportal.core.errors import Refused

# Above the headings there may be a title, a date, a remark.
TITLES = 5
EXAMPLES = 3
# A list without such a column is often all of one kind, of one committee, of one day.
SAME_FOR_ALL = ("kind", "owner", "committee_code", "listed_on")
UNREAD = {"column_unknown", "column_twice", "column_missing"}
ASIDE = re.compile(r"[(（\[【].*?[)）\]】]|[\s*＊:：、，,.。_-]")
# What such columns are called besides our own words.
USUAL: dict[str, tuple[str, ...]] = {
    "name": (
        "单位名称", "企业名称", "公司名称", "社会组织名称", "组织名称", "机构名称", "名称", "单位",
        "单位全称", "全称",
        "name", "unit", "company", "organisation", "organization",
    ),
    "kind": ("类型", "类别", "单位类型", "单位类别", "组织类型", "type"),
    "owner": ("所有制", "所有制性质", "所有制形式", "企业性质", "单位性质", "经济类型", "owner"),
    "credit_code": (
        "统一社会信用代码", "社会信用代码", "信用代码", "统一代码", "组织机构代码", "creditcode", "uscc",
    ),
    "committee_code": (
        "责任党组织编码", "责任党组织代码", "主管党组织编码", "主管党组织代码", "上级党组织编码",
        "上级党组织代码",
        "committeecode", "committee",
    ),
    "area": (
        "社区", "所在社区", "所属社区", "村社区", "园区", "所在园区", "片区", "网格", "所属网格", "community",
    ),
    "address": ("地址", "单位地址", "企业地址", "详细地址", "经营地址", "经营场所", "注册地址", "住所"),
    "staff": (
        "职工人数", "职工数", "员工人数", "员工数", "从业人数", "从业人员", "从业人员数", "人数", "employees",
    ),
    "coverage": ("覆盖方式", "覆盖类型", "党的工作覆盖方式", "组建方式", "党建覆盖方式"),
    "covered_by": (
        "覆盖党组织编码", "党组织编码", "党组织代码", "党建指导员", "党建联络员", "指导员", "联络员",
        "指导员姓名", "联络员姓名", "adviser",
    ),
    "listed_on": ("列入日期", "纳入日期", "纳入台账日期", "摸排日期", "登记日期", "起始日期", "since"),
}  # fmt: skip


@dataclass(frozen=True)
class OwnList:
    """A list as its maker keeps it: rows as typed, and which of them holds the headings."""

    rows: Sequence[Sequence[str]]
    head: int

    @classmethod
    def of(cls, rows: Sequence[Sequence[str]]) -> Self:
        """The headings are the row with most words we know, the first where none has any."""
        known = [len(guess(row)) for row in rows[: TITLES + 1]] or [0]
        return cls(rows, known.index(max(known)))

    @property
    def headings(self) -> Sequence[str]:
        return self.rows[self.head] if self.rows else ()

    @cached_property
    def places(self) -> list[int]:
        """Columns that hold anything."""
        width = max((len(row) for row in self.rows[self.head :]), default=0)
        return [place for place in range(width) if self.heading(place) or self.examples(place)]

    def heading(self, place: int) -> str:
        return self.headings[place].strip() if place < len(self.headings) else ""

    def examples(self, place: int) -> list[str]:
        found: list[str] = []
        for cell in (_shown(row, place) for row in self.rows[self.head + 1 :]):
            if cell and cell not in found:
                found.append(cell)
            if len(found) == EXAMPLES:
                break
        return found

    @property
    def first(self) -> list[list[str]]:
        """The first rows that hold anything, of the columns that do."""
        held = [row for row in self.rows[self.head + 1 :] if any(cell.strip() for cell in row)]
        return [[_shown(row, place) for place in self.places] for row in held[:EXAMPLES]]

    def arranged(self, columns: Mapping[str, int], same: Mapping[str, str]) -> list[list[str]]:
        """The rows under our headings; a row stays on its line, and one without a word stays empty."""
        names = [name for name in UNIT_COLUMNS if name in columns or name in same]
        above: list[list[str]] = [[] for _ in range(self.head)]
        return [names, *above, *(self._row(row, names, columns, same) for row in self.rows[self.head + 1 :])]

    def _row(
        self, row: Sequence[str], names: Sequence[str], columns: Mapping[str, int], same: Mapping[str, str]
    ) -> list[str]:
        own = {name: row[place] if place < len(row) else "" for name, place in columns.items()}
        if not any(cell.strip() for cell in own.values()):
            return []
        return [own[name] if name in own else same[name] for name in names]


def under_our_headings(data: bytes, columns: Mapping[str, str], same: Mapping[str, str]) -> bytes:
    """The file with its columns named: ours -> their heading, and what is the same in all rows.

    A file that cannot be read is left as it is. Raises Refused for a heading it does not have.
    """
    rows = rows_of(data)
    if rows is None:
        return data
    own = OwnList.of(rows)
    places = {plain(heading): place for place, heading in reversed(list(enumerate(own.headings)))}
    if missing := [heading for heading in columns.values() if plain(heading) not in places]:
        raise Refused("unit_heading_missing", heading=missing[0])
    if twice := [heading for heading in columns.values() if list(columns.values()).count(heading) > 1]:
        raise Refused("unit_heading_twice", heading=twice[0])
    chosen = {name: places[plain(heading)] for name, heading in columns.items()}
    return as_csv(own.arranged(chosen, same)).encode()


def _shown(row: Sequence[str], place: int) -> str:
    return row[place].strip().removeprefix(LOST) if place < len(row) else ""


def guess(headings: Sequence[str]) -> dict[str, int]:
    """Our column and the place of theirs, the first that is called so."""
    found: dict[str, int] = {}
    for place, heading in enumerate(headings):
        name = _usual().get(plain(heading))
        if name:
            found.setdefault(name, place)
    return found


def unserved(columns: Mapping[str, Any], same: Mapping[str, Any]) -> list[str]:
    """What every row needs and nothing says."""
    return [name for name in NEEDED if name not in columns and name not in same]


def is_unread(faults: Sequence[Fault]) -> bool:
    """Nothing but the headings is wrong: they are somebody's own."""
    return bool(faults) and all(fault.code in UNREAD for fault in faults)


def plain(heading: str) -> str:
    """A heading without what stands in brackets beside it, spaces and marks."""
    return ASIDE.sub("", heading).lower()


@cache
def _usual() -> dict[str, str]:
    ours = {plain(word): name for word, name in words()["columns"].items() if name in UNIT_COLUMNS}
    return {**{plain(word): name for name, said in USUAL.items() for word in said}, **ours}
