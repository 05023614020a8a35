"""Pages of members who come on paper: the letters on the table, registering one, and what becomes of it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branches.queries import rulebook_for
from members.forms.arrivals import AcceptForm, ArrivalForm, RefuseForm
from members.forms.papers import ArrivalFilterForm
from members.messages import REFUSALS
from members.models import Arrival
from members.provisions import PROVISIONS
from members.queries.paper_templates import current_for
from members.queries.recipients import owners_of
from members.rules.transfer import BRANCH_POSTS
from members.views.arrival_queue import QUEUES, clock_of, holder_of, rows_of, with_clocks
from members.views.member import explain
from members.views.transfer_queues import LABELS
from members.workflows import arrivals as work
from orgportal.core.account_states import AccountState, account_state
from orgportal.core.decorators import may
from orgportal.core.errors import NotAllowed, Refused, StaleVersion
from orgportal.core.keyset import NEWEST, keyset_page
from orgportal.core.refusals import sentence
from orgportal.core.scoping import Scope
from orgportal.core.ui import render_page

OVERTAKEN = frozenset({"arrival_decided", "arrival_entered", "arrival_changed"})


@require_safe
@may("transfer.view")
def arrival_list(request: Any) -> HttpResponse:
    """Open ones by default: what lies on the table, all of it or that of one queue of the transfers."""
    is_all, filters = request.GET.get("state") == "all", ArrivalFilterForm(request.GET)
    queue = "" if is_all or request.GET.get("queue") not in QUEUES else request.GET["queue"]
    rows: Any = Arrival.objects.visible_to(request.scope)
    rows = rows_of(queue, request.scope) if queue else rows if is_all else rows.open()
    page = keyset_page(filters.narrow(rows.select_related("branch")), request, NEWEST)
    return render_page(
        request, "members/arrival_list.html", page=page, rows=with_clocks(page.rows, timezone.localdate()),
        is_all=is_all, queue=queue, queue_label=LABELS.get(queue), filters=filters,
        may_register=_may_register(request),
    )  # fmt: skip


def _may_register(request: Any) -> bool:
    return any(request.scope.may_somewhere(right) for right in work.RIGHTS)


@require_http_methods(["GET", "POST"])
def arrival_create(request: Any) -> HttpResponse:
    if not _may_register(request):
        raise PermissionDenied(work.RIGHTS[0])
    form = ArrivalForm(request.POST or None, scope=request.scope, initial={"standing": "formal"})
    care = None
    if request.method == "POST" and form.is_valid():
        try:
            arrival = work.register_letter(
                form.cleaned_data["branch"], form.letter(), form.bearer(), actor=request.user,
                scope=request.scope, at=timezone.now(),
            )  # fmt: skip
        except Refused as refusal:
            care = explain(form, refusal)
        else:
            return redirect(arrival)
    status = 422 if form.errors or care else 200
    return render_page(request, "members/arrival_form.html", status=status, form=form, care=care)


@require_safe
def arrival_detail(request: Any, pk: int) -> HttpResponse:
    return _page(request, seen(request, pk))


def seen(request: Any, pk: int) -> Arrival:
    rows: Any = Arrival.objects.visible_to(request.scope)
    found: Arrival = get_object_or_404(
        rows.select_related("branch", "member__user", "slip", "registered_by"), pk=pk
    )
    return found


def _page(request: Any, arrival: Arrival, status: int = 200, **context: Any) -> HttpResponse:
    today = timezone.localdate()
    first = {"version": arrival.version, "accepted_on": today}
    shown = {
        "accept": AcceptForm(initial=first),
        "refuse": RefuseForm(initial=first),
        "refusal": "",
        "form": context.get("accept") or context.get("refuse"),
        "holder": holder_of(arrival, request.scope),
        "owners": owners_of(arrival.branch.path, BRANCH_POSTS, today, may=work.RIGHTS),
        "own_template": current_for(arrival.slip) if arrival.slip else None,
        "clock": clock_of(arrival, rulebook_for(arrival.branch.path, PROVISIONS, today), today),
        "may_correct": work.may_correct(arrival, request.scope),
        "account": _account(arrival, request.scope),
        **context,
    }
    return render_page(request, "members/arrival.html", status=status, arrival=arrival, **shown)


def _account(arrival: Arrival, scope: Scope) -> AccountState | None:
    """What became of the account of somebody who was here before, while they are in the viewer's sight."""
    member = arrival.member
    if member is None or not arrival.is_return or member.user is None:
        return None
    if not member.is_present or not scope.may("member.view", member):
        return None
    return account_state(member.user, timezone.now())


@require_POST
def arrival_accept(request: Any, pk: int) -> HttpResponse:
    arrival, form = seen(request, pk), AcceptForm(request.POST)
    if not form.is_valid():
        return _page(request, arrival, 422, accept=form)
    data = form.cleaned_data
    try:
        work.accept(
            arrival, data["accepted_on"], seen_version=data["version"], actor=request.user,
            scope=request.scope, at=timezone.now(),
        )  # fmt: skip
    except Refused as refusal:
        return not_done(request, pk, refusal, accept=form)
    return redirect(arrival)


@require_POST
def arrival_refuse(request: Any, pk: int) -> HttpResponse:
    arrival, form = seen(request, pk), RefuseForm(request.POST)
    if not form.is_valid():
        return _page(request, arrival, 422, refuse=form)
    try:
        work.refuse(
            arrival, form.answer(), seen_version=form.cleaned_data["version"], actor=request.user,
            scope=request.scope, at=timezone.now(),
        )  # fmt: skip
    except Refused as refusal:
        return not_done(request, pk, refusal, refuse=form)
    return redirect(arrival)


def not_done(request: Any, pk: int, refusal: Refused, **forms: Any) -> HttpResponse:
    """The letter as it stands now, with the sentence on top."""
    if isinstance(refusal, NotAllowed):
        raise PermissionDenied(refusal.params["right"]) from refusal
    arrival, code = seen(request, pk), refusal.code
    if isinstance(refusal, StaleVersion):
        code = "arrival_changed" if arrival.is_open else "arrival_decided"
    overtaken = code in OVERTAKEN
    words = REFUSALS[code] if overtaken else sentence(refusal, REFUSALS)
    return _page(request, arrival, 409 if overtaken else 422, refusal=words, **({} if overtaken else forms))
