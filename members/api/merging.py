"""Operations on merges: list, merge two records, undo."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from members.models import Member, Merge
from members.workflows import merging as work
from members.workflows.merging import CHOICES, Choice
from orgportal.core.api import ScopedListView, ScopedSerializer, scope_of


class MergeSerializer(serializers.Serializer[Any]):
    """One merge: the record kept, its alias, who made and who undid it when."""

    id = serializers.IntegerField()
    kept_id = serializers.IntegerField()
    merged_id = serializers.IntegerField()
    basis = serializers.CharField()
    made_at = serializers.DateTimeField()
    undone_at = serializers.DateTimeField(allow_null=True)


RECORDS = (("kept", "kept"), ("merged", "merged"))


class MergeEntrySerializer(ScopedSerializer):
    """Two records and what is taken from the second; the day of change where their histories overlap.

    `counts` says whose standing holds on days of which both records tell differently; without it such days
    are refused.
    """

    kept: Any = serializers.PrimaryKeyRelatedField(queryset=Member.objects.all())
    merged: Any = serializers.PrimaryKeyRelatedField(queryset=Member.objects.all())
    version = serializers.IntegerField(min_value=1)
    other_version = serializers.IntegerField(min_value=1)
    from_merged = serializers.ListField(child=serializers.ChoiceField(choices=list(CHOICES)), default=list)
    basis = serializers.CharField(max_length=200)
    cut_on = serializers.DateField(allow_null=True, default=None)
    later = serializers.ChoiceField(choices=RECORDS, default="kept")
    counts = serializers.ChoiceField(choices=RECORDS, allow_blank=True, default="")

    def choice(self) -> Choice:
        data = self.validated_data
        return Choice(**{name: data[name] for name in ("from_merged", "basis", "cut_on", "later", "counts")})


COLUMNS = tuple(MergeSerializer().fields)


def shown(row: Merge) -> dict[str, Any]:
    return {name: getattr(row, name) for name in COLUMNS}


@extend_schema_view(
    post=extend_schema(
        request=MergeEntrySerializer,
        responses={
            201: MergeSerializer,
            403: OpenApiResponse(description="The caller does not answer for both records."),
            409: OpenApiResponse(description="Refused; merge_overlap, merge_standing_overlap name the days."),
            412: OpenApiResponse(description="One of the records changed since that version."),
        },
    )
)
class MergeListView(ScopedListView):
    """Merges of members the caller answers for."""

    queryset = Merge.objects.all()
    filterset_fields = ("kept", "merged")
    columns = COLUMNS

    def get_serializer_class(self) -> Any:
        is_entry = self.request is not None and self.request.method == "POST"
        return MergeEntrySerializer if is_entry else MergeSerializer

    def post(self, request: Request) -> HttpResponse:
        """Merges two records of one person."""
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        row = work.merge(
            data["kept"], data["merged"], form.choice(), versions=(data["version"], data["other_version"]),
            actor=request.user, scope=scope_of(request), at=timezone.now(),  # type: ignore[arg-type]
        )  # fmt: skip
        return Response(shown(row), status=201)


class MergeUndoView(GenericAPIView[Merge]):
    """Makes two records of it again, as long as nobody has worked on either."""

    queryset = Merge.objects.all()
    serializer_class = MergeSerializer

    @extend_schema(
        request=None,
        responses={
            200: MergeSerializer,
            404: OpenApiResponse(description="Not within the caller's scope."),
            409: OpenApiResponse(description="Refused: merge_touched or merge_undone_already."),
        },
    )
    def post(self, request: Request, pk: int) -> Response:
        row = get_object_or_404(Merge.objects.visible_to(scope_of(request)), pk=pk)
        undone = work.undo(
            row, actor=request.user, scope=scope_of(request), at=timezone.now(),  # type: ignore[arg-type]
        )  # fmt: skip
        return Response(shown(undone))


urlpatterns = [
    path("merges/", MergeListView.as_view(), name="merge-list"),
    path("merges/<int:pk>/undo/", MergeUndoView.as_view(), name="merge-undo"),
]
