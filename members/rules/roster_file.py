"""How a line of a roster file is read: columns, words, dates. Pure; bodies and duplicates are asked later."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from members.choices import Education, Gender, MobileState, Occupation, Standing
from members.rules.places import read_place
from members.rules.register import Particulars, doubts_of
from orgportal.core.rulebook import Rulebook

# Column of the file: its heading in Chinese. Files may use either.
COLUMNS = {
    "branch_code": "党支部代码",
    "name": "姓名",
    "gender": "性别",
    "birth_on": "出生日期",
    "id_number": "公民身份号码",
    "mobile": "手机号码",
    "standing": "人员类别",
    "standing_since": "党籍状态起始日期",
    "joined_on": "加入党组织日期",
    "confirmed_on": "转为正式党员日期",
    "education": "学历",
    "occupation": "工作岗位",
    "ethnicity": "民族",
    "employer": "工作单位",
    "group": "党小组",
    "member_number": "党员编号",
    "since": "进入本支部日期",
    "mobile_state": "流动状态",
    "mobile_since": "外出日期",
    "mobile_place": "外出地点",
}
REQUIRED = ("branch_code", "name", "gender", "birth_on", "standing", "joined_on", "education", "occupation")
HEADINGS = {heading: column for column, heading in COLUMNS.items()}
LONGEST = {
    "branch_code": 32, "name": 60, "ethnicity": 20, "employer": 120, "group": 60, "member_number": 20,
    "mobile": 20, "mobile_place": 60, "id_number": 40,
}  # fmt: skip

WORDS: dict[str, dict[str, str]] = {
    "gender": {"男": Gender.MALE, "女": Gender.FEMALE},
    "standing": {
        "正式党员": Standing.FORMAL, "正式": Standing.FORMAL, "预备党员": Standing.PROBATIONARY,
        "预备": Standing.PROBATIONARY, "停止党籍": Standing.SUSPENDED,
    },
    "education": {
        "小学": Education.PRIMARY, "小学及以下": Education.PRIMARY, "初中": Education.MIDDLE,
        "高中": Education.HIGH, "中专": Education.HIGH, "高中中专": Education.HIGH, "技校": Education.HIGH,
        "大专": Education.COLLEGE, "本科": Education.UNIVERSITY, "大学": Education.UNIVERSITY,
        "大学本科": Education.UNIVERSITY, "研究生": Education.POSTGRADUATE, "硕士": Education.POSTGRADUATE,
        "博士": Education.POSTGRADUATE,
    },
    "occupation": {
        "工人": Occupation.WORKER, "农民": Occupation.FARMER, "农牧渔民": Occupation.FARMER,
        "专业技术人员": Occupation.PROFESSIONAL, "管理人员": Occupation.MANAGER,
        "经营管理人员": Occupation.MANAGER, "党政机关工作人员": Occupation.OFFICIAL,
        "公务员": Occupation.OFFICIAL, "学生": Occupation.STUDENT, "离退休人员": Occupation.RETIRED,
        "退休": Occupation.RETIRED, "其他": Occupation.OTHER,
    },
    "mobile_state": {
        "": MobileState.NONE, "否": MobileState.NONE, "外出": MobileState.OUT, "出国": MobileState.ABROAD,
    },
}  # fmt: skip
for _column, _values in {
    "gender": Gender, "education": Education, "occupation": Occupation, "mobile_state": MobileState,
}.items():  # fmt: skip
    WORDS[_column].update({value: value for value in _values.values})
WORDS["standing"].update({value: value for value in Standing.values if value != Standing.ENDED})

DATE_SHAPE = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?", re.ASCII)
GIVEN_NUMBER = re.compile(r"P\d{10}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell. A warning does not stop the load."""

    row: int
    column: str
    value: str
    code: str
    refuses: bool = True


@dataclass(slots=True)
class Line:
    """One line of the file, understood."""

    row: int
    values: dict[str, Any]


def read_line(row: int, cells: Mapping[str, Any], book: Rulebook, on: date) -> tuple[Line, list[Fault]]:
    """The line with every cell in its type, and all that is wrong with it in itself."""
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for column in COLUMNS:
        text = _plain(cells.get(column))
        try:
            values[column] = _read_cell(column, text)
        except ValueError as failure:
            values[column] = None
            faults.append(Fault(row, column, _shown(column, text), str(failure)))
    if not faults:
        faults = [
            Fault(
                row,
                doubt.field,
                _shown(doubt.field, _plain(cells.get(doubt.field))),
                doubt.code,
                doubt.refuses,
            )
            for doubt in doubts_of(_particulars(values), book, on)
        ]
        faults += _date_faults(row, values, cells, on)
        faults += _place_faults(row, values)
    return Line(row, values), faults


def _plain(cell: Any) -> str:
    """NFKC folds full-width digits and letters; unprintable characters of old exports go."""
    text = unicodedata.normalize("NFKC", "" if cell is None else str(cell))
    if not text.isprintable():
        text = "".join(letter for letter in text if letter.isprintable())
    return text.strip()


def _shown(column: str, text: str) -> str:
    """A report never repeats a whole identity number."""
    return f"…{text[-4:]}" if column == "id_number" and text else text[:40]


def _read_cell(column: str, text: str) -> Any:
    """Raises ValueError(code)."""
    if column in WORDS:
        return _word(column, text)
    if not text and column in REQUIRED:
        raise ValueError("missing")
    if column == "birth_on" or column.endswith(("_on", "since")):
        return read_date(text) if text else None
    text = READERS.get(column, str)(text)
    if len(text) > LONGEST[column]:
        raise ValueError("too_long")
    return text


def _word(column: str, text: str) -> Any:
    if not text and column in REQUIRED:
        raise ValueError("missing")
    known = WORDS[column].get(text.lower() if text.isascii() else text)
    if known is None:
        raise ValueError("unknown_word")
    return str(known)


def read_date(text: str) -> date:
    """2005-07-01, 2005/7/1, 2005.7.1, 20050701 or 2005年7月1日. Raises ValueError("not_a_date")."""
    found = DATE_SHAPE.fullmatch(text)
    try:
        if found:
            year, month, day = map(int, found.groups())
            return date(year, month, day)
    except ValueError:
        pass
    raise ValueError("not_a_date")


def read_mobile(text: str) -> str:
    return re.sub(r"[\s-]|^\+?86(?=1\d{10}$)", "", re.sub(r"[\s-]", "", text))


def _member_number(text: str) -> str:
    if GIVEN_NUMBER.fullmatch(text):
        raise ValueError("number_is_given")
    return text


READERS: dict[str, Callable[[str], str]] = {
    "id_number": lambda text: re.sub(r"\s", "", text).upper(),
    "mobile": read_mobile,
    "member_number": _member_number,
    "ethnicity": lambda text: text or "汉族",
}


def _particulars(values: Mapping[str, Any]) -> Particulars:
    return Particulars(
        gender=values["gender"],
        birth_on=values["birth_on"],
        standing=values["standing"],
        joined_on=values["joined_on"],
        confirmed_on=values["confirmed_on"],
        id_number=values["id_number"],
        mobile=values["mobile"],
    )


def _date_faults(row: int, values: dict[str, Any], cells: Mapping[str, Any], on: date) -> list[Fault]:
    codes = {}
    if values["standing"] == Standing.SUSPENDED and values["standing_since"] is None:
        codes["standing_since"] = "missing"
    for column in ("standing_since", "since", "mobile_since"):
        if values[column] is not None and values[column] > on:
            codes[column] = "in_future"
        elif values[column] is not None and values[column] < values["joined_on"] and column != "mobile_since":
            codes[column] = "before_joining"
    return [Fault(row, column, _plain(cells.get(column)), code) for column, code in codes.items()]


def _place_faults(row: int, values: dict[str, Any]) -> list[Fault]:
    """Where a member lives away is kept as a province and a city, or a country, and never finer."""
    text, state = values["mobile_place"], values["mobile_state"]
    if not state or not text:
        values["mobile_place"] = ""
        return []
    try:
        values["mobile_place"] = read_place(text, is_abroad=state == MobileState.ABROAD)
    except ValueError as failure:
        return [Fault(row, "mobile_place", _shown("mobile_place", text), str(failure))]
    return []


def headings(found: list[str]) -> dict[str, str]:
    """Heading as written: column. Raises ValueError("unknown:…" or "missing:…")."""
    known = {each: HEADINGS.get(_plain(each), _plain(each).lower()) for each in found}
    if strangers := [each for each, column in known.items() if column not in COLUMNS]:
        raise ValueError(f"unknown:{', '.join(strangers)}")
    if absent := [column for column in REQUIRED if column not in known.values()]:
        raise ValueError(f"missing:{', '.join(absent)}")
    return known
