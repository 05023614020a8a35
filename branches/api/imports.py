"""Operations on the import of bodies: a file looked through without writing, and loaded as a whole."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from branches.choices import Kind
from branches.forms import MOST_BYTES
from branches.messages import FAULTS
from branches.models import Organization
from branches.workflows.table_file import Fault
from branches.workflows.tree_import import FileFaulty, Plan, load_tree, plan_tree
from orgportal.core.api import BytesField, scope_of
from orgportal.core.errors import NotAllowed

MOST_SHOWN = 200


class FileSerializer(serializers.Serializer[Any]):
    file = BytesField()

    def validate_file(self, value: Any) -> Any:
        if value.size > MOST_BYTES:
            raise serializers.ValidationError("too_large")
        return value


class BodiesFileSerializer(FileSerializer):
    """A CSV in UTF-8 or GBK, at most 2 MB, with the headings of the template (docs/import-tree.md)."""


class KindCountSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=Kind.choices)
    bodies = serializers.IntegerField()


class FileFaultSerializer(serializers.Serializer[Any]):
    """What must be put right: the row and column it stands in, and what to do."""

    row = serializers.IntegerField()
    column = serializers.CharField()
    code = serializers.CharField()
    words = serializers.CharField()


class BodiesPlanSerializer(serializers.Serializer[Any]):
    """What a file would found, by kind; or its faults, of which the first 200 are told."""

    digest = serializers.CharField(help_text="SHA-256 of the file, in hexadecimal.")
    bodies = serializers.IntegerField()
    kinds = KindCountSerializer(many=True)
    fault_count = serializers.IntegerField()
    faults = FileFaultSerializer(many=True)


def faults_told(faults: Sequence[Fault], words: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "fault_count": len(faults),
        "faults": [
            {
                "row": each.row,
                "column": each.column,
                "code": each.code,
                "words": str(words[each.code]).format(**each.params),
            }
            for each in faults[:MOST_SHOWN]
        ],
    }


def told(plan: Plan) -> dict[str, Any]:
    counts = Counter(line.kind for line in plan.lines)
    return {
        "digest": plan.digest,
        "bodies": len(plan.lines),
        "kinds": [{"kind": kind, "bodies": counts[kind]} for kind in Kind if counts[kind]],
        **faults_told(plan.faults, FAULTS),
    }


class FileView(GenericAPIView[Any]):
    """Takes one file from whoever holds `right` somewhere."""

    parser_classes = (MultiPartParser,)
    right: ClassVar[str]

    def sent(self, request: Request) -> bytes:
        return bytes(self.valid(request)["file"].read())

    def valid(self, request: Request) -> dict[str, Any]:
        if not scope_of(request).may_somewhere(self.right):
            raise NotAllowed(self.right)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        return dict(form.validated_data)


class BodiesFileView(FileView):
    queryset = Organization.objects.all()
    serializer_class = BodiesFileSerializer
    right = "branch.import"


class ImportCheckView(BodiesFileView):
    """What a file of bodies would do; nothing is written."""

    links: ClassVar[dict[str, Any]] = {
        "POST": {"200": {"load": {"operationId": "branches_import_create", "requestBody": "$request.body"}}}
    }

    @extend_schema(request={"multipart/form-data": BodiesFileSerializer}, responses=BodiesPlanSerializer)
    def post(self, request: Request) -> Response:
        data = self.sent(request)
        return Response(told(plan_tree(data, scope=scope_of(request), at=timezone.now())))


class ImportView(BodiesFileView):
    """Founds every body of a file, or none."""

    @extend_schema(
        request={"multipart/form-data": BodiesFileSerializer},
        responses={
            201: BodiesPlanSerializer,
            409: OpenApiResponse(
                BodiesPlanSerializer, description="file_has_faults, with the same plan as the check."
            ),
        },
    )
    def post(self, request: Request) -> Response:
        data, at = self.sent(request), timezone.now()
        try:
            plan = load_tree(data, actor=request.user, scope=scope_of(request), at=at)  # type: ignore[arg-type]
        except FileFaulty as faulty:
            return Response({"code": faulty.code, **told(faulty.plan)}, status=409)
        return Response(told(plan), status=201)
