"""Operations on the life of a record: confirmed, confirmed on paper, sent back; and what waits for one."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from activities.api import life_serializers, serializers
from activities.api.base import REFUSED, Operation
from activities.api.views import FACTS, LOOKUPS, facts, record
from activities.messages import REFUSALS
from activities.models import Activity
from activities.queries.life import confirmable, life_column, waiting_for
from activities.workflows.confirming import Settled, confirm_all, take_back_all
from activities.workflows.life import confirm, confirm_on_paper, send_back
from orgportal.core.api import ScopedListView, scope_of
from orgportal.core.refusals import sentence
from orgportal.core.views.asking import by


class ToConfirmView(ScopedListView):
    """Records the caller chaired that wait for their confirmation."""

    queryset = Activity.objects.all()
    serializer_class = serializers.RecordToConfirmSerializer
    filter_backends = ()
    columns = FACTS

    def lookups(self) -> tuple[str, ...]:
        return LOOKUPS

    def narrowed(self) -> Any:
        return waiting_for(scope_of(self.request)).annotate(life_now=life_column(timezone.localdate()))


class ConfirmView(Operation[Activity]):
    """The chair confirms the record; 412 with the current version where somebody changed it first."""

    queryset = Activity.objects.all()
    serializer_class = serializers.RecordConfirmSerializer

    @extend_schema(responses={200: serializers.ActivityDetailSerializer, 409: REFUSED})
    def post(self, request: Request, pk: int) -> Response:
        row = confirmable(pk, scope_of(request))
        if row is None:
            raise Http404
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(facts(confirm(row, seen_version=form.validated_data["version"], **by(request))))


class PaperView(Operation[Activity]):
    """Notes that a chair without account confirmed the record on paper, and on which day."""

    queryset = Activity.objects.all()
    serializer_class = serializers.PaperConfirmSerializer

    @extend_schema(responses={200: serializers.ActivityDetailSerializer, 409: REFUSED})
    def post(self, request: Request, pk: int) -> Response:
        row = record(request, pk)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        row = confirm_on_paper(row, data["on"], seen_version=data["version"], **by(request))
        return Response(facts(row))


class SendBackView(Operation[Activity]):
    """The level above opens a confirmed or locked record again, for a stated reason; it changes nothing."""

    queryset = Activity.objects.all()
    serializer_class = serializers.SendBackSerializer

    @extend_schema(responses={200: serializers.ActivityDetailSerializer, 409: REFUSED})
    def post(self, request: Request, pk: int) -> Response:
        row = record(request, pk)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        row = send_back(row, form.said(), seen_version=form.validated_data["version"], **by(request))
        return Response(facts(row))


class ConfirmManyView(Operation[Activity]):
    """Confirms many at once: those the caller chaired, and from paper those whose chair has no account."""

    queryset = Activity.objects.all()
    serializer_class = life_serializers.RecordsConfirmSerializer

    @extend_schema(responses=life_serializers.SettledSerializer)
    def post(self, request: Request) -> Response:
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(_settled(confirm_all(form.seen(), form.validated_data["on"], **by(request))))


class TakeBackManyView(Operation[Activity]):
    """Takes confirmations back that the caller gave or noted, until the records are locked."""

    queryset = Activity.objects.all()
    serializer_class = life_serializers.SeenRecordsSerializer

    @extend_schema(responses=life_serializers.SettledSerializer)
    def post(self, request: Request) -> Response:
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(_settled(take_back_all(form.seen(), **by(request))))


def _settled(found: Settled) -> dict[str, Any]:
    """Each of those left with why, whatever kept the others."""
    left = [
        {"id": each.pk, "code": each.refusal.code, "message": sentence(each.refusal, REFUSALS)}
        for each in found.left
    ]
    return {"done": [row.pk for row in found.done], "left": left}
