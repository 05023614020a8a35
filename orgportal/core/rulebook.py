"""Rules as dated, cited data. Pure values: nothing here knows Django, a clock or a row."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any

# Of each provision in force, by key: its value and citation, as plain values.
Edition = dict[str, dict[str, Any]]


class Force(Enum):
    """How hard a provision binds: BINDING may block, AS_A_RULE (一般) may only warn."""

    BINDING = "binding"
    AS_A_RULE = "as_a_rule"


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a value comes from, as printed beside every finding."""

    key: str
    instrument: str
    article: str
    valid_from: date

    def as_json(self) -> dict[str, str]:
        return {
            "key": self.key,
            "instrument": self.instrument,
            "article": self.article,
            "valid_from": self.valid_from.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Version:
    """One value of a provision and the days it holds, both inclusive (None: still in force)."""

    value: Any
    instrument: str
    article: str
    valid_from: date
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Provision:
    """A threshold of a regulation under its key in `rules.md`, with every version it has had."""

    key: str
    unit: str
    force: Force
    versions: tuple[Version, ...]
    reference_only: bool = False

    def on(self, day: date) -> Version | None:
        """The version in force that day, None before the first and after the last."""
        return next((version for version in self.versions if version.holds_on(day)), None)


@dataclass(frozen=True, slots=True)
class LocalRule:
    """A body's own stricter value for a provision, with its own citation."""

    key: str
    path: str
    version: Version


class Level(Enum):
    """How a finding stands. Levels are told apart, never added up: there are no points."""

    GOOD = "good"
    NOTE = "note"  # worth knowing, nothing to put right
    WARN = "warn"  # to be put right, or answered for
    URGENT = "urgent"  # needs somebody now
    NOT_APPLICABLE = "not_applicable"
    NO_DATA = "no_data"  # not known, and never held against anybody


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact held against one provision, with the names behind it; the sentence is made where it is shown.

    What is measured stays true from one day to the next ("since 5 March", never "for 12 days"), so that a
    stored finding changes only when the facts do. Where its rule comes from stands once in the edition of the
    rules it was judged by, under its key.
    """

    key: str
    code: str
    level: Level
    measured: int | str | date | None
    expected: int | str | date | None
    since: date | None = None
    evidence: tuple[int, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "code": self.code,
            "level": self.level.value,
            "measured": _plain(self.measured),
            "expected": _plain(self.expected),
            "since": _plain(self.since),
            "evidence": list(self.evidence),
        }


def _plain(value: int | str | date | None) -> int | str | None:
    return value.isoformat() if isinstance(value, date) else value


class RuleNotInForce(LookupError):
    """Asked for a provision on a day no version of it holds."""


@dataclass(frozen=True)
class Rulebook:
    """The provisions that hold for one body: national values, overridden by the nearest local rule.

    Each is looked up once a day: hundreds of branches ask one book the same questions.
    """

    provisions: dict[str, Provision]
    local: tuple[LocalRule, ...] = field(default=())
    _seen: dict[tuple[str, date], Version] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _cited: dict[tuple[str, date], Citation] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @classmethod
    def of(cls, provisions: Iterable[Provision], local: Iterable[LocalRule] = ()) -> "Rulebook":
        # The longest path is the nearest body above: it wins.
        nearest_first = tuple(sorted(local, key=lambda rule: len(rule.path), reverse=True))
        return cls({provision.key: provision for provision in provisions}, nearest_first)

    def version(self, key: str, day: date) -> Version:
        """The version in force for this body that day. Raises RuleNotInForce."""
        asked = (key, day)
        if asked not in self._seen:
            self._seen[asked] = self._look_up(key, day)
        return self._seen[asked]

    def _look_up(self, key: str, day: date) -> Version:
        for rule in self.local:
            if rule.key == key and rule.version.holds_on(day):
                return rule.version
        national = self.provisions[key].on(day)
        if national is None:
            raise RuleNotInForce(key)
        return national

    def value(self, key: str, day: date) -> Any:
        return self.version(key, day).value

    def has(self, key: str, day: date) -> bool:
        return key in self.provisions and self.provisions[key].on(day) is not None

    def force(self, key: str) -> Force:
        return self.provisions[key].force

    def cite(self, key: str, day: date) -> Citation:
        asked = (key, day)
        if asked not in self._cited:
            version = self.version(key, day)
            self._cited[asked] = Citation(key, version.instrument, version.article, version.valid_from)
        return self._cited[asked]

    def edition(self, day: date) -> Edition:
        """Everything in force that day, by key: what was judged then can be read years later."""
        return {
            key: {"value": self.value(key, day), "citation": self.cite(key, day).as_json()}
            for key in sorted(self.provisions)
            if self.has(key, day)
        }


def edition_name(edition: Edition) -> str:
    """A short name for everything in an edition: two that differ in a value or a source have two names."""
    written = json.dumps(edition, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(written.encode()).hexdigest()[:12]
