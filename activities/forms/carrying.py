"""Earlier follow-ups beside the form of a meeting: ticked onto the agenda, closed or carried on in place."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.forms.voting import VotingForm
from activities.messages import REFUSALS
from activities.rules.agenda import LONGEST_DECISION, LONGEST_TOPIC
from activities.rules.follow_ups import OpenFollowUp
from activities.rules.records import Item, TakenUp

_NAME = re.compile(r"f-([0-9]{1,18})-(?:on_agenda|result|due_on)")


def ids_taken_up(data: Any) -> set[int]:
    """The follow-ups a form says anything about."""
    return {int(found[1]) for name in data if (found := _NAME.fullmatch(name)) and data[name].strip()}


class FollowUpForm(forms.Form):
    """One earlier follow-up: whatever is typed puts it on the agenda."""

    on_agenda = forms.BooleanField(label=_("On the agenda"), required=False)
    result = forms.CharField(label=_("Done: what came of it"), max_length=LONGEST_DECISION, required=False)
    due_on = forms.DateField(label=_("Not yet: new day"), required=False)

    def __init__(self, *args: Any, known: OpenFollowUp, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "prefix": f"f-{known.id}"})
        self.known = known

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("result") and data.get("due_on"):
            self.add_error("due_on", _("Either what came of it or a new day, not both."))
        return data

    def item(self) -> Item | None:
        data = self.cleaned_data
        if not any(data.get(name) for name in self.fields):
            return None
        said = TakenUp(self.known.id, data.get("result") or "", data.get("due_on"))
        return Item(self.known.text[:LONGEST_TOPIC], taken_up=said)


class CarryingForm(VotingForm):
    """The side of a meeting that takes up what earlier ones decided."""

    follow_ups: Sequence[FollowUpForm]

    def offer(self, known: Iterable[OpenFollowUp]) -> None:
        data = self.data if self.is_bound else None
        self.follow_ups = [FollowUpForm(data, known=each) for each in known]

    @property
    def known(self) -> dict[int, OpenFollowUp]:
        return {form.known.id: form.known for form in self.follow_ups}

    def taken_up(self) -> tuple[Item, ...]:
        """The items they become; a line in the summary of errors where one cannot be read."""
        if ids_taken_up(self.data) - set(self.known):
            self.add_error(None, REFUSALS["follow_up_not_open"])
        if [form for form in self.follow_ups if not form.is_valid()]:
            self.add_error(None, _("Please correct what you typed beside the earlier follow-ups."))
        return tuple(filter(None, (form.item() for form in self.follow_ups)))
