"""Which template answers a request, what every page knows, and what the macros ask of a form."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.contrib.staticfiles.storage import staticfiles_storage
from django.forms import BaseForm, BaseFormSet, BoundField, widgets
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from markupsafe import Markup

from orgportal.core.bundles import PARTS

HTMX_CONFIG = json.dumps(
    {
        "allowEval": False,
        "includeIndicatorStyles": False,
        "selfRequestsOnly": True,
        "historyRestoreAsHxRequest": False,
        "responseHandling": [
            {"code": "204", "swap": False},
            {"code": "[23]..", "swap": True},
            {"code": "422", "swap": True},
            {"code": "[45]..", "swap": False, "error": True},
        ],
    }
)


@dataclass(frozen=True)
class NavItem:
    label: str
    url: str
    icon: str
    is_current: bool = False


@dataclass(frozen=True)
class StateLook:
    """A state is told by a word, an icon and a colour together, never by colour alone."""

    label: Any
    icon: str


DUTY_STATES = {
    "not_due": StateLook(pgettext_lazy("duty", "Not due yet"), "clock"),
    "on_time": StateLook(pgettext_lazy("duty", "On time"), "circle-check"),
    "late": StateLook(pgettext_lazy("duty", "Late"), "clock-alert"),
    "excused": StateLook(pgettext_lazy("duty", "Excused"), "file-check"),
    "did_not_meet": StateLook(pgettext_lazy("duty", "Did not meet"), "calendar-x"),
    "missing": StateLook(pgettext_lazy("duty", "Missing"), "circle-alert"),
    "not_applicable": StateLook(pgettext_lazy("duty", "Not applicable"), "minus"),
    "no_data": StateLook(pgettext_lazy("duty", "No data"), "circle-question-mark"),
}


# --- answering


def render_page(
    request: HttpRequest, template: str, *, part: str | None = None, status: int = 200, **context: Any
) -> HttpResponse:
    """The page, or only its `part` when htmx asks to swap; caches are told that the two differ.

    A waiting message travels with the part, for the page's live region.
    """
    is_part = bool(part) and _wants_part(request)
    response = render(request, part if part and is_part else template, context, status=status)
    if is_part and len(get_messages(request)):
        response.write(render_to_string("components/_flash.html", {}, request))
    patch_vary_headers(response, ["HX-Request"])
    return response


def _wants_part(request: HttpRequest) -> bool:
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx and not htmx.boosted and not htmx.history_restore_request)


def page_context(request: HttpRequest) -> dict[str, Any]:
    """What every page knows. These names are taken: a view cannot pass a value under one of them."""
    user: Any = getattr(request, "user", None)
    scope = getattr(request, "scope", None)
    return {
        "lang": get_language() or settings.LANGUAGE_CODE,
        "elder": getattr(user, "elder_mode", request.COOKIES.get("elder") == "1"),
        "nav": getattr(request, "navigation", ()),
        "signed_in": bool(getattr(user, "is_authenticated", False)),
        "member_id": getattr(scope, "member_id", None),
        "may_search": bool(getattr(user, "is_authenticated", False)) and not user.must_change_password,
        "unread": SimpleLazyObject(lambda: _unread(request)),
        "request_code": getattr(request, "request_id", ""),
        "support_phone": settings.SUPPORT_PHONE,
        "demo_mode": settings.PORTAL_MODE == "demo",
        "system_name": _("Branch Portal"),
        "help_url": getattr(request, "help_url", ""),
        "htmx_config": HTMX_CONFIG,
        "session_seconds": settings.SESSION_COOKIE_AGE,
    }


def bare_context(request: HttpRequest, path: str) -> dict[str, Any]:
    """The frame without user, navigation and messages: for pages that ask no database, or are kept whole."""
    nobody = HttpRequest()
    nobody.path, nobody.COOKIES = path, request.COOKIES
    nobody.request_id = getattr(request, "request_id", "")  # type: ignore[attr-defined]
    return {
        **page_context(nobody),
        "request": nobody,
        "csrf_input": "",
        "csrf_token": "",
        "home_url": settings.LOGIN_REDIRECT_URL,
    }


def _unread(request: HttpRequest) -> int:
    count = getattr(request, "unread_count", 0)
    return count() if callable(count) else count


def assets(kind: str) -> tuple[str, ...]:
    """Static names of the frame's styles or scripts, in order: one bundle where the storage has made it."""
    bundles = getattr(staticfiles_storage, "bundles", None)
    return (bundles[kind],) if bundles else PARTS[kind]


# --- forms, as the macros see them

PICKERS = (
    (widgets.DateTimeInput, "datetime-local", "%Y-%m-%dT%H:%M"),
    (widgets.DateInput, "date", "%Y-%m-%d"),
    (widgets.TimeInput, "time", "%H:%M"),
)


def field_kind(field: BoundField) -> str:
    """hidden | checkbox | choices | control: which of the four shapes the field macro draws."""
    widget = field.field.widget
    if field.is_hidden:
        return "hidden"
    if isinstance(widget, widgets.RadioSelect | widgets.CheckboxSelectMultiple):
        return "choices"
    return "checkbox" if isinstance(widget, widgets.CheckboxInput) else "control"


def field_widget(field: BoundField, *, described_by: str = "", **attrs: Any) -> Markup:
    """The input, tied to its help and errors; dates and times get the browser's picker."""
    _use_picker(field)
    if field.field.widget.attrs.get("rows") == "10":  # Django's default fills a phone
        attrs["rows"] = 5
    if described_by:
        attrs["aria-describedby"] = described_by
    if field.errors:
        attrs["aria-invalid"] = "true"
    return Markup(field.as_widget(attrs=attrs))  # noqa: S704


def _use_picker(field: BoundField) -> None:
    """A picker would silently drop a date it cannot read, so what was mistyped stays in a plain field."""
    if field.errors and field.value():
        return
    widget = field.field.widget
    for kind, input_type, pattern in PICKERS:
        if isinstance(widget, kind) and not isinstance(widget, widgets.HiddenInput):
            widget.input_type, widget.format = input_type, pattern
            return


def error_links(*forms: "BaseForm | BaseFormSet[Any]") -> list[tuple[str, str]]:
    """(id of the field or "", sentence) for the error summary, in the order of the page."""
    return [link for form in forms for link in _links(form)]


def _links(form: "BaseForm | BaseFormSet[Any]") -> Iterator[tuple[str, str]]:
    if isinstance(form, BaseFormSet):
        yield from (("", str(text)) for text in form.non_form_errors())
        for each in form.forms:
            yield from _links(each)
        return
    if heading := getattr(form, "heading", ""):
        # One of many alike on the page: its errors say which it is.
        yield from ((target, labelled(heading, text)) for target, text in _links_of(form))
    else:
        yield from _links_of(form)


def _links_of(form: BaseForm) -> Iterator[tuple[str, str]]:
    yield from (("", str(text)) for text in form.non_field_errors())
    for name in form.fields:
        field = form[name]
        target = f"{field.auto_id}_0" if field_kind(field) == "choices" else field.id_for_label
        yield from ((target, labelled(field.label, text)) for text in field.errors)


def labelled(label: Any, text: Any) -> str:
    """A label and what it says, joined as the language joins them."""
    return gettext("%(label)s: %(text)s") % {"label": label, "text": text}


def active_filters(form: BaseForm) -> list[tuple[str, str]]:
    """(parameter, words) of each filter in use, for the chips above a list."""
    if not form.is_bound:
        return []
    form.is_valid()
    chips = []
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        if value in (None, "", False) or (
            isinstance(value, Iterable) and not isinstance(value, str) and not list(value)
        ):
            continue
        label, shown = form[name].label or field.label, _shown(field, value)
        chips.append((form.add_prefix(name), labelled(label, shown) if shown else str(label)))
    return chips


def _shown(field: Any, value: Any) -> str:
    labels = {
        str(key): str(label)
        for key, label in getattr(field, "choices", ())
        if not isinstance(label, list | tuple)
    }
    if isinstance(value, str) or not isinstance(value, Iterable):
        key = getattr(value, "pk", value)
        return labels.get(str(key), "" if value is True else str(value))
    return ", ".join(_shown(field, item) for item in value)
