"""Bodies for tests: plain rows, nothing hidden."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from branches.choices import CoverageKind, Kind, OwnerKind, Sector, UnitKind
from branches.models import Organization, PartyGroup, Unit, UnitCoverage
from branches.rules import child_path, next_number
from orgportal.core.names import place_initials, place_key

NOW = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
TODAY = date(2026, 3, 10)
_codes = count(1)


def make_organization(parent: Organization | None = None, name: str = "", **fields: Any) -> Organization:
    siblings = Organization.unscoped.filter(parent=parent).order_by("-path").values_list("path", flat=True)
    made = organization_row(parent, name, next_number(siblings.first()), **fields)
    made.save(force_insert=True)
    return made


def organization_row(parent: Organization | None, name: str, number: int, **fields: Any) -> Organization:
    """Not saved yet: the body of that number among its siblings."""
    path = child_path(parent.path if parent else "", number)
    name = name or f"第{next(_codes)}党支部"
    defaults = {
        "parent": parent,
        "path": path,
        "code": f"T{next(_codes):06d}",
        "name": name,
        "short_name": name[:40],
        "name_key": place_key(name),
        "initials": place_initials(name),
        "kind": Kind.BRANCH if parent else Kind.COMMITTEE,
        "sector": Sector.COMMUNITY,
        "established_on": date(2010, 7, 1),
    }
    return Organization(**{**defaults, **fields})


def make_group(branch: Organization, name: str = "第一党小组", **fields: Any) -> PartyGroup:
    return PartyGroup.unscoped.create(branch=branch, name=name, **{"founded_on": date(2015, 1, 1), **fields})


def make_unit(committee: Organization, name: str = "", **fields: Any) -> Unit:
    name = name or f"第{next(_codes)}纺织有限公司"
    defaults = {
        "kind": UnitKind.ENTERPRISE,
        "owner": OwnerKind.PRIVATE,
        "name": name,
        "name_key": place_key(name),
        "initials": place_initials(name),
        "checked_on": TODAY,
        "listed_on": date(2025, 1, 1),
        "recorded_at": NOW,
    }
    return Unit.unscoped.create(committee=committee, **{**defaults, **fields})


def make_coverage(unit: Unit, kind: CoverageKind, **fields: Any) -> UnitCoverage:
    """By the body given, else by somebody."""
    holder = "" if "body" in fields else "周指导"
    defaults = {"holder": holder, "starts_on": date(2025, 1, 1), "recorded_at": NOW}
    return UnitCoverage.unscoped.create(unit=unit, kind=kind, **{**defaults, **fields})
