"""The list of members, and the list as it leaves the portal: spreadsheet and paper."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from branches.choices import PostKind
from members.choices import Gender, LookKind, MobileState, Standing
from members.filters import MemberFilter, cursor_of
from members.forms.privacy import HandOutForm
from members.messages import REFUSALS
from members.queries import posts_by_member
from members.queries.as_of import AsOf, posts_of
from members.queries.lists import (
    COUNT_CAP,
    Leaving,
    ListPage,
    in_transit,
    leaving,
    list_count,
    list_page,
    list_rows,
    reachable,
)
from members.rules.register import age_on
from members.tables import cell_text, columns_of, spreadsheet
from members.workflows.batches import MOST
from members.workflows.privacy import EXPORT_LIMIT, Errand, hand_out
from orgportal.core.decorators import may, repeatable
from orgportal.core.errors import Refused
from orgportal.core.refusals import sentence
from orgportal.core.scoping import Scope
from orgportal.core.ui import render_page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@may("member.view")
def member_list(request: Any) -> HttpResponse:
    today = timezone.localdate()
    filters = MemberFilter(request.GET, scope=request.scope, today=today)
    page = list_page(
        filters.roots, filters.narrow, cursor=cursor_of(request.GET), is_selective=filters.is_selective,
        on=filters.past,
    )  # fmt: skip
    shown = [row.id for row in page.rows]
    transit = set() if filters.on else in_transit(shown)
    return render_page(
        request,
        "members/roster.html",
        part="members/_roster.html",
        filters=filters,
        page=page,
        total=_total(filters, page),
        cap=COUNT_CAP,
        batch_most=MOST,
        posts=_posts(filters, shown),
        transit=transit,
        leaving=_leaving(filters, page, transit, request.scope),
        within_reach=reachable(shown, request.scope) if filters.on else set(shown),
        may_take_away=request.scope.may_somewhere("member.export"),
        **row_words(filters.today),
    )


def _total(filters: MemberFilter, page: ListPage) -> int:
    return len(page.rows) if page.is_whole else list_count(filters.roots, filters.narrow, on=filters.past)


def _posts(filters: MemberFilter, shown: list[int]) -> dict[int, tuple[str, ...]]:
    if filters.past and filters.past.known:
        return posts_of(shown, filters.past)
    return posts_by_member(filters.today, member__in=shown)


def _leaving(filters: MemberFilter, page: ListPage, transit: set[int], scope: Scope) -> Leaving | None:
    """Above the list of today as a whole, not above one that is searched; who leaves is still a row of it."""
    nobody_leaves = page.is_whole and not (transit or filters.is_narrowed)
    if filters.on or filters.is_selective or page.has_previous or nobody_leaves:
        return None
    return leaving(filters.roots, scope)


def row_words(today: Any) -> dict[str, Any]:
    """What the cells of a list are spelled with."""
    return {
        "age": lambda born: age_on(born, today),
        "genders": dict(Gender.choices),
        "standings": dict(Standing.choices),
        "mobile_states": dict(MobileState.choices),
        "post_kinds": dict(PostKind.choices),
        "now": timezone.now(),
    }


@require_http_methods(["GET", "POST"])
@may("member.export")
@repeatable
def member_export(request: Any) -> HttpResponse:
    at = timezone.now()
    filters = MemberFilter(request.GET, scope=request.scope, today=timezone.localdate(at))
    roots = filters.roots_with("member.export", request.scope)
    form = HandOutForm(request.POST or None)
    if form.is_valid():
        rows = list_rows(roots, filters.narrow, EXPORT_LIMIT + 1, on=filters.past)
        errand = Errand(LookKind(form.cleaned_data["kind"]), form.cleaned_data["purpose"], roots)
        try:
            hand_out([row.id for row in rows], errand, actor=request.user, scope=request.scope, at=at)
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            return _handed_out(request, errand, rows, at, filters.past)
    status = 422 if form.errors else 200
    total = list_count(roots, filters.narrow, on=filters.past)
    return render_page(
        request,
        "members/export.html",
        status=status,
        form=form,
        filters=filters,
        total=total,
        limit=EXPORT_LIMIT,
    )


def _handed_out(
    request: HttpRequest, errand: Errand, rows: list[Any], made: Any, past: AsOf | None
) -> HttpResponse:
    on = past.day if past else None
    if errand.kind == LookKind.PRINT:
        columns = columns_of(on, printed=True)
        table = [[cell_text(column.value(row)) for column in columns] for row in rows]
        return render_page(
            request,
            "members/print.html",
            on=on,
            known=past.known if past else None,
            columns=columns,
            table=table,
            errand=errand,
            made=made,
            who=request.user,
        )
    notes = _notes(errand, len(rows), made, str(request.user), past)
    answer = HttpResponse(spreadsheet(_("Members"), notes, rows, columns_of(on)), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="members-{made:%Y%m%d-%H%M}.xlsx"'
    return answer


def _notes(errand: Errand, count: int, made: Any, who: str, past: AsOf | None) -> list[str]:
    """What stands above the rows of a spreadsheet."""
    made_at = f"{made:%Y-%m-%d %H:%M}"
    return [
        _("Members, %(count)d rows") % {"count": count},
        _("Made %(at)s by %(who)s for: %(purpose)s") % {"at": made_at, "who": who, "purpose": errand.purpose},
        *([_("As of %(day)s") % {"day": past.day.isoformat()}] if past else []),
        *([_("As known on %(day)s") % {"day": past.known.isoformat()}] if past and past.known else []),
    ]
