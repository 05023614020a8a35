"""The one-page record of a meeting: everybody is present until said otherwise, items are one line each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activities.choices import ActivityKind, LeaveReason, Majority, Presence
from activities.forms.carrying import CarryingForm
from activities.forms.voting import COUNTS, EXCLUSION
from activities.messages import PROBLEMS, REFUSALS
from activities.provisions import ALSO_KINDS
from activities.queries import Setting
from activities.queries.rosters import roster_changes
from activities.rules.agenda import parse_agenda
from activities.rules.away import parse_away
from activities.rules.follow_ups import faults_of_taken_up, filled
from activities.rules.guests import parse_guests
from activities.rules.people import Problem
from activities.rules.plan_moves import seen_of
from activities.rules.quorum import voting_kind
from activities.rules.records import (
    Absence,
    Attendance,
    Entry,
    FollowUp,
    GuestLine,
    Item,
    Seat,
    attendance_of,
    faults_of,
    ruled,
)
from activities.rules.votes import LARGEST, Vote
from orgportal.core.forms import VersionField

HERE, ABSENT = "here", "absent"
MARKS = (HERE, *LeaveReason.values, ABSENT)
ROWS = 3
MOST_ROWS = 40
LONGEST_ID = 18
GUESTS_HELP = _(
    "One a line. Members of other branches: number and name as they show them, credited at their home branch."
    " Others who were invited: the name, and in brackets as what."
)


@dataclass(frozen=True)
class Line:
    """One row of the roster as the page draws it."""

    seat: Seat
    mark: str


@dataclass(frozen=True)
class Mark:
    """One of the seven answers a tap gives, in a word short enough for a phone."""

    value: str
    group: str
    short: str
    label: Any


SHORT = {
    LeaveReason.WORK: _("At work"),
    LeaveReason.ILLNESS: _("Ill"),
    LeaveReason.AWAY: _("Away"),
    LeaveReason.FAMILY: _("Family"),
    LeaveReason.OTHER: _("Other"),
}


class RowForm(forms.Form):
    """One item with one decision, for those who would rather fill in boxes than write a line."""

    topic = forms.CharField(label=_("Item"), max_length=200, required=False)
    decision = forms.CharField(label=_("Decision"), max_length=300, required=False)
    owner = forms.TypedChoiceField(label=_("In charge"), coerce=int, empty_value=None, required=False)
    due_on = forms.DateField(label=_("due on"), required=False)
    votes_for = forms.IntegerField(label=_("votes for"), min_value=0, max_value=LARGEST, required=False)
    votes_against = forms.IntegerField(
        label=_("votes against"), min_value=0, max_value=LARGEST, required=False
    )
    votes_abstained = forms.IntegerField(
        label=_("abstentions"), min_value=0, max_value=LARGEST, required=False
    )
    majority = forms.ChoiceField(label=_("majority"), choices=Majority.choices, required=False)

    def __init__(self, *args: Any, everybody: Sequence[Seat], takes_votes: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = people(everybody)  # type: ignore[attr-defined]
        if not takes_votes:
            for name in (*COUNTS, "majority"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not data.get("topic") and any(data.get(name) for name in ("decision", "owner", "due_on")):
            self.add_error("topic", _("Please say what the item was."))
        if not data.get("decision") and (data.get("owner") or data.get("due_on") or self.vote()):
            self.add_error("decision", _("Please say what was decided."))
        return data

    def item(self) -> Item | None:
        data = self.cleaned_data
        if not data.get("topic"):
            return None
        decision = FollowUp(data.get("decision") or "", data.get("owner"), data.get("due_on"), self.vote())
        return Item(data["topic"], "", (decision,) if decision.text else ())

    @property
    def count_names(self) -> tuple[str, ...]:
        """The boxes for a vote, where the meeting takes one."""
        return tuple(name for name in (*COUNTS, "majority") if name in self.fields)

    def vote(self) -> Vote | None:
        """What was counted; a count left empty beside others is nought."""
        counts = [self.cleaned_data.get(name) for name in COUNTS]
        if counts == [None, None, None]:
            return None
        majority = Majority(self.cleaned_data.get("majority") or Majority.ORDINARY)
        yes, no, none = (count or 0 for count in counts)
        return Vote(yes, no, none, majority)


class MeetingForm(CarryingForm):
    """Reads a meeting as typed into an `Entry`; a workflow records it."""

    held_on = forms.DateField(label=_("date"))
    starts_at = forms.TimeField(label=_("from"), required=False)
    ends_at = forms.TimeField(label=_("to"), required=False)
    place = forms.CharField(label=_("place"), max_length=120, required=False)
    chair = forms.TypedChoiceField(label=_("chair"), coerce=int, empty_value=None)
    recorder = forms.TypedChoiceField(label=_("recorder"), coerce=int, empty_value=None, required=False)
    title = forms.CharField(label=_("subject"), max_length=120)
    away = forms.CharField(
        label=_("Who was away, and why"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2})
    )
    guests = forms.CharField(
        label=_("Guests and invited people"), help_text=GUESTS_HELP, required=False, max_length=2000,
        widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip
    items = forms.CharField(
        label=_("Items and decisions, one line each"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea({"rows": 4}),
    )
    also_kinds = forms.MultipleChoiceField(
        label=_("Held together with"), required=False, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(
        label=_("minutes"), required=False, max_length=50_000, widget=forms.Textarea({"rows": 4})
    )
    is_another = forms.BooleanField(label=_("Yes, this is another meeting"), required=False)
    plan_seen = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    exclusion_document = forms.CharField(
        label=_("Agreed by the body above: document"), max_length=200, required=False
    )
    exclusion_agreed_on = forms.DateField(label=_("Agreed on"), required=False)
    exclusion_adopted = forms.BooleanField(label=_("This meeting adopted it"), required=False)

    def __init__(self, data: Any = None, *, setting: Setting, today: date, **kwargs: Any) -> None:
        self.marks: Mapping[int, str] = kwargs.pop("marks", {})
        offered = kwargs.pop("follow_ups", ())
        super().__init__(data, **kwargs)
        self.offer(offered)
        self.setting, self.today = setting.as_shown(self._shown()), today
        self.entry: Entry | None = None
        self.asks_about_another = False
        self.rival: int | None = None
        self.typed: tuple[Absence, ...] = ()
        self.absences: tuple[Absence, ...] = ()
        self.agenda: tuple[Item, ...] = ()
        self.company: tuple[GuestLine, ...] = ()
        for name in ("chair", "recorder"):
            self.fields[name].choices = people(setting.everybody)  # type: ignore[attr-defined]
        if voting_kind(setting.kind, ALSO_KINDS[setting.kind]) != ActivityKind.GENERAL:
            for name in EXCLUSION:
                del self.fields[name]
        kinds = sorted(ALSO_KINDS[setting.kind])
        self.fields["also_kinds"].choices = [(kind, ActivityKind(kind).label) for kind in kinds]  # type: ignore[attr-defined]
        if not kinds:
            del self.fields["also_kinds"]
        self.rows = [self._row(number) for number in range(self._row_count())]

    def refuse(self, code: str, sentence: str, rival: int | None = None) -> None:
        """Take in what the workflow said; a second record of the day is confirmed or put beside the first."""
        self.asks_about_another, self.rival = code == "same_kind_same_day", rival
        self.add_error("is_another" if self.asks_about_another else None, sentence)

    # --- the roster

    def lines(self) -> list[Line]:
        return [Line(seat, self.mark_of(seat.id)) for seat in self.setting.seats]

    def line_marks(self) -> dict[str, str]:
        """What the line says of whom, for the ticks to follow."""
        return {
            str(each.member_id): ABSENT if each.presence == Presence.ABSENT else str(each.reason)
            for each in self.typed
        }

    def uses_rows(self) -> bool:
        return any(row.errors or row["topic"].value() for row in self.rows)

    @staticmethod
    def mark_words() -> tuple[Mark, ...]:
        return (
            Mark(HERE, HERE, gettext("Here"), gettext("Present")),
            *(Mark(reason, "leave", str(SHORT[reason]), reason.label) for reason in LeaveReason),
            Mark(ABSENT, ABSENT, gettext("Absent"), gettext("Absent")),
        )

    def mark_of(self, member_id: int) -> str:
        if not self.is_bound:
            return self.marks.get(member_id, HERE)
        mark = self.data.get(f"p-{member_id}", HERE)
        return mark if mark in MARKS else HERE

    def attendance(self) -> Attendance:
        if not self.is_bound:
            said, _problems = parse_away(self.initial.get("away") or "", self.setting.seats)
            self.absences = self._besides_ticks(said)
        on_roster = {seat.id for seat in self.setting.seats}
        marked = [each for each in self.absences if each.member_id in on_roster]
        return attendance_of(self.setting.seats, marked)

    def _ticked(self) -> tuple[Absence, ...]:
        marks = {seat.id: self.mark_of(seat.id) for seat in self.setting.seats}
        if self.is_bound:
            shown = set(self._shown())
            forged = (int(name[2:]) for name in self.data if name.startswith("p-") and name[2:].isdecimal())
            marks |= {pk: ABSENT for pk in forged if pk not in marks and pk not in shown}
        return tuple(_absence(pk, mark) for pk, mark in marks.items() if mark != HERE)

    def _shown(self) -> list[int]:
        """The roster the typist saw, in its order; 0 where somebody had left before."""
        parts = self.data.get("roster", "").split(",")
        return [int(part) for part in parts if part.isdecimal() and len(part) <= LONGEST_ID]

    # --- rows

    def _row_count(self) -> int:
        if not self.is_bound:
            return ROWS
        return max((n + 1 for n in range(MOST_ROWS) if f"row-{n}-topic" in self.data), default=ROWS)

    def _row(self, number: int) -> RowForm:
        data = self.data if self.is_bound else None
        kind = self.setting.kind
        return RowForm(
            data, prefix=f"row-{number}", everybody=self.setting.everybody,
            takes_votes=voting_kind(kind, ALSO_KINDS[kind]) is not None,
        )  # fmt: skip

    # --- reading

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        self._read_absences(data.get("away") or "")
        self._read_guests(data.get("guests") or "")
        self._read_agenda(data.get("items") or "", data.get("held_on") or self.today)
        draft = self._entry(data)
        self.agenda = ruled(draft, self.attendance(), self.setting.book).items
        if not self.errors:
            self.entry = replace(draft, items=self.agenda)
            faults = faults_of(self.entry, self.setting.seats, self.setting.branch_ids, self.today)
            for fault in [*faults, *faults_of_taken_up(self.agenda, self.known, self.entry.held_on)]:
                sentence = str(REFUSALS[fault.code]).format(**fault.params)
                self.add_error(fault.where if fault.where in self.fields else None, sentence)
        if self.errors:
            self.add_error(None, _came_and_went(draft, self.setting))
        return data

    def _read_absences(self, text: str) -> None:
        """The line counts more than a tick: it was typed on purpose."""
        typed, problems = parse_away(text, self.setting.seats)
        self._tell("away", problems)
        self.typed = tuple(typed)
        self.absences = self._besides_ticks(typed)

    def _besides_ticks(self, typed: Sequence[Absence]) -> tuple[Absence, ...]:
        named = {absence.member_id for absence in typed}
        return (*typed, *(each for each in self._ticked() if each.member_id not in named))

    def _read_guests(self, text: str) -> None:
        guests, problems = parse_guests(text)
        self._tell("guests", problems)
        self.company = tuple(guests)

    def _read_agenda(self, text: str, held_on: date) -> None:
        items, problems = parse_agenda(text, self.setting.everybody, held_on)
        self._tell("items", problems)
        if [row for row in self.rows if not row.is_valid()]:
            self.add_error(None, _("Please correct the items in the boxes."))
        rows = filter(None, (row.item() for row in self.rows))
        self.agenda = filled((*self.taken_up(), *items, *rows), self.known)

    def _tell(self, name: str, problems: Sequence[Problem]) -> None:
        for problem in problems:
            words = {"token": problem.token, "line": problem.line, **problem.params}
            self.add_error(name, str(PROBLEMS[problem.code]).format(**words))

    def _entry(self, data: dict[str, Any]) -> Entry:
        return Entry(
            kind=self.setting.kind,
            title=data.get("title", ""),
            held_on=data.get("held_on") or self.setting.on,
            starts_at=data.get("starts_at"),
            ends_at=data.get("ends_at"),
            place=data.get("place", ""),
            group_id=self.setting.group_id,
            also_kinds=tuple(ActivityKind(kind) for kind in data.get("also_kinds", ())),
            chair_id=data.get("chair"),
            recorder_id=data.get("recorder"),
            note=data.get("note", ""),
            roster_ids=tuple(filter(None, self._shown())),
            absences=self.absences,
            items=self.agenda,
            guests=self.company,
            agreement=self.agreement(),
            plan_seen=seen_of(data.get("plan_seen", "")),
        )


class AmendForm(MeetingForm):
    """The same page over a record, with the version the person saw; a draft keeps its own."""

    version = VersionField()
    version.widget.attrs["data-draft-kept"] = ""


def people(seats: Sequence[Seat]) -> list[tuple[Any, str]]:
    return [("", gettext("— choose —")), *((seat.id, f"{seat.name}") for seat in seats)]


def _came_and_went(entry: Entry, setting: Setting) -> list[str]:
    """Said beside what is wrong because of it; alone it is for the workflow to say."""
    changes = roster_changes(entry.roster_ids, setting.seats, setting.branch) if entry.roster_ids else None
    return [str(REFUSALS["roster_changed"]).format(**changes)] if changes else []


def _absence(member_id: int, mark: str) -> Absence:
    if mark == ABSENT:
        return Absence(member_id, Presence.ABSENT)
    return Absence(member_id, Presence.LEAVE, LeaveReason(mark))
