"""Confirming many records in one press, and taking that back until they are locked."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from activities.forms.confirming import ManyForm, ManyOnPaperForm
from activities.messages import REFUSALS
from activities.queries.life import given_by, waiting_in_all
from activities.workflows.confirming import AT_ONCE, Settled, confirm_all, take_back_all
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page

# Just after a press, what it did is chosen to be taken back.
JUST = "just"


@require_http_methods(["GET", "POST"])
def confirm_many(request: Any) -> HttpResponse:
    """Everything that waits and the person can settle, all of it chosen; below, what can be taken back."""
    now = timezone.now()
    sent = request.POST if request.method == "POST" else None
    form = ManyOnPaperForm(sent, initial={"on": timezone.localdate(now)})
    if not form.is_valid():
        return _page(request, form)
    data = form.cleaned_data
    done = confirm_all(data["records"], data["on"], actor=request.user, scope=request.scope, at=now)
    told = ngettext("%(n)s record is confirmed.", "%(n)s records are confirmed.", len(done.done))
    return _told(request, form, done, told)


@require_POST
def take_back_many(request: Any) -> HttpResponse:
    form = ManyForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    seen = form.cleaned_data["records"]
    done = take_back_all(seen, actor=request.user, scope=request.scope, at=timezone.now())
    told = ngettext("%(n)s record waits again.", "%(n)s records wait again.", len(done.done))
    return _told(request, form, done, told)


def _told(request: Any, form: ManyForm, done: Settled, told: str) -> HttpResponse:
    """How many were settled; the others by name, each with why not, and still chosen where they wait."""
    if done.done:
        messages.success(request, told % {"n": len(done.done)})
    if done.left:
        return _page(request, form, done)
    return redirect(f"{reverse('activities:confirm-many')}?{JUST}=1")


def _page(request: Any, form: ManyForm, settled: Settled | None = None) -> HttpResponse:
    today = timezone.localdate()
    given = given_by(request.scope, today, AT_ONCE)
    return render_page(
        request, "activities/confirm_many.html", status=422 if form.is_bound else 200, form=form, given=given,
        waiting=waiting_in_all(request.scope, AT_ONCE), left=_worded(settled), most=AT_ONCE,
        sent=request.POST.getlist("records") if form.is_bound else None,
        latest=given[0].confirmed_at if given and JUST in request.GET else None,
        on=form["on"] if "on" in form.fields else ManyOnPaperForm(initial={"on": today})["on"],
    )  # fmt: skip


def _worded(settled: Settled | None) -> list[tuple[Any, str]]:
    """The records that were not settled, each with why."""
    left = settled.left if settled else ()
    return [(each.row, sentence(each.refusal, REFUSALS)) for each in left]
