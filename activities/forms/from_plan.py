"""What the page for a record takes from the plan: day, hours, place, subject, and who asked for leave."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from activities.choices import LeaveReason, Presence
from activities.models import Activity, LeaveRequest
from activities.queries import Setting
from activities.queries.plans import leave_asked
from activities.rules.away import write_away
from activities.rules.records import Absence
from members.queries.merging import survivors_of
from orgportal.core.scoping import Scope

# What a plan says of the meeting that the form asks for.
SAME = ("starts_at", "ends_at", "place", "title")


@dataclass(frozen=True)
class FromPlan:
    """The plan behind the page, and the absences asked for on its day."""

    plan: Activity
    asked: Sequence[LeaveRequest]
    absences: Sequence[Absence]
    setting: Setting

    @property
    def told(self) -> dict[str, Any]:
        """What the plan says of the meeting."""
        return {name: value for name in SAME if (value := getattr(self.plan, name))}

    @property
    def ids(self) -> frozenset[int]:
        return frozenset(each.member_id for each in self.absences)

    @property
    def marks(self) -> dict[int, str]:
        """Ticked for each; where a few words stand beside it, the line says them as well."""
        return {each.member_id: str(each.reason) for each in self.absences}

    def over(self, initial: dict[str, Any], setting: Setting) -> dict[str, Any]:
        """The form's first values with the plan's; whoever is on leave does not lead or write."""
        wordy = [each for each in self.absences if each.remark]
        free = {name: None for name in ("chair", "recorder") if initial[name] in self.ids}
        return {**initial, **self.told, **free, "away": write_away(wordy, setting.seats)}


def from_plan(plan: Activity, setting: Setting, scope: Scope) -> FromPlan:
    return as_planned(plan, setting, leave_asked(plan, scope))


def as_planned(plan: Activity, setting: Setting, requests: Iterable[LeaveRequest]) -> FromPlan:
    """Leave asked for another day than the page is about does not count."""
    asked = [each for each in requests if each.for_day == setting.on]
    person = survivors_of([each.member_id for each in asked])
    seats = {seat.id for seat in setting.seats}
    absences = [
        Absence(
            person.get(each.member_id, each.member_id), Presence.LEAVE, LeaveReason(each.reason), each.remark
        )
        for each in asked
    ]
    return FromPlan(plan, asked, [each for each in absences if each.member_id in seats], setting)


def day_to_record(plan: Activity | None, today: date) -> date:
    """The day planned where it has come."""
    return plan.held_on if plan is not None and plan.is_planned and plan.held_on <= today else today
