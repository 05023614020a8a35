"""Operations on records, duties and follow-ups."""

from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from activities.api import serializers
from activities.api.base import REFUSED, ListOperation, Operation
from activities.choices import ActivityState
from activities.filters import ActivityFilter, DecisionFilter, DutyFilter
from activities.models import Activity, Decision, Duty
from activities.queries import snapshot
from activities.queries.life import life_column
from activities.workflows.decisions import mark_done, reopen
from activities.workflows.meetings import amend_meeting, record_meeting, record_not_held, void_record
from members.queries.merging import ids_of
from orgportal.core.api import ScopedListView, scope_of
from orgportal.core.views.asking import by

FACTS = tuple(serializers.ActivitySerializer().fields)
DUTY_FACTS = tuple(serializers.DutySerializer().fields)
DECISION_FACTS = tuple(serializers.DecisionSerializer().fields)


LIFE = "life"
# Where each fact is found: how far a record has come goes by the day.
LOOKUPS = tuple("life_now" if name == LIFE else name for name in FACTS)
STEP_FACTS = tuple(serializers.RecordStepSerializer().fields)


def facts(row: Activity) -> dict[str, Any]:
    """One record whole: what the list shows, what a revision keeps, and the steps of its life."""
    told = {name: getattr(row, name) for name in FACTS if name != LIFE} | snapshot(row)
    taken_up = row.items.order_by("position").values_list("follow_up_id", flat=True)
    for item, follow_up_id in zip(told["items"], taken_up, strict=True):
        item["follow_up_id"] = follow_up_id
    steps = list(row.steps.order_by("at", "pk").values(*STEP_FACTS))
    return {**told, LIFE: row.life(timezone.localdate()) or "", "steps": steps}


def decision_facts(row: Decision) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in DECISION_FACTS if name != "activity_id"}
    return {**told, "activity_id": row.item.activity_id}


def record(request: Request, pk: int) -> Activity:
    rows = Activity.objects.visible_to(scope_of(request)).select_related("branch")
    return get_object_or_404(rows, pk=pk)


def asked(filters: Any) -> QuerySet[Any]:
    """What the filters let through; 400 with the names of those that cannot be read."""
    if not filters.form.is_valid():
        raise ValidationError(filters.form.errors)
    found: QuerySet[Any] = filters.qs
    return found


class ActivityListView(ListOperation):
    """Records within the caller's scope; a meeting is recorded with POST."""

    queryset = Activity.objects.all()
    filterset_class = ActivityFilter
    columns = FACTS

    def narrowed(self) -> QuerySet[Any]:
        today = timezone.localdate()
        rows = Activity.objects.visible_to(scope_of(self.request)).annotate(life_now=life_column(today))
        return asked(ActivityFilter(self.request.query_params, queryset=rows, today=today))

    def lookups(self) -> tuple[str, ...]:
        return LOOKUPS

    def get_serializer_class(self) -> Any:
        found = {"POST": serializers.MeetingCreateSerializer}
        return found.get(self.request.method or "", serializers.ActivitySerializer)

    @extend_schema(responses={201: serializers.ActivityDetailSerializer, 409: REFUSED})
    def post(self, request: Request) -> HttpResponse:
        """Records a meeting that was held; the duties it meets are settled with it."""
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        row = record_meeting(
            form.entry(), branch=data["branch"], is_another=data["is_another"], **by(request)
        )
        return Response(facts(row), status=201)


class NotHeldView(Operation[Activity]):
    """Says that no meeting was held, or that the branch is excused."""

    queryset = Activity.objects.all()
    serializer_class = serializers.NotHeldSerializer

    @extend_schema(responses={201: serializers.ActivityDetailSerializer, 409: REFUSED})
    def post(self, request: Request) -> Response:
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        row = record_not_held(form.said(), branch=form.validated_data["branch"], **by(request))
        return Response(facts(row), status=201)


class ActivityDetailView(Operation[Activity]):
    """One record with attendance, items and decisions."""

    queryset = Activity.objects.all()
    serializer_class = serializers.ActivityDetailSerializer

    def get(self, request: Request, pk: int) -> Response:
        return Response(facts(record(request, pk)))


class ActivityAmendView(Operation[Activity]):
    """Puts a record right; 412 with the current version where somebody saved first."""

    queryset = Activity.objects.all()
    serializer_class = serializers.MeetingAmendSerializer

    @extend_schema(responses={200: serializers.ActivityDetailSerializer, 409: REFUSED})
    def post(self, request: Request, pk: int) -> Response:
        row = record(request, pk)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        row = amend_meeting(row, form.entry(), seen_version=form.validated_data["version"], **by(request))
        return Response(facts(row))


class ActivityVoidView(Operation[Activity]):
    """Takes a wrong entry out of every count; it stays with its reason."""

    queryset = Activity.objects.all()
    serializer_class = serializers.VoidSerializer

    @extend_schema(responses={200: serializers.ActivityDetailSerializer, 409: REFUSED})
    def post(self, request: Request, pk: int) -> Response:
        row = record(request, pk)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        row = void_record(row, reason=data["reason"], seen_version=data["version"], **by(request))
        return Response(facts(row))


class RevisionView(Operation[Activity]):
    """What the record said at a version that was replaced."""

    queryset = Activity.objects.all()
    serializer_class = serializers.RevisionSerializer

    def get(self, request: Request, pk: int, version: int) -> Response:
        kept = get_object_or_404(record(request, pk).revisions, version=version)
        return Response({name: getattr(kept, name) for name in ("version", "replaced_at", "content")})


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
        return asked(filters)


class DecisionDoneView(Operation[Decision]):
    """Marks a follow-up as done, with what came of it."""

    queryset = Decision.objects.all()
    serializer_class = serializers.DoneSerializer

    @extend_schema(responses={200: serializers.DecisionSerializer, 409: REFUSED})
    def post(self, request: Request, pk: int) -> Response:
        rows = Decision.objects.visible_to(scope_of(request)).select_related("item__activity__branch")
        row = get_object_or_404(rows, pk=pk)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        row = mark_done(row, form.done(), seen_version=form.validated_data["version"], **by(request))
        return Response(decision_facts(row))


class DecisionReopenView(Operation[Decision]):
    """Takes "done" back; what was said about it stays in the trail."""

    queryset = Decision.objects.all()
    serializer_class = serializers.ReopenSerializer

    @extend_schema(responses={200: serializers.DecisionSerializer, 409: REFUSED})
    def post(self, request: Request, pk: int) -> Response:
        rows = Decision.objects.visible_to(scope_of(request)).select_related("item__activity__branch")
        row = get_object_or_404(rows, pk=pk)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(
            decision_facts(reopen(row, seen_version=form.validated_data["version"], **by(request)))
        )
