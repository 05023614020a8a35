"""Operations on what happens to members when their branch changes: its merger, and its party groups."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from branches.api.serializers import OrderSerializer, OrganizationSerializer
from branches.models import Organization, PartyGroup
from members.models import Member
from members.queries import moved_at
from members.workflows.grouping import assign_group
from members.workflows.reorganise import merge_branches, preview_merger
from orgportal.core.api import ScopedSerializer, scope_of

BODY = tuple(OrganizationSerializer().fields)


class GroupingSerializer(ScopedSerializer):
    """Members of the branch, and the group they are put into; null takes them out of any."""

    members = serializers.ListField(child=serializers.IntegerField(min_value=1), allow_empty=False)
    group: Any = serializers.PrimaryKeyRelatedField(queryset=PartyGroup.objects.current(), allow_null=True)


class GroupedSerializer(serializers.Serializer[Any]):
    """How many changed their group."""

    branch_id = serializers.IntegerField()
    group_id = serializers.IntegerField(allow_null=True)
    changed = serializers.IntegerField()


class MergerSerializer(OrderSerializer):
    """Into which branch, from which day, by which document; the version of the branch that ends."""

    target: Any = serializers.PrimaryKeyRelatedField(queryset=Organization.objects.current().branches())


class MergerPreviewSerializer(serializers.Serializer[Any]):
    """How many persons would move and what would end; open transfers stand against it."""

    id = serializers.IntegerField()
    version = serializers.IntegerField()
    members = serializers.IntegerField()
    posts = serializers.IntegerField()
    groups = serializers.IntegerField()
    transfers = serializers.IntegerField()
    is_possible = serializers.BooleanField()


class MergerDoneSerializer(serializers.Serializer[Any]):
    """The branch that ended, and the ids of the members who are now in the other one."""

    merged = OrganizationSerializer()
    into_id = serializers.IntegerField()
    moved = serializers.ListField(child=serializers.IntegerField())


def branch_in_sight(request: Request, pk: int) -> Organization:
    rows = Organization.objects.visible_to(scope_of(request)).branches().current()
    found: Organization = get_object_or_404(rows, pk=pk)
    return found


def _all_of(rows: QuerySet[Member], asked: list[int]) -> list[int]:
    """Whoever asks for one that is not of the branch is told which, and nobody changes."""
    found = set(rows.filter(pk__in=asked).values_list("pk", flat=True))
    if missing := sorted({*asked} - found):
        raise ValidationError({"members": [f"does_not_exist: {pk}" for pk in missing]})
    return sorted(found)


class GroupingView(GenericAPIView[Organization]):
    """Puts members of a branch into one of its party groups, or out of any."""

    queryset = Organization.objects.all()
    serializer_class = GroupingSerializer

    @extend_schema(
        responses={200: GroupedSerializer, 409: OpenApiResponse(description="Refused: group_not_here.")}
    )
    def post(self, request: Request, pk: int) -> Response:
        scope, branch = scope_of(request), branch_in_sight(request, pk)
        scope.demand("group.edit", branch)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        rows, group = Member.objects.visible_to(scope).active(), form.validated_data["group"]
        chosen = _all_of(rows.filter(branch=branch), form.validated_data["members"])
        changed = assign_group(branch, chosen, group, actor=request.user, scope=scope, at=timezone.now())  # type: ignore[arg-type]
        return Response({"branch_id": pk, "group_id": group and group.pk, "changed": changed})


class MergerView(GenericAPIView[Organization]):
    """A branch goes into another one: first what would move and end, then done."""

    queryset = Organization.objects.all()
    serializer_class = MergerSerializer
    links: ClassVar[dict[str, Any]] = {
        "GET": {
            "200": {
                "merge": {
                    "operationId": "branches_merger_create",
                    "parameters": {"id": "$response.body#/id"},
                    "requestBody": {"version": "$response.body#/version"},
                }
            }
        }
    }

    @extend_schema(responses=MergerPreviewSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """What a merger would move and end; nothing is changed."""
        source = branch_in_sight(request, pk)
        found = preview_merger(source, scope=scope_of(request), on=timezone.localdate())
        counts = {name: getattr(found, name) for name in ("members", "posts", "groups", "transfers")}
        seen = {"id": pk, "version": source.version}
        return Response({**seen, **counts, "is_possible": found.is_possible})

    @extend_schema(
        responses={
            200: MergerDoneSerializer,
            409: OpenApiResponse(description="Refused: date_in_future, arrived_later, has_open_transfers, …"),
        }
    )
    def post(self, request: Request, pk: int) -> Response:
        """Moves the members with their history, ends posts, terms and groups, and dissolves the branch."""
        source, at = branch_in_sight(request, pk), timezone.now()
        scope_of(request).demand("branch.move", source)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        target = form.validated_data["target"]
        row = merge_branches(
            source, target, form.order(), actor=request.user, scope=scope_of(request), at=at  # type: ignore[arg-type]
        )  # fmt: skip
        merged = {name: getattr(row, name) for name in BODY}
        return Response({"merged": merged, "into_id": target.pk, "moved": moved_at(target, at)})


urlpatterns = [
    path("branches/<int:pk>/grouping/", GroupingView.as_view(), name="grouping"),
    path("branches/<int:pk>/merger/", MergerView.as_view(), name="merger"),
]
