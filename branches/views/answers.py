"""How every order about a body goes: typed, rehearsed, checked, done; a refusal comes before the check."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect

from branches.messages import REFUSALS
from branches.tables import answers, differences
from orgportal.core.errors import NotAllowed, Refused, StaleVersion
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page


@dataclass(frozen=True)
class Act:
    """What a page of this kind says, the form it fills and the workflow call it ends in."""

    title: Any
    button: Any
    done: Any
    make: Callable[[Any], Form]
    do: Callable[[Any], Any]
    back: str
    warning: Any = ""
    icon: str = "check"


def carry_out(request: Any, act: Act) -> HttpResponse:
    """Answers one step of an order."""
    step = request.POST.get("step", "")
    form = act.make(request.POST if request.method == "POST" else None)
    if request.method != "POST" or step == "edit":
        return _page(request, act, form)
    if not form.is_valid():
        return _page(request, act, form, status=422)
    try:
        row = act.do(form) if step == "do" else _rehearse(act, form)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.params["right"]) from refusal
    except StaleVersion as stale:
        return _compare(request, act, form, stale.current)
    except Refused as refusal:
        form.add_error(None, sentence(refusal, REFUSALS))
        return _page(request, act, form, status=422)
    if step != "do":
        return render_page(request, "branches/check.html", act=act, form=form, answers=answers(form))
    messages.success(request, str(act.done))
    return redirect(row if hasattr(row, "get_absolute_url") else act.back)


def _rehearse(act: Act, form: Form) -> Any:
    """Does it and takes it back: whoever reads the check page knows it will not be refused."""
    with transaction.atomic():
        row = act.do(form)
        transaction.set_rollback(True)
    return row


def _compare(request: Any, act: Act, form: Form, current: Any) -> HttpResponse:
    """Somebody saved first: theirs beside mine, and my form with the version I have now seen."""
    typed = request.POST.copy()
    typed["version"] = str(current.version)
    return _page(request, act, act.make(typed), status=409, conflict=differences(form, current))


def _page(request: Any, act: Act, form: Form, status: int = 200, **more: Any) -> HttpResponse:
    return render_page(request, "branches/order.html", status=status, act=act, form=form, **more)
