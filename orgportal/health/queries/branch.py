"""The health of one branch: its findings with the names behind them, and its own last twelve months."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from activities.choices import DutyState
from activities.models import Campaign, Decision, Duty
from activities.provisions import DUTY_RULES
from branches.models import Organization
from members.models import ContactProposal, Inflow, Member, MobileSpell, Transfer
from orgportal.core.scoping import Scope
from orgportal.health.models import CurrentAssessment, RuleEdition
from orgportal.health.queries.district import Cell, months_back, worst
from orgportal.health.queries.inputs import Books, Moment, Stretch, inputs_for
from orgportal.health.rules import BranchInputs, assess
from orgportal.health.rules.totals import month_end

STRIP_MONTHS = 12
DUTY_KEYS = frozenset(rule.key for rule in DUTY_RULES)


@dataclass(frozen=True, slots=True)
class Health:
    """What is true of a branch: as stored, or worked out on the spot for a day that is not stored."""

    findings: list[dict[str, Any]]
    is_silent: bool
    silent_since: date | None
    needs_help: int
    edition: RuleEdition
    as_of: date


def health_of(branch: Organization, scope: Scope, today: date, at: datetime) -> Health | None:
    """The stored assessment; worked out now where none is stored yet. None if the branch does not stand."""
    rows = CurrentAssessment.objects.visible_to(scope).select_related("edition")
    stored = rows.filter(pk=branch.pk).first()
    if stored is None:
        return health_on(branch, scope, today, at)
    return Health(
        stored.findings, stored.is_silent, stored.silent_since, stored.needs_help, stored.edition, today
    )


def health_on(branch: Organization, scope: Scope, on: date, known_at: datetime) -> Health | None:
    """As the branch stood on any day, as known at that moment; None where it did not stand."""
    inputs = next(iter(inputs_for(scope, Stretch.under(branch.path), Moment.of(on, known_at))), None)
    if inputs is None:
        return None
    return judged(inputs, Books([branch.path], on), on)


def judged(inputs: BranchInputs, books: Books, on: date) -> Health:
    found = assess(inputs, books.book(inputs.path), on)
    return Health(
        [finding.as_json() for finding in found.findings],
        found.is_silent,
        found.silent_since,
        found.needs_help,
        books.edition(inputs.path),
        on,
    )


@dataclass(frozen=True, slots=True)
class Strip:
    """One duty over the months: a cell where something fell due, None where nothing did."""

    rule: str
    cells: list[Cell | None]

    @property
    def is_owed(self) -> bool:
        return any(cell and cell.state != DutyState.NOT_APPLICABLE for cell in self.cells)


def strips(branch: Organization, scope: Scope, today: date) -> tuple[list[date], list[Strip]]:
    """The last twelve months, oldest first, and each duty's states in them."""
    months = months_back(today.replace(day=1), STRIP_MONTHS)[::-1]
    rows = (
        Duty.objects.visible_to(scope)
        .filter(branch=branch, due_on__gte=months[0], due_on__lte=month_end(months[-1]))
        .order_by("due_on", "group_id")
        .values_list("rule", "due_on", "state", "activity_id")
    )
    found: dict[tuple[str, date], list[tuple[str, int | None]]] = {}
    for rule, due_on, state, activity in rows:
        found.setdefault((rule, due_on.replace(day=1)), []).append((state, activity))
    lines = [
        Strip(
            rule.key,
            [worst(found[rule.key, month]) if (rule.key, month) in found else None for month in months],
        )
        for rule in DUTY_RULES
    ]
    return months, [line for line in lines if line.is_owed]


# --- the names behind findings


@dataclass(frozen=True, slots=True)
class Names:
    """Rows the findings point at, by kind and id, within the reader's scope."""

    rows: dict[str, dict[int, Any]]

    def of(self, kind: str) -> dict[int, Any]:
        return self.rows.get(kind, {})


# Kind of row -> its model and what its name needs beside it.
MODELS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "duty": (Duty, ("group",)),
    "transfer": (Transfer, ("member",)),
    "spell": (MobileSpell, ("member",)),
    "decision": (Decision, ("owner", "item__activity")),
    "campaign": (Campaign, ()),
    "clock": (ContactProposal, ("member",)),
    "inflow": (Inflow, ()),
    "member": (Member, ()),
}


def names_behind(findings: Iterable[dict[str, Any]], scope: Scope) -> Names:
    """One query for each kind of row, whatever the number of findings."""
    wanted: dict[str, set[int]] = {}
    for finding in findings:
        wanted.setdefault(kind_of(finding["key"]), set()).update(finding["evidence"])
    found: dict[str, dict[int, Any]] = {}
    for kind, (model, related) in MODELS.items():
        if wanted.get(kind):
            rows = model.objects.visible_to(scope).select_related(*related).filter(pk__in=wanted[kind])
            found[kind] = {row.pk: row for row in rows}
    return Names(found)


KINDS = {
    "health.silent_days": "duty",
    "transfer.step_days": "transfer",
    "health.contact_grace_days": "spell",
    "health.follow_up_grace_days": "decision",
    "health.pledge_days": "campaign",
    "letter.valid_usual": "transfer",
    "letter.valid_max": "transfer",
    "stop.lost": "clock",
    "mobile.match_remind_days": "inflow",
    "member.fields": "member",
}


def kind_of(key: str) -> str:
    """What kind of rows a finding's evidence names ("" for none that are listed)."""
    return "duty" if key in DUTY_KEYS else KINDS.get(key, "")
