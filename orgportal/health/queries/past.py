"""Branches as they stood on a past day: by the same statement and the rules of that day, stored nowhere."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from activities.choices import DutyState
from branches.models import Organization, OrganizationQuerySet
from orgportal.core.scoping import Scope, within
from orgportal.health.queries.branch import DUTY_KEYS, Health, judged
from orgportal.health.queries.inputs import VIEW_RIGHT, Books, Moment, Stretch, inputs_for
from orgportal.health.rules import BranchInputs

# How a duty stands over twelve months, as the finding on it says.
STATE_OF = {
    "duty_missing": DutyState.MISSING,
    "duty_did_not_meet": DutyState.DID_NOT_MEET,
    "duty_late": DutyState.LATE,
    "duty_excused": DutyState.EXCUSED,
    "duty_met": DutyState.ON_TIME,
    "duty_not_due": DutyState.NOT_DUE,
    "duty_no_data": DutyState.NO_DATA,
}


@dataclass(frozen=True, slots=True)
class PastBranch:
    """One branch on that day."""

    inputs: BranchInputs
    health: Health

    @property
    def pk(self) -> int:
        return self.inputs.id

    @property
    def name(self) -> str:
        return self.inputs.name

    @property
    def is_silent(self) -> bool:
        return self.health.is_silent

    @property
    def silent_since(self) -> date | None:
        return self.health.silent_since

    @property
    def needs_help(self) -> int:
        return self.health.needs_help

    @property
    def cells(self) -> dict[str, tuple[str, int]]:
        """State by duty, and of how many periods it is true where somebody has to answer; what does not apply
        is left out."""
        return {
            finding["key"]: (STATE_OF[finding["code"]].value, len(finding["evidence"]))
            for finding in self.health.findings
            if finding["key"] in DUTY_KEYS and finding["code"] in STATE_OF
        }

    @property
    def has_missing(self) -> bool:
        return any(state == DutyState.MISSING for state, _number in self.cells.values())


def past_branches(scope: Scope, under: str, moment: Moment) -> list[PastBranch]:
    """Branches below the path inside the scope, those that needed somebody first."""
    inputs = inputs_for(scope, Stretch.under(under), moment)
    books = Books([branch.path for branch in inputs], moment.as_of)
    found = [PastBranch(branch, judged(branch, books, moment.as_of)) for branch in inputs]
    return sorted(found, key=lambda row: (not row.is_silent, -row.needs_help, row.inputs.path))


def branches_ever(scope: Scope) -> OrganizationQuerySet:
    """Branches whose health the person may see, dissolved ones too."""
    rows: Any = Organization.objects.visible_to(scope).branches()
    found: OrganizationQuerySet = rows.filter(within("path", scope.roots_for(VIEW_RIGHT)))
    return found
