"""处置 of members who do not meet the standard: grounds, steps in their order, the correction clock. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from members.choices import CaseAct, CaseGround, CaseKind, CaseState
from members.rules.register import add_months
from members.rules.standing import BRANCH, COMMITTEE, Objection
from orgportal.core.rulebook import Rulebook

GROUNDS: dict[CaseKind, tuple[CaseGround, ...]] = {
    CaseKind.CORRECT: (
        CaseGround.CONVICTION, CaseGround.RELIGION, CaseGround.PASSIVE, CaseGround.NO_MEETINGS,
        CaseGround.DUES, CaseGround.LOST,
    ),
    CaseKind.ADVISE_OUT: (CaseGround.THREAT, CaseGround.NO_CHANGE),
    CaseKind.STRIKE: (
        CaseGround.SIX_MEETINGS, CaseGround.SIX_DUES, CaseGround.SIX_WORK, CaseGround.DISLOYAL,
        CaseGround.REFUSES, CaseGround.STOPPED,
    ),
}  # fmt: skip
WHEN: dict[CaseKind, str] = {
    CaseKind.CORRECT: "dispose.correct.when",
    CaseKind.ADVISE_OUT: "dispose.advise_out.when",
    CaseKind.STRIKE: "dispose.strike.when",
}
# dispose.flow: pre-filing above, five steps beginning with the facts; none is skipped.
STEPS = (
    CaseAct.PREFILE,
    CaseAct.FACTS,
    CaseAct.HEARD,
    CaseAct.OPINION,
    CaseAct.MEETING,
    CaseAct.APPROVE,
)
ABOVE = frozenset({CaseAct.PREFILE, CaseAct.APPROVE})
WITH_DOCUMENT = frozenset({CaseAct.MEETING, CaseAct.APPROVE})
WITH_WORDS = frozenset({CaseAct.FACTS, CaseAct.HEARD, CaseAct.APPEAL, CaseAct.NOT_CORRECTED, CaseAct.DROP})
OPEN = frozenset({CaseState.OPEN, CaseState.CORRECTING})


@dataclass(frozen=True, slots=True)
class Case:
    """What the rules ask of a case: kind, state, steps made, the last day something was entered for."""

    kind: CaseKind
    state: CaseState
    done: Collection[CaseAct]
    last_on: date
    correct_until: date | None = None


def desk_of(act: CaseAct) -> str:
    """Who records it: the committee above its own acts, the branch the rest."""
    return COMMITTEE if act in ABOVE else BRANCH


def next_step(case: Case) -> CaseAct | None:
    """The step the rule asks for next."""
    if case.state != CaseState.OPEN:
        return None
    return next((step for step in STEPS if step not in case.done), None)


def open_acts(case: Case) -> tuple[CaseAct, ...]:
    """What can be recorded now, by whichever desk."""
    if case.state not in OPEN:
        return ()
    step = next_step(case)
    acts = [step] if step else []
    if case.state == CaseState.CORRECTING:
        acts += [CaseAct.CORRECTED, CaseAct.NOT_CORRECTED]
    if CaseAct.MEETING in case.done:
        acts.append(CaseAct.APPEAL)
    return (*acts, CaseAct.DROP)


def state_after(act: CaseAct, case: Case) -> CaseState:
    if act == CaseAct.APPROVE:
        return CaseState.CORRECTING if case.kind == CaseKind.CORRECT else CaseState.DONE
    ends = {
        CaseAct.CORRECTED: CaseState.CORRECTED,
        CaseAct.NOT_CORRECTED: CaseState.NOT_CORRECTED,
        CaseAct.DROP: CaseState.DROPPED,
    }
    return ends.get(act, case.state)


def correction_end(approved_on: date, months: int) -> date:
    return add_months(approved_on, months)


def correction_months(book: Rulebook, on: date) -> tuple[int, int]:
    """Usual and longest correction period."""
    return int(book.value("dispose.correct_usual", on)), int(book.value("dispose.correct_max", on))


def remind_steps(book: Rulebook, on: date) -> tuple[int, ...]:
    """Days counted from the last day of a correction on which its keepers are reminded."""
    return tuple(int(days) for days in book.value("dispose.correct_remind_days", on))


def is_over(case: Case, today: date) -> bool:
    """Whether the correction period has passed and somebody has to say how it went."""
    return (
        case.state == CaseState.CORRECTING and case.correct_until is not None and case.correct_until <= today
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """One act to be recorded: the day it happened, document, words, months of a correction."""

    act: CaseAct
    on: date
    document: str = ""
    words: str = ""
    months: int | None = None


def ground_objection(kind: CaseKind, grounds: Collection[str]) -> Objection | None:
    """A case rests on the grounds the rule lists for its kind."""
    if not grounds or not set(grounds) <= set(GROUNDS[kind]):
        return Objection("case_grounds_do_not_fit")
    return None


def objection(entry: Entry, case: Case, book: Rulebook, today: date) -> Objection | None:
    """The first thing that stands against recording it."""
    if entry.act not in open_acts(case):
        return Objection("case_step_not_open")
    if entry.on > today:
        return Objection("date_in_future")
    if entry.on < case.last_on:
        return Objection("case_step_too_early", {"day": case.last_on.isoformat()})
    return _missing(entry, case, book, today)


def _missing(entry: Entry, case: Case, book: Rulebook, today: date) -> Objection | None:
    if entry.act in WITH_DOCUMENT and not entry.document:
        return Objection("case_needs_document")
    if entry.act in WITH_WORDS and not entry.words:
        return Objection("case_needs_words")
    if entry.act == CaseAct.APPROVE and case.kind == CaseKind.CORRECT:
        _, longest = correction_months(book, today)
        if entry.months is None or not 1 <= entry.months <= longest:
            return Objection("correction_out_of_range", {"high": longest})
    if entry.act == CaseAct.NOT_CORRECTED and case.correct_until and entry.on < case.correct_until:
        return Objection("correction_runs", {"day": case.correct_until.isoformat()})
    return None
