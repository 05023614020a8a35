"""Signing in and out, and the two switches every page carries: language and large print."""

from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from orgportal.core.account_forms import SignInForm
from orgportal.core.decorators import public, repeatable
from orgportal.core.demo_signins import demo_signins
from orgportal.core.errors import Refused
from orgportal.core.forms import typed
from orgportal.core.models import User
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page
from orgportal.core.workflows import accounts, signing

YEAR = 365 * 24 * 3600


def local_next(request: HttpRequest, default: str = settings.LOGIN_REDIRECT_URL) -> str:
    """Where to go on to, if it is a page of ours."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if is_ours and not target.startswith(reverse("core:sign-in")) else default


@public
@repeatable
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.method == "GET" and request.user.is_authenticated:
        return HttpResponseRedirect(local_next(request))
    form = SignInForm(typed(request), initial=_chosen_signin(request))
    if request.method == "POST" and form.is_valid() and _is_signed_in(request, form):
        return HttpResponseRedirect(local_next(request))
    return render_page(
        request,
        "core/sign_in.html",
        status=422 if form.is_bound else 200,
        form=form,
        next=local_next(request, ""),
        expired="expired" in request.GET,
        signins=demo_signins(),
    )


def _is_signed_in(request: HttpRequest, form: SignInForm) -> bool:
    """Try; otherwise leave on the form one sentence that does not tell a wrong name from a wrong password."""
    user = authenticate(request, **form.cleaned_data)
    if isinstance(user, User):
        try:
            signing.sign_in(request, user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, sentence(refusal))
            return False
        return True
    is_locked = bool(getattr(request, "axes_locked_out", False))
    signing.note_failed(form.cleaned_data["username"], is_locked=is_locked, at=timezone.now())
    form.add_error(None, _("The name or the password is wrong. Check both and try again."))
    return False


def _chosen_signin(request: HttpRequest) -> dict[str, Any]:
    """In the demo, one click on a listed sign-in fills the form."""
    chosen = [row for row in demo_signins() if row.user_name == request.GET.get("as")]
    return {"username": chosen[0].user_name, "password": chosen[0].password} if chosen else {}


@repeatable
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    signing.sign_out(request, at=timezone.now())
    response = redirect("core:sign-in")
    # Drafts of this person must not meet the next one at this computer.
    response["Clear-Site-Data"] = '"storage"'
    return response


@public
@repeatable
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    language = request.POST.get("language", "")
    response = HttpResponseRedirect(local_next(request))
    if language in dict(settings.LANGUAGES):
        accounts.remember(request.user, language=language)
        _keep(response, settings.LANGUAGE_COOKIE_NAME, language)
    return response


@public
@repeatable
@require_POST
def set_elder_mode(request: HttpRequest) -> HttpResponse:
    is_on = request.POST.get("elder") == "1"
    accounts.remember(request.user, elder_mode=is_on)
    response = HttpResponseRedirect(local_next(request))
    _keep(response, "elder", "1" if is_on else "0")
    return response


def _keep(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=YEAR, secure=settings.HTTPS_ONLY, httponly=True, samesite="Lax")
