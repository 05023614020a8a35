"""Operations on the year's plan, on one planned meeting, and on leave asked beforehand."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from activities.api.base import REFUSED, Operation
from activities.api.plan_serializers import (
    LaidOutSerializer,
    LayOutSerializer,
    LeaveListSerializer,
    LeaveSerializer,
    LeaveWordsSerializer,
    OnePlanSerializer,
    PlanMoveSerializer,
    PlanSheetSerializer,
    PlanStateSerializer,
    TakenBackSerializer,
)
from activities.choices import PlanMove
from activities.models import Activity, LeaveRequest
from activities.queries.plans import SheetRow, YearSheet, leave_asked, own_meeting
from activities.rules.plan_moves import is_outside
from activities.rules.planning import Proposal
from activities.views.plans import year_of
from activities.workflows.leave import ask_leave, withdraw_leave
from activities.workflows.meetings import may_record
from activities.workflows.plans import (
    LaidOut,
    lay_out,
    may_plan,
    move_plan,
    plan_one,
    sheet_for,
    take_back,
)
from branches.models import Organization
from orgportal.core.api import scope_of
from orgportal.core.holidays import work_calendar
from orgportal.core.views.asking import by

YEAR = OpenApiParameter("year", int, description="This year where it is not given; at most the next.")
STATE = ("id", "branch_id", "group_id", "kind", "state", "title", "held_on", "starts_at", "ends_at", "place",
         "reason", "plan_starts_on", "plan_ends_on", "version")  # fmt: skip


def sheet_told(sheet: YearSheet) -> dict[str, Any]:
    proposed = {each.line.slot: each for each in sheet.proposals}
    return {
        "branch_id": sheet.branch.pk,
        "year": sheet.year,
        "knows_holidays": sheet.knows_holidays,
        "lines": [_line(row, proposed.get(row.line.slot)) for row in sheet.rows],
        "besides": [row.pk for row in sheet.besides],
    }


def _line(row: SheetRow, proposal: Proposal | None) -> dict[str, Any]:
    slot, line = row.line.slot, row.line
    return {
        "rule": slot.rule, "group_id": slot.group_id, "starts_on": slot.starts_on,
        "ends_on": line.period.ends_on, "number": slot.number, "kind": line.kind, "state": line.state,
        "activity_id": line.activity_id, "held_on": row.activity.held_on if row.activity else None,
        "proposed_on": proposal.on if proposal else None,
    }  # fmt: skip


def state_told(row: Activity) -> dict[str, Any]:
    """A planned meeting, and what stands against its day."""
    return {
        **{name: getattr(row, name) for name in STATE},
        "is_outside_its_period": is_outside(row.held_on, row.plan_starts_on, row.plan_ends_on),
        "is_on_a_day_off": not work_calendar().is_workday(row.held_on),
    }


def leave_told(row: LeaveRequest) -> dict[str, Any]:
    names = ("id", "activity_id", "member_id", "for_day", "reason", "remark", "asked_at", "withdrawn_at")
    return {name: getattr(row, name) for name in names}


class PlanView(Operation[Organization]):
    """The year's plan of a branch: what it owes, what is recorded and planned, and a day for the rest."""

    queryset = Organization.objects.all()

    def get_serializer_class(self) -> Any:
        return LayOutSerializer if self.request.method == "POST" else PlanSheetSerializer

    @extend_schema(parameters=[YEAR], responses=PlanSheetSerializer)
    def get(self, request: Request, branch: int) -> Response:
        return Response(sheet_told(_sheet(request, branch, _year(request))))

    @extend_schema(responses={201: LaidOutSerializer, 409: REFUSED})
    def post(self, request: Request, branch: int) -> Response:
        """Plans these meetings, or as proposed where none are named; said twice it adds nothing."""
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        year = form.validated_data["year"]
        sheet = _sheet(request, branch, year)
        mine = [e for e in sheet.proposals if may_plan(scope_of(request), sheet.branch, e.line)]
        done: LaidOut = lay_out(form.entries(mine), branch=sheet.branch, year=year, **by(request))
        return Response({"added": [row.pk for row in done.added], "left": done.left}, status=201)


class PlanOneView(Operation[Organization]):
    """Plans one meeting besides what the sheet proposes."""

    queryset = Organization.objects.all()
    serializer_class = OnePlanSerializer

    @extend_schema(responses={201: PlanStateSerializer, 409: REFUSED})
    def post(self, request: Request, branch: int) -> Response:
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        whose = _branch(request, branch)
        return Response(state_told(plan_one(form.said(), branch=whose, **by(request))), status=201)


class PlanTakeBackView(Operation[Organization]):
    """Takes the plan one has just laid out back, as far as nothing has come of it."""

    queryset = Organization.objects.all()
    serializer_class = TakenBackSerializer

    @extend_schema(request=None, parameters=[YEAR])
    def post(self, request: Request, branch: int) -> Response:
        sheet = _sheet(request, branch, _year(request))
        return Response({"taken_back": take_back(sheet.branch, sheet.year, **by(request))})


class PlanMoveView(Operation[Activity]):
    """Gives a planned meeting another day, postpones or cancels it."""

    queryset = Activity.objects.all()
    serializer_class = PlanMoveSerializer

    @extend_schema(
        parameters=[OpenApiParameter("move", str, OpenApiParameter.PATH, enum=PlanMove.values)],
        responses=PlanStateSerializer,
    )
    def post(self, request: Request, pk: int, move: str) -> Response:
        rows = Activity.objects.visible_to(scope_of(request)).select_related("branch")
        row = get_object_or_404(rows, pk=pk)
        if move not in PlanMove.values:
            raise NotFound
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        version = form.validated_data["version"]
        done = move_plan(row, PlanMove(move), form.words(row), seen_version=version, **by(request))
        return Response(state_told(done))


class LeaveView(Operation[LeaveRequest]):
    """Leave asked from one meeting: asked and withdrawn by the member, read by whoever records it."""

    queryset = LeaveRequest.objects.all()

    def get_serializer_class(self) -> Any:
        return LeaveWordsSerializer if self.request.method == "POST" else LeaveSerializer

    @extend_schema(responses=LeaveListSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """All requests for whoever records the meeting; one's own for everybody else."""
        row = _meeting(request, pk)
        return Response({"results": [leave_told(each) for each in leave_asked(row, scope_of(request))]})

    @extend_schema(responses={201: LeaveSerializer, 409: REFUSED})
    def post(self, request: Request, pk: int) -> Response:
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        asked = ask_leave(_own(request, pk), form.words(), **by(request))
        return Response(leave_told(asked), status=201)

    @extend_schema(request=None, responses={200: LeaveSerializer, 409: REFUSED})
    def delete(self, request: Request, pk: int) -> Response:
        """Withdraws it: the member comes after all."""
        return Response(leave_told(withdraw_leave(_own(request, pk), **by(request))))


def _sheet(request: Request, pk: int, year: int) -> YearSheet:
    return sheet_for(_branch(request, pk), year, scope=scope_of(request), at=timezone.now())


def _branch(request: Request, pk: int) -> Organization:
    scope = scope_of(request)
    branch: Organization = get_object_or_404(Organization.objects.visible_to(scope).branches(), pk=pk)
    if not scope.may(Activity.view_right, branch):
        raise NotFound
    return branch


def _year(request: Request) -> int:
    return year_of(request.query_params.get("year", ""), timezone.localdate().year)


def _own(request: Request, pk: int) -> Activity:
    found = own_meeting(pk, scope_of(request), timezone.localdate())
    if found is None:
        raise Http404
    return found.activity


def _meeting(request: Request, pk: int) -> Activity:
    """One's own meeting to come, or one the person records."""
    scope = scope_of(request)
    row = Activity.objects.visible_to(scope).select_related("branch").filter(pk=pk).first()
    if row is not None and may_record(scope, row.branch, row.kind, row.group_id):
        return row
    return _own(request, pk)


urlpatterns = [
    path("branches/<int:branch>/plan/", PlanView.as_view(), name="plan"),
    path("branches/<int:branch>/plan/one/", PlanOneView.as_view(), name="plan-one"),
    path("branches/<int:branch>/plan/take-back/", PlanTakeBackView.as_view(), name="plan-take-back"),
    path("activities/<int:pk>/plan/<slug:move>/", PlanMoveView.as_view(), name="plan-move"),
    path("activities/<int:pk>/leave/", LeaveView.as_view(), name="leave"),
]
