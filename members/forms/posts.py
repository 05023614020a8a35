"""Input of posts, terms and mergers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from branches.choices import Kind, PostKind
from branches.models import Organization, PartyGroup
from branches.workflows.history import Order
from members.models import Member, Post
from members.rules.posts import posts_of
from members.workflows.posts import PostOrder, TermOrder
from orgportal.core.forms import ScopedForm, TidyCharField, VersionField
from orgportal.core.jinja import day as written
from orgportal.core.scoping import Scope

BASIS = _("Basis: meeting or document number")


class AppointmentForm(ScopedForm):
    """A post of this body for a member: of the branch, or by number and name for a body above."""

    kind = forms.ChoiceField(label=_("Post"))
    member = forms.ModelChoiceField(label=_("Member"), queryset=Member.objects.none())
    group = forms.ModelChoiceField(
        label=_("Party group"),
        queryset=PartyGroup.objects.none(),
        required=False,
        empty_label=_("None"),
        help_text=_("Only for a group leader."),
    )
    starts_on = forms.DateField(label=_("First day"), widget=forms.DateInput)
    ends_on = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput,
        required=False,
        help_text=_("Needed for a recorder: at most one year."),
    )
    basis = TidyCharField(label=BASIS, max_length=200)

    def __init__(self, *args: Any, body: Organization, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, scope=scope, **kwargs)
        kinds: Any = self.fields["kind"]
        kinds.choices = [(kind.value, kind.label) for kind in posts_of(Kind(body.kind))]
        self._offer_members(body, scope)
        groups = PartyGroup.objects.visible_to(scope).current().filter(branch=body)
        _narrow(self, "group", groups.order_by("name"))
        if not body.is_branch:
            del self.fields["group"]

    def _offer_members(self, body: Organization, scope: Scope) -> None:
        """A branch chooses among its own; a body above names the person by member number."""
        if body.is_branch:
            rows = Member.objects.visible_to(scope).active().filter(branch=body)
            _narrow(self, "member", rows.order_by("name_key", "id"))
            return
        rows = Member.objects.visible_to(scope).active()
        self.fields["member"] = forms.ModelChoiceField(
            queryset=rows,
            to_field_name="number",
            widget=forms.TextInput,
            label=_("Member number"),
            help_text=_("As shown on the member's page."),
            error_messages={"invalid_choice": _("No member within your reach has this number.")},
        )

    def order(self) -> PostOrder:
        data = self.cleaned_data
        return PostOrder(
            kind=PostKind(data["kind"]),
            starts_on=data["starts_on"],
            ends_on=data["ends_on"],
            group=data.get("group"),
            basis=data["basis"],
        )


class PostEndForm(forms.Form):
    last_day = forms.DateField(
        label=_("Last day"), widget=forms.DateInput, help_text=_("From the next day on its rights are gone.")
    )
    basis = TidyCharField(label=BASIS, max_length=200)


class PostCancelForm(forms.Form):
    """Why a post will not begin; whether the one who was to hand it over stays, unless it is the asker."""

    basis = TidyCharField(label=BASIS, max_length=200)
    keeps = forms.BooleanField(required=False)

    def __init__(self, *args: Any, predecessor: Post | None, asker: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if predecessor is None or predecessor.member_id == asker:
            del self.fields["keeps"]
            return
        self.fields["keeps"].label = _("%(name)s keeps the post") % {"name": predecessor.member.name}
        self.fields["keeps"].help_text = _(
            "Otherwise it ends on %(day)s and is vacant from the next day."
        ) % {"day": written(predecessor.ends_on)}


class TermForm(forms.Form):
    starts_on = forms.DateField(label=_("Day of the election"), widget=forms.DateInput)
    due_on = forms.DateField(
        label=_("Next election due on"),
        widget=forms.DateInput,
        required=False,
        help_text=_("Leave empty for the length the rule gives."),
    )
    extension_basis = TidyCharField(label=_("Approval of a longer term"), max_length=200, required=False)

    def order(self) -> TermOrder:
        return TermOrder(**self.cleaned_data)


class MergeForm(ScopedForm):
    target = forms.ModelChoiceField(label=_("Goes into"), queryset=Organization.objects.none())
    on = forms.DateField(label=_("From"), widget=forms.DateInput)
    basis = TidyCharField(label=BASIS, max_length=200)
    version = VersionField()

    def __init__(self, *args: Any, source: Organization, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, scope=scope, **kwargs)
        rows = Organization.objects.visible_to(scope).branches().current().exclude(pk=source.pk)
        _narrow(self, "target", rows.order_by("path"))

    def order(self) -> Order:
        data = self.cleaned_data
        return Order(on=data["on"], basis=data["basis"], version=data["version"])


def _narrow(form: forms.Form, name: str, rows: Any) -> None:
    field: Any = form.fields[name]
    field.queryset = rows
