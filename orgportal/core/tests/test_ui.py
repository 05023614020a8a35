"""The page machinery through the real template engine, in both languages."""

from datetime import date, datetime, timezone
from types import SimpleNamespace

import pytest
from django import forms
from django.http import HttpRequest, QueryDict
from django.template import engines
from django.test import RequestFactory
from django.utils import translation
from django_htmx.middleware import HtmxDetails

from orgportal.core import jinja, ui
from orgportal.core.views import errors


def draw(source: str, lang: str = "en", **context: object) -> str:
    request = context.pop("request", None) or make_request()
    with translation.override(lang):
        return engines["jinja2"].from_string(source).render(context, request)


def make_request(path: str = "/", **headers: str) -> HttpRequest:
    request = RequestFactory().get(path, headers=headers)
    request.htmx = HtmxDetails(request)
    request.request_id = "k7p2"
    return request


class Sample(forms.Form):
    name = forms.CharField(label="Name", help_text="As on the identity card.")
    held_on = forms.DateField(label="Date")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "Alpha"), ("b", "Beta")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="Agreed", required=False)
    remark = forms.CharField(label="Remark", required=False, widget=forms.Textarea)


FORMS = '{% from "components/forms.html" import form, field, error_summary, submit, confirm with context %}'


def test_page_or_part_is_chosen_by_htmx() -> None:
    page, part = make_request(), make_request(**{"HX-Request": "true"})

    full = ui.render_page(page, "core/errors/403.html", part="core/errors/404.html", **errors._bare_context(page), status=403)
    swap = ui.render_page(part, "core/errors/403.html", part="core/errors/404.html", **errors._bare_context(part), status=403)

    assert full["Vary"] == "HX-Request"
    assert "无权" in full.content.decode()
    assert "无权" not in swap.content.decode()
