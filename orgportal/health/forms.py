"""Input on the pages of health."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from activities.choices import DutyState
from branches.models import Organization
from branches.workflows.handover import LONGEST
from members.queries.as_of import end_of
from orgportal.core.forms import ScopedForm, TidyCharField
from orgportal.core.jinja import day as day_words
from orgportal.core.jinja import period as period_words
from orgportal.core.scoping import Scope, within
from orgportal.core.webhooks import Style
from orgportal.health.filters import DUTY_CHOICES, indented
from orgportal.health.messages import NEEDS
from orgportal.health.models import Robot
from orgportal.health.queries.coverage import directly_below
from orgportal.health.queries.district import committees
from orgportal.health.queries.inputs import Moment
from orgportal.health.queries.period_matrix import EACH
from orgportal.health.queries.robots import RIGHT as ROBOTS
from orgportal.health.rules.findings import RULES_BEGIN, months_after
from orgportal.health.rules.totals import Span, month_end, span_named
from orgportal.health.workflows.nudges import LONGEST_NOTE
from orgportal.health.workflows.robots import Wiring

SUBJECT_CHOICES = [
    ("", _("State of the branches")), (EACH, _("Each duty side by side")), *DUTY_CHOICES,
]  # fmt: skip
BRANCH_ROWS = [("", _("Bodies directly below")), ("1", _("Branches directly below"))]
FURTHEST = timedelta(days=60)


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("Write a note for your successor"),
        max_length=LONGEST,
        help_text=_(
            "Where keys, seal and files are, who helps, what was promised. The levels above read it too."
        ),
        widget=forms.Textarea({"rows": 3}),
    )


class NudgeForm(forms.Form):
    """By when, and a word of one's own; `seen` names what the preview showed."""

    answer_by = forms.DateField(
        label=_("Please answer by"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    note = TidyCharField(
        label=_("A word of your own"),
        required=False,
        max_length=LONGEST_NOTE,
        help_text=format_lazy(
            _("At most {most} characters, plain text; it stands at the end as a note."),
            most=LONGEST_NOTE,
        ),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_answer_by(self) -> date:
        day: date = self.cleaned_data["answer_by"]
        if not self.today <= day <= self.today + FURTHEST:
            told = _("Choose a day from today on, within %(days)s days.") % {"days": FURTHEST.days}
            raise forms.ValidationError(told)
        return day

    def clean_seen(self) -> list[str]:
        seen: str = self.cleaned_data["seen"]
        return seen.split(",")


class PastDayForm(forms.Form):
    """The day health is to be worked out for, and the day up to which what is on record counts."""

    as_of = forms.DateField(label=_("As of day"), required=False, widget=forms.DateInput)
    known_at = forms.DateField(
        label=_("As on record on"),
        required=False,
        widget=forms.DateInput,
        help_text=_("Empty: with everything known today."),
    )

    def __init__(self, data: Mapping[str, Any], *, today: date) -> None:
        super().__init__(data)
        self.today = today
        ahead = MaxValueValidator(today, _("This day is in the future."))
        words = _("Before %(day)s not all rules were in force that a branch is held against.")
        early = MinValueValidator(RULES_BEGIN, words % {"day": day_words(RULES_BEGIN)})
        for name in ("as_of", "known_at"):
            self.fields[name].validators += [ahead, early]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("as_of") and said.get("known_at") and said["known_at"] < said["as_of"]:
            self.add_error("known_at", _("What was on record before the day itself says nothing of it."))
        return said

    @property
    def is_asked(self) -> bool:
        return bool(self.data.get("as_of") or self.data.get("known_at"))

    def moment(self, at: datetime) -> Moment | None:
        """What is asked for; None for today as it is."""
        if not self.is_valid() or not self.is_asked:
            return None
        said = self.cleaned_data
        known = said["known_at"]
        return Moment.of(said["as_of"] or known or self.today, min(end_of(known), at) if known else at)


class PastDistrictForm(PastDayForm):
    under = forms.ChoiceField(label=_("Committee"), required=False)
    need = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, data: Mapping[str, Any], *, today: date, bodies: Sequence[tuple[str, str]]) -> None:
        super().__init__(data, today=today)
        fields: Any = self.fields
        fields["under"].choices = [("", _("All")), *bodies]
        fields["need"].choices = [("", _("All")), *NEEDS.items(), ("missing", DutyState.MISSING.label)]


class RobotForm(ScopedForm):
    """A group robot; on a change address and secret may stay empty, and stay as they are sealed."""

    organization = forms.ModelChoiceField(label=_("Body"), queryset=Organization.objects.all())
    name = TidyCharField(label=_("Name of the chat group"), max_length=40)
    style = forms.ChoiceField(label=_("Kind of robot"), choices=Style.choices)
    language = forms.ChoiceField(label=_("Language of the messages"), choices=settings.LANGUAGES)
    address = forms.CharField(
        label=_("Address of the robot"),
        required=False,
        max_length=500,
        help_text=_("As the chat group gives it. It is kept sealed and never shown again."),
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "url"}),
    )
    secret = forms.CharField(
        label=_("Secret for the signature"),
        required=False,
        max_length=200,
        help_text=_("DingTalk: where “signature” is chosen. JSON with signature: always."),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, scope: Scope, robot: Robot | None, **kwargs: Any) -> None:
        if robot:
            names = ("organization", "name", "style", "language", "version")
            kwargs["initial"] = {name: getattr(robot, name) for name in names}
        super().__init__(*args, scope=scope, **kwargs)
        self.robot = robot
        self.fields["address"].required = robot is None
        field: Any = self.fields["organization"]
        rows = Organization.objects.visible_to(scope).current()
        field.queryset = rows.filter(within("path", scope.roots_for(ROBOTS))).order_by("path")
        if robot:
            field.queryset = field.queryset.filter(pk=robot.organization_id)

    @property
    def seen(self) -> Robot | None:
        """The robot at the version the person saw."""
        if self.robot:
            self.robot.version = self.cleaned_data["version"] or 0
        return self.robot

    @property
    def wiring(self) -> Wiring:
        said = self.cleaned_data
        return Wiring(said["name"], said["style"], said["language"], said["address"].strip(), said["secret"])

    @staticmethod
    def field_of(code: str) -> str | None:
        """The field a refusal is about."""
        fields = {"robot_secret_missing": "secret", "robot_name_taken": "name"}
        return fields.get(code, "address" if code.startswith(("robot_address", "robot_host")) else None)


class PeriodMatrixForm(forms.Form):
    """Which periods stand side by side, of which body, and whether one duty is asked for."""

    period = forms.ChoiceField(label=_("Up to"), required=False)
    under = forms.ChoiceField(label=_("Committee"), required=False)
    duty = forms.ChoiceField(label=_("Duty"), required=False, choices=SUBJECT_CHOICES)
    direct = forms.ChoiceField(label=_("Rows"), required=False, choices=BRANCH_ROWS)

    def __init__(self, data: Any, *, scope: Scope, today: date, done: Sequence[Span]) -> None:
        super().__init__(data)
        self.scope, self.today, self.done = scope, today, done
        self.committees = committees(scope)
        fields: Any = self.fields
        newest = sorted(done, key=lambda span: (span.months, -span.ends_on.toordinal()))
        fields["period"].choices = [
            ("", _("The last month that is over")), *((span.name, period_words(*span)) for span in newest)
        ]  # fmt: skip
        fields["under"].choices = [("", _("All")), *indented(self.committees)]
        self.chosen = self.cleaned_data if self.is_valid() else {}

    @property
    def last(self) -> Span:
        """The period asked for; the last month that is over for anything else."""
        first = months_after(self.today.replace(day=1), -1)
        return span_named(self.chosen.get("period") or "") or Span(first, month_end(first))

    @property
    def body(self) -> Organization | None:
        """The committee asked for, else the one above all one sees, if there is one."""
        asked, top = self.chosen.get("under"), next(iter(self.committees), None)
        is_above = top is not None and all(body.path.startswith(top.path) for body in self.committees)
        chosen = next((body for body in self.committees if str(body.pk) == asked), None)
        return chosen or (top if is_above else None)

    @property
    def is_by_branch(self) -> bool:
        """Where no body stands below, or the body's own branches are asked for; else a row is a body."""
        body = self.body
        return bool(self.chosen.get("direct") and body) or not directly_below(self.committees, body)

    @property
    def rule(self) -> str:
        """Of one duty, EACH of them side by side, or none: the state as a whole."""
        return self.chosen.get("duty") or ""
