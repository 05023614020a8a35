"""The background jobs on the system administrator's desk: how they run and what was set aside."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Min
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from orgportal.core import jobs
from orgportal.core.decorators import desk
from orgportal.core.desk_forms import DayForm, DiscardForm, RunFilter
from orgportal.core.keyset import NEWEST, keyset_page
from orgportal.core.models import Channel, Desk, Heartbeat, JobRun, OutboxEvent, Reminder
from orgportal.core.ui import render_page
from orgportal.core.workflows import dead_letters


@desk(Desk.SYSTEM)
@require_safe
def job_list(request: Any) -> HttpResponse:
    now = timezone.now()
    promises = keyset_page(dead_letters.parked_promises(), request, NEWEST)
    return render_page(
        request, "core/jobs.html", lines=jobs.lines(now), beat=_beat(now), promises=promises,
        topic_labels=jobs.topic_labels(), looks=jobs.LOOKS, why=jobs.why, since=jobs.since_words,
        runs=dead_letters.parked_runs().order_by("-id")[:200], labels=jobs.labels(),
        notices=Reminder.objects.filter(state=Reminder.State.FAILED, channel=Channel.IN_APP).count(),
    )  # fmt: skip


def _beat(now: Any) -> dict[str, Any]:
    """How long ago the clock was heard, and what waits to be kept."""
    tick = Heartbeat.objects.filter(name="tick").values_list("at", flat=True).first()
    waiting = OutboxEvent.objects.filter(done_at=None, parked_at=None)
    oldest = waiting.aggregate(count=Count("pk"), since=Min("created_at"))
    return {**oldest, "seconds": int((now - tick).total_seconds()) if tick else None}


@desk(Desk.SYSTEM)
@require_safe
def job_detail(request: Any, job: str) -> HttpResponse:
    form = RunFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    page = keyset_page(jobs.runs_matching(_known(job).name, wanted), request, NEWEST)
    return _job_page(request, job, form=form, page=page, day_form=DayForm())


def _known(name: str) -> jobs.Job:
    if name not in jobs.jobs():
        raise Http404
    return jobs.jobs()[name]


def _job_page(request: Any, name: str, status: int = 200, **context: Any) -> HttpResponse:
    return render_page(
        request, "core/job.html", part="core/_job_runs.html", status=status, job=_known(name),
        looks=jobs.LOOKS, why=jobs.why, **context,
    )  # fmt: skip


@desk(Desk.SYSTEM)
@require_POST
def job_rerun(request: Any, job: str) -> HttpResponse:
    if not _known(job).takes_day:
        raise Http404
    day_form = DayForm(request.POST)
    if not day_form.is_valid():
        page = keyset_page(JobRun.objects.filter(job=job), request, NEWEST)
        return _job_page(request, job, status=422, form=RunFilter(), page=page, day_form=day_form)
    dead_letters.run_again(job, day_form.cleaned_data["on"], actor=request.user, at=timezone.now())
    messages.success(request, _("The job runs in a moment; its run appears here."))
    return redirect("core:job-detail", job=job)


@desk(Desk.SYSTEM)
@require_POST
def set_aside_retry(request: Any, kind: str, key: str) -> HttpResponse:
    _asked(kind)
    count = dead_letters.retry(kind, key, actor=request.user, at=timezone.now())
    told = ngettext("%(n)s is tried again.", "%(n)s are tried again.", count) % {"n": count}
    messages.success(request, told)
    return redirect("core:job-list")


@desk(Desk.SYSTEM)
@require_http_methods(["GET", "HEAD", "POST"])
def set_aside_discard(request: Any, kind: str, key: str) -> HttpResponse:
    """Asks for the reason; what is discarded is never tried again."""
    _asked(kind)
    what = dead_letters.names_of(kind, dead_letters.set_aside(kind, key))
    if not what:
        messages.info(request, _("Nothing of that is set aside any more."))
        return redirect("core:job-list")
    form = DiscardForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render_page(
            request, "core/discard.html", status=status, form=form, what=what, kind=kind, key=key,
            words={**jobs.labels(), **jobs.topic_labels(), **jobs.rule_labels()},
        )  # fmt: skip
    reason = form.cleaned_data["reason"]
    count = dead_letters.discard(kind, key, reason, actor=request.user, at=timezone.now())
    messages.success(request, ngettext("%(n)s was discarded.", "%(n)s were discarded.", count) % {"n": count})
    return redirect("core:job-list")


def _asked(kind: str) -> None:
    if kind not in dead_letters.KINDS:
        raise Http404
