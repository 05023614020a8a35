"""The shape of an installation: which bodies stand where, how large each branch is, who sits where. Pure.

Member number p of the table sits on seat `seat_of(p)`: seats run through the branches in tree order, members
do not, so that the register lies shuffled on disk as years of changes leave it; each is known
from the other.
"""

import math
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Any

from branches.choices import Form, Kind, Sector
from branches.rules import child_path

PER_TOWNSHIP, PER_DISTRICT, PER_CITY = 167, 14, 8
# Of a township's branches two in five stand under a general branch, about ten to each.
GENERAL_SHARE, PER_GENERAL = 0.4, 10
MEAN, SIGMA, LEAST, MOST = math.log(17), 0.75, 3, 200
COMMITTEE_FROM, GROUPS_FROM, PER_GROUP = 7, 30, 12
SECTORS = {
    Sector.VILLAGE: 40, Sector.COMMUNITY: 14, Sector.ENTERPRISE: 20, Sector.ORGAN: 12, Sector.SCHOOL: 6,
    Sector.PUBLIC_UNIT: 6, Sector.SOCIAL_BODY: 2,
}  # fmt: skip
KINDS = {"general": Kind.GENERAL_BRANCH, "branch": Kind.BRANCH}
FORMS = {Form.REGULAR: 94, Form.JOINT: 4, Form.PROJECT: 1, Form.MOBILE: 1}


@dataclass(slots=True)
class Body:
    """One body, by its place in the list."""

    place: int
    parent: int | None
    path: str
    level: str
    name: str
    kind: Kind
    sector: Sector
    established_on: date
    form: Form = Form.REGULAR
    size: int = 0
    first_seat: int = 0

    @property
    def has_committee(self) -> bool:
        return self.kind == Kind.BRANCH and self.size >= COMMITTEE_FROM

    @property
    def groups(self) -> int:
        return self.size // PER_GROUP if self.kind == Kind.BRANCH and self.size >= GROUPS_FROM else 0


@dataclass
class Shape:
    """All bodies in path order, the branches among them, and the seats."""

    bodies: list[Body]
    branches: list[Body]
    members: int

    def __post_init__(self) -> None:
        self._ends = list(accumulate(branch.size for branch in self.branches))
        step = int(self.members * 0.6180339887) | 1
        while math.gcd(step, self.members) != 1:
            step += 2
        self._step, self._back = step, pow(step, -1, self.members) if self.members > 1 else 0

    def seat_of(self, place: int) -> tuple[int, int]:
        """(number of the branch, seat in it) of the member at this place of the register."""
        seat = place * self._step % self.members
        branch = bisect_right(self._ends, seat)
        return branch, seat - self.branches[branch].first_seat

    def place_of(self, branch: Body, seat: int) -> int:
        return (branch.first_seat + seat) * self._back % self.members


def shape(branches: int, members: int, seed: int, today: date) -> Shape:
    """The same for the same numbers, seed and day."""
    random = Random(seed)  # noqa: S311
    if not LEAST * branches <= members <= MOST * branches:
        raise SystemExit(f"{members} members do not fit into {branches} branches of {LEAST} to {MOST}")
    bodies = list(_bodies(branches, random, today))
    found = [body for body in bodies if body.kind == Kind.BRANCH]
    seat = 0
    for body, size in zip(found, _sizes(branches, members, random), strict=True):
        body.size, body.first_seat = size, seat
        seat += size
    return Shape(bodies, found, members)


def _sizes(branches: int, members: int, random: Random) -> list[int]:
    """Lognormal within the bounds, adding up to the members exactly."""
    drawn = [random.lognormvariate(MEAN, SIGMA) for _ in range(branches)]
    factor = members / sum(drawn)
    sizes = [min(MOST, max(LEAST, round(each * factor))) for each in drawn]
    left = members - sum(sizes)
    while left:
        place, change = random.randrange(branches), 1 if left > 0 else -1
        if LEAST <= sizes[place] + change <= MOST:
            sizes[place] += change
            left -= change
    return sizes


class _Tree:
    """Makes bodies one after the other, parents before children, in path order."""

    def __init__(self, random: Random, today: date) -> None:
        self.random, self.today, self.made = random, today, 0

    def body(self, parent: Body | None, number: int, level: str, name: str) -> Body:
        path = child_path(parent.path if parent else "", number)
        self.made += 1
        above, kind = parent.place if parent else None, KINDS.get(level, Kind.COMMITTEE)
        return Body(
            self.made - 1, above, path, level, name, kind, Sector.TERRITORY, date(1983, 10, 1)
        )  # fmt: skip

    def branch(self, parent: Body, number: int, name: str) -> Body:
        found = self.body(parent, number, "branch", name)
        found.sector, found.form = _drawn(SECTORS, self.random), _drawn(FORMS, self.random)
        # One in fifty was founded within the last two years.
        days = self.random.randrange(*((20, 700) if self.random.random() < 0.02 else (1000, 12000)))
        found.established_on = self.today - timedelta(days=days)
        return found

    def township(self, district: Body, number: int, branches: int) -> Iterator[Body]:
        name = f"第{number}乡镇"
        above = self.body(district, number, "township", f"{name}党委")
        yield above
        generals = int(branches * GENERAL_SHARE) // PER_GENERAL
        inside = int(branches * GENERAL_SHARE) if generals else 0
        for each in range(generals):
            general = self.body(above, each + 1, "general", f"{name}第{each + 1}党总支")
            yield general
            for one in range(_share(inside, generals, each)):
                yield self.branch(general, one + 1, f"{name}第{each + 1}总支第{one + 1}党支部")
        for one in range(branches - inside):
            yield self.branch(above, generals + one + 1, f"{name}第{one + 1}党支部")


def _bodies(branches: int, random: Random, today: date) -> Iterator[Body]:
    """Province, cities, districts, townships, general branches and branches, in path order."""
    tree = _Tree(random, today)
    townships = max(1, round(branches / PER_TOWNSHIP))
    districts = max(1, round(townships / PER_DISTRICT))
    cities = max(1, round(districts / PER_CITY))
    province = tree.body(None, 1, "province", "示例省委")
    yield province
    district = township = 0
    for number in range(cities):
        city = tree.body(province, number + 1, "city", f"第{number + 1}市委")
        yield city
        for place in range(_share(districts, cities, number)):
            here = tree.body(city, place + 1, "district", f"第{district + 1}区委")
            yield here
            for each in range(_share(townships, districts, district)):
                yield from tree.township(here, each + 1, _share(branches, townships, township))
                township += 1
            district += 1


def _share(whole: int, parts: int, place: int) -> int:
    """As equal as whole numbers allow; all shares add up to the whole."""
    return whole * (place + 1) // parts - whole * place // parts


def _drawn(weights: dict[Any, int], random: Random) -> Any:
    return random.choices(list(weights), list(weights.values()))[0]
