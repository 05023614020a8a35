"""The bodies of the demo district: the real divisions, and the organs, schools and firms among them. Pure."""

import csv
import io
import zlib
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from pathlib import Path
from random import Random

from branches.choices import Form, Kind, Sector
from orgportal.demo import words

DATA = Path(__file__).parent / "data" / "longshan.csv"
ROOT = "220402"
# The branch the demo secretary runs: the meeting drill logs its 34-member meeting; one more has been stopped.
SECRETARY_BRANCH = "220402001001"
SECRETARY_BRANCH_SIZE = 35


@dataclass(slots=True)
class Body:
    """One body of the demo, before it has an id."""

    code: str
    name: str
    kind: Kind
    sector: Sector
    parent: str
    established_on: date
    form: Form = Form.REGULAR
    short_name: str = ""
    ends_on: date | None = None
    size: int = 0
    groups: list[str] = field(default_factory=list)

    @property
    def has_committee(self) -> bool:
        return self.kind != Kind.BRANCH or self.size >= 10

    def row(self) -> dict[str, str]:
        """As a line of the tree file (`manage load_tree`)."""
        return {
            "code": self.code,
            "name": self.name,
            "short_name": self.short_name or self.name[:20],
            "kind": str(self.kind),
            "form": str(self.form),
            "sector": str(self.sector),
            "parent_code": self.parent,
            "established_on": self.established_on.isoformat(),
            # No exchange in this area begins with 000, so no telephone rings.
            "phone": f"0437-000{zlib.crc32(self.code.encode()) % 10_000:04d}",
            "has_committee": "1" if self.kind == Kind.BRANCH and self.has_committee else "0",
        }


def bodies(random: Random, members: int) -> list[Body]:
    """Every body, parents before children; the branches' sizes add up to `members`."""
    found = [
        Body(
            ROOT,
            "中共辽源市龙山区委员会",
            Kind.COMMITTEE,
            Sector.TERRITORY,
            "",
            date(1983, 10, 1),
            short_name="龙山区委",
        )
    ]
    with DATA.open(encoding="utf-8") as lines:
        divisions = list(csv.DictReader(lines))
    for division in divisions:
        if division["level"] == "township":
            found += _township(division, random)
        elif division["level"] == "village":
            found += _village(division, random)
    found += [*_organs(), *_schools(), *_firms(random), *_mobile_and_project()]
    _size(found, random, members)
    return found


def as_file(found: list[Body]) -> bytes:
    """The bodies as the file `manage load_tree` reads."""
    lines = io.StringIO(newline="")
    writer = csv.DictWriter(lines, list(found[0].row()))
    writer.writeheader()
    writer.writerows(body.row() for body in found)
    return lines.getvalue().encode()


def _township(division: dict[str, str], random: Random) -> list[Body]:
    name, code = division["name"], division["code"]
    if name.endswith("街道"):
        title, kind = f"{name}党工委", Kind.WORK_COMMITTEE
        short = name.replace("特殊街道", "")
        title = f"{short}党工委"
    else:
        title, kind, short = f"{name}党委", Kind.COMMITTEE, name
    above = Body(code, title, kind, Sector.TERRITORY, ROOT, date(1984, 5, 1), short_name=title[-20:])
    organ = Body(f"{code}J1", f"{short}机关党支部", Kind.BRANCH, Sector.ORGAN, code, date(1990, 7, 1))
    return [above, organ]


def _village(division: dict[str, str], random: Random) -> list[Body]:
    name, code, parent = division["name"], division["code"], division["parent_code"]
    sector = Sector.VILLAGE if name.endswith("村") else Sector.COMMUNITY
    founded = date(random.randint(1986, 2008), random.randint(1, 12), 1)
    if code == SECRETARY_BRANCH or random.random() < 0.66:
        return [Body(code, f"{name}党支部", Kind.BRANCH, sector, parent, founded)]
    general = Body(code, f"{name}党总支", Kind.GENERAL_BRANCH, sector, parent, founded)
    parts = [
        Body(f"{code}{n}", f"{name}第{words.NUMERALS[n - 1]}党支部", Kind.BRANCH, sector, code, founded)
        for n in range(1, random.choice((2, 2, 3)) + 1)
    ]
    return [general, *parts]


def _organs() -> list[Body]:
    code = f"{ROOT}A01"
    above = Body(code, "区直属机关党工委", Kind.WORK_COMMITTEE, Sector.ORGAN, ROOT, date(1985, 3, 1))
    parts = [
        Body(f"{code}{n:03d}", f"{name}党支部", Kind.BRANCH, Sector.ORGAN, code, date(1996, 4, 1))
        for n, name in enumerate(words.ORGANS, 1)
    ]
    return [above, *parts]


def _schools() -> list[Body]:
    code = f"{ROOT}A02"
    above = Body(code, "区教育系统党委", Kind.COMMITTEE, Sector.SCHOOL, ROOT, date(1987, 9, 1))
    names = [f"第{n}{school}" for school, n in product(("小学", "中学"), words.NUMERALS)]
    names += ["实验幼儿园", "职业教育中心", "教师进修学校", "特殊教育学校"]
    parts = [
        Body(f"{code}{n:03d}", f"龙山区{name}党支部", Kind.BRANCH, Sector.SCHOOL, code, date(1998, 9, 1))
        for n, name in enumerate(names, 1)
    ]
    return [above, *parts]


def _firms(random: Random) -> list[Body]:
    code = f"{ROOT}A03"
    found = [Body(code, "区两新组织党工委", Kind.WORK_COMMITTEE, Sector.ENTERPRISE, ROOT, date(2012, 6, 1))]
    for n in range(1, 61):
        rounds, place = divmod(n, len(words.FIRM_WORDS))
        word, trade = words.FIRM_WORDS[place], words.FIRM_TRADES[(n + rounds) % len(words.FIRM_TRADES)]
        form = Form.JOINT if n % 9 == 0 else Form.REGULAR
        tail = "联合党支部" if form == Form.JOINT else "党支部"
        name = f"{word}{trade}公司{tail}"
        founded = date(random.randint(2010, 2022), random.randint(1, 12), 1)
        found.append(Body(f"{code}{n:03d}", name, Kind.BRANCH, Sector.ENTERPRISE, code, founded, form))
    for n, name in enumerate(words.SOCIAL_BODIES, 101):
        form = Form.JOINT if n % 3 == 0 else Form.REGULAR
        tail = "联合党支部" if form == Form.JOINT else "党支部"
        found.append(
            Body(f"{code}{n}", f"{name}{tail}", Kind.BRANCH, Sector.SOCIAL_BODY, code, date(2016, 8, 1), form)
        )
    return found


def _mobile_and_project() -> list[Body]:
    parent = f"{ROOT}A03"
    found = [
        Body(
            f"{parent}{n}",
            f"龙山区驻{city}流动党员党支部",
            Kind.BRANCH,
            Sector.SOCIAL_BODY,
            parent,
            date(2019, 5, 1),
            Form.MOBILE,
        )
        for n, city in ((201, "长春"), (202, "大连"))
    ]
    found.append(
        Body(f"{ROOT}A01900", "城市更新项目临时党支部", Kind.BRANCH, Sector.PUBLIC_UNIT, f"{ROOT}A01",
             date(2025, 6, 1), Form.TEMPORARY)
    )  # fmt: skip
    return found


# Usual size of a branch by sector, before all are scaled to the wanted total.
USUAL = {
    Sector.VILLAGE: 40, Sector.COMMUNITY: 38, Sector.ORGAN: 25, Sector.SCHOOL: 30, Sector.ENTERPRISE: 15,
    Sector.SOCIAL_BODY: 12, Sector.PUBLIC_UNIT: 9,
}  # fmt: skip


def _size(found: list[Body], random: Random, members: int) -> None:
    branches = [body for body in found if body.kind == Kind.BRANCH and body.code != SECRETARY_BRANCH]
    raw = {body.code: USUAL[body.sector] * random.lognormvariate(0, 0.35) for body in branches}
    scale = (members - SECRETARY_BRANCH_SIZE) / sum(raw.values())
    for body in branches:
        body.size = max(4, round(raw[body.code] * scale))
    # Rounding is evened out on the largest branches, which feel it least.
    rest = members - SECRETARY_BRANCH_SIZE - sum(body.size for body in branches)
    for body in sorted(branches, key=lambda body: -body.size)[: abs(rest)]:
        body.size += 1 if rest > 0 else -1
    for body in found:
        if body.code == SECRETARY_BRANCH:
            body.size = SECRETARY_BRANCH_SIZE
        if body.kind == Kind.BRANCH and body.size >= 30:
            count = 2 if body.size < 45 else 3
            body.groups = [f"第{words.NUMERALS[n]}党小组" for n in range(count)]
