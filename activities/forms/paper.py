"""A month of meetings copied from paper: one row each, read through the page of a single meeting."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activities.choices import ActivityKind, LeaveReason, Presence
from activities.forms.meetings import MeetingForm
from activities.forms.starting import owner_names, start
from activities.forms.voting import EXCLUSION
from activities.messages import PROBLEMS, REFUSALS
from activities.provisions import ALSO_KINDS
from activities.queries import Setting
from activities.queries.paper import Desk, What, settings_at
from activities.rules.people import Problem, find_person, plain
from activities.rules.records import Absence
from activities.workflows.meetings import NotHeld
from activities.workflows.paper import PaperLine

BLANKS = 3
MOST_ROWS = 40
# Errors of the single page, by its fields, land on these of the row.
_LANDS_ON = {"held_on": "day", "recorder": "chair", "group": "what", "kind": "what"}
_TYPED = ("day", "away", "items", "guests", "exclusion_document", "not_held")
# What only a meeting has that was held.
_OF_A_MEETING = ("away", "items", "guests", "exclusion_document")
_AS_LAST_TIME = ("starts_at", "ends_at", "place")


class PaperRow(forms.Form):
    """One line of the page; `line` once it was read without a fault, None while it is left empty."""

    what = forms.ChoiceField(label=_("meeting"), required=False)
    day = forms.IntegerField(label=_("day of the month"), min_value=1, max_value=31, required=False)
    starts_at = forms.TimeField(label=_("from"), required=False)
    ends_at = forms.TimeField(label=_("to"), required=False)
    place = forms.CharField(label=_("place"), max_length=120, required=False)
    chair = forms.CharField(label=_("chair"), max_length=60, required=False)
    away = forms.CharField(label=_("Who was away, and why"), max_length=2000, required=False)
    items = forms.CharField(
        label=_("Items and decisions, one line each"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    also_kinds = forms.MultipleChoiceField(
        label=_("Held together with"), required=False, widget=forms.CheckboxSelectMultiple
    )
    guests = forms.CharField(
        label=_("Guests from other branches"),
        help_text=_("One a line: member number and name as they show them. Credited at their home branch."),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    exclusion_document = forms.CharField(
        label=_("Agreed by the body above: document"), max_length=200, required=False
    )
    exclusion_agreed_on = forms.DateField(label=_("Agreed on"), required=False)
    exclusion_adopted = forms.BooleanField(label=_("This meeting adopted it"), required=False)
    not_held = forms.CharField(label=_("Not held, because"), max_length=300, required=False)
    is_another = forms.BooleanField(label=_("Yes, this is another meeting"), required=False)
    # The roster the reading was shown for; a number counts only once its name was seen.
    roster = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, sheet: "PaperSheet", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet = sheet
        self.line: PaperLine | None = None
        self.meeting: MeetingForm | None = None
        self.asks_about_another = False
        self.fields["what"].choices = sheet.whats  # type: ignore[attr-defined]
        kinds = [kind for kind in ActivityKind if any(kind in also for also in ALSO_KINDS.values())]
        self.fields["also_kinds"].choices = [(kind, kind.label) for kind in kinds]  # type: ignore[attr-defined]

    @property
    def is_seen(self) -> bool:
        """What was read stood on the page before it was sent."""
        return self.meeting is None or bool(self.data.get(self.add_prefix("roster")))

    @property
    def number(self) -> int:
        return int(str(self.prefix).rpartition("-")[2])

    @property
    def heading(self) -> str:
        """What its errors begin with in the summary of the page."""
        return gettext("Row %(number)s") % {"number": self.number + 1}

    @property
    def usual(self) -> str:
        """Hours, place and chair the record will carry, typed or as last time."""
        if self.meeting is None:
            return ""
        values = self.meeting.data
        hours = [f"{values[name]:%H:%M}" for name in ("starts_at", "ends_at") if values.get(name)]
        chair = self.meeting.name_of(values["chair"])
        return " · ".join(filter(None, ("–".join(hours), values.get("place"), chair)))

    @property
    def away_names(self) -> str:
        """Who is meant by the numbers, each with the reason read."""
        if self.meeting is None:
            return ""
        return gettext(", ").join(
            gettext("%(name)s (%(reason)s)")
            % {"name": self.meeting.name_of(each.member_id), "reason": _why(each)}
            for each in self.meeting.typed
        )

    def refuse(self, code: str, sentence: str) -> None:
        """Take in what the workflow said; a second record of the day may be confirmed."""
        self.asks_about_another = code == "same_kind_same_day"
        self.add_error("is_another" if self.asks_about_another else None, sentence)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if self.errors or not any(data.get(name) for name in _TYPED):
            return data
        if not data["what"]:
            self.add_error("what", gettext("Please choose which meeting this was."))
            return data
        on = self._day(data["day"])
        if on is None:
            return data
        if data["not_held"]:
            self._read_not_held(data, on)
        else:
            self._read_meeting(data, on)
        return data

    def _day(self, day: int | None) -> date | None:
        """The day typed; that nothing was held may be said of the month, so without one."""
        if day is None and self.cleaned_data["not_held"]:
            return self.sheet.desk.until
        if day is None:
            self.add_error("day", gettext("Please write the day of the month."))
            return None
        try:
            return self.sheet.desk.month.replace(day=day)
        except ValueError:
            self.add_error("day", gettext("This month has no such day."))
            return None

    def _read_not_held(self, data: Mapping[str, Any], on: date) -> None:
        if any(data[name] for name in _OF_A_MEETING):
            words = gettext("Either the meeting was held, or it was not: please clear one of the two.")
            self.add_error("not_held", words)
            return
        kind, group = self.sheet.what_of(data["what"])
        self.line = PaperLine(NotHeld(kind, on, data["not_held"], group_id=group))

    def _read_meeting(self, data: Mapping[str, Any], on: date) -> None:
        what = self.sheet.what_of(data["what"])
        if set(data["also_kinds"]) - ALSO_KINDS[what[0]]:
            self.add_error("also_kinds", REFUSALS["kinds_do_not_combine"])
            return
        setting = self.sheet.setting(what, on)
        values = start(setting, self.sheet.desk.last.get(what)) | {"note": ""}
        if any(data[name] for name in _AS_LAST_TIME):
            values |= {name: data[name] for name in _AS_LAST_TIME}
        values |= {
            name: data[name] for name in (*EXCLUSION, "away", "items", "guests", "also_kinds", "roster")
        }
        values |= {"held_on": on, "chair": self._chair(data["chair"], values["chair"], setting)}
        if self.errors:
            return
        form = MeetingForm(values, setting=setting, today=self.sheet.desk.today)
        self.meeting = form
        if form.is_valid() and form.entry is not None:
            self.line = PaperLine(form.entry, data["is_another"])
        for name, faults in form.errors.items():
            field = _LANDS_ON.get(name, name)
            self.add_error(field if field in self.fields else None, list(faults))

    def _chair(self, words: str, usual: int | None, setting: Setting) -> int | None:
        """Whoever is named, else who usually chairs."""
        if not words:
            if usual is None:
                self.add_error("chair", gettext("Please say who chaired."))
            return usual
        found = find_person(plain(words), setting.everybody)
        if isinstance(found, Problem):
            self.add_error("chair", str(PROBLEMS[found.code]).format(token=found.token, **found.params))
            return None
        return found.id


class PaperSheet:
    """The rows of one branch and month; reads all of them or says what is wrong with which."""

    def __init__(
        self, data: Any = None, *, desk: Desk, whats: Sequence[What], asked: Sequence[What] = ()
    ) -> None:
        self.data, self.desk = data, desk
        self.setting: Callable[[What, date], Setting] = settings_at(desk)
        self.whats = [("", gettext("— choose —")), *((_value(each), self._label(each)) for each in whats)]
        self.is_bound, self.asks = data is not None, bool(asked)
        self.has_nothing = self.is_waiting = False
        if self.is_bound:
            self.rows = [self.row(number) for number in range(self._count())]
        else:
            self.rows = [self._asked(number, what) for number, what in enumerate(asked[:MOST_ROWS])]
            self._lengthen()

    @property
    def lines(self) -> list[PaperLine]:
        return [row.line for row in self.rows if row.line is not None]

    def is_valid(self) -> bool:
        """Every row is sound and at least one says something."""
        wrong = [row for row in self.rows if not row.is_valid()]
        self.has_nothing = not wrong and not self.lines
        return not wrong and bool(self.lines)

    def is_seen(self) -> bool:
        """Every number typed stood on the page as a name before the page was sent."""
        self.is_waiting = not all(row.is_seen for row in self.rows)
        return not self.is_waiting

    def refuse(self, index: int, code: str, sentence: str) -> None:
        """What the workflow said of the line that stands at this place among those read."""
        [row for row in self.rows if row.line is not None][index].refuse(code, sentence)

    def with_more(self) -> "PaperSheet":
        """The same rows as typed, and a few empty ones below."""
        kept = [{name: row[name].value() for name in row.fields} for row in self.rows]
        self.rows = [
            PaperRow(prefix=f"m-{number}", sheet=self, initial=values) for number, values in enumerate(kept)
        ]
        self._lengthen()
        return self

    def row(self, number: int) -> PaperRow:
        return PaperRow(self.data, prefix=f"m-{number}", sheet=self)

    def what_of(self, value: str) -> What:
        kind, _sign, group = value.partition("-")
        return ActivityKind(kind), int(group) if group else None

    def _asked(self, number: int, what: What) -> PaperRow:
        """A row for something the month still asks for, with the usual hours, place and chair."""
        last = self.desk.last.get(what)
        setting = self.setting(what, self.desk.until)
        usual = start(setting, last)
        initial = {name: usual.get(name) for name in _AS_LAST_TIME}
        chair = owner_names(setting.everybody).get(cast("int", usual["chair"]), "")
        return PaperRow(
            prefix=f"m-{number}", sheet=self, initial={**initial, "what": _value(what), "chair": chair}
        )

    def _lengthen(self) -> None:
        for number in range(len(self.rows), min(len(self.rows) + BLANKS, MOST_ROWS)):
            self.rows.append(PaperRow(prefix=f"m-{number}", sheet=self))

    def _count(self) -> int:
        return max((n + 1 for n in range(MOST_ROWS) if f"m-{n}-what" in self.data), default=0)

    def _label(self, what: What) -> str:
        kind, group = what
        return str(kind.label) if group is None else self.desk.groups[group].name


def _why(absence: Absence) -> str:
    if absence.reason is None:
        return str(Presence(absence.presence).label)
    return str(LeaveReason(absence.reason).label)


def _value(what: What) -> str:
    kind, group = what
    return str(kind) if group is None else f"{kind}-{group}"
