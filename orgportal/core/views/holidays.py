"""The year's free days and worked weekends: everybody looks them up, the system administrator enters them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orgportal.core.decorators import desk, repeatable
from orgportal.core.errors import Refused
from orgportal.core.forms import typed
from orgportal.core.holiday_forms import NoticeForm
from orgportal.core.holiday_notice import write_notice
from orgportal.core.holidays import work_calendar
from orgportal.core.models import Desk, HolidayNotice
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page
from orgportal.core.workflows.holidays import save_notice

# The table that is shipped begins in 2004; a notice comes a few weeks before its year.
FIRST_YEAR, AHEAD = 2004, 2


def year_of(text: str) -> int:
    """The year asked for; this one where none can be meant."""
    this = timezone.localdate().year
    return int(text) if text.isdecimal() and FIRST_YEAR <= int(text) <= this + AHEAD else this


@require_safe
def holiday_list(request: Any) -> HttpResponse:
    today, calendar = timezone.localdate(), work_calendar()
    year = year_of(request.GET.get("year", ""))
    return render_page(
        request, "core/holidays.html", year=year, days=calendar.special_days(year), today=today,
        is_known=calendar.knows(year), asks_for=calendar.asks_for(today),
        notice=HolidayNotice.objects.filter(year=year).first(), last=today.year + AHEAD, first=FIRST_YEAR,
        may_edit=request.user.desk == Desk.SYSTEM,
    )  # fmt: skip


@desk(Desk.SYSTEM)
@require_http_methods(["GET", "POST"])
def holiday_edit(request: Any, year: int) -> HttpResponse:
    """The notice as it was published, read back day by day."""
    if year != year_of(str(year)):
        raise Http404
    notice = HolidayNotice.objects.filter(year=year).first()
    days = work_calendar().special_days(year)
    form = NoticeForm(typed(request), year=year, initial=_as_it_stands(notice, days, year))
    if request.method == "POST" and form.is_valid() and _is_saved(request, form):
        messages.success(request, _("The holidays of %(year)s were entered.") % {"year": year})
        return redirect(f"{reverse('core:holiday-list')}?year={year}")
    status = 422 if form.is_bound else 200
    return render_page(request, "core/holiday_edit.html", status=status, form=form, year=year)


@desk(Desk.SYSTEM)
@repeatable
@require_POST
def holiday_reading(request: Any, year: int) -> HttpResponse:
    """What the text would enter, as read so far."""
    form = NoticeForm(request.POST, year=year)
    form.is_valid()
    return render_page(request, "core/_holiday_reading.html", form=form)


def _as_it_stands(notice: HolidayNotice | None, days: Any, year: int) -> dict[str, Any]:
    text = write_notice(days, year)
    if notice is None:
        return {"text": text, "version": 0}
    return {"document": notice.document, "text": text, "version": notice.version}


def _is_saved(request: Any, form: NoticeForm) -> bool:
    data = form.cleaned_data
    try:
        save_notice(
            form.year, data["document"], form.reading.days, seen_version=data["version"],
            actor=request.user, at=timezone.now(),
        )  # fmt: skip
    except Refused as refusal:
        form.add_error(None, sentence(refusal))
        return False
    return True


class SpecialDateSerializer(serializers.Serializer[Any]):
    """A day that is not what its weekday says."""

    on = serializers.DateField()
    is_workday = serializers.BooleanField()
    name = serializers.CharField()


class YearSerializer(serializers.Serializer[Any]):
    """`is_known` is false where no notice was entered: then Monday to Friday count as working days."""

    year = serializers.IntegerField()
    is_known = serializers.BooleanField()
    results = SpecialDateSerializer(many=True)


class HolidayView(APIView):
    """Free days of a year, and the weekends worked in exchange."""

    @extend_schema(responses=YearSerializer, parameters=[OpenApiParameter("year", int)])
    def get(self, request: Request) -> Response:
        year, calendar = year_of(request.query_params.get("year", "")), work_calendar()
        facts = {"year": year, "is_known": calendar.knows(year), "results": calendar.special_days(year)}
        return Response(YearSerializer(facts).data)
