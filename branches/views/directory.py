"""The directory of bodies for everybody who signs in, and the type-ahead over it."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from branches.filters import DirectoryFilter
from branches.queries import directory
from orgportal.core.keyset import keyset_page
from orgportal.core.ui import render_page


def organization_directory(request: Any) -> HttpResponse:
    filters = DirectoryFilter(request.GET, queryset=directory())
    page = keyset_page(filters.qs, request, ("name_key", "pk"))
    return render_page(
        request, "branches/directory.html", part="branches/_directory_rows.html", filters=filters, page=page,
        at=timezone.now(),
    )  # fmt: skip
