"""Operations on records, duties and follow-ups."""

from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from activities.api import serializers
from activities.choices import ActivityState
from activities.filters import ActivityFilter, DecisionFilter, DutyFilter
from activities.models import Activity, Decision, Duty
from activities.queries import snapshot
from activities.workflows.decisions import mark_done
from activities.workflows.meetings import amend_meeting, record_meeting, record_not_held, void_record
from members.queries.merging import ids_of
from orgportal.core.api import ScopedListView, scope_of
from orgportal.core.views.asking import by

FACTS = tuple(serializers.ActivitySerializer().fields)
DUTY_FACTS = tuple(serializers.DutySerializer().fields)
DECISION_FACTS = tuple(serializers.DecisionSerializer().fields)


def facts(row: Activity) -> dict[str, Any]:
    """One record whole: what the list shows, and what a revision keeps."""
    return {name: getattr(row, name) for name in FACTS} | snapshot(row)


def record(request: Request, pk: int) -> Activity:
    rows = Activity.objects.visible_to(scope_of(request)).select_related("branch")
    return get_object_or_404(rows, pk=pk)


class ActivityListView(ScopedListView):
    """Records within the caller's scope; a meeting is recorded with POST."""

    queryset = Activity.objects.all()
    filterset_class = ActivityFilter
    columns = FACTS

    def get_serializer_class(self) -> Any:
        found = {"POST": serializers.MeetingCreateSerializer}
        return found.get(self.request.method or "", serializers.ActivitySerializer)

    @extend_schema(responses={201: serializers.ActivityDetailSerializer})
    def post(self, request: Request) -> HttpResponse:
        """Records a meeting that was held; the duties it meets are settled with it."""
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        row = record_meeting(
            form.entry(), branch=data["branch"], is_another=data["is_another"], **by(request)
        )
        return Response(facts(row), status=201)


class NotHeldView(GenericAPIView[Activity]):
    """Says that no meeting was held, or that the branch is excused."""

    queryset = Activity.objects.all()
    serializer_class = serializers.NotHeldSerializer

    @extend_schema(responses={201: serializers.ActivityDetailSerializer})
    def post(self, request: Request) -> Response:
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        row = record_not_held(form.said(), branch=form.validated_data["branch"], **by(request))
        return Response(facts(row), status=201)


class ActivityDetailView(GenericAPIView[Activity]):
    """One record with attendance, items and decisions."""

    queryset = Activity.objects.all()
    serializer_class = serializers.ActivityDetailSerializer

    def get(self, request: Request, pk: int) -> Response:
        return Response(facts(record(request, pk)))


class ActivityAmendView(GenericAPIView[Activity]):
    """Puts a record right; 412 with the current version where somebody saved first."""

    queryset = Activity.objects.all()
    serializer_class = serializers.MeetingAmendSerializer

    @extend_schema(responses=serializers.ActivityDetailSerializer)
    def post(self, request: Request, pk: int) -> Response:
        row = record(request, pk)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        row = amend_meeting(row, form.entry(), seen_version=form.validated_data["version"], **by(request))
        return Response(facts(row))


class ActivityVoidView(GenericAPIView[Activity]):
    """Takes a wrong entry out of every count; it stays with its reason."""

    queryset = Activity.objects.all()
    serializer_class = serializers.VoidSerializer

    @extend_schema(responses=serializers.ActivityDetailSerializer)
    def post(self, request: Request, pk: int) -> Response:
        row = record(request, pk)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        row = void_record(row, reason=data["reason"], seen_version=data["version"], **by(request))
        return Response(facts(row))


class DutyListView(ScopedListView):
    """Duties within the caller's scope and how each stands."""

    queryset = Duty.objects.all()
    serializer_class = serializers.DutySerializer
    filterset_class = DutyFilter
    columns = DUTY_FACTS


class DecisionListView(ScopedListView):
    """Decisions of records that stand: one's own, and those of the branches one answers for."""

    queryset = Decision.objects.all()
    serializer_class = serializers.DecisionSerializer
    filterset_class = DecisionFilter
    columns = DECISION_FACTS

    def narrowed(self) -> QuerySet[Any]:
        scope = scope_of(self.request)
        rows = Decision.objects.visible_to(scope).exclude(item__activity__state=ActivityState.VOID)
        filters = DecisionFilter(
            self.request.query_params,
            queryset=rows.annotate(activity_id=F("item__activity_id")),
            today=timezone.localdate(),
            own=ids_of(scope.member_id),
        )
        if not filters.form.is_valid():
            raise ValidationError(filters.form.errors)
        found: QuerySet[Any] = filters.qs
        return found


class DecisionDoneView(GenericAPIView[Decision]):
    """Marks a follow-up as done, with what came of it."""

    queryset = Decision.objects.all()
    serializer_class = serializers.DoneSerializer

    @extend_schema(responses=serializers.DecisionSerializer)
    def post(self, request: Request, pk: int) -> Response:
        rows = Decision.objects.visible_to(scope_of(request)).select_related("item__activity__branch")
        row = get_object_or_404(rows, pk=pk)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        row = mark_done(row, form.done(), seen_version=form.validated_data["version"], **by(request))
        answer = {name: getattr(row, name) for name in DECISION_FACTS if name != "activity_id"}
        return Response({**answer, "activity_id": row.item.activity_id})
