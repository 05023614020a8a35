"""Operations on ledgers: what each says, and the same as a file; every file taken is a line of the trail."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from activities.api.base import Operation
from activities.api.ledger_serializers import FormSerializer, LedgerSerializer
from activities.choices import PERIODIC, LedgerForm, LedgerKind
from activities.models import Activity
from activities.queries.period_ledgers import ledger_of
from activities.rules.duties import Period
from activities.rules.ledgers import Grid, Ledger, Part, fits, period_bound, period_named
from activities.workflows.ledger_files import TYPES
from activities.workflows.ledgers import OF_A_MEETING, Order, take, take_of_meeting
from branches.models import Organization
from orgportal.core.api import scope_of
from orgportal.core.attachments import attached
from orgportal.core.views.asking import by

FILE = {
    (200, kind): OpenApiResponse(OpenApiTypes.BINARY, description="The ledger as a file.")
    for kind in TYPES.values()
}
FORM = OpenApiParameter("form", str, required=True, enum=LedgerForm.values)
PERIOD = OpenApiParameter(
    "period", str, description="A quarter (2026-Q1) or a year (2026); else the one due to be bound."
)
KIND = OpenApiParameter("kind", str, OpenApiParameter.PATH, enum=[*PERIODIC])
MEETING_KIND = OpenApiParameter("kind", str, OpenApiParameter.PATH, enum=[*OF_A_MEETING])


def told(ledger: Ledger) -> dict[str, Any]:
    return {
        "kind": ledger.kind,
        "title": ledger.title,
        "branch": ledger.branch,
        "starts_on": ledger.span[0],
        "ends_on": ledger.span[-1],
        "is_void": ledger.is_void,
        "parts": [_part(part) for part in ledger.parts],
        "signers": ledger.signers,
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "key": part.key,
        "number": part.number,
        "heading": part.heading,
        "record_id": part.record_id,
        "facts": [{"key": fact.key, "label": fact.label, "value": fact.value} for fact in part.facts],
        "tables": [_grid(grid) for grid in part.grids],
    }


def _grid(grid: Grid) -> dict[str, Any]:
    keys = [column.key for column in grid.columns]
    return {
        "key": grid.key,
        "title": grid.title,
        "columns": [{"key": column.key, "label": column.label} for column in grid.columns],
        "rows": [dict(zip(keys, row, strict=True)) for row in grid.rows],
    }


def form_of(request: Request) -> LedgerForm:
    asked = FormSerializer(data=request.query_params)
    asked.is_valid(raise_exception=True)
    return LedgerForm(asked.validated_data["form"])


# --- of a branch and a period


def asked_of(request: Request, branch: int, kind: str) -> tuple[LedgerKind, Organization, Period]:
    """404 for what is out of sight or no ledger, 400 for a period it has not."""
    rows = Organization.objects.visible_to(scope_of(request)).branches()
    row = get_object_or_404(rows, pk=branch)
    if not scope_of(request).may(Activity.view_right, row) or kind not in PERIODIC:
        raise NotFound
    which, today = LedgerKind(kind), timezone.localdate()
    named = request.query_params.get("period", "")
    period = period_named(named, today) if named else period_bound(which, today)
    if period is None or not fits(which, period):
        raise ValidationError({"period": ["not_a_period"]})
    return which, row, period


class LedgerView(Operation[Organization]):
    """What a ledger of a branch says of a quarter or a year."""

    queryset = Organization.objects.all()
    serializer_class = LedgerSerializer

    @extend_schema(parameters=[KIND, PERIOD])
    def get(self, request: Request, branch: int, kind: str) -> Response:
        which, row, period = asked_of(request, branch, kind)
        return Response(told(ledger_of(which, row, period, scope_of(request), timezone.localdate())))


class LedgerFileView(Operation[Organization]):
    """The same as PDF, workbook or Word file; always in Chinese."""

    queryset = Organization.objects.all()
    serializer_class = FormSerializer

    @extend_schema(parameters=[KIND, PERIOD, FORM], responses=FILE)
    def get(self, request: Request, branch: int, kind: str) -> HttpResponse:
        which, row, period = asked_of(request, branch, kind)
        order = Order(which, row, period, form_of(request))
        taken = take(order, **by(request))
        return attached(taken.content, taken.kind, taken.name)


# --- of a meeting


def meeting_of(request: Request, pk: int, kind: str) -> tuple[LedgerKind, Activity]:
    rows = Activity.objects.visible_to(scope_of(request)).select_related(
        "branch", "group", "chair", "recorder", "confirmed_by"
    )
    row = get_object_or_404(rows, pk=pk)
    if kind not in OF_A_MEETING:
        raise NotFound
    return LedgerKind(kind), row


class MeetingLedgerView(Operation[Activity]):
    """What the paper of one meeting says: its record, or the sheet that was signed."""

    queryset = Activity.objects.all()
    serializer_class = LedgerSerializer

    @extend_schema(parameters=[MEETING_KIND])
    def get(self, request: Request, pk: int, kind: str) -> Response:
        which, row = meeting_of(request, pk, kind)
        return Response(told(OF_A_MEETING[which](row, scope_of(request), timezone.localdate())))


class MeetingLedgerFileView(Operation[Activity]):
    """The same as PDF, workbook or Word file; always in Chinese."""

    queryset = Activity.objects.all()
    serializer_class = FormSerializer

    @extend_schema(parameters=[MEETING_KIND, FORM], responses=FILE)
    def get(self, request: Request, pk: int, kind: str) -> HttpResponse:
        which, row = meeting_of(request, pk, kind)
        taken = take_of_meeting(which, row, form_of(request), **by(request))
        return attached(taken.content, taken.kind, taken.name)


urlpatterns = [
    path("branches/<int:branch>/ledgers/<slug:kind>/", LedgerView.as_view(), name="ledger"),
    path("branches/<int:branch>/ledgers/<slug:kind>/file/", LedgerFileView.as_view(), name="ledger-file"),
    path("activities/<int:pk>/papers/<slug:kind>/", MeetingLedgerView.as_view(), name="activity-paper"),
    path(
        "activities/<int:pk>/papers/<slug:kind>/file/", MeetingLedgerFileView.as_view(), name="activity-file"
    ),
]
