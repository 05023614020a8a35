"""Reads the hand tables of `./portal drill quorum`."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parent / "data"
EDGES = ("half_or_more", "over_half", "four_fifths")


@dataclass(frozen=True, slots=True)
class Case:
    """One meeting with one vote; formal members come first in each pair."""

    name: str
    kinds: tuple[str, ...]
    majority: str
    roll: tuple[int, int]
    there: tuple[int, int]
    left_out: tuple[int, int]
    votes: tuple[int, int, int]
    base: str
    # quorum, of, needed, outcome; or the refusal alone
    wanted: tuple[int | str, ...]

    def marks(self) -> dict[int, str]:
        """How each place of the roll that was empty is marked; places count from 1, formal members first."""
        found: dict[int, str] = {}
        first = 1
        for roll, there, left_out in zip(self.roll, self.there, self.left_out, strict=True):
            away = range(first + there, first + roll)
            found |= {place: "left out" if n < left_out else "absent" for n, place in enumerate(away)}
            first += roll
        return found


@dataclass(frozen=True, slots=True)
class Edge:
    """Of so many people, the smallest number that is enough for a share."""

    size: int
    share: str
    wanted: int


def edges() -> list[Edge]:
    return [
        Edge(int(row["size"]), share, int(row[share])) for row in _rows("quorum_edges.csv") for share in EDGES
    ]


def cases() -> list[Case]:
    return [_case(row) for row in _rows("quorum.csv")]


def _case(row: dict[str, str]) -> Case:
    figures = tuple(int(row[name]) for name in ("quorum", "of", "needed") if row[name])
    formal, probationary = zip(*(_pair(row[name]) for name in ("roll", "there", "not_counted")), strict=True)
    roll, there, left_out = zip(formal, probationary, strict=True)
    yes, no, none = (int(part) for part in row["votes"].split(":"))
    return Case(
        row["name"], tuple(row["kind"].split("+")), row["majority"], roll, there, left_out, (yes, no, none),
        row["base"], (*figures, row["outcome"]),
    )  # fmt: skip


def _pair(text: str) -> tuple[int, int]:
    formal, probationary = text.split("+")
    return int(formal), int(probationary)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8") as lines:
        yield from csv.DictReader(line for line in lines if not line.startswith("#"))
