"""The security administrator's desk: who holds which post, and what each post carries."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from branches.choices import PostKind
from branches.provisions import RIGHTS, RIGHTS_ABOVE
from members.queries import desk_holders, posts_in_force
from orgportal.core.decorators import desk
from orgportal.core.keyset import NEWEST, keyset_page
from orgportal.core.models import Desk
from orgportal.core.ui import render_page


@desk(Desk.SECURITY)
@require_safe
def grant_list(request: Any) -> HttpResponse:
    kind = request.GET.get("kind", "")
    page = keyset_page(posts_in_force(timezone.localdate(), kind), request, NEWEST)
    return render_page(
        request,
        "members/grants.html",
        part="members/_grants.html",
        page=page,
        holders=desk_holders(),
        kinds=PostKind.choices,
        kind=kind,
    )


@desk(Desk.SECURITY)
@require_safe
def right_list(request: Any) -> HttpResponse:
    """What each post lets its holder do, in a branch and in a body above."""
    posts = [
        (post.label, sorted(RIGHTS[post]), sorted(RIGHTS_ABOVE.get(post, RIGHTS[post]))) for post in PostKind
    ]
    return render_page(request, "members/rights.html", posts=posts)
