"""The guide: one page for every job, open before signing in as well."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from orgportal.core.decorators import public
from orgportal.core.messages import GUIDES
from orgportal.core.ui import render_page


@public
@require_safe
def guide(request: Any) -> HttpResponse:
    return render_page(request, "core/help.html", guides=GUIDES, guides_by_anchor=dict(GUIDES))
