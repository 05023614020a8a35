"""How a body words reminders: its bodies, all texts, one text with preview and versions, and the way back."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branches.forms.texts import StepForm, TextForm, words_of
from branches.messages import REFUSALS
from branches.models import Organization
from branches.queries import texts as queries
from branches.queries.texts import RIGHT
from branches.views.orders import body_for, by
from branches.workflows import texts as work
from orgportal.core.decorators import may
from orgportal.core.errors import Refused, Unsound
from orgportal.core.forms import typed
from orgportal.core.mail_words import examples
from orgportal.core.messages import MAIL_PARTS
from orgportal.core.models import ReminderText
from orgportal.core.refusals import sentence
from orgportal.core.text_marks import MARKS, in_chinese
from orgportal.core.texts import Entry, entries
from orgportal.core.ui import render_page

MOST_VERSIONS = 50
# A form that does not say which version it saw.
NEVER_SEEN = -1


def wording_body(request: Any, pk: int) -> Organization:
    """A committee in sight (404) in whose name the person words reminders (403)."""
    body = body_for(request, pk, RIGHT)
    if not body.is_committee or body.is_dissolved:
        raise Http404
    return body


def entry_of(key: str) -> Entry:
    found = entries().get(key)
    if found is None:
        raise Http404
    return found


@require_safe
@may(RIGHT)
def text_bodies(request: Any) -> HttpResponse:
    """The body whose texts these are; a choice where there are several."""
    bodies = queries.bodies_that_word(request.scope)
    if len(bodies) == 1:
        return redirect("branches:text-list", pk=bodies[0].pk)
    return render_page(request, "branches/text_bodies.html", bodies=bodies)


@require_safe
@may(RIGHT)
def text_list(request: Any, pk: int) -> HttpResponse:
    body = wording_body(request, pk)
    groups: dict[Any, list[queries.Line]] = {}
    for line in queries.lines_of(body, timezone.now()):
        groups.setdefault(line.entry.kind, []).append(line)
    return render_page(
        request, "branches/texts.html", body=body, groups=groups, parts=MAIL_PARTS, shown=shown
    )


def shown(line: queries.Line) -> str:
    """The text in the language that is read, its marks in the same."""
    return in_chinese(line.zh) if line.words == line.zh else line.en


@require_http_methods(["GET", "HEAD", "POST"])
@may(RIGHT)
def text_edit(request: Any, pk: int, key: str) -> HttpResponse:
    """Typed, looked at as a notice and as a mail, and put to use."""
    body, entry = wording_body(request, pk), entry_of(key)
    line = queries.line_of(body, entry, timezone.now())
    form = _form(request, line)
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        try:
            text = work.Text(body, entry, form.cleaned_data["version"])
            work.write(text, form.wording, **by(request))
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            messages.success(request, _("These words are in use: reminders are told in them from now on."))
            return redirect("branches:text-edit", pk=pk, key=key)
    return _page(request, body, line, form)


def _form(request: Any, line: queries.Line) -> TextForm:
    return TextForm(typed(request), entry=line.entry, zh=line.zh, en=line.en, version=line.version)


def _page(
    request: Any, body: Organization, line: queries.Line, form: TextForm, refusal: Refused | None = None
) -> HttpResponse:
    entry, frame = line.entry, queries.frame_of(body, timezone.now())
    wording = None if form.errors else form.wording
    read = examples(entry, {"zh": wording.zh, "en": wording.en}, frame) if wording else {}
    return render_page(
        request, "branches/text.html", status=409 if refusal else 422 if form.errors else 200, body=body,
        line=line, entry=entry, form=form, read=read, marks=MARKS,
        heading=MAIL_PARTS.get(entry.key, entry.kind), is_typed=form.is_bound,
        versions=queries.versions_of(body, entry)[:MOST_VERSIONS],
        misfits=[words_of(fault) for fault in line.faults], refusals=_listed(refusal),
        in_chinese=in_chinese,
    )  # fmt: skip


def _listed(refusal: Refused | None) -> list[str]:
    if isinstance(refusal, Unsound):
        return [words_of(fault) for fault in refusal.faults]
    return [sentence(refusal, REFUSALS)] if refusal else []


@require_POST
@may(RIGHT)
def text_reset(request: Any, pk: int, key: str) -> HttpResponse:
    done = _("The own words are out of use: those from above, or the portal's, apply from now on.")
    return _step(request, pk, key, done, work.reset)


@require_POST
@may(RIGHT)
def text_restore(request: Any, pk: int, key: str, number: int) -> HttpResponse:
    """An earlier version's words in use again, as a version of their own."""
    done = _("The words of version %(n)s are in use again.") % {"n": number}
    return _step(request, pk, key, done, partial(work.restore, number=number))


def _step(request: Any, pk: int, key: str, done: str, act: Callable[..., Any]) -> HttpResponse:
    body, entry = wording_body(request, pk), entry_of(key)
    form = StepForm(request.POST)
    seen = form.cleaned_data["version"] if form.is_valid() else NEVER_SEEN
    try:
        act(work.Text(body, entry, seen), **by(request))
    except ReminderText.DoesNotExist as missing:
        raise Http404 from missing
    except Refused as refusal:
        line = queries.line_of(body, entry, timezone.now())
        blank = TextForm(None, entry=entry, zh=line.zh, en=line.en, version=line.version)
        return _page(request, body, line, blank, refusal)
    messages.success(request, done)
    return redirect("branches:text-edit", pk=pk, key=key)
