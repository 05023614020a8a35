"""A month of meetings copied from paper: one row each, read through the page of a single meeting."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activities.choices import ActivityKind, LeaveReason, Presence
from activities.forms.from_plan import FromPlan, as_planned
from activities.forms.meetings import GUESTS_HELP, MeetingForm
from activities.forms.starting import owner_names, start
from activities.forms.voting import EXCLUSION
from activities.messages import PROBLEMS, REFUSALS
from activities.models import Activity
from activities.provisions import ALSO_KINDS
from activities.queries import Setting
from activities.queries.paper import Desk, What, settings_at
from activities.rules.people import Problem, find_person, plain
from activities.rules.records import Absence
from activities.workflows.meetings import NotHeld
from activities.workflows.paper import PaperLine
from activities.workflows.plans import title_on
from members.queries.merging import survivors_of

BLANKS = 3
MOST_ROWS = 40
# Errors of the single page, by its fields, land on these of the row.
_LANDS_ON = {"held_on": "day", "recorder": "chair", "group": "what", "kind": "what"}
_TYPED = ("day", "away", "items", "guests", "exclusion_document", "not_held")
# What only a meeting has that was held.
_OF_A_MEETING = ("away", "items", "guests", "exclusion_document")
_AS_LAST_TIME = ("starts_at", "ends_at", "place")


class RowMeeting(MeetingForm):
    """Nobody is ticked on paper: whoever asked for leave is away, unless the line says otherwise."""

    def __init__(self, *args: Any, beforehand: Sequence[Absence], **kwargs: Any) -> None:
        self.beforehand = tuple(beforehand)
        super().__init__(*args, **kwargs)

    def _ticked(self) -> tuple[Absence, ...]:
        return self.beforehand


class PaperRow(forms.Form):
    """One line of the page; `line` once it was read without a fault, None while it is left empty."""

    what = forms.ChoiceField(label=_("meeting"), required=False)
    day = forms.IntegerField(label=_("day of the month"), min_value=1, max_value=31, required=False)
    starts_at = forms.TimeField(label=_("from"), required=False)
    ends_at = forms.TimeField(label=_("to"), required=False)
    place = forms.CharField(label=_("place"), max_length=120, required=False)
    chair = forms.CharField(label=_("chair"), max_length=60, required=False)
    away = forms.CharField(label=_("Who was away, and why"), max_length=2000, required=False)
    title = forms.CharField(label=_("subject"), max_length=120, required=False)
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
        label=_("Guests and invited people"),
        help_text=GUESTS_HELP,
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
    # Whose leave stood on the page, and who of them came after all.
    asked = forms.CharField(required=False, widget=forms.HiddenInput)
    came = forms.MultipleChoiceField(label=_("Came after all"), required=False)

    def __init__(self, *args: Any, sheet: "PaperSheet", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet = sheet
        self.line: PaperLine | None = None
        self.meeting: MeetingForm | None = None
        self.asks_about_another = False
        self.fields["what"].choices = sheet.whats  # type: ignore[attr-defined]
        self.fields["came"].choices = sheet.asked_for_leave  # type: ignore[attr-defined]
        kinds = [kind for kind in ActivityKind if any(kind in also for also in ALSO_KINDS.values())]
        self.fields["also_kinds"].choices = [(kind, kind.label) for kind in kinds]  # type: ignore[attr-defined]

    @property
    def is_seen(self) -> bool:
        """What was read stood on the page before it was sent, and who asked for leave."""
        if self.meeting is None:
            return True
        shown = [self.data.get(self.add_prefix(name), "") for name in ("asked", "roster")]
        return shown[0] == self.asked_ids and bool(shown[1])

    @cached_property
    def planned(self) -> FromPlan | None:
        """What was planned for the kind and day the row says, typed or offered."""
        return self.sheet.planned_for(str(self["what"].value() or ""), str(self["day"].value() or ""))

    @property
    def asked_ids(self) -> str:
        return ",".join(str(each.pk) for each in self.planned.asked) if self.planned else ""

    @property
    def came_ids(self) -> set[int]:
        return {int(pk) for pk in self["came"].value() or () if str(pk).isdecimal()}

    @property
    def on_leave(self) -> list[tuple[int, str, bool]]:
        """Who asked for leave of that day and is not named in the line, how, and whether they came."""
        if self.planned is None:
            return []
        named = {each.member_id for each in (self.meeting.typed if self.meeting else ())}
        names = owner_names(self.planned.setting.everybody)
        return [
            (each.member_id, _name_and_why(names[each.member_id], each), each.member_id in self.came_ids)
            for each in self.planned.absences
            if each.member_id not in named
        ]

    @property
    def number(self) -> int:
        return int(str(self.prefix).rpartition("-")[2])

    @property
    def heading(self) -> str:
        """What its errors begin with in the summary of the page."""
        return gettext("Row %(number)s") % {"number": self.number + 1}

    @property
    def usual(self) -> str:
        """Hours, place and chair the record will carry, typed, as planned or as last time."""
        if self.meeting is None:
            return ""
        values = self.meeting.data
        subject = values["title"] if self.planned or self.cleaned_data.get("title") else ""
        hours = [f"{values[name]:%H:%M}" for name in ("starts_at", "ends_at") if values.get(name)]
        chair = self.meeting.name_of(values["chair"])
        return " · ".join(filter(None, (subject, "–".join(hours), values.get("place"), chair)))

    @property
    def away_names(self) -> str:
        """Who is meant by the numbers, each with the reason read."""
        if self.meeting is None:
            return ""
        return gettext(", ").join(
            _name_and_why(self.meeting.name_of(each.member_id), each) for each in self.meeting.typed
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
        values = self.sheet.usual(setting, self.planned) | {"note": ""}
        away = self._beforehand()
        if values["recorder"] in {each.member_id for each in away}:
            values["recorder"] = None
        values["title"] = data["title"] or values["title"]
        if any(data[name] for name in _AS_LAST_TIME):
            values |= {name: data[name] for name in _AS_LAST_TIME}
        values |= {
            name: data[name] for name in (*EXCLUSION, "away", "items", "guests", "also_kinds", "roster")
        }
        usual = None if values["chair"] in {each.member_id for each in away} else values["chair"]
        values |= {"held_on": on, "chair": self._chair(data["chair"], usual, setting)}
        if self.errors:
            return
        form = RowMeeting(values, setting=setting, today=self.sheet.desk.today, beforehand=away)
        self.meeting = form
        if form.is_valid() and form.entry is not None:
            self.line = PaperLine(form.entry, data["is_another"])
        for name, faults in form.errors.items():
            field = _LANDS_ON.get(name, name)
            self.add_error(field if field in self.fields else None, list(faults))

    def _beforehand(self) -> list[Absence]:
        """Whoever asked for leave of that day and did not come after all."""
        absences = self.planned.absences if self.planned else ()
        return [each for each in absences if each.member_id not in self.came_ids]

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
        self,
        data: Any = None,
        *,
        desk: Desk,
        whats: Sequence[What],
        asked: Sequence[tuple[What, Activity | None]] = (),
    ) -> None:
        self.data, self.desk = data, desk
        self.setting: Callable[[What, date], Setting] = settings_at(desk)
        self.whats = [("", gettext("— choose —")), *((_value(each), self._label(each)) for each in whats)]
        requests = [each for rows in desk.leave.values() for each in rows]
        person = survivors_of([each.member_id for each in requests])
        self.asked_for_leave = [
            (person.get(each.member_id, each.member_id), each.member.name) for each in requests
        ]
        self.is_bound, self.asks = data is not None, bool(asked)
        self.has_nothing = self.is_waiting = False
        if self.is_bound:
            self.rows = [self.row(number) for number in range(self._count())]
        else:
            self.rows = [self._asked(number, *each) for number, each in enumerate(asked[:MOST_ROWS])]
            self._lengthen()

    @property
    def lines(self) -> list[PaperLine]:
        return [row.line for row in self.rows if row.line is not None]

    @property
    def has_planned(self) -> bool:
        return any(row.planned for row in self.rows)

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

    def planned_for(self, value: str, day: str) -> FromPlan | None:
        """What was planned for that day of the month, with whoever asked for leave of it."""
        if value not in dict(self.whats[1:]) or not day.isdecimal():
            return None
        try:
            on = self.desk.month.replace(day=int(day))
        except ValueError:
            return None
        what = self.what_of(value)
        plan = self.desk.plan_on(what, on)
        if plan is None:
            return None
        return as_planned(plan, self.setting(what, on), self.desk.leave.get(plan.pk, ()))

    def usual(self, setting: Setting, planned: FromPlan | None) -> dict[str, Any]:
        """Hours, place, subject and people as last time; as planned where a plan says so."""
        values = start(setting, self.desk.last.get((setting.kind, setting.group_id)))
        return values | (planned.told if planned else {})

    def _asked(self, number: int, what: What, plan: Activity | None) -> PaperRow:
        """A row for something the month still asks for or had planned, with the usual people."""
        setting = self.setting(what, self.desk.until)
        usual = start(setting, self.desk.last.get(what))
        initial = {name: (plan and getattr(plan, name)) or usual.get(name) for name in _AS_LAST_TIME}
        if plan is not None:
            initial |= self._of_plan(plan)
        row = PaperRow(prefix=f"m-{number}", sheet=self, initial={**initial, "what": _value(what)})
        is_away = row.planned is not None and usual["chair"] in row.planned.ids
        names = owner_names(setting.everybody)
        row.initial["chair"] = "" if is_away else names.get(cast("int", usual["chair"]), "")
        return row

    def _of_plan(self, plan: Activity) -> dict[str, Any]:
        """Its day where that has come, and the subject somebody chose."""
        has_come = plan.is_planned and plan.held_on <= self.desk.until
        chosen = plan.title != title_on(plan.kind, plan.group, plan.held_on)
        return {"day": plan.held_on.day if has_come else None, "title": plan.title if chosen else ""}

    def _lengthen(self) -> None:
        for number in range(len(self.rows), min(len(self.rows) + BLANKS, MOST_ROWS)):
            self.rows.append(PaperRow(prefix=f"m-{number}", sheet=self))

    def _count(self) -> int:
        return max((n + 1 for n in range(MOST_ROWS) if f"m-{n}-what" in self.data), default=0)

    def _label(self, what: What) -> str:
        kind, group = what
        return str(kind.label) if group is None else self.desk.groups[group].name


def _name_and_why(name: str, absence: Absence) -> str:
    return gettext("%(name)s (%(reason)s)") % {"name": name, "reason": _why(absence)}


def _why(absence: Absence) -> str:
    said = Presence(absence.presence) if absence.reason is None else LeaveReason(absence.reason)
    return " · ".join(filter(None, (str(said.label), absence.remark)))


def _value(what: What) -> str:
    kind, group = what
    return str(kind) if group is None else f"{kind}-{group}"
