"""The search page, and what the box in the top bar suggests while one types."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from members.queries.search import asks_identity
from orgportal.core.limits import may_seek_identity
from orgportal.core.ui import render_page
from orgportal.search.forms import SearchForm
from orgportal.search.queries import search
from orgportal.search.tables import lines_of, search_url


@require_safe
def search_page(request: Any) -> HttpResponse:
    form = SearchForm(request.GET)
    asked = form.asked
    with_identity = not asks_identity(asked["text"]) or may_seek_identity(request)
    groups = search(**asked, scope=request.scope, with_identity=with_identity)
    return render_page(
        request,
        "search/search.html",
        part="search/_groups.html",
        form=form,
        sought=asked["text"],
        only=asked["only"],
        groups=[lines_of(group, asked["text"]) for group in groups if group.rows],
        whole_url=search_url(asked["text"]),
        is_limited=not with_identity,
    )
