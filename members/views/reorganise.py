"""What happens to members when their branch changes: its merger, and its party groups."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from branches.messages import REFUSALS as TREE_REFUSALS
from branches.models import Organization
from members.forms.posts import MergeForm
from members.forms.register import GroupForm
from members.messages import REFUSALS
from members.queries import roster_for
from members.workflows.grouping import assign_group
from members.workflows.reorganise import merge_branches, preview_merger
from orgportal.core.decorators import may
from orgportal.core.errors import Refused
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page


def _branch(request: Any, pk: int, right: str) -> Organization:
    rows = Organization.objects.visible_to(request.scope).branches().current()
    found: Organization = get_object_or_404(rows, pk=pk)
    if not request.scope.may(right, found):
        raise PermissionDenied(right)
    return found


@require_http_methods(["GET", "POST"])
@may("branch.move")
def branch_merge(request: Any, pk: int) -> HttpResponse:
    """What would move and end stands beside the form; the button does it."""
    source = _branch(request, pk, "branch.move")
    at = timezone.now()
    first = {"on": timezone.localdate(at), "version": source.version}
    form = MergeForm(request.POST or None, source=source, scope=request.scope, initial=first)
    if request.method == "POST" and form.is_valid():
        target = form.cleaned_data["target"]
        try:
            merge_branches(source, target, form.order(), actor=request.user, scope=request.scope, at=at)
        except Refused as refusal:
            form.add_error(None, sentence(refusal, {**TREE_REFUSALS, **REFUSALS}))
        else:
            return redirect(target)
    preview = preview_merger(source, scope=request.scope, on=timezone.localdate(at))
    status = 422 if form.errors else 200
    return render_page(
        request, "members/branch_merge.html", status=status, form=form, source=source, preview=preview
    )


@require_http_methods(["GET", "POST"])
@may("group.edit")
def group_members(request: Any, pk: int) -> HttpResponse:
    """The branch's roster with its groups: tick, choose the group, save."""
    branch = _branch(request, pk, "group.edit")
    at = timezone.now()
    form = GroupForm(request.POST or None, branch=branch, scope=request.scope)
    if request.method == "POST" and form.is_valid():
        chosen = [member.pk for member in form.cleaned_data["members"]]
        group = form.cleaned_data["group"]
        try:
            assign_group(branch, chosen, group, actor=request.user, scope=request.scope, at=at)
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            return redirect("members:group-members", pk=branch.pk)
    return render_page(
        request,
        "members/groups.html",
        status=422 if form.errors else 200,
        form=form,
        branch=branch,
        roster=roster_for(branch, timezone.localdate(at)),
        groups={group.pk: group.name for group in branch.groups.all()},
    )
