"""What a Word template of one's own may and must hold: the marks of each kind of paper, and what fills them.
Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from members.choices import PaperKind
from members.messages import PLACEHOLDERS
from orgportal.core.word_files import Fault
from orgportal.core.word_layouts import bracket_faults, unknown_mark
from orgportal.core.word_templates import Marks

# Filled in by hand, as on the ruled blanks of the portal's own layout.
BLANK = "________"
QR = "qr"
DATED = {"accepted_on", "dues_paid_to", "issued_on", "valid_until"}


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A mark a template may hold, under an English or a Chinese name, and what stands there in an example."""

    name: str
    alias: str
    example: str
    is_required: bool = False

    @property
    def meaning(self) -> Any:
        return PLACEHOLDERS[self.name]

    @property
    def marks(self) -> tuple[str, str]:
        """As typed in the file, the Chinese one first."""
        return f"{{{{ {self.alias} }}}}", f"{{{{ {self.name} }}}}"


_NUMBER = Placeholder("number", "文号", "样例字〔2000〕0000号", is_required=True)
_TO = Placeholder("to", "抬头", "样例市样例区委组织部", is_required=True)
_FROM = Placeholder("from", "转出党支部", "样例社区第一党支部", is_required=True)
_UNTIL = Placeholder("valid_until", "有效期至", "2000年1月31日", is_required=True)
_PERSON = (
    Placeholder("name", "姓名", "样例甲", is_required=True),
    Placeholder("gender", "性别", "男"),
    Placeholder("age", "年龄", "40"),
    Placeholder("ethnicity", "民族", "汉族"),
    Placeholder("standing", "党员类别", "正式党员"),
    Placeholder("id_number", "身份证号", "000000000000000000"),
    Placeholder("mobile", "联系电话", "00000000000"),
)
_FOOT = (
    Placeholder("issuer", "签发单位", "样例街道党工委", is_required=True),
    Placeholder("issued_on", "签发日期", "2000年1月1日", is_required=True),
    Placeholder("issuer_phone", "单位电话", "0000-0000000"),
    Placeholder("issuer_address", "单位地址", "样例区样例路0号"),
    Placeholder(QR, "二维码", "▦"),
)
# The one table: which marks each kind of paper knows, and which it cannot do without.
TABLE: dict[PaperKind, tuple[Placeholder, ...]] = {
    PaperKind.LETTER: (
        _NUMBER,
        _TO,
        *_PERSON,
        _FROM,
        Placeholder("body", "接收党支部", "样例村党支部", is_required=True),
        Placeholder("dues_paid_to", "党费交至", "2000年1月"),
        Placeholder("days", "有效天数", "30"),
        _UNTIL,
        Placeholder("to_address", "接收单位地址", "样例区样例街0号"),
        Placeholder("to_postcode", "接收单位邮编", "000000"),
        *_FOOT,
    ),
    PaperKind.SLIP: (
        _NUMBER,
        _TO,
        Placeholder("letter", "介绍信文号", "样例介字〔2000〕0000号", is_required=True),
        *_PERSON,
        _FROM,
        Placeholder("branch", "编入党支部", "样例村党支部", is_required=True),
        Placeholder("accepted_on", "接收日期", "2000年1月2日", is_required=True),
        *_FOOT,
    ),
    PaperKind.CERTIFICATE: (
        _NUMBER,
        _TO,
        *_PERSON,
        _FROM,
        Placeholder("purpose", "事由", "参加培训", is_required=True),
        _UNTIL,
        *_FOOT,
    ),
}
# What a starter says, line by line: the look of the line and its words.
STARTERS: dict[PaperKind, tuple[tuple[str, str], ...]] = {
    PaperKind.LETTER: (
        ("title", "中国共产党党员组织关系介绍信存根"),
        ("right", "{{ 文号 }}"),
        (
            "text",
            (
                "{{ 姓名 }}同志（{{ 性别 }}），系中共{{ 党员类别 }}，组织关系由{{ 转出党支部 }}转到"
                "{{ 接收党支部 }}，党费交至{{ 党费交至 }}，有效期{{ 有效天数 }}天。"
            ),
        ),
        ("right", "{{ 签发日期 }}"),
        ("cut", "………………………………（骑缝盖章）………………………………"),
        ("title", "中国共产党党员组织关系介绍信"),
        ("right", "{{ 文号 }}"),
        ("line", "{{ 抬头 }}："),
        (
            "text",
            (
                "{{ 姓名 }}同志（{{ 性别 }}，{{ 年龄 }}岁，{{ 民族 }}），系中共{{ 党员类别 }}，"
                "身份证号码{{ 身份证号 }}，由{{ 转出党支部 }}去{{ 接收党支部 }}，请转接组织关系。"
                "该同志党费已交到{{ 党费交至 }}。"
            ),
        ),
        ("line", "（有效期{{ 有效天数 }}天，至{{ 有效期至 }}）"),
        ("right", "{{ 签发单位 }}（盖章）"),
        ("right", "{{ 签发日期 }}"),
        ("line", "{{ 二维码 }}"),
        ("small", "党员联系电话：{{ 联系电话 }}　通讯地址：{{ 单位地址 }}　单位电话：{{ 单位电话 }}"),
        ("small", "寄往：{{ 接收单位地址 }}　邮编：{{ 接收单位邮编 }}"),
    ),
    PaperKind.SLIP: (
        ("title", "中国共产党党员组织关系介绍信回执"),
        ("right", "{{ 文号 }}"),
        ("line", "{{ 抬头 }}："),
        (
            "text",
            (
                "你处{{ 介绍信文号 }}介绍信收悉。{{ 姓名 }}同志（{{ 性别 }}，{{ 年龄 }}岁，{{ 民族 }}，"
                "{{ 党员类别 }}，身份证号码{{ 身份证号 }}，联系电话{{ 联系电话 }}）的党员组织关系"
                "已由{{ 转出党支部 }}转入我处，"
                "于{{ 接收日期 }}编入{{ 编入党支部 }}，特此回复。"
            ),
        ),
        ("right", "{{ 签发单位 }}（盖章）"),
        ("right", "{{ 签发日期 }}"),
        ("line", "{{ 二维码 }}"),
        ("small", "通讯地址：{{ 单位地址 }}　联系电话：{{ 单位电话 }}"),
    ),
    PaperKind.CERTIFICATE: (
        ("title", "党员证明信"),
        ("right", "{{ 文号 }}"),
        ("line", "{{ 抬头 }}："),
        (
            "text",
            (
                "兹证明{{ 姓名 }}同志（{{ 性别 }}，{{ 年龄 }}岁，{{ 民族 }}，身份证号码{{ 身份证号 }}，"
                "联系电话{{ 联系电话 }}）系{{ 转出党支部 }}{{ 党员类别 }}，因{{ 事由 }}前往你处，"
                "请接收其参加党组织活动。该同志组织关系仍在我处。"
            ),
        ),
        ("text", "本证明信有效期至{{ 有效期至 }}，期满交回。"),
        ("right", "{{ 签发单位 }}（盖章）"),
        ("right", "{{ 签发日期 }}"),
        ("line", "{{ 二维码 }}"),
        ("small", "联系电话：{{ 单位电话 }}　通讯地址：{{ 单位地址 }}"),
    ),
}


def faults_of(kind: PaperKind, found: Marks) -> list[Fault]:
    """What has to be put right in the marks of a template, each naming the mark and what to do."""
    known = {name: each for each in TABLE[kind] for name in (each.name, each.alias)}
    faults = bracket_faults(found)
    faults += [unknown_mark(name, known) for name in found.names if name not in known]
    held = {known[name].name for name in found.names if name in known}
    missing = (each for each in TABLE[kind] if each.is_required and each.name not in held)
    faults += [Fault("template_missing", {"mark": " / ".join(each.marks)}) for each in missing]
    return faults


def examples(kind: PaperKind) -> dict[str, str]:
    """What stands at each mark of an example; nobody can take it for a paper."""
    return _under_both_names(kind, {each.name: each.example for each in TABLE[kind]})


def values(kind: PaperKind, stored: Mapping[str, Any]) -> dict[str, str]:
    """What is filled in at each mark, from what stands on the paper; a blank for what it does not say."""
    return _under_both_names(
        kind, {each.name: _written(each.name, stored.get(each.name)) or BLANK for each in TABLE[kind]}
    )


def _under_both_names(kind: PaperKind, by_name: Mapping[str, str]) -> dict[str, str]:
    return {mark: by_name[each.name] for each in TABLE[kind] for mark in (each.name, each.alias)}


def pictures(kind: PaperKind, picture: bytes) -> dict[str, bytes]:
    return {mark: picture for each in TABLE[kind] if each.name == QR for mark in (each.name, each.alias)}


def _written(name: str, value: Any) -> str:
    """As Chinese papers write it: days and months in full."""
    text = "" if value is None else str(value)
    if name not in DATED or not text:
        return text
    return "".join(f"{int(each)}{unit}" for each, unit in zip(text.split("-"), "年月日", strict=False))


def names_of(kind: PaperKind, marks: Iterable[str]) -> tuple[str, ...]:
    """The English names behind the marks of a template, in the order of the table."""
    held = set(marks)
    return tuple(each.name for each in TABLE[kind] if held & {each.name, each.alias})
