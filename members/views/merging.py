"""Pages of a merge: find the other record, lay both side by side, look at what was done, undo it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from members.forms.merging import MergeForm
from members.messages import REFUSALS
from members.models import Member, Merge
from members.queries import merging as reads
from members.rules.register import mask_id_number
from members.views.member import visible_member
from members.workflows import merging as work
from orgportal.core.decorators import may
from orgportal.core.errors import Refused
from orgportal.core.forms import tidy
from orgportal.core.jinja import day as written
from orgportal.core.refusals import sentence
from orgportal.core.sealing import unseal
from orgportal.core.ui import render_page


@require_GET
@may("member.merge")
def merge_pick(request: Any, pk: int) -> HttpResponse:
    """Who in one's reach might be the same person, or whoever is named by number or name."""
    member = visible_member(request, pk, reads.RIGHT)
    text = tidy(request.GET.get("q", ""))
    found = reads.candidates(member, request.scope, text)
    return render_page(request, "members/merge_pick.html", member=member, found=found, text=text)


@require_http_methods(["GET", "POST"])
@may("member.merge")
def merge_form(request: Any, pk: int, other: int) -> HttpResponse:
    """Both records side by side: what differs is chosen field by field."""
    kept = visible_member(request, pk, reads.RIGHT)
    merged = visible_member(request, other, reads.RIGHT)
    plain = work.joined_stands(kept, merged, work.Choice(from_merged=(), basis=""))
    form = MergeForm(
        request.POST or None, kept=kept, merged=merged, shown=shown, is_contested=bool(plain.overlaps),
        initial={"version": kept.version, "other_version": merged.version},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        versions = form.cleaned_data["version"], form.cleaned_data["other_version"]
        try:
            done = work.merge(
                kept, merged, form.choice(), versions=versions, actor=request.user, scope=request.scope,
                at=timezone.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            return redirect(done)
    return _side_by_side(request, kept, merged, form)


def _side_by_side(request: Any, kept: Member, merged: Member, form: MergeForm) -> HttpResponse:
    histories = [
        (
            member,
            list(member.branch_periods.select_related("branch").order_by("starts_on")),
            list(member.standing_periods.order_by("starts_on")),
        )
        for member in (kept, merged)
    ]
    return render_page(
        request, "members/merge_form.html", status=422 if form.errors else 200, form=form, kept=kept,
        merged=merged, histories=histories,
    )  # fmt: skip


def shown(member: Member, name: str) -> str:
    """A field as both columns show it; the identity number stays masked."""
    if name == "id_number":
        return mask_id_number(unseal(bytes(member.id_number_sealed))) if member.id_number_sealed else ""
    if name == "standing":
        days = [written(day) for day in (member.joined_on, member.confirmed_on) if day]
        return " · ".join([member.get_standing_display(), *days])
    if name == "birth_on":
        return written(member.birth_on)
    if name in {"gender", "education", "occupation"}:
        return str(getattr(member, f"get_{name}_display")())
    return str(getattr(member, name) or "")


def _seen(request: Any, pk: int) -> Merge:
    rows = Merge.objects.visible_to(request.scope).select_related(
        "kept__branch", "merged", "made_by", "undone_by"
    )
    found: Merge = get_object_or_404(rows, pk=pk)
    return found


@require_GET
@may("member.merge")
def merge_detail(request: Any, pk: int) -> HttpResponse:
    return _detail(request, _seen(request, pk))


def _detail(request: Any, row: Merge, *, status: int = 200, refusal: str = "") -> HttpResponse:
    is_untouched = not row.is_undone and reads.fingerprint(row.kept, row.merged) == row.fingerprint
    return render_page(
        request, "members/merge.html", status=status, merge=row, is_untouched=is_untouched, refusal=refusal
    )


@require_POST
@may("member.merge")
def merge_undo(request: Any, pk: int) -> HttpResponse:
    row = _seen(request, pk)
    try:
        undone = work.undo(row, actor=request.user, scope=request.scope, at=timezone.now())
    except Refused as refusal:
        return _detail(request, row, status=409, refusal=sentence(refusal, REFUSALS))
    return redirect(undone)
