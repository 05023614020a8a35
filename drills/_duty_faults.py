"""Faults planted in the duties engine, each with the one cell of the sheets that must come out wrong."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from activities.choices import ActivityState, DutyState
from activities.provisions import RULE_BY_KEY
from activities.rules import duties as rules
from activities.workflows import duties as engine
from branches.choices import Form


@dataclass(frozen=True, slots=True)
class Fault:
    """What is put in place of what, and the cell (rule, group, first day) that shows it with which letter."""

    name: str
    sheet: int
    cell: tuple[str, int, date]
    letter: str
    changes: tuple[tuple[Any, str, Any], ...]


def _as_of_today(branch: rules.BranchFacts, period: rules.Period) -> Iterator[rules.BranchFacts]:
    yield branch


def _also_if_new(period: rules.Period, since: date, until: date | None) -> bool:
    return since <= period.ends_on and (until is None or until >= period.ends_on)


def _last_day_does_not_count(period: rules.Period, since: date, until: date | None) -> bool:
    return since <= period.starts_on and (until is None or until > period.ends_on)


def _no_grace(duty: rules.DutyFacts, record: rules.RecordFacts) -> bool:
    return record.recorded_on > duty.due_on


def _grace_a_day_short(duty: rules.DutyFacts, record: rules.RecordFacts) -> bool:
    return record.recorded_on >= duty.due_on + timedelta(days=duty.grace_days)


def _any_group(said: rules.Said, duty: rules.DutyFacts) -> list[rules.RecordFacts]:
    found = (r for (kind, _), rows in said._found.items() if kind == duty.answered_by for r in rows)  # noqa: SLF001
    return [replace(record, group_id=duty.group_id) for record in found if record.held_on in duty.period]


def _main_kind_only(kind: str, also: tuple[str, ...]) -> frozenset[Any]:
    return frozenset({engine.ActivityKind(kind)})


def _once_is_enough(value: str) -> rules.Frequency:
    return rules.Frequency(value.rpartition(" per ")[2])


def _frequency_of_the_last_day(rule: str, book: Any, period: rules.Period) -> bool:
    asked = rules.frequency_on(rule, book, period.ends_on)
    return asked is not None and rules.period_of(asked.length, period.starts_on) == period


def _due_on_the_day(duty: rules.DutyFacts, on: date) -> DutyState:
    return DutyState.MISSING if on == duty.due_on else _UNANSWERED(duty, on)


_UNANSWERED, _APPLY, _FACTS = rules._unanswered, engine.apply_record, engine._duty_facts  # noqa: SLF001


def _forgets_the_day_before(activity: Any, *, at: Any, also_on: Iterable[date] = ()) -> list[Any]:
    return _APPLY(activity, at=at)


def _taken_over_by_the_due_day(row: Any, book: Any, on: date) -> rules.DutyFacts:
    known = book.value("duty.taken_over_on", row.due_on)
    return replace(_FACTS(row, book, on), taken_over_on=date.fromisoformat(known) if known else None)


def _month(rule: str, month: int, group: int = 0, year: int = 2026) -> tuple[str, int, date]:
    return rule, group, date(year, month, 1)


_TEMPORARY_TOO = {
    **RULE_BY_KEY,
    "orglife.freq": replace(RULE_BY_KEY["orglife.freq"], forms=frozenset(Form)),
}
_WORST_FIRST = (ActivityState.HELD, ActivityState.DID_NOT_MEET, ActivityState.EXCUSED)

FAULTS = (
    Fault(
        "the committee is read as of today", 20, _month("meeting.committee.freq", 3), "/",
        ((rules, "_set_ups", _as_of_today),),
    ),
    Fault(
        "what the portal learns late is not followed backwards",
        21,
        _month("meeting.committee.freq", 7),
        "/",
        ((engine, "LEARNED_WITHIN", -timedelta(days=1)),),
    ),
    Fault(
        "the month a branch was founded in is owed", 4, _month("themeday.freq", 3), "M",
        ((rules, "_whole", _also_if_new),),
    ),
    Fault(
        "the last day a branch stood does not count", 7, _month("themeday.freq", 8), "/",
        ((rules, "_whole", _last_day_does_not_count),),
    ),
    Fault(
        "no grace for late entry", 24, _month("themeday.freq", 1), "L", ((rules, "_is_late", _no_grace),),
    ),
    Fault(
        "the last day of grace is late", 24, _month("meeting.general.freq", 1), "L",
        ((rules, "_is_late", _grace_a_day_short),),
    ),
    Fault(
        "any group answers for each", 38, _month("meeting.group.freq", 7, 1), "T",
        ((rules.Said, "about", _any_group),),
    ),
    Fault(
        "a lecture inside a general meeting is overlooked", 26, _month("lecture.freq", 1), "M",
        ((engine, "_kinds", _main_kind_only),),
    ),
    Fault(
        "one lecture is enough where two are asked", 34, _month("lecture.freq", 7), "T",
        ((rules, "frequency", _once_is_enough),),
    ),
    Fault(
        "a new frequency reaches back into the running quarter", 36, _month("lecture.freq", 8), "M",
        tuple((where, "is_asked", _frequency_of_the_last_day) for where in (rules, engine)),
    ),
    Fault(
        "missing on the due day already", 40, _month("themeday.freq", 3), "M",
        ((rules, "_unanswered", _due_on_the_day),),
    ),
    Fault(
        "a moved record keeps answering for the month it left", 37, _month("themeday.freq", 4), "T",
        ((engine, "apply_record", _forgets_the_day_before),),
    ),
    Fault(
        "takeover is looked up as of the due day", 30, _month("themeday.freq", 2), "M",
        ((engine, "_duty_facts", _taken_over_by_the_due_day),),
    ),
    Fault(
        "did not meet outweighs excused", 25, _month("meeting.general.freq", 7), "D",
        ((rules, "_ANSWERS", _WORST_FIRST),),
    ),
    Fault(
        "a temporary branch owes the organisational-life meeting", 11, _month("orglife.freq", 1), "M",
        ((rules, "DUTY_RULES", tuple(_TEMPORARY_TOO.values())), (engine, "RULE_BY_KEY", _TEMPORARY_TOO)),
    ),
)  # fmt: skip
