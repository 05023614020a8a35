"""Operations on assessments and summaries; lists leave as plain rows."""

from typing import Any

import django_filters as filters
import orjson
from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from orgportal.core.api import ScopedListView, scope_of
from orgportal.health.api.serializers import AssessmentDetail, AssessmentRow, SummaryDetail, SummaryRow
from orgportal.health.models import CurrentAssessment, PeriodSummary


class AssessmentListFilter(filters.FilterSet):  # type: ignore[misc]  # the library carries no types
    class Meta:
        model = CurrentAssessment
        fields = ("is_silent",)


class SummaryListFilter(filters.FilterSet):  # type: ignore[misc]
    # A number, not a choice of bodies: which ids exist outside the scope is not told.
    organization = filters.NumberFilter(field_name="organization_id")

    class Meta:
        model = PeriodSummary
        fields = ("organization", "starts_on", "ends_on", "revision", "is_silent")


def names_of(serializer: Any) -> tuple[str, ...]:
    return tuple(serializer().fields)


def _answer(row: dict[str, Any]) -> HttpResponse:
    return HttpResponse(orjson.dumps(row), content_type="application/json")


@extend_schema(tags=["assessments"], summary="What is true now of each branch in scope")
class AssessmentList(ScopedListView):
    serializer_class = AssessmentRow
    filterset_class = AssessmentListFilter
    columns = names_of(AssessmentRow)

    def get_queryset(self) -> QuerySet[Any]:
        return CurrentAssessment.objects.annotate(id=F("branch_id"))


@extend_schema(tags=["assessments"], summary="The findings on one branch", responses=AssessmentDetail)
class AssessmentOne(APIView):
    def get(self, request: Request, pk: int) -> HttpResponse:
        rows = CurrentAssessment.objects.visible_to(scope_of(request)).annotate(id=F("branch_id"))
        return _answer(get_object_or_404(rows.values(*names_of(AssessmentDetail)), pk=pk))


@extend_schema(tags=["summaries"], summary="Summaries of months, quarters and years in scope, every revision")
class SummaryList(ScopedListView):
    serializer_class = SummaryRow
    filterset_class = SummaryListFilter
    columns = names_of(SummaryRow)

    def get_queryset(self) -> QuerySet[Any]:
        return PeriodSummary.objects.all()


@extend_schema(tags=["summaries"], summary="One summary as it was frozen", responses=SummaryDetail)
class SummaryOne(APIView):
    def get(self, request: Request, pk: int) -> HttpResponse:
        rows = PeriodSummary.objects.visible_to(scope_of(request))
        return _answer(get_object_or_404(rows.values(*names_of(SummaryDetail)), pk=pk))
