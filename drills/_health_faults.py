"""Faults planted in the code of health and in its data, each of which must make a difference."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from orgportal.health.queries import inputs, summaries
from orgportal.health.rules import findings


@dataclass(frozen=True, slots=True)
class InCode:
    """What stands in place of what while a day is worked out again; seen on the sheets or in the district."""

    name: str
    changes: tuple[tuple[Any, str, Any], ...]
    on_sheets: bool = False


@dataclass(frozen=True, slots=True)
class InData:
    """A row changed behind the portal's back; `told` says whether the oracle is handed the changed tables."""

    name: str
    spoil: Callable[[], int]
    told: bool = True


def _sql(
    was: str, becomes: str, place: tuple[Any, str] = (inputs, "INPUTS_SQL")
) -> tuple[tuple[Any, str, Any], ...]:
    statement: str = getattr(*place)
    if statement.count(was) == 0:
        raise SystemExit(f"the statement has changed, this fault is planted nowhere: {was}")
    return ((*place, statement.replace(was, becomes)),)


def _thirty_days_each(day: date, months: int) -> date:
    return day + timedelta(days=30 * months)


IN_CODE = (
    InCode("a month has thirty days", ((findings, "months_after", _thirty_days_each),), on_sheets=True),
    InCode("what fell due unsaid is not silence", ((findings, "_unsaid", lambda branch: iter(())),)),
    InCode(
        "a branch without records is counted from its founding alone",
        ((findings, "_counted_from", lambda branch, book, on: branch.established_on),),
        on_sheets=True,
    ),
    InCode("probationary members are forgotten", _sql("IN ('formal', 'probationary')", "IN ('formal')")),
    InCode(
        "to have said that it did not meet is silence",
        _sql("a.state IN ('held', 'did_not_meet', 'excused')", "a.state = 'held'"),
    ),
    InCode("arrivals wait for nobody", _sql("f.state = 'at_receiver'", "f.state = 'sent'")),
    InCode(
        "the last day a rule allows is already too late",
        ((findings, "_older_than", lambda rows, edge: tuple(row for row in rows if row.on <= edge)),),
        on_sheets=True,
    ),
    InCode(
        "what is done counts as open",
        _sql("(d.done_on IS NULL OR d.done_on > %(as_of)s)", "true"),
        on_sheets=True,
    ),
    InCode(
        "a letter that ran out is forgotten",
        _sql("f.state = 'expired' AND f.has_ended", "false"),
        on_sheets=True,
    ),
    InCode(
        "a clock that was stopped still runs",
        _sql("(c.closed_on IS NULL OR c.closed_on > %(as_of)s)", "true"),
        on_sheets=True,
    ),
    InCode(
        "whoever comes from elsewhere is placed at once",
        _sql("i.state IN ('announced', 'registered')", "false"),
        on_sheets=True,
    ),
    InCode(
        "a post once held is held for good",
        _sql("bool_or(p.ends_on IS NULL OR p.ends_on >= %(as_of)s) AS is_held", "true AS is_held"),
        on_sheets=True,
    ),
    InCode("a gap of the register is not seen", _sql("m.id_number_digest IS NULL", "false"), on_sheets=True),
    InCode(
        "sums reach the parent alone",
        _sql(
            "generate_series(4, length(p.parent), 4)",
            "generate_series(length(p.parent), length(p.parent))",
            place=(summaries, "ROLL_UP_SQL"),
        ),
    ),
)


def _run(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.rowcount


NEWEST = "(SELECT max(due_on) FROM activities_duty WHERE state IN ('on_time', 'missing') AND due_on < now())"

IN_DATA = (
    InData(
        "a missing duty is stored as excused",
        lambda: _run(
            "UPDATE activities_duty SET state = 'excused' WHERE id = "
            "(SELECT id FROM activities_duty WHERE state = 'missing' ORDER BY due_on DESC LIMIT 1)"
        ),
    ),
    InData(
        "a missing duty is gone",
        lambda: _run(
            "DELETE FROM activities_duty WHERE id = "
            "(SELECT id FROM activities_duty WHERE state = 'missing' ORDER BY due_on DESC LIMIT 1)"
        ),
    ),
    InData(
        "a record was moved past the engine",
        lambda: _run(
            "UPDATE activities_activity SET held_on = held_on - 400 WHERE id = (SELECT d.activity_id "
            f"FROM activities_duty d WHERE d.due_on = {NEWEST} AND d.state = 'on_time' LIMIT 1)"
        ),
    ),
    InData(
        "a frozen summary was rewritten",
        lambda: _run(
            "ALTER TABLE health_periodsummary DISABLE TRIGGER USER; "
            "UPDATE health_periodsummary SET content = jsonb_set(content, '{totals,members.formal}', '1') "
            "WHERE id = (SELECT max(id) FROM health_periodsummary WHERE content->>'kind' = 'branch')"
        ),
        told=False,
    ),
)
