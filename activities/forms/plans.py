"""The sheet of a year as it is laid out: a row for each meeting with its day, hours, place and subject."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activities.choices import ActivityKind, LeaveReason, PlanMove
from activities.messages import DUTIES, REFUSALS
from activities.models import Activity
from activities.queries.plans import SheetRow, YearSheet
from activities.rules.plan_moves import Appointment, faults_of
from activities.rules.planning import Proposal, Slot
from activities.workflows.leave import LeaveWords
from activities.workflows.plans import OnePlan, PlanEntry, PlanWords, title_on
from orgportal.core.forms import VersionField
from orgportal.core.jinja import day
from orgportal.core.workdays import WorkCalendar

MOST_ROWS = 400
DAY_OFF = "plan_on_a_day_off"


class AppointmentForm(forms.Form):
    """When and where a meeting is to be; a day off is taken where the person says that it is meant."""

    on = forms.DateField(label=_("date"))
    starts_at = forms.TimeField(label=_("from"), required=False)
    ends_at = forms.TimeField(label=_("to"), required=False)
    place = forms.CharField(label=_("place"), max_length=120, required=False)
    title = forms.CharField(label=_("subject"), max_length=120, required=False)
    is_sure = forms.BooleanField(label=_("Yes, on this day off"), required=False)

    def __init__(self, *args: Any, calendar: WorkCalendar, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.calendar, self.today = calendar, today
        self.asks_about_day_off = False

    def appointment(self) -> Appointment:
        data = self.cleaned_data
        return Appointment(
            data["on"],
            data.get("starts_at"),
            data.get("ends_at"),
            data.get("place", ""),
            data.get("title", ""),
        )

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("on") is None or self.errors:
            return data
        is_workday = self.calendar.is_workday(data["on"])
        self.asks_about_day_off = not is_workday
        for name, code in faults_of(
            self.appointment(), self.today, is_workday=is_workday, may_be_day_off=data["is_sure"]
        ):
            self.refuse(name, code)
        return data

    def refuse(self, name: str, code: str, **params: Any) -> None:
        self.add_error(name, str(REFUSALS[code]).format(**params))


class PlanRow(AppointmentForm):
    """One meeting of the sheet; without a day it is not planned."""

    slot = forms.CharField(widget=forms.HiddenInput, max_length=100)

    def __init__(self, *args: Any, lines: Mapping[Slot, SheetRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        self.fields["on"].required = False

    @property
    def heading(self) -> str:
        """What its errors begin with in the summary of the page."""
        return gettext("Row %(number)s") % {"number": self.number}

    @property
    def number(self) -> int:
        return int(str(self.prefix).rpartition("-")[2]) + 1

    @property
    def row(self) -> SheetRow | None:
        return self.lines.get(slot_of(str(self["slot"].value() or "")) or NO_SLOT)

    @property
    def what(self) -> str:
        """Which meeting the row is about."""
        if self.row is None:
            return ""
        return self.row.group.name if self.row.group else str(DUTIES[self.row.line.slot.rule])

    @property
    def entry(self) -> PlanEntry | None:
        if self.row is None or self.cleaned_data.get("on") is None:
            return None
        return PlanEntry(self.row.line.slot, self.appointment(), self.cleaned_data["is_sure"])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.row is None:
            self.add_error(None, REFUSALS["plan_of_nothing_owed"])
        elif (on := data.get("on")) and on not in (period := self.row.line.period):
            words = {"since": day(period.starts_on), "until": day(period.ends_on)}
            self.refuse("on", "plan_outside_its_period", **words)
        return data


class PlanSheetForm:
    """All rows of the page: the proposals, or as they were sent."""

    def __init__(self, data: Any, *, sheet: YearSheet, proposals: Iterable[Proposal]) -> None:
        lines = {row.line.slot: row for row in sheet.rows}
        groups = {row.line.slot: row.group for row in sheet.rows}
        known: dict[str, Any] = {"calendar": sheet.calendar, "today": sheet.today, "lines": lines}
        self.is_bound, self.has_nothing = data is not None, False
        if data is not None:
            numbers = [number for number in range(MOST_ROWS) if f"m-{number}-slot" in data]
            self.rows = [PlanRow(data, prefix=f"m-{number}", **known) for number in numbers]
        else:
            initials = [_initial(each, groups[each.line.slot]) for each in list(proposals)[:MOST_ROWS]]
            self.rows = [
                PlanRow(prefix=f"m-{number}", initial=values, **known)
                for number, values in enumerate(initials)
            ]

    @property
    def entries(self) -> list[PlanEntry]:
        return [entry for row in self.rows if (entry := row.entry) is not None]

    def is_valid(self) -> bool:
        """Every row is sound and at least one has a day."""
        wrong = [row for row in self.rows if not row.is_valid()]
        self.has_nothing = not wrong and not self.entries
        return not wrong and bool(self.entries)

    def refuse(self, index: int, sentence: str) -> None:
        """What the workflow said of the entry that stands at this place."""
        [row for row in self.rows if row.entry is not None][index].add_error(None, sentence)


NO_SLOT = Slot(date.min, "", None)


def slot_words(slot: Slot) -> str:
    return f"{slot.rule}|{slot.group_id or ''}|{slot.starts_on:%Y-%m-%d}|{slot.number}"


def slot_of(text: str) -> Slot | None:
    """The slot a row names; None where it cannot be read."""
    parts = text.split("|")
    if len(parts) != len(("rule", "group", "day", "number")):
        return None
    rule, group, starts_on, number = parts
    try:
        found = parse_date(starts_on)
    except ValueError:
        return None
    if found is None or not number.isdecimal() or not (group.isdecimal() or group == ""):
        return None
    return Slot(found, rule, int(group) if group else None, int(number))


def _initial(proposal: Proposal, group: Any) -> dict[str, Any]:
    return {
        "slot": slot_words(proposal.line.slot),
        "on": proposal.on,
        "starts_at": proposal.starts_at,
        "ends_at": proposal.ends_at,
        "place": proposal.place,
        "title": title_on(proposal.line.kind, group, proposal.on),
    }


# --- one planned meeting


class OnePlanForm(AppointmentForm):
    """One meeting more: which kind, or which party group's."""

    what = forms.ChoiceField(label=_("meeting"))

    def __init__(self, *args: Any, whats: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = [("", gettext("— choose —")), *whats]  # type: ignore[attr-defined]

    def said(self) -> OnePlan:
        kind, _sign, group = str(self.cleaned_data["what"]).partition("-")
        return OnePlan(
            ActivityKind(kind),
            int(group) if group else None,
            self.appointment(),
            self.cleaned_data["is_sure"],
        )


def whats_of(kinds: Iterable[ActivityKind], groups: Iterable[Any]) -> list[tuple[str, str]]:
    """Kinds in their order, a party group's meeting once for each group."""
    found = [(str(kind), str(kind.label)) for kind in kinds if kind != ActivityKind.GROUP]
    return found + [(f"{ActivityKind.GROUP}-{group.pk}", group.name) for group in groups]


class MoveForm(AppointmentForm):
    """Another day, hour or place for a planned meeting."""

    reason = forms.CharField(label=_("reason"), max_length=300, required=False)
    version = VersionField()

    def words(self) -> PlanWords:
        data = self.cleaned_data
        return PlanWords(self.appointment(), data["reason"], data["is_sure"])


class OffForm(forms.Form):
    """Postponed or cancelled, and why."""

    reason = forms.CharField(label=_("reason"), max_length=300)
    version = VersionField()

    def words(self) -> PlanWords:
        return PlanWords(reason=self.cleaned_data["reason"])


def move_form(name: PlanMove, data: Any, activity: Activity, calendar: WorkCalendar, today: date) -> Any:
    if name != PlanMove.MOVE:
        return OffForm(data, initial={"version": activity.version})
    fields = ("starts_at", "ends_at", "place", "title", "version")
    initial: dict[str, Any] = {field: getattr(activity, field) for field in fields}
    if activity.is_planned:
        initial["on"] = activity.held_on
    return MoveForm(data, calendar=calendar, today=today, initial=initial)


class LeaveForm(forms.Form):
    """Why one cannot come; a few words more if one wants."""

    reason = forms.ChoiceField(label=_("reason"), choices=LeaveReason.choices, widget=forms.RadioSelect)
    remark = forms.CharField(label=_("remark"), max_length=120, required=False)

    def words(self) -> LeaveWords:
        return LeaveWords(LeaveReason(self.cleaned_data["reason"]), self.cleaned_data["remark"])
