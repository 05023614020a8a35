"""Operations on ledgers of a whole body: order, follow, take as one archive, try again."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from activities.api import ledger_serializers as serializers
from activities.api.base import ListOperation, Operation
from activities.models import LedgerRun
from activities.queries.ledger_runs import run_sheet
from activities.workflows import ledger_runs as work
from orgportal.core.api import scope_of
from orgportal.core.attachments import ZIP, attached
from orgportal.core.views.asking import by

FACTS = tuple(serializers.RunSerializer().fields)
FILE_FACTS = tuple(serializers.RunFileSerializer().fields)
REFUSED = OpenApiResponse(description="Refused: ledger_run_empty, _too_long, _no_files, _nothing_failed.")
ARCHIVE = {(200, ZIP): OpenApiResponse(OpenApiTypes.BINARY, description="One file a branch."), 409: REFUSED}


def seen(request: Request, pk: int) -> LedgerRun:
    rows = LedgerRun.objects.visible_to(scope_of(request)).select_related("organization")
    found: LedgerRun = get_object_or_404(rows, pk=pk)
    return found


def told(run: LedgerRun) -> dict[str, Any]:
    sheet = run_sheet(run)
    files = [{name: getattr(file, name) for name in FILE_FACTS} for file in sheet.files]
    return {**{name: getattr(run, name) for name in FACTS}, "counts": sheet.counts, "files": files}


class RunListView(ListOperation):
    """What the caller ordered; a new order with POST."""

    queryset = LedgerRun.objects.all()
    filterset_fields = ("state", "kind")
    columns = FACTS

    def get_serializer_class(self) -> Any:
        is_new = self.request is not None and self.request.method == "POST"
        return serializers.RunOrderSerializer if is_new else serializers.RunSerializer

    @extend_schema(responses={201: serializers.RunDetailSerializer, 409: REFUSED})
    def post(self, request: Request) -> Response:
        """Drawn by the worker: look again until it is done."""
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        run = work.order(form.validated_data["organization"], form.wanted(), **by(request))
        return Response(told(run), status=201)


class RunView(Operation[LedgerRun]):
    """One order, branch by branch."""

    queryset = LedgerRun.objects.all()
    serializer_class = serializers.RunDetailSerializer

    def get(self, request: Request, pk: int) -> Response:
        return Response(told(seen(request, pk)))


class RunArchiveView(Operation[LedgerRun]):
    """What is ready, of the branches still in sight now."""

    queryset = LedgerRun.objects.all()
    serializer_class = serializers.RunSerializer

    @extend_schema(responses=ARCHIVE)
    def get(self, request: Request, pk: int) -> HttpResponse:
        taken = work.take_all(seen(request, pk), **by(request))
        return attached(taken.content, taken.kind, taken.name)


class RunAgainView(Operation[LedgerRun]):
    """What could not be drawn is tried once more."""

    queryset = LedgerRun.objects.all()
    serializer_class = serializers.RunDetailSerializer

    @extend_schema(request=None, responses={200: serializers.RunDetailSerializer, 409: REFUSED})
    def post(self, request: Request, pk: int) -> Response:
        work.again(seen(request, pk), actor=request.user, at=timezone.now())  # type: ignore[arg-type]
        return Response(told(seen(request, pk)))


urlpatterns = [
    path("ledgers/", RunListView.as_view(), name="ledger-runs"),
    path("ledgers/<int:pk>/", RunView.as_view(), name="ledger-run"),
    path("ledgers/<int:pk>/archive/", RunArchiveView.as_view(), name="ledger-run-file"),
    path("ledgers/<int:pk>/again/", RunAgainView.as_view(), name="ledger-run-again"),
]
