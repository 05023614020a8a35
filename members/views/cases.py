"""Pages of disposition files: only for those who keep them; every look leaves a line in the audit trail."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from members.choices import CaseAct, CaseKind, CaseState
from members.forms.cases import CaseForm, CaseStepForm
from members.messages import CASE_ACTS, REFUSALS
from members.models import Case
from members.queries.standing import book_for
from members.rules import cases as rules
from members.views.member import visible_member
from members.workflows import cases as work
from orgportal.core.decorators import may
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page


@require_GET
@may("case.keep")
def case_list(request: Any) -> HttpResponse:
    rows: Any = Case.objects.visible_to(request.scope).select_related("member__branch")
    today = timezone.localdate()
    cases = list(rows.order_by("closed_at", "-opened_at"))
    return render_page(request, "members/case_list.html", cases=cases, today=today)


@require_http_methods(["GET", "POST"])
@may("case.keep")
def case_open(request: Any, pk: int) -> HttpResponse:
    member = visible_member(request, pk, "case.keep")
    form = CaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            case = work.open_case(
                member, form.proposal(), actor=request.user, scope=request.scope, at=timezone.now()
            )
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            return redirect(case)
    book, today = book_for(member.path, timezone.localdate()), timezone.localdate()
    listed = [
        (kind.label, grounds, book.cite(rules.WHEN[kind], today)) for kind, grounds in rules.GROUNDS.items()
    ]
    status = 422 if form.errors else 200
    return render_page(
        request, "members/case_form.html", status=status, form=form, member=member, listed=listed
    )


def _seen(request: Any, pk: int) -> Case:
    rows: Any = Case.objects.visible_to(request.scope).select_related("member__branch", "opened_by", "change")
    found: Case = get_object_or_404(rows, pk=pk)
    return found


@require_GET
@may("case.keep")
def case_detail(request: Any, pk: int) -> HttpResponse:
    case = _seen(request, pk)
    work.look(case, actor=request.user, scope=request.scope, at=timezone.now())
    return _detail(request, case)


def _detail(request: Any, case: Case, *, status: int = 200, refusal: Any = "") -> HttpResponse:
    steps, today = work.steps_of(case), timezone.localdate()
    facts = case.for_rules(steps)
    next_step = rules.next_step(facts)
    return render_page(
        request, "members/case.html", status=status, case=case, steps=steps, refusal=refusal,
        acts=work.allowed_acts(case, steps, request.scope), act_words=CASE_ACTS, next_step=next_step,
        above=next_step in rules.ABOVE,
        is_over=(is_over := rules.is_over(facts, today)),
        is_running=case.state == CaseState.CORRECTING and not is_over,
        rule=book_for(case.member.path, today).cite(rules.WHEN[CaseKind(case.kind)], today),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@may("case.keep")
def case_step(request: Any, pk: int, act: str) -> HttpResponse:
    case = _seen(request, pk)
    if act not in CaseAct.values:
        raise Http404
    form = _step_form(request, case, CaseAct(act))
    if request.method == "GET":
        if act not in work.allowed_acts(case, work.steps_of(case), request.scope):
            return _detail(request, case, status=409, refusal=REFUSALS["case_step_not_open"])
    elif form.is_valid():
        answer = _stepped(request, case, form)
        if answer is not None:
            return answer
    status = 422 if form.errors else 200
    return render_page(
        request, "members/case_step.html", status=status, case=case, form=form, act=CaseAct(act),
        words=CASE_ACTS[act], ends_membership=act == CaseAct.APPROVE and case.kind != CaseKind.CORRECT,
    )  # fmt: skip


def _step_form(request: Any, case: Case, act: CaseAct) -> CaseStepForm:
    today = timezone.localdate()
    months = rules.correction_months(book_for(case.member.path, today), today)
    return CaseStepForm(
        request.POST or None, act=act, kind=case.kind, months=months,
        initial={"version": case.version, "on": today},
    )  # fmt: skip


def _stepped(request: Any, case: Case, form: CaseStepForm) -> HttpResponse | None:
    try:
        moved = work.record_step(
            case, form.entry(), seen_version=form.cleaned_data["version"], actor=request.user,
            scope=request.scope, at=timezone.now(),
        )  # fmt: skip
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.params["right"]) from refusal
    except Refused as refusal:
        form.add_error(None, sentence(refusal, REFUSALS))
        return None
    return redirect(moved)
