"""The people of the demo: synthetic, in the proportions of the national bulletin (rules.md 11). Pure."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from branches.choices import Sector
from members.choices import Education, Gender, Occupation, Standing
from orgportal.demo import words
from orgportal.demo.tree import Body

# Never assigned to any place, so no number here can be a person's.
AREA = "990000"

OCCUPATIONS = {
    Occupation.WORKER: 6.62, Occupation.FARMER: 26.07, Occupation.PROFESSIONAL: 16.35, Occupation.MANAGER: 11.53,
    Occupation.OFFICIAL: 7.57, Occupation.STUDENT: 2.61, Occupation.OTHER: 7.83, Occupation.RETIRED: 21.42,
}  # fmt: skip
AGES = (
    ((19, 30), 12.24), ((31, 35), 10.73), ((36, 40), 11.44), ((41, 45), 9.66), ((46, 50), 9.02), ((51, 55), 9.39),
    ((56, 60), 8.62), ((61, 90), 28.90),
)  # fmt: skip
WOMEN, MINORITY, COLLEGE_UP = 0.309, 0.077, 0.576
# The split above and below "college" is not published: these weights are our assumption.
EDUCATION_UP = ((Education.COLLEGE, 50), (Education.UNIVERSITY, 43), (Education.POSTGRADUATE, 7))
EDUCATION_DOWN = ((Education.PRIMARY, 20), (Education.MIDDLE, 40), (Education.HIGH, 40))
# How well a job fits a branch's sector; totals stay national because each draw uses up its quota.
FIT = {
    Sector.VILLAGE: {Occupation.FARMER: 30, Occupation.OTHER: 1, Occupation.RETIRED: 1},
    Sector.COMMUNITY: {Occupation.RETIRED: 20, Occupation.OTHER: 6, Occupation.FARMER: 5, Occupation.STUDENT: 2},
    Sector.ORGAN: {Occupation.OFFICIAL: 20, Occupation.PROFESSIONAL: 3, Occupation.RETIRED: 3, Occupation.MANAGER: 3},
    Sector.SCHOOL: {Occupation.PROFESSIONAL: 20, Occupation.MANAGER: 2, Occupation.STUDENT: 6, Occupation.RETIRED: 3},
    Sector.ENTERPRISE: {Occupation.WORKER: 15, Occupation.MANAGER: 12, Occupation.PROFESSIONAL: 6, Occupation.OTHER: 2},
    Sector.SOCIAL_BODY: {Occupation.MANAGER: 10, Occupation.OTHER: 6, Occupation.PROFESSIONAL: 5},
    Sector.PUBLIC_UNIT: {Occupation.PROFESSIONAL: 10, Occupation.OFFICIAL: 5},
}  # fmt: skip
ANY_FIT = 0.05


@dataclass(slots=True)
class Quota:
    """What is left to hand out of a national distribution."""

    left: Counter[Occupation]

    @classmethod
    def of(cls, members: int) -> "Quota":
        total = sum(OCCUPATIONS.values())
        return cls(Counter({job: round(members * share / total) + 1 for job, share in OCCUPATIONS.items()}))

    def draw(self, sector: Sector, random: Random) -> Occupation:
        fit = FIT[sector]
        jobs = list(OCCUPATIONS)
        weights = [fit.get(job, ANY_FIT) * max(self.left[job], 0) for job in jobs]
        job = random.choices(jobs, weights if any(weights) else None)[0]
        self.left[job] -= 1
        return job


class Numbers:
    """Identity numbers that are well formed, unique, and nobody's."""

    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

    def __init__(self, first: int = 0) -> None:
        self.first = first
        self.used: Counter[tuple[date, Gender]] = Counter()

    def next(self, birth_on: date, gender: Gender) -> str:
        place = self.first + self.used[birth_on, gender]
        self.used[birth_on, gender] += 1
        order = place * 2 + (1 if gender == Gender.MALE else 2)
        body = f"{AREA}{birth_on:%Y%m%d}{order:03d}"
        return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, self.weights, strict=True)) % 11]


def rows(branches: list[Body], random: Random, today: date) -> Iterator[dict[str, str]]:
    """One line of the roster file per member (`manage load_roster`), branch by branch."""
    total = sum(body.size for body in branches)
    quota, numbers = Quota.of(total), Numbers()
    ages = _ages(total, random)
    serial = 0
    for body in branches:
        for place in range(body.size):
            serial += 1
            job = quota.draw(body.sector, random)
            yield _row(body, place, serial, job, ages, numbers, random, today)


def _ages(total: int, random: Random) -> list[int]:
    """One age per member, exactly in the bulletin's bands; sorted, so that jobs can take from either end."""
    ages = []
    for (low, high), share in AGES:
        ages += [random.randint(low, min(high, 84)) for _ in range(round(total * share / 100) + 1)]
    return sorted(ages)


def _take_age(ages: list[int], job: Occupation, random: Random) -> int:
    """Students are the youngest left, the retired the oldest; everybody else is anybody."""
    if job == Occupation.STUDENT:
        return ages.pop(random.randrange(min(len(ages), 40)))
    if job == Occupation.RETIRED:
        return ages.pop(-1 - random.randrange(max(1, len(ages) // 4)))
    return ages.pop(random.randrange(max(1, int(len(ages) * 0.85))))


def _row(  # noqa: PLR0913
    body: Body, place: int, serial: int, job: Occupation, ages: list[int], numbers: Numbers,
    random: Random, today: date,
) -> dict[str, str]:  # fmt: skip
    age = _take_age(ages, job, random)
    birth_on = today - timedelta(days=age * 365 + age // 4 + random.randrange(1, 360))
    gender = Gender.FEMALE if random.random() < WOMEN else Gender.MALE
    joined_on, confirmed_on = _standing_dates(birth_on, age, random, today)
    minority = random.random() < MINORITY
    educated = random.random() < COLLEGE_UP
    levels = EDUCATION_UP if educated else EDUCATION_DOWN
    group = body.groups[place % len(body.groups)] if body.groups else ""
    since = max(joined_on, body.established_on, today - timedelta(days=random.randrange(800, 4000)))
    return {
        "branch_code": body.code,
        "member_number": f"LS{serial:06d}",
        "name": _name(gender, random),
        "gender": str(gender),
        "birth_on": birth_on.isoformat(),
        "id_number": numbers.next(birth_on, gender),
        "mobile": f"199{serial:08d}",
        "standing": str(Standing.FORMAL if confirmed_on else Standing.PROBATIONARY),
        "joined_on": joined_on.isoformat(),
        "confirmed_on": confirmed_on.isoformat() if confirmed_on else "",
        "education": str(random.choices([e for e, _ in levels], [w for _, w in levels])[0]),
        "occupation": str(job),
        "ethnicity": random.choices([m for m, _ in words.MINORITIES], [w for _, w in words.MINORITIES])[0]
        if minority
        else "汉族",
        "employer": "",
        "group": group,
        "since": since.isoformat(),
    }


def _standing_dates(birth_on: date, age: int, random: Random, today: date) -> tuple[date, date | None]:
    """When the person joined, and was confirmed a year later unless that year is not over."""
    at_age = random.randint(19, max(19, min(age - 1, 38)))
    joined_on = min(
        birth_on + timedelta(days=at_age * 365 + random.randrange(200)), today - timedelta(days=30)
    )
    confirmed_on = joined_on + timedelta(days=366)
    return joined_on, confirmed_on if confirmed_on < today else None


def _name(gender: Gender, random: Random) -> str:
    characters = words.GIVEN_MALE if gender == Gender.MALE else words.GIVEN_FEMALE
    surname = random.choices([s for s, _ in words.SURNAMES], [w for _, w in words.SURNAMES])[0]
    given = "".join(random.choice(characters) for _ in range(1 if random.random() < 0.2 else 2))
    return surname + given
