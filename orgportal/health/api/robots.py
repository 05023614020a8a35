"""Group robots over the API: address and secret go in and never come out."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orgportal.core.api import ScopedListView, scope_of
from orgportal.core.errors import NotAllowed
from orgportal.core.views.asking import by
from orgportal.core.webhooks import Style
from orgportal.health.forms import RobotForm
from orgportal.health.messages import REFUSALS
from orgportal.health.models import Robot
from orgportal.health.queries import robots as queries
from orgportal.health.queries.robots import RIGHT
from orgportal.health.views.robots import ACTS
from orgportal.health.workflows import robots


class RobotSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    organization_id = serializers.IntegerField()
    name = serializers.CharField()
    style = serializers.CharField()  # type: ignore[assignment]  # a column, not DRF's attribute
    language = serializers.CharField()
    host = serializers.CharField()
    failures = serializers.IntegerField()
    stopped_at = serializers.DateTimeField(allow_null=True)
    last_on = serializers.DateField(allow_null=True)
    last_state = serializers.CharField(allow_null=True)
    last_outcome = serializers.CharField(allow_null=True)
    version = serializers.IntegerField()


class RobotInput(serializers.Serializer[Any]):
    organization = serializers.IntegerField()
    name = serializers.CharField(max_length=40)
    style = serializers.ChoiceField(Style.choices)  # type: ignore[assignment]
    language = serializers.ChoiceField(settings.LANGUAGES)
    address = serializers.CharField(required=False, allow_blank=True)
    secret = serializers.CharField(required=False, allow_blank=True)
    version = serializers.IntegerField(required=False, help_text="as read; of a change")


def robot_of(request: Request, pk: int) -> Robot:
    scope = scope_of(request)
    found: Robot = get_object_or_404(queries.robots(scope), pk=pk)
    return found


def saved(request: Request, robot: Robot | None) -> Response:
    scope = scope_of(request)
    if not scope.may_somewhere(RIGHT):
        raise NotAllowed(RIGHT)
    form = RobotForm(request.data, scope=scope, robot=robot)
    if not form.is_valid():
        raise serializers.ValidationError(form.errors.get_json_data())
    row = robots.save_robot(form.cleaned_data["organization"], form.seen, form.wiring, **by(request))
    return Response(RobotSerializer(robot_of(request, row.pk)).data, status=200 if robot else 201)


@extend_schema(tags=["robots"])
class RobotList(ScopedListView):
    """Robots of bodies one may set up, and setting one up."""

    serializer_class = RobotSerializer
    columns = tuple(RobotSerializer().fields)
    refusals = REFUSALS
    queryset = Robot.objects.all()

    def narrowed(self) -> QuerySet[Any]:
        return queries.robots(scope_of(self.request))

    @extend_schema(request=RobotInput, responses={201: RobotSerializer})
    def post(self, request: Request) -> Response:
        return saved(request, None)


@extend_schema(tags=["robots"])
class RobotOne(APIView):
    refusals = REFUSALS

    @extend_schema(responses=RobotSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """One robot, with how its last message went."""
        return Response(RobotSerializer(robot_of(request, pk)).data)

    @extend_schema(request=RobotInput, responses=RobotSerializer)
    def put(self, request: Request, pk: int) -> Response:
        """Changes it; an address or secret left out stays as it is sealed."""
        return saved(request, robot_of(request, pk))


@extend_schema(tags=["robots"], summary="Test, start again, send the last one again, remove")
class RobotAct(APIView):
    refusals = REFUSALS

    @extend_schema(operation_id="robots_act_create", request=None, responses={204: None})
    def post(self, request: Request, pk: int, act: str) -> Response:
        ACTS[act](robot_of(request, pk), **by(request))
        return Response(status=204)
