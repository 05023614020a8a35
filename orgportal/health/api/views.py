"""Operations on assessments and summaries; lists leave as plain rows."""

from typing import Any

import django_filters as filters
import orjson
from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orgportal.core.api import ScopedListView, scope_of
from orgportal.core.rulebook import Edition
from orgportal.health.api.serializers import (
    AssessmentDetail,
    AssessmentRow,
    PastDayQuery,
    PeriodMatrix,
    PeriodMatrixQuery,
    SummaryDetail,
    SummaryRow,
)
from orgportal.health.forms import PastDayForm, PeriodMatrixForm
from orgportal.health.models import CurrentAssessment, PeriodSummary
from orgportal.health.queries.inputs import Moment
from orgportal.health.queries.past import PastBranch, branches_ever, past_branches
from orgportal.health.queries.summaries import finished_spans
from orgportal.health.tables.period_matrix import matrix_of
from orgportal.health.workflows.assessments import facts_of


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


def moment_of(request: Request) -> Moment | None:
    """The past day asked for, checked as the page checks it; None for today as it is stored."""
    at = timezone.now()
    form = PastDayForm(request.query_params, today=timezone.localdate(at))
    if not form.is_valid():
        raise ValidationError({name: [*map(str, words)] for name, words in form.errors.items()})
    return form.moment(at)


def _cited(findings: list[dict[str, Any]], rules: Edition) -> list[dict[str, Any]]:
    return [{**finding, "citation": rules[finding["key"]]["citation"]} for finding in findings]


def _past_row(row: PastBranch, moment: Moment) -> dict[str, Any]:
    said = row.health
    return {
        "id": row.pk, "as_of": moment.as_of, "is_silent": said.is_silent, "silent_since": said.silent_since,
        "needs_help": said.needs_help, "rule_version": said.edition.name, "changed_at": moment.known_at,
    }  # fmt: skip


@extend_schema(tags=["assessments"], summary="What is true of each branch in scope, now or on a past day")
class AssessmentList(ScopedListView):
    """With `as_of` every branch of that day in one answer, worked out on the spot; `changed_at` is then the
    moment up to which what is on record counts."""

    serializer_class = AssessmentRow
    filterset_class = AssessmentListFilter
    columns = names_of(AssessmentRow)

    def get_queryset(self) -> QuerySet[Any]:
        return CurrentAssessment.objects.annotate(id=F("branch_id"), rule_version=F("edition_id"))

    @extend_schema(parameters=[PastDayQuery])
    def get(self, request: Request) -> HttpResponse:
        moment = moment_of(request)
        if moment is None:
            return super().get(request)
        found = sorted(past_branches(scope_of(request), "", moment), key=lambda row: row.pk)
        silent = request.query_params.get("is_silent", "").lower()
        rows = [
            _past_row(row, moment)
            for row in found
            if silent not in {"true", "false"} or row.is_silent is (silent == "true")
        ]
        return _answer({"results": rows, "next_after": None})


@extend_schema(
    tags=["assessments"], summary="The findings on one branch", responses=AssessmentDetail,
    parameters=[PastDayQuery],
)  # fmt: skip
class AssessmentOne(APIView):
    def get(self, request: Request, pk: int) -> HttpResponse:
        if moment := moment_of(request):
            return self._past(request, pk, moment)
        rows = CurrentAssessment.objects.visible_to(scope_of(request))
        named = rows.annotate(id=F("branch_id"), rule_version=F("edition_id"), rules=F("edition__provisions"))
        row = get_object_or_404(named.values(*names_of(AssessmentDetail), "rules"), pk=pk)
        rules = row.pop("rules")
        return _answer({**row, "findings": _cited(row["findings"], rules)})

    def _past(self, request: Request, pk: int, moment: Moment) -> HttpResponse:
        body = get_object_or_404(branches_ever(scope_of(request)), pk=pk)
        for row in past_branches(scope_of(request), body.path, moment):
            findings = _cited(row.health.findings, row.health.edition.provisions)
            details = {"findings": findings, "facts": facts_of(row.inputs)}
            return _answer({**_past_row(row, moment), **details})
        raise ValidationError({"as_of": [_("The branch did not exist on this day.")]})


@extend_schema(tags=["summaries"], summary="Summaries of months, quarters and years in scope, every revision")
class SummaryList(ScopedListView):
    serializer_class = SummaryRow
    filterset_class = SummaryListFilter
    columns = names_of(SummaryRow)

    def get_queryset(self) -> QuerySet[Any]:
        return PeriodSummary.objects.annotate(rule_version=F("edition_id"))


@extend_schema(tags=["summaries"], summary="One summary as it was frozen", responses=SummaryDetail)
class SummaryOne(APIView):
    def get(self, request: Request, pk: int) -> HttpResponse:
        rows = PeriodSummary.objects.visible_to(scope_of(request))
        named = rows.annotate(rule_version=F("edition_id"), rules=F("edition__provisions"))
        return _answer(get_object_or_404(named.values(*names_of(SummaryDetail)), pk=pk))


@extend_schema(tags=["summaries"], summary="Branches or bodies by period summed up")
class PeriodMatrixView(APIView):
    @extend_schema(parameters=[PeriodMatrixQuery], responses=PeriodMatrix)
    def get(self, request: Request) -> HttpResponse:
        form = PeriodMatrixForm(
            request.query_params, scope=scope_of(request), today=timezone.localdate(), done=finished_spans()
        )
        found = matrix_of(form, request)
        page, body = found["page"], form.body
        answer = {
            **found, "under": body.pk if body else None, "duty": form.rule,
            "total": page.total if page else None, "previous": page.previous_url if page else "",
            "next": page.next_url if page else "",
        }  # fmt: skip
        return Response(PeriodMatrix(answer).data)
