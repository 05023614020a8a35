"""Pages that found, rename and end a party group."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from branches.forms import GroupEndForm, GroupForm
from branches.models import PartyGroup
from branches.views.answers import Act, carry_out
from branches.views.orders import body_for, by
from branches.workflows import groups
from orgportal.core.decorators import may


@may("group.edit")
def group_create(request: Any, pk: int) -> HttpResponse:
    body = body_for(request, pk, "group.edit")
    return carry_out(request, Act(
        title=_("Found a party group"),
        button=_("Found the group"),
        done=_("The party group is founded."),
        make=lambda data: GroupForm(data, scope=request.scope, initial={"on": timezone.localdate()}),
        do=lambda form: groups.found_group(body, form.cleaned_data["name"], form.order(), **by(request)),
        back=f"{body.get_absolute_url()}#groups",
    ))  # fmt: skip


@may("group.edit")
def group_rename(request: Any, pk: int) -> HttpResponse:
    group = _group_for(request, pk)
    initial = {"name": group.name, **_seen(group)}
    return carry_out(request, Act(
        title=_("Rename %(name)s") % {"name": group.name},
        button=_("Rename"),
        done=_("The new name is recorded."),
        make=lambda data: GroupForm(data, scope=request.scope, initial=initial),
        do=lambda form: groups.rename_group(group, form.cleaned_data["name"], form.order(), **by(request)),
        back=f"{group.branch.get_absolute_url()}#groups",
    ))  # fmt: skip


@may("group.edit")
def group_end(request: Any, pk: int) -> HttpResponse:
    group = _group_for(request, pk)
    return carry_out(request, Act(
        title=_("End %(name)s") % {"name": group.name},
        button=_("End the group"),
        done=_("The party group is ended; its record stays."),
        make=lambda data: GroupEndForm(data, scope=request.scope, initial=_seen(group)),
        do=lambda form: groups.end_group(group, form.order(), **by(request)),
        back=f"{group.branch.get_absolute_url()}#groups",
        warning=_("This cannot be undone. Put its members in another group first."),
        icon="archive",
    ))  # fmt: skip


def _group_for(request: Any, pk: int) -> PartyGroup:
    groups_seen = PartyGroup.objects.visible_to(request.scope).select_related("branch")
    group = get_object_or_404(groups_seen, pk=pk)
    if not request.scope.may("group.edit", group.branch):
        raise PermissionDenied("group.edit")
    return group


def _seen(group: PartyGroup) -> dict[str, Any]:
    return {"version": group.version, "on": timezone.localdate()}
