"""Operations on decisions about a standing: list, enter, one, a move each; and who is on probation."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from members.api import standing_serializers as serializers
from members.api.days import AS_OF, past_of
from members.api.persons import of_person
from members.choices import ChangeMove
from members.models import Member, StandingChange
from members.queries.past_lists import changes_then, probationers_then
from members.queries.standing import probationers
from members.rules import standing as rules
from members.workflows import standing as work
from members.workflows import stop_ground
from orgportal.core.api import ScopedListView, scope_of

COLUMNS = tuple(serializers.ChangeSerializer().fields)
MOVE_ANSWERS = {
    200: serializers.ChangeDetailSerializer,
    403: OpenApiResponse(description="The caller's posts do not carry the right: code not_allowed."),
    404: OpenApiResponse(description="Not within the caller's scope."),
    409: OpenApiResponse(description="Refused; code says why: standing_moved_on if it is not open any more."),
    412: OpenApiResponse(description="Somebody moved it since that version: code stale_version."),
    428: OpenApiResponse(description="No version was given: code version_required."),
}


def shown(change: StandingChange, request: Request) -> dict[str, Any]:
    names = {"member__name": change.member.name}
    facts = {name: names[name] if name in names else getattr(change, name) for name in COLUMNS}
    return {**facts, "moves": [row.name for row in work.allowed_moves(change, scope_of(request))]}


def seen(request: Request, pk: int) -> StandingChange:
    rows: Any = StandingChange.objects.visible_to(scope_of(request))
    found: StandingChange = get_object_or_404(rows.with_member(), pk=pk)
    return found


@extend_schema_view(
    get=extend_schema(parameters=[AS_OF]),
    post=extend_schema(
        request=serializers.EntrySerializer,
        responses={
            201: serializers.ChangeDetailSerializer,
            403: OpenApiResponse(description="Neither the branch's nor the committee's desk."),
            409: OpenApiResponse(description="Refused; code says why, with the days it rests on."),
            412: OpenApiResponse(description="The member changed since that version."),
        },
    ),
)
class ChangeListView(ScopedListView):
    """Decisions about members in the caller's scope; entered with POST.

    With `as_of` those open at the end of a past day, in their state of that day.
    """

    queryset = StandingChange.objects.all()
    filterset_class = of_person(StandingChange, "state", "kind")
    columns = COLUMNS

    def get_serializer_class(self) -> Any:
        is_entry = self.request is not None and self.request.method == "POST"
        return serializers.EntrySerializer if is_entry else serializers.ChangeSerializer

    def narrowed(self) -> Any:
        past = past_of(self.request)
        return (
            self.filter_queryset(changes_then(scope_of(self.request), past)) if past else super().narrowed()
        )

    def lookups(self) -> Sequence[str]:
        then = {"state": "state_then"} if past_of(self.request) else {}
        return [then.get(name, name) for name in self.columns]

    def post(self, request: Request) -> HttpResponse:
        """Enters a decision; it waits for approval, for its day, or takes effect at once."""
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        change = work.enter(
            data["member"], form.decision(), seen_version=data["version"], actor=request.user,  # type: ignore[arg-type]
            scope=scope_of(request), at=timezone.now(),
        )  # fmt: skip
        return Response(shown(change, request), status=201)


class ChangeDetailView(GenericAPIView[StandingChange]):
    """One decision, and what the caller can do with it."""

    queryset = StandingChange.objects.all()
    serializer_class = serializers.ChangeDetailSerializer

    def get(self, request: Request, pk: int) -> Response:
        return Response(shown(seen(request, pk), request))


class ChangeMoveView(GenericAPIView[StandingChange]):
    """One step of a decision; `moves` of the decision lists those open to the caller now."""

    queryset = StandingChange.objects.all()
    serializer_class = serializers.ChangeMoveSerializer
    move_name = ""

    @property
    def summary(self) -> str:
        return str(ChangeMove(self.move_name).label)

    @extend_schema(responses=MOVE_ANSWERS)
    def post(self, request: Request, pk: int) -> Response:
        change = seen(request, pk)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        if "version" not in form.validated_data:
            return Response({"code": "version_required"}, status=428)
        moved = work.move(
            change, self.move_name, actor=request.user, scope=scope_of(request),  # type: ignore[arg-type]
            at=timezone.now(), words=form.words(),
        )  # fmt: skip
        return Response(shown(moved, request))


class GroundView(GenericAPIView[Member]):
    """States the ground of a stop the register that was taken over did not give."""

    queryset = Member.objects.all()
    serializer_class = serializers.GroundSerializer

    @extend_schema(responses={200: serializers.GroundSerializer})
    def post(self, request: Request) -> Response:
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        member = stop_ground.state(
            data["member"], form.stated(), seen_version=data["version"], actor=request.user,  # type: ignore[arg-type]
            scope=scope_of(request), at=timezone.now(),
        )  # fmt: skip
        return Response({**data, "member": member.pk, "version": member.version})


class ProbationView(GenericAPIView[Member]):
    """Members on probation within the caller's scope, who is due first on top; `as_of` a past day."""

    queryset = Member.objects.all()
    serializer_class = serializers.ProbationSerializer

    @extend_schema(parameters=[AS_OF])
    def get(self, request: Request) -> Response:
        roots, past = scope_of(request).roots_for(Member.view_right), past_of(request)
        rows = probationers_then(roots, past) if past else probationers(roots, timezone.localdate())
        return Response({"results": [_probationer(row) for row in rows]})


def _probationer(row: Any) -> dict[str, Any]:
    return {
        "id": row.member.pk,
        "name": row.member.name,
        "branch_id": row.branch_id,
        "joined_on": row.member.joined_on,
        "due_on": row.clock.due_on,
        "is_extended": row.clock.is_extended,
        "days_left": row.clock.days_left,
        "change_id": row.change.pk if row.change else None,
    }


def move_urls() -> list[URLPattern]:
    """One address for each move a person can make."""
    names = dict.fromkeys(row.name for row in rules.MOVES if row.right)
    return [
        path(
            f"standing-changes/<int:pk>/{name}/",
            ChangeMoveView.as_view(move_name=str(name)),
            name=f"change-{name}",
        )
        for name in names
    ]


urlpatterns = [
    path("standing-changes/", ChangeListView.as_view(), name="change-list"),
    path("standing-changes/<int:pk>/", ChangeDetailView.as_view(), name="change-detail"),
    path("stop-grounds/", GroundView.as_view(), name="stop-ground"),
    path("probation/", ProbationView.as_view(), name="probation-list"),
    *move_urls(),
]
