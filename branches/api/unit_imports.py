"""Operations on the import of units: a file looked through without writing, loaded as a whole, taken back."""

from collections.abc import Collection
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from branches.api.imports import FileFaultSerializer, FileSerializer, FileView, faults_told
from branches.messages import UNIT_COLUMNS, UNIT_FAULTS
from branches.models import Unit, UnitImport
from branches.queries.units import EDIT_RIGHT
from branches.workflows.unit_columns import SAME_FOR_ALL, under_our_headings
from branches.workflows.unit_import import UnitFileFaulty, UnitPlan, load_units, plan_units, undo_import
from orgportal.core.api import scope_of
from orgportal.core.views.asking import by


def named(value: Any, known: Collection[str]) -> dict[str, str]:
    """An object of texts whose names are among those known."""
    if not isinstance(value, dict) or not all(isinstance(said, str) for said in value.values()):
        raise serializers.ValidationError("not_an_object_of_texts")
    if unknown := sorted(set(value) - set(known)):
        raise serializers.ValidationError(f"unknown: {', '.join(unknown)}; known: {', '.join(known)}")
    return value


class UnitsFileSerializer(FileSerializer):
    """A workbook or CSV of at most 2 MB and 5,000 rows, with the headings of the template or with its own."""

    columns = serializers.JSONField(
        required=False,
        help_text="Of a list with headings of its own, an object: our column to its heading;"
        " columns not named are left out.",
    )
    same = serializers.JSONField(
        required=False,
        help_text=f"What is the same in all rows, an object: any of {', '.join(SAME_FOR_ALL)} to its value.",
    )

    def validate_columns(self, value: Any) -> dict[str, str]:
        return named(value, UNIT_COLUMNS)

    def validate_same(self, value: Any) -> dict[str, str]:
        return named(value, SAME_FOR_ALL)


class UnitsPlanSerializer(serializers.Serializer[Any]):
    """What a file would do; or its faults, of which the first 200 are told."""

    digest = serializers.CharField(help_text="SHA-256 of the file, in hexadecimal.")
    new = serializers.IntegerField()
    known = serializers.IntegerField(help_text="on the list already, left as they are")
    doubtful = serializers.IntegerField(help_text="new ones with a doubtful credit code, taken as typed")
    fault_count = serializers.IntegerField()
    faults = FileFaultSerializer(many=True)


class UnitsLoadedSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    rows = serializers.IntegerField()
    known = serializers.IntegerField()
    digest = serializers.CharField()


class UnitsUndoneSerializer(serializers.Serializer[Any]):
    units = serializers.ListField(child=serializers.IntegerField())
    stay = serializers.IntegerField(help_text="changed since, or out of the caller's hands")


def told(plan: UnitPlan) -> dict[str, Any]:
    return {
        "digest": plan.digest,
        "new": len(plan.new),
        "known": len(plan.known),
        "doubtful": plan.doubtful,
        **faults_told(plan.faults, UNIT_FAULTS),
    }


class UnitsFileView(FileView):
    queryset = Unit.objects.all()
    serializer_class = UnitsFileSerializer
    right = EDIT_RIGHT

    def sent(self, request: Request) -> bytes:
        given = self.valid(request)
        data = bytes(given["file"].read())
        columns, same = given.get("columns", {}), given.get("same", {})
        return under_our_headings(data, columns, same) if columns else data


class CheckView(UnitsFileView):
    """Reads and checks a file of units without writing."""

    @extend_schema(request={"multipart/form-data": UnitsFileSerializer}, responses=UnitsPlanSerializer)
    def post(self, request: Request) -> Response:
        data = self.sent(request)
        return Response(told(plan_units(data, scope=scope_of(request), at=timezone.now())))


class LoadView(UnitsFileView):
    """Puts every new row of a file on its list, or none."""

    @extend_schema(
        request={"multipart/form-data": UnitsFileSerializer},
        responses={
            201: UnitsLoadedSerializer,
            409: OpenApiResponse(
                UnitsPlanSerializer, description="file_has_faults, with the same plan as the check."
            ),
        },
    )
    def post(self, request: Request) -> Response:
        data = self.sent(request)
        try:
            batch = load_units(data, **by(request))
        except UnitFileFaulty as faulty:
            return Response({"code": faulty.code, **told(faulty.plan)}, status=409)
        return Response(UnitsLoadedSerializer(batch).data, status=201)


class UndoView(GenericAPIView[UnitImport]):
    """Takes back what one's own file put on the lists, as far as nobody has touched it since."""

    queryset = UnitImport.objects.all()
    serializer_class = UnitsUndoneSerializer

    @extend_schema(request=None, responses={200: UnitsUndoneSerializer})
    def post(self, request: Request, pk: int) -> Response:
        batch = get_object_or_404(UnitImport.objects.visible_to(scope_of(request)), pk=pk)
        units, stay = undo_import(batch, **by(request))
        return Response({"units": units, "stay": stay})


urlpatterns = [
    path("units/import/", LoadView.as_view(), name="unit-import"),
    path("units/import/check/", CheckView.as_view(), name="unit-import-check"),
    path("units/import/<int:pk>/undo/", UndoView.as_view(), name="unit-import-undo"),
]
