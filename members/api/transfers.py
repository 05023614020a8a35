"""Operations on transfers: list, start, one with its steps, and one address for each move."""

from dataclasses import asdict
from typing import Any, ClassVar

from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from branches.queries import rulebook_for
from members.api import transfer_serializers as serializers
from members.api.persons import of_person
from members.api.transfer_checks import plan_now, said_now
from members.api.transfer_links import MENDED, STARTED, links_from
from members.choices import TransferMove
from members.messages import TRANSFER_REFUSALS
from members.models import Transfer
from members.provisions import PROVISIONS
from members.rules import transfer as rules
from members.rules import transfer_check as check
from members.workflows import reports
from members.workflows import transfer as work
from members.workflows.transfer_notices import owners_now
from orgportal.core.api import ScopedListView, scope_of
from orgportal.core.errors import Refused
from orgportal.core.refusals import sentence

COLUMNS = tuple(serializers.TransferSerializer().fields)
STEP_FACTS = ("move", "from_state", "to_state", "remark", "at")
MOVE_ANSWERS = {
    200: serializers.TransferDetailSerializer,
    403: OpenApiResponse(description="The caller's posts do not carry the right: code not_allowed."),
    404: OpenApiResponse(description="Not within the caller's scope."),
    409: OpenApiResponse(description="Refused; code says why: transfer_moved_on with the present state."),
    412: OpenApiResponse(description="Somebody moved it since that version: code stale_version."),
    428: OpenApiResponse(description="No version was given: code version_required."),
}


def shown(transfer: Transfer, request: Request) -> dict[str, Any]:
    """One transfer as its page shows it."""
    today = timezone.localdate()
    names = {
        "member__name": transfer.member.name,
        "source__name": transfer.source.name,
        "target__name": transfer.target.name if transfer.target else None,
    }
    facts = {name: names[name] if name in names else getattr(transfer, name) for name in COLUMNS}
    book = rulebook_for(transfer.source.path, PROVISIONS, today)
    since = timezone.localdate(transfer.state_since)
    clock = rules.clock(since, transfer.valid_until, book, today) if transfer.is_open else None
    owners, plan = owners_now(transfer, today), plan_now(transfer)
    steps = transfer.steps.annotate(who=F("actor__display_name")).order_by("pk")
    return {
        **facts,
        "owner": rules.side_of(transfer.case),
        "owners": asdict(owners) if owners else None,
        "days": clock and clock.days,
        "act_by": clock and clock.act_by,
        "days_over": clock and clock.days_over,
        **_held_up(transfer, plan),
        "said": said_now(transfer, plan),
        "moves": [row.name for row in work.allowed_moves(transfer, scope_of(request))],
        "may_correct": work.may_correct(transfer, scope_of(request)),
        "steps": [
            {**{name: getattr(step, name) for name in STEP_FACTS}, "actor": step.who} for step in steps
        ],
    }


def _held_up(transfer: Transfer, plan: check.Plan | None) -> dict[str, str | None]:
    """What the sending side has to settle before it moves on, for programs and for people."""
    found = check.holds_up(plan.pending, transfer.case, has_matter=plan.has_matter) if plan else None
    words = sentence(Refused(found.code, **found.params), TRANSFER_REFUSALS) if found else None
    return {"held_up": found.code if found else None, "held_up_words": words}


def seen(request: Request, pk: int) -> Transfer:
    rows: Any = Transfer.objects.visible_to(scope_of(request))
    found: Transfer = get_object_or_404(rows.with_parties(), pk=pk)
    return found


# The queues of the page, each by the name of its reader.
QUEUES = {"todo": "to_do", "waiting": "waiting", "coming": "coming"}
QUEUE = OpenApiParameter(
    "queue", enum=list(QUEUES), description="Those the caller has to act on, waits for, or is to receive."
)


@extend_schema_view(
    get=extend_schema(parameters=[QUEUE]),
    post=extend_schema(
        request=serializers.StartSerializer,
        responses={
            201: serializers.TransferDetailSerializer,
            403: OpenApiResponse(description="Neither the caller's own nor of a branch they act for."),
            409: OpenApiResponse(description="Refused; transfer_rival names the open one."),
        },
    ),
)
class TransferListView(ScopedListView):
    """Transfers the caller sees, from either side or as the member; started with POST."""

    queryset = Transfer.objects.all()
    links: ClassVar[dict[str, Any]] = {"POST": {"201": links_from(*STARTED)}}
    filterset_class = of_person(Transfer, "state", "source", "target", "reason")
    columns = COLUMNS

    def narrowed(self) -> Any:
        rows: Any = super().narrowed()
        name = self.request.query_params.get("queue", "")
        if name and name not in QUEUES:
            raise ValidationError({"queue": "invalid_choice"})
        return getattr(rows, QUEUES[name])(scope_of(self.request)) if name else rows

    def get_serializer_class(self) -> Any:
        is_start = self.request is not None and self.request.method == "POST"
        return serializers.StartSerializer if is_start else serializers.TransferSerializer

    def post(self, request: Request) -> HttpResponse:
        """Starts a transfer, as a draft or sent on at once."""
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        started = work.start(
            form.validated_data["member"], form.transfer_details(), actor=request.user,  # type: ignore[arg-type]
            scope=scope_of(request), at=timezone.now(), keep_draft=form.validated_data["keep_draft"],
        )  # fmt: skip
        return Response(shown(started, request), status=201)


class TransferDetailView(GenericAPIView[Transfer]):
    """Who owns it now, until when, what the caller can do, and the steps so far."""

    queryset = Transfer.objects.all()
    links: ClassVar[dict[str, Any]] = {"GET": {"200": links_from(*rules.OPEN)}}
    serializer_class = serializers.TransferDetailSerializer

    def get(self, request: Request, pk: int) -> HttpResponse:
        return Response(shown(seen(request, pk), request))


class TransferMoveView(GenericAPIView[Transfer]):
    """One step of a transfer; `moves` of the transfer lists those open to the caller now."""

    queryset = Transfer.objects.all()
    serializer_class = serializers.TransferMoveSerializer
    move_name = ""

    @property
    def summary(self) -> str:
        return str(TransferMove(self.move_name).label)

    @property
    def links(self) -> dict[str, Any]:
        """Where each move leads on to."""
        leads = {to for row in rules.named(self.move_name) for to in (row.to, row.to_inside) if to}
        return {"POST": {"200": links_from(*leads)}}

    @extend_schema(responses=MOVE_ANSWERS)
    def post(self, request: Request, pk: int) -> HttpResponse:
        transfer = seen(request, pk)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        if "version" not in form.validated_data:
            return Response({"code": "version_required"}, status=428)
        moved = work.move(
            transfer, self.move_name, actor=request.user, scope=scope_of(request),  # type: ignore[arg-type]
            at=timezone.now(), words=form.words(),
        )  # fmt: skip
        return Response(shown(moved, request))


class TransferCorrectView(GenericAPIView[Transfer]):
    """Puts right what was stated, while the transfer lies with the side that wrote it; nothing moves."""

    queryset = Transfer.objects.all()
    serializer_class = serializers.StatedAgainSerializer
    links: ClassVar[dict[str, Any]] = {"POST": {"200": links_from(*MENDED)}}

    @extend_schema(responses=MOVE_ANSWERS)
    def post(self, request: Request, pk: int) -> HttpResponse:
        transfer = seen(request, pk)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        if "version" not in form.validated_data:
            return Response({"code": "version_required"}, status=428)
        mended = work.correct(
            transfer, form.transfer_details(), seen_version=form.validated_data["version"],
            actor=request.user, scope=scope_of(request), at=timezone.now(),  # type: ignore[arg-type]
        )  # fmt: skip
        return Response(shown(mended, request))


class TransferReportView(GenericAPIView[Transfer]):
    """The member tells how the own transfer goes: each thing once in a state; nothing moves."""

    queryset = Transfer.objects.all()
    serializer_class = serializers.TransferReportSerializer
    links: ClassVar[dict[str, Any]] = {"POST": {"200": links_from(*rules.OPEN)}}

    @extend_schema(
        responses={
            200: serializers.TransferDetailSerializer,
            403: OpenApiResponse(description="Somebody else's transfer."),
            409: OpenApiResponse(
                description="Told already, or not to be told in this state: report_not_now."
            ),
        }
    )
    def post(self, request: Request, pk: int) -> HttpResponse:
        transfer = seen(request, pk)
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        reports.report(
            transfer, form.validated_data["what"], actor=request.user, scope=scope_of(request),  # type: ignore[arg-type]
            at=timezone.now(),
        )  # fmt: skip
        return Response(shown(seen(request, pk), request))


def move_urls() -> list[URLPattern]:
    """One address for each move of the table a person can make."""
    names = dict.fromkeys(row.name for row in rules.MOVES if row.side != rules.Side.SYSTEM)
    return [
        path(
            f"transfers/<int:pk>/{name}/",
            TransferMoveView.as_view(move_name=str(name)),
            name=f"transfer-{name}",
        )
        for name in names
    ]


urlpatterns = [
    path("transfers/", TransferListView.as_view(), name="transfer-list"),
    path("transfers/<int:pk>/", TransferDetailView.as_view(), name="transfer-detail"),
    path("transfers/<int:pk>/correct/", TransferCorrectView.as_view(), name="transfer-correct"),
    path("transfers/<int:pk>/report/", TransferReportView.as_view(), name="transfer-report"),
    *move_urls(),
]
