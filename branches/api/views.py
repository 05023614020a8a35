"""Operations on bodies, groups and the directory."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from branches import queries
from branches.api import serializers
from branches.filters import DirectoryFilter, OrganizationFilter
from branches.models import Organization, OrganizationEvent, PartyGroup
from branches.tables import QUIET
from branches.workflows import groups, tree
from orgportal.core.api import ScopedListView, scope_of
from orgportal.core.views.asking import by

FACTS = tuple(serializers.OrganizationSerializer().fields)
MORE_FACTS = (*FACTS, "address", "ends_on", "has_committee")
GROUP_FACTS = tuple(serializers.GroupSerializer().fields)


def facts(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


body_answers = extend_schema_view(post=extend_schema(responses=serializers.OrganizationSerializer))
group_answers = extend_schema_view(post=extend_schema(responses=serializers.GroupSerializer))


class OrganizationListView(ScopedListView):
    """Bodies within the caller's scope; found with POST."""

    queryset = Organization.objects.all()
    filterset_class = OrganizationFilter
    columns = FACTS

    def get_serializer_class(self) -> Any:
        found = {"POST": serializers.CreateSerializer}
        return found.get(self.request.method or "", serializers.OrganizationSerializer)

    def post(self, request: Request) -> HttpResponse:
        """Founds a body under another one."""
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        row = tree.found_body(form.validated_data["parent"], form.body(), form.order(), **by(request))
        return Response(facts(row, FACTS), status=201)


class OrganizationDetailView(GenericAPIView[Organization]):
    """One body with its member counts."""

    queryset = Organization.objects.all()
    serializer_class = serializers.OrganizationDetailSerializer

    def get(self, request: Request, pk: int) -> HttpResponse:
        scope = scope_of(request)
        body = get_object_or_404(Organization.objects.visible_to(scope), pk=pk)
        counts = queries.counts_of([body], scope)[body.pk]
        return Response({**facts(body, MORE_FACTS), **facts(counts, ("formal", "probationary", "branches"))})


class HistoryView(GenericAPIView[Organization]):
    """What became of a body: founded, renamed, changed, moved, merged, dissolved."""

    queryset = Organization.objects.all()
    serializer_class = serializers.HistorySerializer

    def get(self, request: Request, pk: int) -> HttpResponse:
        body = get_object_or_404(Organization.objects.visible_to(scope_of(request)), pk=pk)
        return Response({"results": [_line(each) for each in body.events.order_by("-on", "-id")]})


def _line(event: OrganizationEvent) -> dict[str, Any]:
    changed = {
        name: {key: value for key, value in getattr(event, name).items() if key not in QUIET}
        for name in ("before", "after")
    }
    return {**facts(event, ("id", "kind", "on", "other_id", "basis")), **changed}


class OrderView(GenericAPIView[Any]):
    """One order about one row in scope: checked, carried out, and the row as it is then."""

    columns: tuple[str, ...] = FACTS
    queryset: Any = Organization.objects.all()

    def post(self, request: Request, pk: int) -> HttpResponse:
        rows: Any = self.get_queryset()
        row = get_object_or_404(rows.visible_to(scope_of(request)), pk=pk)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(facts(self.act(row, form, by(request)), self.columns))

    def act(self, row: Any, form: Any, asker: dict[str, Any]) -> Any:
        raise NotImplementedError


@body_answers
class OrganizationRenameView(OrderView):
    """Gives a body its new names from a day on; the old ones stay in its history."""

    serializer_class = serializers.NamesSerializer

    def act(self, row: Any, form: Any, asker: dict[str, Any]) -> Any:
        return tree.rename(row, form.names(), form.order(), **asker)


@body_answers
class OrganizationChangeView(OrderView):
    """Changes sector, form, phone, address and whether there is a committee."""

    serializer_class = serializers.DetailsSerializer

    def act(self, row: Any, form: Any, asker: dict[str, Any]) -> Any:
        return tree.change_details(row, form.details(), form.order(), **asker)


@body_answers
class OrganizationMoveView(OrderView):
    """Puts a body, with all below it, under another one."""

    serializer_class = serializers.MoveSerializer

    def act(self, row: Any, form: Any, asker: dict[str, Any]) -> Any:
        return tree.move(row, form.validated_data["parent"], form.order(), **asker)


@body_answers
class OrganizationDissolveView(OrderView):
    """Ends a body that is empty: no members, no bodies below, no open transfers."""

    serializer_class = serializers.OrderSerializer

    def act(self, row: Any, form: Any, asker: dict[str, Any]) -> Any:
        return tree.dissolve(row, form.order(), **asker)


class GroupListView(ScopedListView):
    """Party groups within the caller's scope; founded with POST."""

    queryset = PartyGroup.objects.all()
    filterset_fields = ("branch",)
    columns = GROUP_FACTS

    def get_serializer_class(self) -> Any:
        found = {"POST": serializers.GroupCreateSerializer}
        return found.get(self.request.method or "", serializers.GroupSerializer)

    def post(self, request: Request) -> HttpResponse:
        """Founds a party group in a branch."""
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        row = groups.found_group(data["branch"], data["name"], form.order(), **by(request))
        return Response(facts(row, GROUP_FACTS), status=201)


@group_answers
class GroupRenameView(OrderView):
    """Gives a party group its new name."""

    queryset = PartyGroup.objects.all()
    serializer_class = serializers.GroupNameSerializer
    columns = GROUP_FACTS

    def act(self, row: Any, form: Any, asker: dict[str, Any]) -> Any:
        return groups.rename_group(row, form.validated_data["name"], form.order(), **asker)


@group_answers
class GroupEndView(OrderView):
    """Ends a party group."""

    queryset = PartyGroup.objects.all()
    serializer_class = serializers.GroupOrderSerializer
    columns = GROUP_FACTS

    def act(self, row: Any, form: Any, asker: dict[str, Any]) -> Any:
        return groups.end_group(row, form.order(), **asker)


class DirectoryView(ScopedListView):
    """Name, kind and phone of every existing body (docs/crossings.md)."""

    queryset = Organization.objects.all()
    filterset_class = DirectoryFilter
    serializer_class = serializers.DirectorySerializer
    columns = queries.DIRECTORY_FIELDS

    def narrowed(self) -> QuerySet[Any]:
        return self.filter_queryset(queries.directory())
