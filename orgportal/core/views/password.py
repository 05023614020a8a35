"""The password of one's own: forced after a slip, free at any time."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from orgportal.core.account_forms import PasswordForm
from orgportal.core.decorators import repeatable
from orgportal.core.forms import typed
from orgportal.core.ui import render_page
from orgportal.core.workflows.accounts import change_password


@sensitive_post_parameters()
@repeatable
@require_http_methods(["GET", "POST"])
def password_change(request: Any) -> HttpResponse:
    is_forced = request.user.must_change_password
    form = PasswordForm(typed(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        change_password(request, request.user, form.cleaned_data["new"], at=timezone.now())
        messages.success(request, _("Your password was changed. Other computers have been signed out."))
        return redirect("/")
    status = 422 if form.is_bound else 200
    return render_page(request, "core/password.html", status=status, form=form, is_forced=is_forced)
