"""The rows of the register, made in chunks by several processes and carried into COPY as they come.

Nothing here asks the database: a chunk is the same text for the same shape, seed and day, whoever makes it.
Identity numbers are well formed under an area code no place ever had; they are sealed and digested by the
portal's own functions, one by one.
"""

import io
import multiprocessing
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate, product
from random import Random

from bench._names import GIVEN, SURNAMES, WEIGHTS
from bench._scale.shape import Shape
from members.choices import Education, Gender, MobileState, Occupation, Standing
from orgportal.core.copying import NULL
from orgportal.core.names import initials, name_key
from orgportal.core.sealing import blind, blind_end, seal
from orgportal.demo.people import Numbers

CHUNK = 10_000
COLUMNS = (
    "id", "number", "user_id", "branch_id", "path", "group_id", "name", "name_key", "initials", "reading",
    "gender", "birth_on", "ethnicity", "education", "occupation", "employer", "mobile", "id_number_sealed",
    "id_number_digest", "id_number_end", "standing", "joined_on", "confirmed_on", "mobile_state",
    "recorded_at", "version",
)  # fmt: skip
# The commonest given names: frequent characters, most of two, as many as stay in a cache.
GIVEN_NAMES = [
    *((char, weight * 9) for char, weight in zip(GIVEN, WEIGHTS, strict=True)),
    *sorted(
        ((a + b, wa * wb // 40) for (a, wa), (b, wb) in product(zip(GIVEN, WEIGHTS, strict=True), repeat=2)),
        key=lambda pair: -pair[1],
    )[:240],
]
OCCUPATIONS, EDUCATIONS = [str(each) for each in Occupation], [str(each) for each in Education]
FAMILY, FAMILY_SHARES = list(SURNAMES), list(accumulate(SURNAMES.values()))
NAMES, NAME_SHARES = [name for name, _ in GIVEN_NAMES], list(accumulate(weight for _, weight in GIVEN_NAMES))
PROBATIONARY, AWAY, ABROAD, WOMEN = 0.02, 0.02, 0.1, 0.309
# The installation's number stands above these bits of an id.
SERIAL = (1 << 40) - 1
# Who sits in the first seats holds posts: formal, of age, never on the move.
SEATED = 6


@dataclass(frozen=True, slots=True)
class Bases:
    """The first id of each kind of row; the rest follow in order."""

    member: int
    body: int
    user: int
    groups: Sequence[int]  # first group of each branch


@dataclass(frozen=True, slots=True)
class Register:
    shape: Shape
    bases: Bases
    accounts: Mapping[int, int]  # of those who oversee, by place in the register
    seed: int
    today: date
    at: datetime


def lines(register: Register) -> Iterator[str]:
    """All rows as COPY text, chunk by chunk in order; never more than a few chunks in memory."""
    starts = range(0, register.shape.members, CHUNK)
    if len(starts) == 1:
        yield chunk(register, 0)
        return
    hands = os.cpu_count() or 1
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(hands, mp_context=fork, initializer=_take, initargs=(register,)) as pool:
        waiting: list[Future[str]] = []
        for start in starts:
            waiting.append(pool.submit(_chunk, start))
            if len(waiting) > 2 * hands:
                yield waiting.pop(0).result()
        for future in waiting:
            yield future.result()


_kept: list[Register] = []


def _take(register: Register) -> None:
    _kept[:] = [register]


def _chunk(start: int) -> str:
    return chunk(_kept[0], start)


def chunk(register: Register, start: int) -> str:
    """The rows from that place on."""
    random = Random(f"{register.seed}:{start}")  # noqa: S311
    text = io.StringIO()
    for place in range(start, min(start + CHUNK, register.shape.members)):
        text.write(_row(register, place, random))
    return text.getvalue()


def _row(register: Register, place: int, random: Random) -> str:
    """One line as COPY reads it, in the order of COLUMNS; nothing in it needs an escape."""
    bases = register.bases
    number, seat = register.shape.seat_of(place)
    branch = register.shape.branches[number]
    pk, gender = bases.member + place, Gender.FEMALE if random.random() < WOMEN else Gender.MALE
    name, key, short = _name(random)
    birth_on, joined_on, confirmed_on = _dates(seat, random, register.today)
    identity = _identity(birth_on, gender, place)
    mobile_state = ""
    if seat >= SEATED and random.random() < AWAY:
        mobile_state = (MobileState.ABROAD if random.random() < ABROAD else MobileState.OUT).value
    group = bases.groups[number] + seat % branch.groups if branch.groups else NULL
    user = bases.user + number if seat == 0 else register.accounts.get(place, NULL)
    standing = Standing.FORMAL if confirmed_on else Standing.PROBATIONARY
    return (
        f"{pk}\tP{pk >> 40:02d}{pk & SERIAL:08d}\t{user}\t{bases.body + branch.place}\t{branch.path}\t"
        f"{group}\t{name}\t{key}\t{short}\t\t{gender.value}\t{birth_on}\t汉族\t{random.choice(EDUCATIONS)}\t"
        f"{random.choice(OCCUPATIONS)}\t\t199{place:08d}\t\\\\x{seal(identity).hex()}\t{blind(identity)}\t"
        f"{blind_end(identity)}\t{standing.value}\t{joined_on}\t{confirmed_on or NULL}\t{mobile_state}\t"
        f"{register.at.isoformat()}\t1\n"
    )


_read: dict[str, tuple[str, str, str]] = {}


def _name(random: Random) -> tuple[str, str, str]:
    """A name with its two keys; how each is read is asked once."""
    family = random.choices(FAMILY, cum_weights=FAMILY_SHARES)[0]
    name = family + random.choices(NAMES, cum_weights=NAME_SHARES)[0]
    if name not in _read:
        _read[name] = name, name_key(name), initials(name)
    return _read[name]


def _dates(seat: int, random: Random, today: date) -> tuple[date, date, date | None]:
    """Born, joined, and confirmed a year later unless that year is not over."""
    if seat >= SEATED and random.random() < PROBATIONARY:
        joined_on = today - timedelta(days=random.randrange(20, 360))
        return joined_on - timedelta(days=random.randrange(19 * 366, 40 * 366)), joined_on, None
    age = random.randrange(24 * 366, 80 * 366)
    birth_on = today - timedelta(days=age)
    joined_on = birth_on + timedelta(days=random.randrange(19 * 366, min(age - 700, 38 * 366)))
    return birth_on, joined_on, joined_on + timedelta(days=366)


def _identity(birth_on: date, gender: Gender, place: int) -> str:
    """Unique by the member's place; no province ever had a number from 92 on."""
    district, order = divmod(place, 500)
    province, district = divmod(district, 10_000)
    sex = 0 if gender == Gender.FEMALE else 1
    body = f"{99 - province}{district:04d}{birth_on:%Y%m%d}{order * 2 + sex:03d}"
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, Numbers.weights, strict=True)) % 11]
