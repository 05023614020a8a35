"""Operations on the life of a record: confirmed, confirmed on paper, sent back; and what waits for one."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from activities.api import serializers
from activities.api.views import FACTS, LOOKUPS, facts, record
from activities.models import Activity
from activities.queries.life import confirmable, life_column, waiting_for
from activities.workflows.life import confirm, confirm_on_paper, send_back
from orgportal.core.api import ScopedListView, scope_of
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


class ConfirmView(GenericAPIView[Activity]):
    """The chair confirms the record; 412 with the current version where somebody changed it first."""

    queryset = Activity.objects.all()
    serializer_class = serializers.RecordConfirmSerializer

    @extend_schema(responses=serializers.ActivityDetailSerializer)
    def post(self, request: Request, pk: int) -> Response:
        row = confirmable(pk, scope_of(request))
        if row is None:
            raise Http404
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(facts(confirm(row, seen_version=form.validated_data["version"], **by(request))))


class PaperView(GenericAPIView[Activity]):
    """Notes that a chair without account confirmed the record on paper, and on which day."""

    queryset = Activity.objects.all()
    serializer_class = serializers.PaperConfirmSerializer

    @extend_schema(responses=serializers.ActivityDetailSerializer)
    def post(self, request: Request, pk: int) -> Response:
        row = record(request, pk)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        row = confirm_on_paper(row, data["on"], seen_version=data["version"], **by(request))
        return Response(facts(row))


class SendBackView(GenericAPIView[Activity]):
    """The level above opens a confirmed or locked record again, for a stated reason; it changes nothing."""

    queryset = Activity.objects.all()
    serializer_class = serializers.SendBackSerializer

    @extend_schema(responses=serializers.ActivityDetailSerializer)
    def post(self, request: Request, pk: int) -> Response:
        row = record(request, pk)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        row = send_back(row, form.said(), seen_version=form.validated_data["version"], **by(request))
        return Response(facts(row))
