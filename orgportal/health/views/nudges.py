"""催办: from a list to its preview, the sending, what was sent and what came of it, and what was received."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orgportal.core.decorators import may
from orgportal.core.errors import Refused
from orgportal.core.forms import typed
from orgportal.core.keyset import NEWEST, keyset_page
from orgportal.core.refusals import sentence
from orgportal.core.reminders import sentence as notice_words
from orgportal.core.reminders import spoken
from orgportal.core.ui import render_page
from orgportal.health.filters import QuarterForm, list_to_nudge
from orgportal.health.forms import NudgeForm
from orgportal.health.messages import LEFT_OUT, NUDGE_MATTERS, REFUSALS
from orgportal.health.models import Nudge
from orgportal.health.queries import nudges as queries
from orgportal.health.queries.nudges import RIGHT, Selection
from orgportal.health.rules.nudges import MATTERS
from orgportal.health.workflows import nudges

# What tells one matter of a body from another: of a sentence's values, those shown in a row.
TELLING = ("duty", "name", "due_on", "since")


@require_http_methods(["GET", "POST"])
@may(RIGHT)
def nudge_create(request: Any) -> HttpResponse:
    """The very text, everybody it goes to and everybody left out; posting sends it to them."""
    selection, back = _selected(request)
    if selection is None:
        told = sentence(Refused("no_committee"), REFUSALS)
        return render_page(request, "health/nudge_none.html", told=told, back=back)
    form = _form(request, selection)
    if request.method == "POST" and form.is_valid():
        try:
            asked = nudges.Asked(**form.cleaned_data)
            nudge = nudges.send(selection, asked, actor=request.user, scope=request.scope, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            messages.success(request, _("The reminder is on its way."))
            return redirect(nudge)
    return render_page(
        request, "health/nudge_new.html", status=422 if form.errors else 200, form=form, back=back,
        selection=selection, texts=_texts(request, selection, form), what=what_of, why=LEFT_OUT,
        matter=NUDGE_MATTERS[selection.matter.key], kept=_kept(request),
    )  # fmt: skip


def _selected(request: Any) -> tuple[Selection | None, str]:
    """What the list of the address holds, and the way back to it; None where it is no single body's."""
    matter = MATTERS.get(request.GET.get("matter", ""))
    if matter is None:
        raise Http404
    today = timezone.localdate()
    filters, rows = list_to_nudge(matter.key, request.GET, scope=request.scope, today=today)
    back = queries.list_url(matter, _kept(request))
    body = filters.body
    if body is None:
        return None, back
    request.scope.demand(RIGHT, body)
    return queries.select(matter, rows, body, request.user.pk, today), back


def _form(request: Any, selection: Selection) -> NudgeForm:
    """Posted, or shown with what was typed for the preview, or with the usual day."""
    today = timezone.localdate()
    if request.method == "POST":
        return NudgeForm(typed(request), today=today)
    path = selection.body.path
    usual = {"answer_by": today + timedelta(days=queries.wait_days([path], today)[path]), "note": ""}
    asked = {name: request.GET[name] for name in usual if name in request.GET}
    return NudgeForm({**usual, **asked}, today=today)


def _texts(request: Any, selection: Selection, form: NudgeForm) -> list[tuple[str, str]]:
    """The text of the first, in each language somebody of them reads and in each body's words."""
    if not selection.targets or not form.is_valid():
        return []
    data, thing = form.cleaned_data, selection.targets[0].thing
    nudge = Nudge(
        organization=selection.body, note=data["note"], answer_by=data["answer_by"], sent_by=request.user
    )
    params, names, found = nudges.params_of(nudge, thing.body, thing.params), dict(settings.LANGUAGES), []
    for language, text in queries.worded(selection, timezone.now()):
        with translation.override(language):
            found.append((str(names[language]), notice_words(selection.matter.rule, params, text)))
    return found


def what_of(params: dict[str, Any]) -> str:
    return " · ".join(str(spoken(params[name])) for name in TELLING if name in params)


def _kept(request: Any) -> dict[str, str]:
    """The fields of the list, without those of the nudge."""
    left = {"answer_by", "note", "after", "before"}
    return {name: value for name, value in request.GET.items() if value and name not in left}


@require_GET
@may("health.view")
def nudge_list(request: Any) -> HttpResponse:
    """Sent by bodies of one's scope, newest first, with what came of each."""
    page = keyset_page(queries.sent(request.scope), request, NEWEST)
    return render_page(
        request, "health/nudges.html", page=page, matters=NUDGE_MATTERS,
        may_send=request.scope.may_somewhere(RIGHT),
    )  # fmt: skip


@require_GET
@may("health.view")
def nudge_detail(request: Any, pk: int) -> HttpResponse:
    """Whom it asked, and what is done since; who has read it is told to nobody."""
    nudge: Nudge = get_object_or_404(queries.sent(request.scope), pk=pk)
    page = keyset_page(queries.items_of(nudge), request, ("place", "pk"))
    may_withdraw = request.scope.may(RIGHT, nudge.organization) and nudges.is_withdrawable(nudge)
    first = queries.items_of(nudge).order_by("place", "pk")[0]
    return render_page(
        request, "health/nudge.html", nudge=nudge, page=page, open_now=queries.still_open(page.rows),
        people=queries.told_of(page.rows), what=what_of, matter=NUDGE_MATTERS[nudge.matter],
        text=notice_words(MATTERS[nudge.matter].rule, first.params, queries.told_in(nudge, first)),
        may_withdraw=may_withdraw,
    )  # fmt: skip


@require_POST
@may(RIGHT)
def nudge_withdraw(request: Any, pk: int) -> HttpResponse:
    nudge = get_object_or_404(queries.sent(request.scope), pk=pk)
    try:
        nudges.withdraw(nudge, actor=request.user, scope=request.scope, at=timezone.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal, REFUSALS))
    else:
        messages.success(request, _("Taken back: what has not gone out does not, notices say so."))
    return redirect(nudge)


@require_GET
@may("health.view")
def nudge_received(request: Any) -> HttpResponse:
    """How often each body was asked in a quarter, in the order of the tree."""
    form = QuarterForm(request.GET, today=timezone.localdate())
    page = keyset_page(queries.received(request.scope, form.first), request, ("path",))
    return render_page(request, "health/nudges_received.html", page=page, form=form, first=form.first)
