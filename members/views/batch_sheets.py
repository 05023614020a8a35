"""The page of a batch: its rows, what stands against each, what came of it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from members.choices import BatchRowState, BatchState
from members.messages import REFUSALS, TRANSFER_WARNINGS
from members.models import Batch, BatchRow
from members.queries.batches import row_counts
from members.workflows.batch_preview import Verdict, verdicts
from orgportal.core.errors import Refused
from orgportal.core.refusals import sentence
from orgportal.core.scoping import Scope

WORDS = {**REFUSALS, **TRANSFER_WARNINGS}


@dataclass(frozen=True, slots=True)
class Line:
    """One row: the words said of it (with their rule), and whether it can be done."""

    row: BatchRow
    words: list[tuple[str, Any]]
    is_possible: bool
    step: str

    @property
    def look(self) -> tuple[str, str]:
        """Tone and icon of what came of it."""
        return ("good", "check") if self.row.state == BatchRowState.DONE else ("neutral", "clock")


@dataclass(frozen=True, slots=True)
class BatchSheet:
    batch: Batch
    lines: list[Line]
    counts: dict[str, int]

    @property
    def possible(self) -> int:
        return sum(line.is_possible for line in self.lines)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def settled(self) -> int:
        return self.counts[BatchRowState.DONE] + self.counts[BatchRowState.REFUSED]

    @property
    def is_prepared(self) -> bool:
        return self.batch.state == BatchState.PREPARED

    @property
    def is_running(self) -> bool:
        return self.batch.state == BatchState.RUNNING


def sheet_of(batch: Batch, scope: Scope, today: date) -> BatchSheet:
    """While the worker is at it the page asks every other second: then the counts alone are read."""
    counts = row_counts(batch)
    if batch.state == BatchState.RUNNING:
        return BatchSheet(batch, [], counts)
    return BatchSheet(batch, [_line(each) for each in verdicts(batch, scope, today)], counts)


def _line(verdict: Verdict) -> Line:
    words = [(sentence(Refused(each.code, **each.params), WORDS), each.citation) for each in verdict.found]
    step = verdict.step.label if verdict.step else ""
    return Line(verdict.row, words, verdict.is_possible, step)
