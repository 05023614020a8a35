"""Pages of decisions about a standing: a member's, what is open, who is on probation, one decision."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from branches.queries import committee_above
from members.choices import StopGround
from members.forms.as_of import AsOfForm
from members.forms.standing import ChangeForm, ChangeMoveForm, GroundForm
from members.messages import REFUSALS, STANDING_LAPSES
from members.models import Case, Member, Merge, StandingChange
from members.queries import past_lists
from members.queries import standing as reads
from members.queries.as_of import AsOf
from members.queries.contact import open_proposals
from members.queries.lists import reachable
from members.rules import standing as rules
from members.views.member import visible_member
from members.workflows import standing as work
from members.workflows import stop_ground
from orgportal.core import bridges
from orgportal.core.decorators import may
from orgportal.core.errors import NotAllowed, Refused, StaleVersion
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page


@require_GET
@may("member.view")
def standing_of(request: Any, pk: int) -> HttpResponse:
    """The decisions about a member, the probation clock, and what can be decided now."""
    member = visible_member(request, pk, "member.view")
    file, today = reads.file_of(member), timezone.localdate()
    desks = set() if member.pk == request.scope.member_id else reads.rights_at(request.scope, member.path)
    changes = reads.changes_of(member)
    clock = reads.probation_clocks([member], today)[member.pk] if member.is_probationary else None
    return render_page(
        request, "members/standing.html", member=member, clock=clock, changes=changes, today=today,
        open_change=next((row for row in changes if row.is_open), None), restriction=file.restriction,
        kinds=rules.open_kinds(file) if desks and member.is_present else (),
        ground=StopGround(file.stop_ground).label if file.stop_ground else "",
        asks_ground=bool(desks) and file.standing == rules.STOPPED and not file.stop_ground,
        **_case_links(request, member), **_merge_links(request, member),
    )  # fmt: skip


def _case_links(request: Any, member: Member) -> dict[str, Any]:
    """That a file exists is shown to those who may open it, and to nobody else."""
    keeps = member.pk != request.scope.member_id and request.scope.may(Case.view_right, member)
    rows = Case.objects.visible_to(request.scope).filter(member=member).order_by("-pk") if keeps else ()
    return {"keeps_cases": keeps, "cases": list(rows)}


def _merge_links(request: Any, member: Member) -> dict[str, Any]:
    may_merge = member.merged_into_id is None and request.scope.may(Merge.view_right, member)
    rows = Merge.objects.visible_to(request.scope).standing().filter(kept=member)
    return {"may_merge": may_merge, "merges": list(rows.select_related("merged").order_by("-pk"))}


@require_http_methods(["GET", "POST"])
@may("member.view")
def change_enter(request: Any, pk: int, kind: str) -> HttpResponse:
    if kind not in rules.BY_NAME:
        raise Http404
    member = visible_member(request, pk, "member.view")
    desks = reads.rights_at(request.scope, member.path)
    if not desks:
        raise PermissionDenied(rules.BRANCH)
    form = _form(request, member, rules.BY_NAME[kind], desks)
    if request.method == "POST" and form.is_valid():
        try:
            change = work.enter(
                member, form.decision(), seen_version=form.cleaned_data["version"], actor=request.user,
                scope=request.scope, at=timezone.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            return redirect(change)
    return _entry_page(request, member, form)


def _form(request: Any, member: Member, kind: rules.Kind, desks: set[str]) -> ChangeForm:
    today = timezone.localdate()
    clock = reads.probation_clocks([member], today)[member.pk]
    effect_on = clock.due_on if kind.name == "confirm" else today
    return ChangeForm(
        request.POST or None, kind=kind, meetings=reads.meetings_for(member, today),
        months=rules.extension_months(reads.book_for(member.path, today), today),
        asks_approval=rules.COMMITTEE in desks,
        initial={"version": member.version, "effect_on": effect_on, "ground": request.GET.get("ground", "")},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@may("member.view")
def stop_ground_enter(request: Any, pk: int) -> HttpResponse:
    """Of a member taken over as stopped: why, by which document."""
    member = visible_member(request, pk, "member.view")
    if not reads.rights_at(request.scope, member.path):
        raise PermissionDenied(rules.BRANCH)
    form = GroundForm(request.POST or None, initial={"version": member.version})
    if form.is_valid():
        how = {"seen_version": form.cleaned_data["version"], "actor": request.user, "scope": request.scope}
        try:
            stop_ground.state(member, form.stated(), at=timezone.now(), **how)
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            return redirect("members:standing-of", pk=pk)
    return render_page(
        request, "members/stop_ground.html", status=422 if form.is_bound else 200, form=form, member=member,
        citations=reads.citations(rules.BY_NAME["stop"], member, timezone.localdate()),
    )  # fmt: skip


def _entry_page(request: Any, member: Member, form: ChangeForm) -> HttpResponse:
    today = timezone.localdate()
    return render_page(
        request, "members/change_form.html", status=422 if form.errors else 200, form=form, member=member,
        kind=form.kind, committee=committee_above(member.path),
        proposal=next((row for row in open_proposals(request.scope, member=member)
                       if row.decided_by == form.kind.name), None),
        citations=reads.citations(form.kind, member, today),
        road=_road(request, member, form.kind, today),
    )  # fmt: skip


def _road(request: Any, member: Member, kind: rules.Kind, today: date) -> dict[str, Any] | None:
    """Where only a disposition file leads there: the rule, and whether this person may open one."""
    file = reads.file_of(member)
    if not rules.needs_file(kind, file):
        return None
    rule = reads.book_for(member.path, today).cite("dispose.flow", today)
    keeps = request.scope.may(Case.view_right, member)
    return {"rule": rule, "keeps": keeps, "before": file.taken_over_on}


@require_GET
@may("member.view")
def change_list(request: Any) -> HttpResponse:
    """What waits for the person's committee, what waits elsewhere, and what takes effect soon."""
    past = AsOfForm(request.GET, today=timezone.localdate())
    if past.day:
        rows = past_lists.with_state_then(past_lists.changes_then(request.scope, AsOf(past.day)))
    else:
        rows = list(reads.open_changes(request.scope)) if past.is_valid() else []
    return render_page(
        request, "members/change_list.html", past=past,
        within_reach=past_lists.reach_of(rows, request.scope) if past.day else None,
        waiting=[row for row in rows if row.state == rules.PROPOSED],
        coming=[row for row in rows if row.state == rules.COMING],
        mine=set() if past.day else reads.mine_among(rows, request.scope),
    )  # fmt: skip


@require_GET
@may("member.view")
def probation_list(request: Any) -> HttpResponse:
    today = timezone.localdate()
    past, roots = AsOfForm(request.GET, today=today), request.scope.roots_for(Member.view_right)
    if past.day:
        rows = past_lists.probationers_then(roots, AsOf(past.day))
    else:
        rows = reads.probationers(roots, today) if past.is_valid() else []
    shown = [row.member.pk for row in rows]
    return render_page(
        request, "members/probation_list.html", rows=rows, past=past,
        within_reach=reachable(shown, request.scope) if past.day else set(shown),
    )  # fmt: skip


def _seen(request: Any, pk: int) -> StandingChange:
    rows: Any = StandingChange.objects.visible_to(request.scope)
    found: StandingChange = get_object_or_404(rows.with_member().select_related("approved_by"), pk=pk)
    return found


@require_GET
def change_detail(request: Any, pk: int) -> HttpResponse:
    return _detail(request, _seen(request, pk))


def _detail(request: Any, change: StandingChange, *, status: int = 200, refusal: Any = "") -> HttpResponse:
    today = timezone.localdate()
    kind = rules.BY_NAME[change.kind]
    return render_page(
        request, "members/change.html", status=status, change=change, kind=kind, refusal=refusal,
        meeting=bridges.meeting(change.meeting_id) if change.meeting_id else None,
        moves=work.allowed_moves(change, request.scope), lapses=STANDING_LAPSES,
        citations=reads.citations(kind, change.member, today, change.ground),
        may_open=request.scope.may(Member.view_right, change.member),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def change_move(request: Any, pk: int, act: str) -> HttpResponse:
    """GET asks for the words a move needs; POST makes it."""
    change = _seen(request, pk)
    if act not in {row.name for row in rules.MOVES if row.right}:
        raise Http404
    if request.method == "GET":
        move = next((row for row in work.allowed_moves(change, request.scope) if row.name == act), None)
        form = ChangeMoveForm(initial={"version": change.version})
        return _move_page(request, change, act, form) if move else _overtaken(request, change)
    form = ChangeMoveForm(request.POST)
    return _moved(request, change, act, form) if form.is_valid() else _overtaken(request, change)


def _moved(request: Any, change: StandingChange, act: str, form: ChangeMoveForm) -> HttpResponse:
    try:
        moved = work.move(
            change, act, actor=request.user, scope=request.scope, at=timezone.now(), words=form.words()
        )
    except StaleVersion:
        return _overtaken(request, change)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.params["right"]) from refusal
    except Refused as refusal:
        if refusal.code == "standing_moved_on":
            return _overtaken(request, change)
        form.add_error(None, sentence(refusal, REFUSALS))
        return _move_page(request, change, act, form)
    messages.success(request, _("Done: %(label)s.") % {"label": rules.named(act).label})
    return redirect(moved)


def _move_page(request: Any, change: StandingChange, act: str, form: ChangeMoveForm) -> HttpResponse:
    status = 422 if form.errors else 200
    return render_page(
        request, "members/change_move.html", status=status, change=change, move=rules.named(act), form=form
    )


def _overtaken(request: Any, change: StandingChange) -> HttpResponse:
    return _detail(request, _seen(request, change.pk), status=409, refusal=REFUSALS["standing_moved_on"])
