"""Pages that found, rename, change, move and dissolve a body."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from branches.forms import CreateForm, DetailsForm, DissolveForm, MoveForm, RenameForm
from branches.models import Organization
from branches.views.answers import Act, carry_out
from branches.workflows import tree
from orgportal.core.decorators import may


def body_for(request: Any, pk: int, right: str) -> Organization:
    """The body, if it is in scope (404) and one may do this there (403)."""
    body = get_object_or_404(Organization.objects.visible_to(request.scope), pk=pk)
    if not request.scope.may(right, body):
        raise PermissionDenied(right)
    return body


def by(request: Any) -> dict[str, Any]:
    return {"actor": request.user, "scope": request.scope, "at": timezone.now()}


@may("branch.create")
def organization_create(request: Any) -> HttpResponse:
    initial = {"parent": request.GET.get("under"), "on": timezone.localdate()}
    return carry_out(request, Act(
        title=_("Found a body"),
        button=_("Found the body"),
        done=_("The body is founded."),
        make=lambda data: CreateForm(data, scope=request.scope, initial=initial),
        do=lambda form: tree.found_body(form.above(), form.body(), form.order(), **by(request)),
        back=reverse("branches:organization-list"),
    ))  # fmt: skip


@may("branch.edit")
def organization_rename(request: Any, pk: int) -> HttpResponse:
    body = body_for(request, pk, "branch.edit")
    initial = _initial(body, "name", "short_name")
    return carry_out(request, Act(
        title=_("Rename %(name)s") % {"name": body.name},
        button=_("Rename"),
        done=_("The new name is recorded; the old one stays in the history."),
        make=lambda data: RenameForm(data, scope=request.scope, initial=initial),
        do=lambda form: tree.rename(body, form.names(), form.order(), **by(request)),
        back=body.get_absolute_url(),
    ))  # fmt: skip


@may("branch.edit")
def organization_edit(request: Any, pk: int) -> HttpResponse:
    body = body_for(request, pk, "branch.edit")
    initial = _initial(body, "sector", "form", "has_committee", "phone", "address", "ends_on")
    return carry_out(request, Act(
        title=_("Change the details of %(name)s") % {"name": body.name},
        button=_("Save the details"),
        done=_("The details are saved."),
        make=lambda data: DetailsForm(data, scope=request.scope, initial=initial),
        do=lambda form: tree.change_details(body, form.details(), form.order(), **by(request)),
        back=body.get_absolute_url(),
    ))  # fmt: skip


@may("branch.move")
def organization_move(request: Any, pk: int) -> HttpResponse:
    body = body_for(request, pk, "branch.move")
    return carry_out(request, Act(
        title=_("Move %(name)s") % {"name": body.name},
        button=_("Move the body"),
        done=_("The body with all below it now stands in its new place."),
        make=lambda data: MoveForm(data, scope=request.scope, initial=_initial(body)),
        do=lambda form: tree.move(body, form.above(), form.order(), **by(request)),
        back=body.get_absolute_url(),
        warning=_("Bodies and members below it move along. Those who oversee the new place will see them."),
    ))  # fmt: skip


@may("branch.dissolve")
def organization_dissolve(request: Any, pk: int) -> HttpResponse:
    body = body_for(request, pk, "branch.dissolve")
    return carry_out(request, Act(
        title=_("Dissolve %(name)s") % {"name": body.name},
        button=_("Dissolve the body"),
        done=_("The body is dissolved; its record stays."),
        make=lambda data: DissolveForm(data, scope=request.scope, initial=_initial(body)),
        do=lambda form: tree.dissolve(body, form.order(), **by(request)),
        back=body.get_absolute_url(),
        warning=_("This cannot be undone. A body with members, bodies below or open transfers cannot end."),
        icon="archive",
    ))  # fmt: skip


def _initial(body: Organization, *names: str) -> dict[str, Any]:
    shown = {name: getattr(body, name) for name in names}
    return {**shown, "version": body.version, "on": timezone.localdate()}
