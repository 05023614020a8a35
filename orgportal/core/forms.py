"""Form bases: choices of scoped models are narrowed to the asker, messy input is tidied, versions travel."""

import unicodedata
from typing import Any, cast

from django import forms
from django.db.models.fields import BLANK_CHOICE_DASH
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_noop, pgettext_lazy

from orgportal.core.scoping import Scope, ScopedQuerySet

# Django's own sentences, named here so that our catalogue says them in plainer words than Django's.
PLAINER = (
    gettext_noop("This field is required."),
    gettext_noop("Enter a valid date."),
    gettext_noop("Enter a whole number."),
    gettext_noop("Select a valid choice. %(value)s is not one of the available choices."),
    gettext_noop("Select a valid choice. That choice is not one of the available choices."),
    gettext_noop("Ensure this value is greater than or equal to %(limit_value)s."),
    gettext_noop("Ensure this value is less than or equal to %(limit_value)s."),
)


def typed(request: HttpRequest) -> QueryDict | None:
    """What was sent, an empty form included; nothing before anything was sent."""
    return request.POST if request.method == "POST" else None


def tidy(text: str) -> str:
    """Full-width digits and letters become plain ones, stray spaces and NUL go (ux.md C15)."""
    return unicodedata.normalize("NFKC", text).replace("\0", "").strip()


class TidyCharField(forms.CharField):
    """For codes, numbers and names: pasted spaces and full-width characters are understood."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        return tidy(text) if text else ""


class ScopedForm(forms.Form):
    """Every choice field over a scoped model is narrowed to what the person may see."""

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope
        narrow_choices(self, scope)


class ScopedModelForm(forms.ModelForm):  # type: ignore[type-arg]
    """A ModelForm for input only; workflows save."""

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope
        narrow_choices(self, scope)

    def save(self, commit: bool = True) -> Any:
        raise TypeError("forms do not save: call a workflow")


def narrow_choices(form: forms.BaseForm, scope: Scope) -> None:
    for field in form.fields.values():
        if isinstance(field, forms.ModelChoiceField):
            if field.empty_label == BLANK_CHOICE_DASH[0][1]:
                field.empty_label = pgettext_lazy("list", "Choose")
            rows = cast("Any", field).queryset
            if isinstance(rows, ScopedQuerySet) and not rows._narrowed:  # noqa: SLF001
                field.queryset = rows.visible_to(scope)


class VersionField(forms.IntegerField):
    """Carries the version the person saw, hidden."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.HiddenInput, min_value=1, **kwargs)
