"""What the portal holds about me, who looked at it, and a copy of it."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET

from members.messages import OWN_ACCESS, OWN_CLASSES, OWN_FACTS
from members.models import Member
from members.queries.own import book_for, own_state
from members.queries.own_file import own_file
from members.queries.records import records_of
from members.queries.sheets import looks_at, member_sheet
from members.queries.watchers import who_can_see
from members.rules.own import ASKED
from members.rules.register import age_on
from members.tables import branch_timeline, look_lines, said
from members.tables.own import HOLDERS, not_in_copy, own_parts, own_record, own_spreadsheet
from members.tables.own_words import HEADINGS, TITLES
from members.workflows import privacy
from orgportal.core.ui import render_page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LOOKS_SHOWN = 50


def own_member(request: Any) -> Member:
    """The member behind the account; accounts without one have no such page."""
    rows = Member.objects.visible_to(request.scope).select_related("branch", "group")
    found: Member = get_object_or_404(rows, pk=request.scope.member_id or 0)
    return found


@require_GET
def own(request: Any) -> HttpResponse:
    member, today = own_member(request), timezone.localdate()
    sheet, book = member_sheet(member, today), book_for(member.path, today)
    return render_page(
        request,
        "members/own.html",
        member=member,
        sheet=sheet,
        age=age_on(member.birth_on, today),
        today=today,
        history=branch_timeline(sheet),
        records=records_of(member, request.scope),
        state=own_state(member, today),
        classes=who_can_see(member, sheet.transfer, today),
        class_words=OWN_CLASSES,
        access_words=OWN_ACCESS,
        fact_words={**HEADINGS, **TITLES, **OWN_FACTS},
        post_words=HOLDERS,
        asked=ASKED,
        said=said,
        looks=look_lines(looks_at(member, LOOKS_SHOWN)),
        looks_shown=LOOKS_SHOWN,
        missing=not_in_copy(book, today),
        copy_rule=book.cite("own.copy_right", today),
    )


@require_GET
def own_copy(request: Any, file_format: str) -> HttpResponse:
    """A copy to keep, to read by machine (json) or in a spreadsheet (xlsx)."""
    member, at = own_member(request), timezone.now()
    if file_format not in {"json", "xlsx"}:
        raise Http404
    privacy.copy_own(member, file_format, actor=request.user, at=at)
    parts, today = own_parts(own_file(member)), timezone.localdate(at)
    missing = not_in_copy(book_for(member.path, today), today)
    if file_format == "json":
        text = json.dumps(own_record(parts, missing, at), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        answer = HttpResponse(text, content_type="application/json")
    else:
        answer = HttpResponse(own_spreadsheet(parts, missing), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="my-data.{file_format}"'
    return answer
