"""Group robots of bodies: the list, setting one up, how its messages went, and what can be done about it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orgportal.core.decorators import may
from orgportal.core.errors import Refused
from orgportal.core.forms import typed
from orgportal.core.keyset import NEWEST, keyset_page
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page
from orgportal.health.forms import RobotForm
from orgportal.health.messages import REFUSALS, ROBOT_ACTS
from orgportal.health.models import Robot
from orgportal.health.queries import robots as queries
from orgportal.health.queries.robots import RIGHT
from orgportal.health.workflows import robots

ACTS = {
    "test": robots.test_robot,
    "start": robots.restart_robot,
    "retry": robots.retry_message,
    "remove": robots.remove_robot,
}


@require_GET
@may(RIGHT)
def robot_list(request: Any) -> HttpResponse:
    page = keyset_page(queries.robots(request.scope), request, NEWEST)
    return render_page(
        request, "health/robots.html", page=page, is_on=bool(settings.WEBHOOK_HOSTS),
        words=queries.outcome_words,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@may(RIGHT)
def robot_create(request: Any) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
@may(RIGHT)
def robot_edit(request: Any, pk: int) -> HttpResponse:
    return _edit(request, _robot(request, pk))


def _edit(request: Any, robot: Robot | None) -> HttpResponse:
    form = RobotForm(typed(request), scope=request.scope, robot=robot)
    if request.method == "POST" and form.is_valid():
        try:
            saved = robots.save_robot(
                form.cleaned_data["organization"], form.seen, form.wiring,
                actor=request.user, scope=request.scope, at=timezone.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(form.field_of(refusal.code), sentence(refusal, REFUSALS))
        else:
            messages.success(request, _("The robot is set up. Send a test message to see that it works."))
            return redirect(saved)
    return render_page(
        request, "health/robot_form.html", status=422 if form.errors else 200, form=form, robot=robot,
        hosts=settings.WEBHOOK_HOSTS,
    )  # fmt: skip


@require_GET
@may(RIGHT)
def robot_detail(request: Any, pk: int) -> HttpResponse:
    robot = _robot(request, pk)
    page = keyset_page(robot.messages.all(), request, NEWEST)
    return render_page(request, "health/robot.html", robot=robot, page=page, words=queries.outcome_words)


@require_POST
@may(RIGHT)
def robot_act(request: Any, pk: int, act: str) -> HttpResponse:
    """Test, start again, send again, remove."""
    robot = _robot(request, pk)
    try:
        ACTS[act](robot, actor=request.user, scope=request.scope, at=timezone.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal, REFUSALS))
    else:
        messages.success(request, str(ROBOT_ACTS[act]))
    return redirect("health:robot-list") if act == "remove" else redirect(robot)


def _robot(request: Any, pk: int) -> Robot:
    found: Robot = get_object_or_404(queries.robots(request.scope), pk=pk)
    return found
