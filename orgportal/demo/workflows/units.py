"""Units of the two coverages: firms, social bodies, villages, schools and buildings, written in bulk."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import cycle, islice
from random import Random
from typing import Any
from typing import cast as surely

from branches.choices import (
    CoverageKind,
    Form,
    Kind,
    OwnerKind,
    PauseReason,
    Sector,
    UnitEventKind,
    UnitKind,
)
from branches.models import AdviserVisit, Organization, Unit, UnitCoverage, UnitEvent, UnitPause
from branches.rules.units import check_sign
from members.choices import Standing
from members.models import Member
from orgportal.core.models import User
from orgportal.core.names import place_initials, place_key
from orgportal.demo import words
from orgportal.demo.tree import ROOT
from orgportal.health.workflows.coverage import make_reviews

NEW_FIELDS = f"{ROOT}A03"
SHARED = 3  # units that share each joint branch
ALONE = 30
STAFFED = 3  # of those alone, firms where three formal members work
KNOWN_FOR, LISTED_FOR = timedelta(days=400), timedelta(days=800)
BUILDINGS = (
    "龙山商务中心",
    "人民大街金融大厦",
    "北寿商业广场",
    "东吉创业园A座",
    "南康写字楼",
    "福镇物流大厦",
)
CHAINS = ("袜业产业链", "纺织机械产业链", "绿色食品产业链")
ADVISERS = ("周文博", "吴晓梅", "郑立新", "冯志远", "蒋秀兰")
VISITED = (
    "走访企业负责人，了解党员情况",
    "指导摸排流动党员",
    "宣讲惠企政策，听取意见",
    "商议与周边企业联合组建",
)


@dataclass
class Sheet:
    """What is to be written, and how the demo draws it."""

    random: Random
    today: date
    now: datetime
    units: list[Unit] = field(default_factory=list)
    covers: list[UnitCoverage] = field(default_factory=list)

    def unit(self, committee: Organization, kind: UnitKind, name: str, **more: Any) -> Unit:
        number = len(self.units) + 1
        owner = more.pop("owner", OwnerKind.PRIVATE if kind == UnitKind.ENTERPRISE else OwnerKind.OTHER)
        seen = self.today - timedelta(days=self.random.randint(5, 230))
        unit = Unit(
            committee=committee, kind=kind, name=name, name_key=place_key(name), initials=place_initials(name),
            owner=owner, credit_code=_code(kind, number), area=committee.short_name, listed_on=self.listed_on,
            staff=self.random.randint(6, 180), checked_on=seen, recorded_at=self.now - KNOWN_FOR, **more,
        )  # fmt: skip
        self.units.append(unit)
        return unit

    @property
    def listed_on(self) -> date:
        return self.today - LISTED_FOR

    def cover(self, unit: Unit, kind: CoverageKind, body: Organization | None = None) -> None:
        begun = self.today - timedelta(days=self.random.randint(30, 700))
        row = UnitCoverage(
            unit=unit, kind=kind, body=body, holder="" if body else self.random.choice(ADVISERS),
            starts_on=max(begun, body.established_on) if body else begun, recorded_at=self.now - KNOWN_FOR,
        )  # fmt: skip
        if kind == CoverageKind.UNION_LEAGUE:
            row.holder = f"{unit.name[:20]}工会"
        self.covers.append(row)


def _code(kind: UnitKind, number: int) -> str:
    """A sound code of an area nobody was ever given; one in forty is doubtful, as lists of the field are."""
    if kind in {UnitKind.BUILDING, UnitKind.CHAIN}:
        return ""
    first = "91" if kind == UnitKind.ENTERPRISE else "51"
    start = f"{first}000000MADEM{number:04d}"
    return start + ("0" if number % 40 == 0 else check_sign(start))


def list_units(random: Random, now: datetime, today: date) -> int:
    """About 150 units, as a committee finds them: covered, shared, reached by an adviser, or by nobody."""
    sheet = Sheet(random, today, now)
    _with_bodies(sheet)
    alone = _alone(sheet)
    for name in (*BUILDINGS, *CHAINS):
        kind = UnitKind.BUILDING if name in BUILDINGS else UnitKind.CHAIN
        unit = sheet.unit(Organization.unscoped.get(code=NEW_FIELDS), kind, name)
        if len(sheet.units) % 2:
            sheet.cover(unit, CoverageKind.LIAISON)
    Unit.unscoped.bulk_create(sheet.units)
    UnitCoverage.unscoped.bulk_create(sheet.covers)
    _asleep(sheet)
    _employ(alone[:STAFFED])
    _visit(sheet, User.objects.get(user_name="officer"))
    _history(sheet)
    make_reviews(today, at=now)
    return len(sheet.units)


def _with_bodies(sheet: Sheet) -> None:
    """Each branch of a firm or social body with its unit, joint ones with several; villages with theirs."""
    rows = Organization.unscoped.branches().current().select_related("parent").order_by("path")
    for body in rows.filter(parent__code=NEW_FIELDS).exclude(
        form__in=(Form.MOBILE, Form.PROJECT, Form.TEMPORARY)
    ):
        kind = UnitKind.SOCIAL_BODY if body.sector == Sector.SOCIAL_BODY else UnitKind.ENTERPRISE
        stem = body.name.removesuffix("联合党支部").removesuffix("党支部")
        if body.form != Form.JOINT:
            sheet.cover(sheet.unit(_above(body), kind, stem), CoverageKind.OWN, body)
            continue
        for number in range(1, SHARED + 1):
            sheet.cover(sheet.unit(_above(body), kind, f"{stem}{number}部"), CoverageKind.JOINT, body)
    for sector, kind, most in (
        (Sector.VILLAGE, UnitKind.VILLAGE, 14),
        (Sector.COMMUNITY, UnitKind.COMMUNITY, 10),
    ):
        for body in rows.filter(sector=sector, parent__kind__in=(Kind.COMMITTEE, Kind.WORK_COMMITTEE))[:most]:
            unit = sheet.unit(
                _above(body), kind, body.name.removesuffix("党支部"), owner=OwnerKind.COLLECTIVE
            )
            sheet.cover(unit, CoverageKind.OWN, body)


def _above(body: Organization) -> Organization:
    return surely("Organization", body.parent)


def _alone(sheet: Sheet) -> list[Unit]:
    """Small firms of the townships, without a body: some with an adviser, some reached by nobody."""
    townships = (
        Organization.unscoped.current().filter(parent__code=ROOT, sector=Sector.TERRITORY).order_by("path")
    )
    reached = cycle(
        (None, CoverageKind.ADVISER, CoverageKind.LIAISON, CoverageKind.UNION_LEAGUE, CoverageKind.ADVISER)
    )
    found = []
    for number, committee in enumerate(islice(cycle(townships), ALONE)):
        word, trade = (
            words.FIRM_WORDS[number % len(words.FIRM_WORDS)],
            words.FIRM_TRADES[number % len(words.FIRM_TRADES)],
        )
        hidden = (
            {"hidden": number % 3 + 1, "hidden_on": sheet.today - timedelta(days=40)}
            if number % 4 == 0
            else {}
        )
        unit = sheet.unit(
            committee, UnitKind.ENTERPRISE, f"{committee.short_name[:4]}{word}{trade}厂", **hidden
        )
        kind = next(reached)
        if kind is not None:
            sheet.cover(unit, kind)
        found.append(unit)
    return found


def _asleep(sheet: Sheet) -> None:
    firms = [unit for unit in sheet.units if unit.kind == UnitKind.ENTERPRISE][::13]
    UnitPause.objects.bulk_create(
        UnitPause(
            unit=unit, reason=reason, note="现场核实", starts_on=sheet.today - timedelta(days=100),
            recorded_at=sheet.now - timedelta(days=99),
        )
        for unit, reason in zip(firms, cycle(PauseReason), strict=False)
    )  # fmt: skip


def _employ(firms: list[Unit]) -> None:
    """Three formal members of the township's branches work at each: a body is due there."""
    for firm in firms:
        near = Member.unscoped.filter(
            path__startswith=firm.committee.path, standing=Standing.FORMAL, posts=None
        )
        ids = list(near.order_by("-id").values_list("pk", flat=True)[:3])
        Member.unscoped.filter(pk__in=ids).update(employer=firm.name)


def _visit(sheet: Sheet, by: User) -> None:
    sent = [row for row in sheet.covers if row.kind in (CoverageKind.ADVISER, CoverageKind.LIAISON)]
    AdviserVisit.unscoped.bulk_create(
        AdviserVisit(
            unit=row.unit, visitor=row.holder, on=sheet.today - timedelta(days=days), recorded_by=by,
            text=sheet.random.choice(VISITED), recorded_at=sheet.now - timedelta(days=days),
        )
        for place, row in enumerate(sent)
        for days in ((20, 110, 200) if place % 3 else (120, 210))
    )  # fmt: skip


def _history(sheet: Sheet) -> None:
    UnitEvent.objects.bulk_create(
        UnitEvent(
            unit=unit, kind=UnitEventKind.LISTED, on=unit.listed_on, after={"committee": unit.committee.name},
            recorded_at=unit.recorded_at,
        )
        for unit in sheet.units
    )  # fmt: skip
