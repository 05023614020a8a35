"""Ledgers of a period that lay side by side and count: quarter sheet, year summary, talks, duty sheet."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from activities.choices import ActivityKind, ActivityState, DutyState, LedgerKind
from activities.messages import DUTIES
from activities.models import Activity, Decision, Duty
from activities.provisions import DUTY_RULES
from activities.queries.ledger_life import joint_words, life_line
from activities.queries.ledger_parts import columns, facts, labelled
from activities.queries.ledgers import book_ledger, came_of, duty_grid, duty_name, of_period
from activities.queries.sheets import RecordSheet, duties_in, record_book, record_sheets, records_in
from activities.rules.duties import Period, period_of, periods_of
from activities.rules.ledgers import Column, Grid, Ledger, Part, Value
from branches.models import Organization
from orgportal.core.jinja import day
from orgportal.core.scoping import Scope


def ledger_of(kind: LedgerKind, branch: Organization, period: Period, scope: Scope, today: date) -> Ledger:
    """The ledger of a branch and a period, in the language that is spoken."""
    return MAKERS[kind](branch, period, scope, today)


def duty_ledger(branch: Organization, period: Period, scope: Scope, today: date) -> Ledger:
    """Everything owed by the end of the period and how it stands."""
    grid = duty_grid(duties_in(branch, period, scope))
    return of_period(LedgerKind.DUTIES, branch, period, [Part("duties", "", (), (grid,))])


# --- the quarter


def quarter_ledger(branch: Organization, period: Period, scope: Scope, today: date) -> Ledger:
    """Duty by month, each cell with its state and the record that answered it; then those records."""
    duties, records = duties_in(branch, period, scope), records_in(branch, period, scope)
    months = periods_of("month", period.starts_on, period.ends_on)
    heads = (
        *columns(duty=4),
        *month_columns((each.starts_on.month for each in months), 4),
        *columns(quarter=4),
    )
    lines: dict[str, list[str]] = defaultdict(lambda: [""] * (len(months) + 1))
    for duty in duties:
        cells, place = lines[duty_name(duty)], _place(duty, months)
        cells[place] = "\n".join(filter(None, [cells[place], _cell(duty)]))
    rows = tuple((name, *(cell or None for cell in cells)) for name, cells in lines.items())
    sheet = Grid("sheet", labelled("sheet"), heads, rows, _("No duty ends in this period."))
    sheets = record_sheets(records, scope)
    below = (_record_grid(records, sheets, today), _decision_grid(records, sheets))
    parts = [Part("sheet", "", (), (sheet,)), Part("records", "", (), below)]
    return of_period(LedgerKind.QUARTER, branch, period, parts)


def _place(duty: Duty, months: Sequence[Period]) -> int:
    """The column of a duty of one month; the last for those of more."""
    own = Period(duty.starts_on, duty.ends_on)
    return months.index(own) if own in months else len(months)


def _cell(duty: Duty) -> str:
    words = [str(duty.get_state_display())]
    if period_of("quarter", duty.ends_on).starts_on > duty.starts_on:
        words.insert(0, _("%(start)s to %(end)s") % {"start": day(duty.starts_on), "end": day(duty.ends_on)})
    if duty.activity:
        words += [day(duty.activity.held_on), duty.activity.reference]
    return " ".join([*words, duty.reason]).strip()


def _record_grid(records: Sequence[Activity], sheets: Mapping[int, RecordSheet], today: date) -> Grid:
    rows = tuple(
        (
            number, row.held_on, str(row.get_kind_display()), row.title, str(row.get_state_display()),
            row.expected or None, row.present if row.expected else None,
            joint_words(sheets[row.pk].joint) or None, life_line(row, sheets[row.pk], today), row.reference,
        )
        for number, row in enumerate(records, start=1)
    )  # fmt: skip
    heads = columns(
        number=1, held_on=3, kind=3, title=5, state=2, expected=1, present=1, joint_with=3, life=5,
        reference=2,
    )  # fmt: skip
    return Grid("records", labelled("records"), heads, rows, _("Nothing was recorded in this period."))


def _decision_grid(records: Sequence[Activity], sheets: Mapping[int, RecordSheet]) -> Grid:
    """What was decided in the quarter, how the vote went, and what came of it."""
    rows = tuple(
        (
            number, decision.text, _vote_words(decision), decision.owner.name if decision.owner else None,
            decision.due_on, decision.done_on, came_of(decision),
        )
        for number, row in enumerate(records, start=1)
        for item in sheets[row.pk].items
        for decision in item.decisions.all()
    )  # fmt: skip
    heads = columns(number=1, decision=6, votes=5, in_charge=2, due_on=3, done_on=3, result=4)
    return Grid("decisions", labelled("decisions"), heads, rows)


def _vote_words(decision: Decision) -> str | None:
    vote = decision.vote
    if vote is None:
        return None
    told = _("%(yes)s for, %(no)s against, %(none)s abstained") % {
        "yes": vote.votes_for, "no": vote.votes_against, "none": vote.votes_abstained,
    }  # fmt: skip
    ended = [str(vote.ruling.outcome.label)] if vote.ruling else []
    return pgettext("clause", ", ").join([told, *ended])


# --- the year


def year_ledger(branch: Organization, period: Period, scope: Scope, today: date) -> Ledger:
    """How the year went: duties by state, meetings by kind and month, decisions and what came of them."""
    book = record_book(branch, period, scope)
    held = [row for row in book.records if row.state == ActivityState.HELD]
    totals = {"owed": len(book.duties), **_by_state(book.duties), **_decisions(held, book.sheets)}
    grids = (_state_grid(book.duties), _kind_grid(book.records), _month_grid(held, period))
    return of_period(
        LedgerKind.YEAR, branch, period, [Part("totals", labelled("totals"), facts({**totals}), grids)]
    )


STATES = (
    DutyState.ON_TIME, DutyState.LATE, DutyState.EXCUSED, DutyState.DID_NOT_MEET, DutyState.MISSING,
    DutyState.NOT_DUE,
)  # fmt: skip


def _by_state(duties: Sequence[Duty]) -> dict[str, int]:
    found = {str(state): sum(duty.state == state for duty in duties) for state in STATES}
    return {**found, "other_states": len(duties) - sum(found.values())}


def _decisions(held: Iterable[Activity], sheets: dict[int, RecordSheet]) -> dict[str, int]:
    made = [each for row in held for item in sheets[row.pk].items for each in item.decisions.all()]
    owned = [each for each in made if each.owner_id is not None]
    done = sum(each.done_on is not None for each in owned)
    # Carried on, it is counted where it goes on.
    carried = sum(each.carried_to_id is not None for each in owned)
    still_open = len(owned) - done - carried
    return {"decisions_made": len(made), "decisions_done": done, "decisions_open": still_open}


def _state_grid(duties: Sequence[Duty]) -> Grid:
    by_rule = {rule.key: [duty for duty in duties if duty.rule == rule.key] for rule in DUTY_RULES}
    rows: list[tuple[Value, ...]] = [
        (str(DUTIES[key]), len(found), *_by_state(found).values()) for key, found in by_rule.items() if found
    ]
    heads = columns(
        duty=4, owed=1, on_time=1, late=1, excused=1, did_not_meet=1, missing=1, not_due=1, other_states=1
    )
    return Grid("duties", labelled("duties"), heads, tuple(rows), _("No duty ends in this period."))


def _kind_grid(records: Sequence[Activity]) -> Grid:
    """A lecture held inside a general meeting counts under both."""
    rows: list[tuple[Value, ...]] = []
    for kind in ActivityKind:
        said = [row for row in records if kind in row.kinds]
        held = [row for row in said if row.state == ActivityState.HELD]
        counts = [
            sum(row.state == state for row in said)
            for state in (ActivityState.DID_NOT_MEET, ActivityState.EXCUSED)
        ]
        if said:
            rows.append(
                (
                    str(kind.label),
                    len(held),
                    *counts,
                    sum(row.expected for row in held),
                    sum(row.present for row in held),
                )
            )
    heads = columns(kind=4, held=2, did_not_meet=2, excused=2, times_expected=2, times_present=2)
    return Grid("kinds", labelled("kinds"), heads, tuple(rows), _("Nothing was recorded in this period."))


def _month_grid(held: Sequence[Activity], period: Period) -> Grid:
    rows: list[tuple[Value, ...]] = []
    for kind in ActivityKind:
        days = [row.held_on.month for row in held if kind in row.kinds]
        if days:
            rows.append((str(kind.label), *(days.count(month) for month in range(1, 13))))
    heads = (*columns(kind=4), *month_columns(range(1, 13), 1))
    return Grid("months", labelled("months"), heads, tuple(rows))


def month_columns(months: Iterable[int], share: int) -> list[Column]:
    return [Column(f"month_{month}", _("Month %(n)s") % {"n": month}, share) for month in months]


# --- talks


def talk_ledger(branch: Organization, period: Period, scope: Scope, today: date) -> Ledger:
    """Every talk that was held: who led it, with whom, about what."""
    records = [
        row for row in records_in(branch, period, scope)
        if row.state == ActivityState.HELD and ActivityKind.TALK in row.kinds
    ]  # fmt: skip
    sheets = record_sheets(records, scope)
    rows = tuple(_talk(number, row, sheets[row.pk]) for number, row in enumerate(records, start=1))
    heads = columns(
        number=1,
        held_on=3,
        place=3,
        led_by=2,
        talked_with=4,
        title=4,
        substance=7,
        reference=2,
        recorded_on=3,
    )
    grid = Grid("talks", labelled("talks"), heads, rows, _("No talk was recorded in this period."))
    return of_period(LedgerKind.TALKS, branch, period, [Part("talks", "", (), (grid,))])


def _talk(number: int, row: Activity, sheet: RecordSheet) -> tuple[Value, ...]:
    with_whom = [name for name in sheet.present if row.chair is None or name != row.chair.name]
    told = [row.note, *(_joined(item.topic, item.discussion) for item in sheet.items)]
    return (
        number, row.held_on, row.place or None, row.chair.name if row.chair else None,
        _(", ").join(with_whom) or None, row.title, "\n".join(filter(None, told)) or None, row.reference,
        timezone.localdate(row.recorded_at),
    )  # fmt: skip


def _joined(topic: str, discussion: str) -> str:
    return _("%(topic)s: %(said)s") % {"topic": topic, "said": discussion} if discussion else topic


MAKERS: dict[LedgerKind, Callable[[Organization, Period, Scope, date], Ledger]] = {
    LedgerKind.BOOK: book_ledger,
    LedgerKind.QUARTER: quarter_ledger,
    LedgerKind.YEAR: year_ledger,
    LedgerKind.TALKS: talk_ledger,
    LedgerKind.DUTIES: duty_ledger,
}
