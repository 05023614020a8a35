"""Operations on many transfers at once: prepare, look over, begin, follow, discard; each its preparer's."""

from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from members.api import batch_serializers as serializers
from members.api.transfer_checks import lines
from members.models import Batch, Transfer
from members.queries.batches import row_counts
from members.queries.transfers import startable
from members.workflows import batches as work
from members.workflows.batch_preview import Verdict, verdicts
from orgportal.core.api import ScopedListView, scope_of
from orgportal.core.errors import NotAllowed

COLUMNS = tuple(serializers.BatchSerializer().fields)
MADE = {
    201: serializers.BatchDetailSerializer,
    400: OpenApiResponse(description="A value was refused; ids that are not the caller's are named."),
    409: OpenApiResponse(description="Nobody chosen, or too many: batch_empty, batch_too_long."),
}


def _link(operation: str) -> dict[str, Any]:
    return {"operationId": operation, "parameters": {"id": "$response.body#/id"}}


LOOK = {"look": _link("batches_retrieve"), "rows": _link("batches_rows_retrieve")}
PREPARED = {**LOOK, "begin": _link("batches_begin_create"), "discard": _link("batches_discard_create")}


def shown(batch: Batch) -> dict[str, Any]:
    name = batch.target.name if batch.target else None
    facts = {column: name if column == "target__name" else getattr(batch, column) for column in COLUMNS}
    return {**facts, **row_counts(batch)}


def seen(request: Request, pk: int) -> Batch:
    rows: Any = Batch.objects.visible_to(scope_of(request)).select_related("target")
    found: Batch = get_object_or_404(rows, pk=pk)
    return found


def chosen(form: Any, field: str, rows: QuerySet[Any]) -> list[Any]:
    """Those asked for, each once, and one more than a batch may hold, which the workflow refuses.

    Whoever asks for one that is not theirs is told which, and nothing is prepared.
    """
    form.is_valid(raise_exception=True)
    asked = list(dict.fromkeys(form.validated_data[field]))[: work.MOST + 1]
    found = list(rows.filter(pk__in=asked))
    missing = sorted({*asked} - {each.pk for each in found})
    if missing:
        raise ValidationError({field: [f"does_not_exist: {pk}" for pk in missing]})
    return found


@extend_schema_view(post=extend_schema(request=serializers.BatchStartSerializer, responses=MADE))
class BatchListView(ScopedListView):
    """What the caller prepared or did together; transfers to start are prepared with POST."""

    queryset = Batch.objects.all()
    links: ClassVar[dict[str, Any]] = {"POST": {"201": PREPARED}}
    filterset_fields = ("state", "act")
    columns = COLUMNS

    def get_serializer_class(self) -> Any:
        is_start = self.request is not None and self.request.method == "POST"
        return serializers.BatchStartSerializer if is_start else serializers.BatchSerializer

    def post(self, request: Request) -> HttpResponse:
        """Nothing is sent yet: look over the rows, then begin."""
        scope, form = scope_of(request), cast("Any", self.get_serializer(data=request.data))
        if not scope.may_somewhere("transfer.start"):
            raise NotAllowed("transfer.start")
        members = chosen(form, "members", startable(scope).order_by("name_key", "pk"))
        made = work.prepare_start(
            members, form.transfer_details(), actor=request.user, scope=scope, at=timezone.now()  # type: ignore[arg-type]
        )  # fmt: skip
        return Response(shown(made), status=201)


class BatchMovesView(GenericAPIView[Batch]):
    """Transfers that wait for the caller, to be moved one step on together; prepared, not begun."""

    queryset = Batch.objects.all()
    serializer_class = serializers.BatchMovesSerializer
    links: ClassVar[dict[str, Any]] = {"POST": {"201": PREPARED}}

    @extend_schema(responses=MADE)
    def post(self, request: Request) -> HttpResponse:
        scope, form = scope_of(request), cast("Any", self.get_serializer(data=request.data))
        if not scope.may_somewhere("transfer.start"):
            raise NotAllowed("transfer.start")
        rows = Transfer.objects.visible_to(scope).to_do(scope)
        waiting = chosen(form, "transfers", rows.order_by("state_since", "pk"))
        made = work.prepare_moves(waiting, actor=request.user, at=timezone.now())  # type: ignore[arg-type]
        return Response(shown(made), status=201)


class BatchDetailView(GenericAPIView[Batch]):
    """How far it is."""

    queryset = Batch.objects.all()
    serializer_class = serializers.BatchDetailSerializer
    links: ClassVar[dict[str, Any]] = {"GET": {"200": LOOK}}

    def get(self, request: Request, pk: int) -> HttpResponse:
        return Response(shown(seen(request, pk)))


class BatchRowsView(GenericAPIView[Batch]):
    """Before the start what stands against each member, afterwards what came of each."""

    queryset = Batch.objects.all()
    serializer_class = serializers.BatchRowsSerializer

    def get(self, request: Request, pk: int) -> HttpResponse:
        found = verdicts(seen(request, pk), scope_of(request), timezone.localdate())
        return Response({"results": [_row(each) for each in found]})


def _row(verdict: Verdict) -> dict[str, Any]:
    row = verdict.row
    return {
        "id": row.pk,
        "member_id": row.member_id,
        "member__name": row.member.name,
        "transfer_id": row.transfer_id,
        "state": row.state,
        "is_possible": verdict.is_possible,
        "step": verdict.step.name if verdict.step else None,
        "said": lines(verdict.found),
    }  # fmt: skip


class BatchBeginView(GenericAPIView[Batch]):
    """The worker takes it over; each row is a transfer of its own, refused ones hold up no other."""

    queryset = Batch.objects.all()
    serializer_class = serializers.BatchDetailSerializer
    links: ClassVar[dict[str, Any]] = {"POST": {"200": LOOK}}

    @extend_schema(request=None, responses=serializers.BatchDetailSerializer)
    def post(self, request: Request, pk: int) -> HttpResponse:
        work.begin(seen(request, pk), actor=request.user, at=timezone.now())  # type: ignore[arg-type]
        return Response(shown(seen(request, pk)))


class BatchDiscardView(GenericAPIView[Batch]):
    """Forgets a batch nobody has begun; what is begun stays, and each of its transfers can be withdrawn."""

    queryset = Batch.objects.all()
    serializer_class = serializers.BatchDetailSerializer

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, pk: int) -> HttpResponse:
        work.discard(seen(request, pk), actor=request.user)  # type: ignore[arg-type]
        return Response(status=204)


urlpatterns = [
    path("batches/", BatchListView.as_view(), name="batch-list"),
    path("batches/moves/", BatchMovesView.as_view(), name="batch-moves"),
    path("batches/<int:pk>/", BatchDetailView.as_view(), name="batch-detail"),
    path("batches/<int:pk>/rows/", BatchRowsView.as_view(), name="batch-rows"),
    path("batches/<int:pk>/begin/", BatchBeginView.as_view(), name="batch-begin"),
    path("batches/<int:pk>/discard/", BatchDiscardView.as_view(), name="batch-discard"),
]
