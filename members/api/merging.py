"""Operations on merges: who might be the same, both side by side, merge, look at one, undo."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from members.api import merge_serializers as serializers
from members.api.register_serializers import CandidateSerializer
from members.api.serializers import BranchPeriodSerializer, StandingPeriodSerializer
from members.models import Member, Merge
from members.queries import merging as reads
from members.rules.register import mask_id_number
from members.workflows import merging as work
from members.workflows.merging import CHOICES, Choice
from orgportal.core.api import ScopedListView, scope_of
from orgportal.core.forms import tidy
from orgportal.core.sealing import unseal

COLUMNS = tuple(serializers.MergeSerializer().fields)
CANDIDATE = tuple(CandidateSerializer().fields)
PERIOD = tuple(BranchPeriodSerializer().fields)
STANDING = tuple(StandingPeriodSerializer().fields)
NOT_BOTH = OpenApiResponse(description="The caller sees the record and may not merge it: code not_allowed.")
SEARCHED = OpenApiParameter("q", str, description="A member number or a whole name, in place of the guess.")
MADE = {
    "look": {"operationId": "merges_retrieve", "parameters": {"id": "$response.body#/id"}},
    "undo": {"operationId": "merges_undo_create", "parameters": {"id": "$response.body#/id"}},
}


def facts(row: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def record(request: Request, pk: int) -> Member:
    """A record in sight (404) that the caller may merge (403)."""
    scope = scope_of(request)
    found: Member = get_object_or_404(Member.objects.visible_to(scope), pk=pk)
    scope.demand(reads.RIGHT, found)
    return found


class CandidatesView(GenericAPIView[Member]):
    """Who might be the same person: the same name and day of birth, or the same mobile."""

    queryset = Member.objects.all()
    serializer_class = serializers.CandidatesSerializer

    @extend_schema(parameters=[SEARCHED], responses={200: serializers.CandidatesSerializer, 403: NOT_BOTH})
    def get(self, request: Request, pk: int) -> Response:
        text = tidy(request.query_params.get("q", ""))
        found = reads.candidates(record(request, pk), scope_of(request), text)
        return Response({"results": [facts(each, CANDIDATE) for each in found]})


class MergePreviewView(GenericAPIView[Member]):
    """Two records side by side, and the days of which they tell differently; nothing is changed."""

    queryset = Member.objects.all()
    serializer_class = serializers.MergePreviewSerializer
    links: ClassVar[dict[str, Any]] = {
        "GET": {
            "200": {
                "merge": {
                    "operationId": "merges_create",
                    "requestBody": {
                        "kept": "$response.body#/kept/id",
                        "merged": "$response.body#/merged/id",
                        "version": "$response.body#/kept/version",
                        "other_version": "$response.body#/merged/version",
                    },
                }
            }
        }
    }

    @extend_schema(responses={200: serializers.MergePreviewSerializer, 403: NOT_BOTH})
    def get(self, request: Request, pk: int, other: int) -> Response:
        kept, merged = record(request, pk), record(request, other)
        plain = Choice(from_merged=(), basis="")
        stands = work.joined_stands(kept, merged, plain)
        joined = work.joined_history(kept, merged, plain, stands.stands)
        told = {name: (_told(kept, name), _told(merged, name)) for name in CHOICES}
        return Response(
            {
                "kept": _side(kept),
                "merged": _side(merged),
                "fields_told": [
                    {"name": name, "kept": mine, "merged": theirs, "differs": mine != theirs}
                    for name, (mine, theirs) in told.items()
                ],
                "branch_overlaps": [
                    {"one": each.one.days(), "other": each.other.days()} for each in joined.overlaps
                ],
                "standing_overlaps": [
                    {"one": mine.days(), "other": theirs.days()} for mine, theirs in stands.overlaps
                ],
            }
        )


def _side(member: Member) -> dict[str, Any]:
    branches = member.branch_periods.order_by("starts_on")
    standings = member.standing_periods.order_by("starts_on")
    return {
        **facts(member, CANDIDATE),
        "branches": [facts(each, PERIOD) for each in branches],
        "standings": [facts(each, STANDING) for each in standings],
    }


def _told(member: Member, name: str) -> list[Any]:
    """The values that go together under one choice."""
    match name:
        case "id_number":
            sealed = member.id_number_sealed
            return [mask_id_number(unseal(bytes(sealed)))] if sealed else []
        case "name":
            return [member.name, member.reading]
        case "standing":
            return [member.standing, member.joined_on, member.confirmed_on, member.probation_until]
    return [getattr(member, name)]


@extend_schema_view(
    post=extend_schema(
        request=serializers.MergeEntrySerializer,
        responses={
            201: serializers.MergeSerializer,
            403: OpenApiResponse(description="The caller does not answer for both records."),
            409: OpenApiResponse(description="Refused; merge_overlap, merge_standing_overlap name the days."),
            412: OpenApiResponse(description="One of the records changed since that version."),
        },
    )
)
class MergeListView(ScopedListView):
    """Merges of members the caller answers for."""

    queryset = Merge.objects.all()
    links: ClassVar[dict[str, Any]] = {"POST": {"201": MADE}}
    filterset_fields = ("kept", "merged")
    columns = COLUMNS

    def get_serializer_class(self) -> Any:
        is_entry = self.request is not None and self.request.method == "POST"
        return serializers.MergeEntrySerializer if is_entry else serializers.MergeSerializer

    def post(self, request: Request) -> HttpResponse:
        """Merges two records of one person."""
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        row = work.merge(
            data["kept"], data["merged"], form.choice(), versions=(data["version"], data["other_version"]),
            actor=request.user, scope=scope_of(request), at=timezone.now(),  # type: ignore[arg-type]
        )  # fmt: skip
        return Response(facts(row, COLUMNS), status=201)


def seen(request: Request, pk: int) -> Merge:
    rows = Merge.objects.visible_to(scope_of(request)).select_related("kept", "merged")
    found: Merge = get_object_or_404(rows, pk=pk)
    return found


class MergeDetailView(GenericAPIView[Merge]):
    """One merge, and whether it can still be undone."""

    queryset = Merge.objects.all()
    serializer_class = serializers.MergeDetailSerializer
    links: ClassVar[dict[str, Any]] = {"GET": {"200": {"undo": MADE["undo"]}}}

    def get(self, request: Request, pk: int) -> Response:
        row = seen(request, pk)
        is_untouched = not row.is_undone and reads.fingerprint(row.kept, row.merged) == row.fingerprint
        return Response({**facts(row, COLUMNS), "is_untouched": is_untouched})


class MergeUndoView(GenericAPIView[Merge]):
    """Makes two records of it again, as long as nobody has worked on either."""

    queryset = Merge.objects.all()
    serializer_class = serializers.MergeSerializer

    @extend_schema(
        request=None,
        responses={
            200: serializers.MergeSerializer,
            404: OpenApiResponse(description="Not within the caller's scope."),
            409: OpenApiResponse(description="Refused: merge_touched or merge_undone_already."),
        },
    )
    def post(self, request: Request, pk: int) -> Response:
        undone = work.undo(
            seen(request, pk), actor=request.user, scope=scope_of(request), at=timezone.now(),  # type: ignore[arg-type]
        )  # fmt: skip
        return Response(facts(undone, COLUMNS))


urlpatterns = [
    path("members/<int:pk>/merge-candidates/", CandidatesView.as_view(), name="merge-candidates"),
    path("members/<int:pk>/merge/<int:other>/", MergePreviewView.as_view(), name="merge-preview"),
    path("merges/", MergeListView.as_view(), name="merge-list"),
    path("merges/<int:pk>/", MergeDetailView.as_view(), name="merge-detail"),
    path("merges/<int:pk>/undo/", MergeUndoView.as_view(), name="merge-undo"),
]
