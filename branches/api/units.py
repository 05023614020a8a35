"""Operations on units of the two coverages; lists leave as plain rows."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from branches.api import unit_serializers as shapes
from branches.choices import LeaveListReason
from branches.filters import UnitFilter
from branches.models import AdviserVisit, Unit, UnitCoverage
from branches.queries.units import EDIT_RIGHT, unit_sheet
from branches.workflows import coverage, unit_history, units
from orgportal.core.api import ScopedListView, scope_of
from orgportal.core.errors import NotAllowed
from orgportal.core.views.asking import by

REFUSED = OpenApiResponse(description="Refused, with the code: unit_left, coverage_runs, …")
FACTS = tuple(shapes.UnitSerializer().fields)


def seen(request: Request, pk: int) -> Unit:
    rows: Any = Unit.objects.visible_to(scope_of(request)).select_related("committee")
    found: Unit = get_object_or_404(rows, pk=pk)
    return found


def told(request: Request, pk: int, status: int = 200) -> Response:
    """One unit with its coverage, the members known there, its visits and its history."""
    unit = seen(request, pk)
    sheet = unit_sheet(unit, scope_of(request), timezone.localdate())
    answer = {name: getattr(unit, name) for name in FACTS}
    answer |= {
        "pause": sheet.facts.pause,
        "formal_known": sheet.facts.formal,
        "members_known": sheet.facts.members,
        "credit_code_doubt": sheet.code_doubt,
        "lists": sorted(sheet.measures),
        "coverages": sheet.coverages,
        "visits": sheet.visits,
        "history": sheet.events,
    }
    return Response(shapes.UnitDetailSerializer(answer).data, status=status)


class UnitListView(ScopedListView):
    """Units within the caller's scope; `measure` names a list of the day; put on the list with POST."""

    queryset = Unit.objects.all()
    columns = FACTS

    def get_serializer_class(self) -> Any:
        return shapes.NewUnitSerializer if self.request.method == "POST" else shapes.UnitSerializer

    def narrowed(self) -> QuerySet[Any]:
        filters = UnitFilter(
            self.request.query_params, scope=scope_of(self.request), today=timezone.localdate()
        )
        found: QuerySet[Any] = filters.qs
        return found

    @extend_schema(parameters=[shapes.UnitQuerySerializer], responses=shapes.UnitSerializer(many=True))
    def get(self, request: Request) -> Any:
        return super().get(request)

    @extend_schema(responses={201: shapes.UnitDetailSerializer, 409: REFUSED})
    def post(self, request: Request) -> Response:
        """Puts a unit on the list; a doubtful credit code is told and kept."""
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        row = units.add_unit(form.entry(), form.validated_data["on"], **by(request))
        return told(request, row.pk, 201)


class UnitDetailView(GenericAPIView[Unit]):
    """One unit; changed with PUT."""

    queryset = Unit.objects.all()
    serializer_class = shapes.ChangedUnitSerializer

    @extend_schema(responses=shapes.UnitDetailSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return told(request, pk)

    @extend_schema(responses={200: shapes.UnitDetailSerializer, 409: REFUSED})
    def put(self, request: Request, pk: int) -> Response:
        """Changes who the unit is and who answers for it."""
        unit = seen(request, pk)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        units.change_unit(unit, form.entry(), **by(request))
        return told(request, pk)


class StepView(GenericAPIView[Any]):
    """One step of one unit: checked, carried out, and the unit as it is then."""

    queryset: Any = Unit.objects.all()

    @extend_schema(responses={200: shapes.UnitDetailSerializer, 409: REFUSED})
    def post(self, request: Request, pk: int) -> Response:
        row = self.row(request, pk)
        unit = row if isinstance(row, Unit) else row.unit
        if not scope_of(request).may(EDIT_RIGHT, unit.committee):
            raise NotAllowed(EDIT_RIGHT)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        self.act(row, form, by(request))
        return told(request, unit.pk)

    def row(self, request: Request, pk: int) -> Any:
        return seen(request, pk)

    def act(self, row: Any, form: Any, asker: dict[str, Any]) -> Any:
        raise NotImplementedError


class CoverView(StepView):
    """Begins a coverage: an own or joint body, an adviser, a liaison person, union or league."""

    serializer_class = shapes.UnitCoverSerializer

    def act(self, row: Any, form: Any, asker: dict[str, Any]) -> Any:
        return coverage.begin_coverage(row, form.new_coverage(), form.step(), **asker)


class UncoverView(StepView):
    """Ends a coverage with its last day and the reason."""

    queryset = UnitCoverage.objects.all()
    serializer_class = shapes.UncoverSerializer

    def row(self, request: Request, pk: int) -> Any:
        rows = UnitCoverage.objects.visible_to(scope_of(request)).select_related("unit__committee")
        return get_object_or_404(rows, pk=pk)

    def act(self, row: Any, form: Any, asker: dict[str, Any]) -> Any:
        return coverage.end_coverage(row, form.validated_data["reason"], form.step(), **asker)


class PauseView(StepView):
    """Records that the unit does not operate: it leaves the denominators and stays named."""

    serializer_class = shapes.UnitPauseSerializer

    def act(self, row: Any, form: Any, asker: dict[str, Any]) -> Any:
        return units.pause(row, form.new_pause(), form.step(), **asker)


class ResumeView(StepView):
    """Records that the unit operates again."""

    serializer_class = shapes.UnitStepSerializer

    def act(self, row: Any, form: Any, asker: dict[str, Any]) -> Any:
        return units.resume(row, form.step(), **asker)


class HiddenView(StepView):
    """Records how many formal members work there and are not on the register there."""

    serializer_class = shapes.UnitHiddenSerializer

    def act(self, row: Any, form: Any, asker: dict[str, Any]) -> Any:
        return units.count_hidden(row, form.validated_data["number"], form.step(), **asker)


class LeaveView(StepView):
    """Takes the unit off the list."""

    serializer_class = shapes.UnitLeaveSerializer

    def act(self, row: Any, form: Any, asker: dict[str, Any]) -> Any:
        reason = LeaveListReason(form.validated_data["reason"])
        return units.leave_list(row, reason, form.step(), **asker)


class UndoView(StepView):
    """Takes the unit's last step back; `event` is its line in the history."""

    serializer_class = shapes.UnitUndoSerializer

    def act(self, row: Any, form: Any, asker: dict[str, Any]) -> Any:
        return unit_history.undo(row, form.validated_data["event"], **asker)


class VisitView(StepView):
    """Logs a visit of an adviser or liaison person."""

    serializer_class = shapes.NewVisitSerializer

    def act(self, row: Any, form: Any, asker: dict[str, Any]) -> Any:
        return coverage.log_visit(row, coverage.NewVisit(**form.validated_data), **asker)


class VisitStrikeView(StepView):
    """Strikes a visit out of the log."""

    queryset = AdviserVisit.objects.all()
    serializer_class = shapes.UnitNothingSerializer

    def row(self, request: Request, pk: int) -> Any:
        rows = AdviserVisit.objects.visible_to(scope_of(request)).select_related("unit__committee")
        return get_object_or_404(rows, pk=pk)

    def act(self, row: Any, form: Any, asker: dict[str, Any]) -> Any:
        return coverage.strike_visit(row, **asker)


class CheckView(GenericAPIView[Any]):
    """Marks units as checked today; `expected` must be how many of them are on the caller's lists."""

    queryset = Unit.objects.all()
    serializer_class = shapes.UnitsCheckSerializer

    @extend_schema(responses={200: shapes.UnitsCheckedSerializer, 409: REFUSED})
    def post(self, request: Request) -> Response:
        if not scope_of(request).may_somewhere(EDIT_RIGHT):
            raise NotAllowed(EDIT_RIGHT)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        return Response({"marked": units.check_units(data["units"], data["expected"], **by(request))})


urlpatterns = [
    path("units/", UnitListView.as_view(), name="unit-list"),
    path("units/check/", CheckView.as_view(), name="unit-check"),
    path("units/<int:pk>/", UnitDetailView.as_view(), name="unit-detail"),
    path("units/<int:pk>/cover/", CoverView.as_view(), name="unit-cover"),
    path("units/<int:pk>/pause/", PauseView.as_view(), name="unit-pause"),
    path("units/<int:pk>/resume/", ResumeView.as_view(), name="unit-resume"),
    path("units/<int:pk>/members/", HiddenView.as_view(), name="unit-hidden"),
    path("units/<int:pk>/leave/", LeaveView.as_view(), name="unit-leave"),
    path("units/<int:pk>/undo/", UndoView.as_view(), name="unit-undo"),
    path("units/<int:pk>/visits/", VisitView.as_view(), name="visit-log"),
    path("units/coverage/<int:pk>/end/", UncoverView.as_view(), name="coverage-end"),
    path("units/visits/<int:pk>/strike/", VisitStrikeView.as_view(), name="visit-strike"),
]
