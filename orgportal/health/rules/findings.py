"""What a branch's facts mean, held one by one against the provision that asks for them. Pure.

Nothing is added up and nothing is ranked: an assessment is a list of findings. Duties are not judged here;
how each stands was decided in `activities.rules` and is read as it was stored.
"""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from activities.choices import DutyState
from activities.provisions import DUTY_RULES
from branches.choices import Form
from branches.provisions import MIN_FORMAL, TAKEN_OVER
from branches.rules import Advice, set_up_advice
from members.provisions import (
    ELECTION_REMIND,
    LONG_TERM_SECTORS,
    TERM_SHIFT_YEARS,
    TERM_YEARS,
    TERM_YEARS_LONG,
    TRANSFER_STEP_DAYS,
)
from orgportal.core.rulebook import Finding, Force, Level, Rulebook
from orgportal.health.rules import register
from orgportal.health.rules.inputs import BranchInputs, Dated, DutyLine

NEEDS_HELP = Level.URGENT
# The youngest of the rules a branch is held against came into force this day: no earlier day is worked out.
RULES_BEGIN = TERM_SHIFT_YEARS.versions[0].valid_from


@dataclass(frozen=True, slots=True)
class Assessment:
    """The findings on one branch; what a list is ordered by is how much help it needs, never a score."""

    findings: tuple[Finding, ...]
    is_silent: bool
    silent_since: date | None
    needs_help: int


def assess(inputs: BranchInputs, book: Rulebook, on: date) -> Assessment:
    """Every rule held against the branch as it stood that day."""
    quiet = silence(inputs, book, on)
    findings = (
        quiet,
        *duties(inputs, book, on),
        secretary(inputs, book, on),
        term(inputs, book, on),
        *set_up(inputs, book, on),
        transfers(inputs, book, on),
        mobile_contact(inputs, book, on),
        follow_ups(inputs, book, on),
        pledges(inputs, book, on),
        *register.findings(inputs, book, on),
    )
    is_silent = quiet.level is Level.URGENT
    return Assessment(
        findings=findings,
        is_silent=is_silent,
        silent_since=quiet.since if is_silent else None,
        needs_help=sum(finding.level is NEEDS_HELP for finding in findings),
    )


def months_after(day: date, months: int) -> date:
    """The same day so many months on, or the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


# --- silence and duties


def silence(inputs: BranchInputs, book: Rulebook, on: date) -> Finding:
    """No record of any kind for so many days, or a duty fallen due within them with nothing said."""
    key = "health.silent_days"
    days = book.value(key, on)
    edge = on - timedelta(days=days)
    last, counted = inputs.last_record_on, _counted_from(inputs, book, on)

    def found(code: str, level: Level, since: date | None = None, ids: Sequence[int] = ()) -> Finding:
        return Finding(key, code, level, last, days, since, tuple(ids))

    unsaid = sorted((due, pk) for due, pk in _unsaid(inputs) if due >= edge)
    ids = [pk for _, pk in unsaid]
    is_quiet = last is None or last < edge
    if is_quiet and counted is not None and counted < edge:
        return found("silent", Level.URGENT, last + timedelta(days=1) if last else counted, ids)
    if unsaid:
        return found("silent_on_duty", Level.URGENT, unsaid[0][0] + timedelta(days=1), ids)
    return found("nothing_known", Level.NO_DATA) if is_quiet else found("heard", Level.GOOD)


def _counted_from(inputs: BranchInputs, book: Rulebook, on: date) -> date | None:
    """The day from which a branch without records can be called silent: before it, nothing is known.

    A duty of a quarter or year may have begun before the records did.
    """
    if inputs.first_duty_on is None:
        return None
    taken_over = book.value(TAKEN_OVER.key, on)
    begun = date.fromisoformat(taken_over) if taken_over else date.min
    return max(inputs.established_on, inputs.first_duty_on, begun)


def _unsaid(inputs: BranchInputs) -> Iterator[tuple[date, int]]:
    for line in inputs.duties:
        if line.state == DutyState.MISSING:
            yield from zip(line.due_days, line.ids, strict=True)


def duties(inputs: BranchInputs, book: Rulebook, on: date) -> list[Finding]:
    """One finding for each duty rule, whatever its lines say."""
    lines: dict[str, dict[str, DutyLine]] = {}
    for line in inputs.duties:
        lines.setdefault(line.rule, {})[line.state] = line
    return [_duty(rule.key, lines.get(rule.key, {}), book, on) for rule in DUTY_RULES]


# What the newest answer says of a rule, once nothing is missing. Late is on record, and no fault.
_ANSWERS = {
    DutyState.DID_NOT_MEET: ("duty_did_not_meet", Level.WARN),
    DutyState.LATE: ("duty_late", Level.GOOD),
    DutyState.EXCUSED: ("duty_excused", Level.GOOD),
    DutyState.ON_TIME: ("duty_met", Level.GOOD),
}


def _duty(key: str, lines: dict[str, DutyLine], book: Rulebook, on: date) -> Finding:
    code, level, line = _stand_of(lines)
    expected = book.value(key, on)
    if line is None:
        return Finding(key, code, level, None, expected)
    since = line.first_due_on if level in (Level.URGENT, Level.WARN) else None
    return Finding(key, code, level, line.number, expected, since, tuple(line.ids))


def _stand_of(lines: dict[str, DutyLine]) -> tuple[str, Level, DutyLine | None]:
    if missing := lines.get(DutyState.MISSING):
        return "duty_missing", Level.URGENT, missing
    answered = [lines[state] for state in _ANSWERS if state in lines]
    if answered:
        # The least welcome of the newest answers: several party groups may answer for one period.
        newest = max(line.last_due_on for line in answered)
        line = next(line for line in answered if line.last_due_on == newest)
        return (*_ANSWERS[DutyState(line.state)], line)
    if DutyState.NOT_DUE in lines:
        return "duty_not_due", Level.GOOD, lines[DutyState.NOT_DUE]
    if DutyState.NO_DATA in lines:
        return "duty_no_data", Level.NO_DATA, None
    return "duty_not_applicable", Level.NOT_APPLICABLE, None


# --- the team


def secretary(inputs: BranchInputs, book: Rulebook, on: date) -> Finding:
    """A post without a holder; beyond some months it is one of the marks of a weak branch."""
    key = "health.secretary_vacant_months"
    months = book.value(key, on)
    if inputs.has_secretary is None:
        return Finding(key, "secretary_unknown", Level.NO_DATA, None, months)
    since = inputs.vacant_since
    if inputs.has_secretary or since is None:
        return Finding(key, "secretary_in_post", Level.GOOD, None, months)
    is_long = months_after(since, months) <= on
    code, level = ("secretary_vacant_long", Level.URGENT) if is_long else ("secretary_vacant", Level.WARN)
    return Finding(key, code, level, since, months, since)


def term(inputs: BranchInputs, book: Rulebook, on: date) -> Finding:
    """BR Art 21, 23: when the next election is due, and the months before it in which to prepare."""
    key = (TERM_YEARS_LONG if inputs.sector in LONG_TERM_SECTORS else TERM_YEARS).key
    years = book.value(key, on)
    due = inputs.term_due_on
    if inputs.form == Form.TEMPORARY:  # BR Art 8: appointed, not elected
        return Finding(key, "term_not_applicable", Level.NOT_APPLICABLE, None, years)
    if due is None or inputs.term_id is None:
        return Finding(key, "term_unknown", Level.NO_DATA, None, years)
    if due < on:
        code, level = _overdue_term(inputs, due, book, on)
        return Finding(key, code, level, due, years, due, (inputs.term_id,))
    remind = ELECTION_REMIND.key
    months = book.value(remind, on)
    if months_after(on, months) >= due:
        return Finding(remind, "term_ending", Level.WARN, due, months, None, (inputs.term_id,))
    return Finding(key, "term_running", Level.GOOD, due, years, None, (inputs.term_id,))


def _overdue_term(inputs: BranchInputs, due: date, book: Rulebook, on: date) -> tuple[str, Level]:
    """ER Art 3: late with higher approval is in order, for a year as a rule."""
    if not inputs.extension_basis:
        return "term_overdue", Level.URGENT
    years = book.value(TERM_SHIFT_YEARS.key, on)
    if months_after(due, 12 * years) < on:
        return "term_overdue_extension", Level.URGENT
    return "term_extended", Level.NOTE


def set_up(inputs: BranchInputs, book: Rulebook, on: date) -> list[Finding]:
    """BR Art 4, 5, 20: what the member counts call for. Advice; the committee above decides."""
    key = MIN_FORMAL.key
    minimum = book.value(key, on)
    if inputs.formal + inputs.probationary == 0:
        return [Finding(key, "register_empty", Level.NO_DATA, None, minimum)]
    advice = set_up_advice(
        form=Form(inputs.form),
        has_committee=inputs.has_committee,
        formal=inputs.formal,
        probationary=inputs.probationary,
        book=book,
        on=on,
    )
    fits = Finding(key, "set_up_fits", Level.GOOD, inputs.formal, minimum)
    return [_advised(each, book) for each in advice] or [fits]


def _advised(advice: Advice, book: Rulebook) -> Finding:
    key = advice.citation.key
    level = Level.WARN if book.force(key) is Force.BINDING else Level.NOTE
    return Finding(key, advice.code, level, advice.measured, advice.expected)


# --- people waiting


def transfers(inputs: BranchInputs, book: Rulebook, on: date) -> Finding:
    """Members in transit whom this branch must release or take in."""
    key = TRANSFER_STEP_DAYS.key
    days = book.value(key, on)
    late = _older_than(inputs.waiting, on - timedelta(days=days))
    if late:
        return _waiting(key, "transfer_waiting_long", Level.URGENT, late, days)
    if inputs.waiting:
        return _waiting(key, "transfer_waiting", Level.NOTE, inputs.waiting, days)
    return Finding(key, "no_transfer_waiting", Level.GOOD, 0, days)


def mobile_contact(inputs: BranchInputs, book: Rulebook, on: date) -> Finding:
    """Education rules ch 7: the home branch keeps in touch with members who are away."""
    key = "health.contact_grace_days"
    days = book.value(key, on)
    if not inputs.mobile:
        return Finding(key, "no_mobile_members", Level.NOT_APPLICABLE, None, days)
    late = _older_than(inputs.contacts, on - timedelta(days=days))
    if late:
        return _waiting(key, "contact_overdue", Level.WARN, late, days)
    if inputs.contact_unknown == inputs.mobile:
        return Finding(key, "contact_unknown", Level.NO_DATA, None, days)
    return Finding(key, "contact_kept", Level.GOOD, inputs.mobile, days)


def follow_ups(inputs: BranchInputs, book: Rulebook, on: date) -> Finding:
    """What a meeting decided, past its own day."""
    key = "health.follow_up_grace_days"
    days = book.value(key, on)
    late = _older_than(inputs.follow_ups, on - timedelta(days=days))
    if late:
        return _waiting(key, "follow_up_overdue", Level.WARN, late, days)
    return Finding(key, "follow_ups_kept", Level.GOOD, 0, days)


def pledges(inputs: BranchInputs, book: Rulebook, on: date) -> Finding:
    """Strive for excellence asks for a public pledge once the branch has joined."""
    key = "health.pledge_days"
    days = book.value(key, on)
    if not inputs.campaigns:
        return Finding(key, "no_campaign", Level.NOT_APPLICABLE, None, days)
    late = _older_than(inputs.without_pledge, on - timedelta(days=days))
    if late:
        return _waiting(key, "pledge_missing", Level.WARN, late, days)
    if inputs.without_pledge:
        return _waiting(key, "pledge_to_make", Level.NOTE, inputs.without_pledge, days)
    return Finding(key, "pledge_made", Level.GOOD, inputs.campaigns, days)


def _older_than(rows: Sequence[Dated], edge: date) -> tuple[Dated, ...]:
    return tuple(row for row in rows if row.on < edge)


def _waiting(key: str, code: str, level: Level, rows: Sequence[Dated], expected: int) -> Finding:
    ids = tuple(row.id for row in rows)
    return Finding(key, code, level, len(ids), expected, min(row.on for row in rows), ids)
