"""Logging a meeting without network: one page a browser keeps whole, and what it is told while online.

The page itself is the same for everybody and holds no data of anybody, so that keeping it gives nothing away.
"""

import hashlib
import json
import re
from functools import cache
from typing import Any

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from activities.forms.kept import kept_for, months_around
from activities.forms.meetings import MeetingForm
from activities.messages import OFFLINE
from activities.views.opening import nobodys_setting, records
from orgportal.core.decorators import public
from orgportal.core.ui import bare_context

SHELL = "X-Offline-Shell"
COLOUR = "#9c1a1c"
# What the page draws: a part missing among what is kept would leave it bare without network.
PARTS = re.compile(r'(?:href|src)="(/static/[^"]+)"')


@public
@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """The page that works without network; its parts and itself are kept by the service worker."""
    response = HttpResponse(_page(request))
    response[SHELL] = _shell()["version"]
    return response


@require_GET
@records
def offline_kept(request: Any) -> HttpResponse:
    """Whose the phone is, the names it may keep, and the token the sending needs after a new sign-in."""
    today = timezone.localdate()
    return JsonResponse({
        "user": request.user.pk, "name": str(request.user), "token": get_token(request), "on": today,
        "months": months_around(today), "branches": kept_for(request.scope, today),
    })  # fmt: skip


@public
@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """From the root, since a worker governs what lies below its own address."""
    source = f"const SHELL = {json.dumps(_shell())};\n{_source()}"
    response = HttpResponse(source, content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = "/"
    response["Cache-Control"] = "no-cache"
    return response


@public
@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone shows of the page once it is put on the first screen."""
    icons = [
        {
            "src": static(f"img/icon-{name}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": use,
        }
        for name, size, use in (("192", 192, "any"), ("512", 512, "any"), ("maskable", 512, "maskable"))
    ]
    body = {
        "name": _("Branch Portal"), "short_name": _("Branch Portal"), "lang": request.LANGUAGE_CODE,
        "id": "/", "start_url": reverse("activities:offline"), "scope": "/", "display": "standalone",
        "background_color": "#ffffff", "theme_color": COLOUR, "icons": icons,
    }  # fmt: skip
    return JsonResponse(
        body, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False}
    )


def _page(request: HttpRequest) -> str:
    form = MeetingForm(setting=nobodys_setting(), today=timezone.localdate())
    words = {name: str(text) for name, text in OFFLINE.items()}
    frame = bare_context(request, reverse("activities:offline"))
    return render_to_string(
        "activities/offline.html", {**frame, "form": form, "words": words, "colour": COLOUR}
    )


def _source() -> str:
    """The worker as it lies among the static files; collected ones first, as production has them."""
    name = "js/service-worker.js"
    if staticfiles_storage.exists(name):
        with staticfiles_storage.open(name) as file:
            return str(file.read().decode())
    with open(str(finders.find(name)), encoding="utf-8") as file:  # noqa: PTH123
        return file.read()


@cache
def _shell() -> dict[str, Any]:
    """What the worker keeps; any change of page, part or worker makes another version."""
    with translation.override("zh-hans"):
        page = _page(HttpRequest())
    parts = sorted(set(PARTS.findall(page)))
    digest = hashlib.sha256("\n".join([page, _source(), *parts]).encode()).hexdigest()[:16]
    return {"version": digest, "page": reverse("activities:offline"), "parts": parts}
