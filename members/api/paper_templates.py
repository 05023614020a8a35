"""Operations on a body's own Word templates, and the paper filled into one; the same workflows decide."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from branches.models import Organization
from members.choices import PaperKind, TemplateState
from members.messages import TEMPLATE_FAULTS
from members.models import Paper, PaperTemplate
from members.models.paper_templates import KINDS
from members.workflows import paper_templates as work
from members.workflows.prints import verify_address
from orgportal.core.api import BytesField, ScopedListView, ScopedSerializer, scope_of
from orgportal.core.attachments import WORD, attached
from orgportal.core.views.asking import by
from orgportal.core.word_layouts import TemplateFaulty


class PaperTemplateSerializer(serializers.Serializer[Any]):
    """One edition of a body's own layout of a kind of paper."""

    id = serializers.IntegerField()
    organization_id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=KINDS)
    edition = serializers.IntegerField()
    file_name = serializers.CharField()
    size = serializers.IntegerField()
    digest = serializers.CharField(help_text="SHA-256 of the file, in hexadecimal.")
    marks = serializers.ListField(child=serializers.CharField())
    state = serializers.ChoiceField(choices=TemplateState.choices)
    uploaded_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class PaperTemplateUploadSerializer(ScopedSerializer):
    """Whose, of which kind of paper, and the .docx file."""

    organization: Any = serializers.PrimaryKeyRelatedField(queryset=Organization.objects.all())
    kind = serializers.ChoiceField(choices=KINDS)
    file = BytesField()

    def uploaded(self) -> work.UploadedFile:
        data = self.validated_data
        content = data["file"].read(settings.WORD_TEMPLATE_MAX_BYTES + 1)
        return work.UploadedFile(PaperKind(data["kind"]), data["file"].name, content)


COLUMNS = tuple(PaperTemplateSerializer().fields)
FAULTY = OpenApiResponse(
    description="template_faulty lists the faults, each with its code, its words and the placeholder or part."
)
REFUSED = OpenApiResponse(
    description="Refused: template_in_use, template_not_in_use, body_dissolved or template_faulty."
)


def shown(row: PaperTemplate) -> dict[str, Any]:
    return {name: getattr(row, name) for name in COLUMNS}


def faulty_answer(faulty: TemplateFaulty) -> Response:
    faults = [
        {"code": each.code, **each.params, "words": str(TEMPLATE_FAULTS[each.code]).format(**each.params)}
        for each in faulty.faults
    ]
    return Response({"code": faulty.code, "faults": faults}, status=409)


@extend_schema_view(
    post=extend_schema(
        request={"multipart/form-data": PaperTemplateUploadSerializer},
        responses={201: PaperTemplateSerializer, 409: FAULTY},
    )
)
class PaperTemplateListView(ScopedListView):
    """Word templates of the bodies the caller sees; the next edition is uploaded with POST."""

    queryset = PaperTemplate.objects.all()
    parser_classes = (MultiPartParser,)
    filterset_fields = ("organization", "kind", "state")
    columns = COLUMNS

    def get_serializer_class(self) -> Any:
        is_upload = self.request is not None and self.request.method == "POST"
        return PaperTemplateUploadSerializer if is_upload else PaperTemplateSerializer

    def post(self, request: Request) -> HttpResponse:
        """Uploads the next edition; it is in use at once, in place of the one before."""
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            made = work.upload(form.validated_data["organization"], form.uploaded(), **by(request))
        except TemplateFaulty as faulty:
            return faulty_answer(faulty)
        return Response(shown(made), status=201)


class PaperTemplateActView(GenericAPIView[PaperTemplate]):
    """One edition, taken out of use or put to use again."""

    queryset = PaperTemplate.objects.all()
    serializer_class = PaperTemplateSerializer

    def one(self, request: Request, pk: int) -> PaperTemplate:
        rows: Any = PaperTemplate.objects.visible_to(scope_of(request))
        found: PaperTemplate = get_object_or_404(rows.without_file(), pk=pk)
        return found


class PaperTemplateRetireView(PaperTemplateActView):
    """Back to the portal's own layout."""

    @extend_schema(request=None, responses={200: PaperTemplateSerializer, 409: REFUSED})
    def post(self, request: Request, pk: int) -> Response:
        return Response(shown(work.retire(self.one(request, pk), **by(request))))


class PaperTemplateRestoreView(PaperTemplateActView):
    """An earlier edition in use again, in place of the one that is."""

    @extend_schema(request=None, responses={200: PaperTemplateSerializer, 409: REFUSED})
    def post(self, request: Request, pk: int) -> Response:
        try:
            restored = work.restore(self.one(request, pk), **by(request))
        except TemplateFaulty as faulty:
            return faulty_answer(faulty)
        return Response(shown(restored))


class PaperDocumentView(GenericAPIView[Paper]):
    """The paper in the issuing body's own layout, written down as a print is."""

    queryset = Paper.objects.all()
    serializer_class = None

    @extend_schema(
        responses={
            (200, WORD): OpenApiTypes.BINARY,
            403: OpenApiResponse(description="The caller sees the paper and may not print it."),
            409: OpenApiResponse(
                description="template_none, template_paper_ended, template_outgrown or template_swells."
            ),
        }
    )
    def get(self, request: Request, pk: int) -> HttpResponse:
        rows: Any = Paper.objects.visible_to(scope_of(request)).select_related("issuer", "branch")
        paper = get_object_or_404(rows, pk=pk)
        address = verify_address(paper, request.build_absolute_uri("/"))
        return attached(work.filled(paper, address, **by(request)), WORD, f"{paper.number}.docx")


urlpatterns = [
    path("paper-templates/", PaperTemplateListView.as_view(), name="template-list"),
    path("paper-templates/<int:pk>/retire/", PaperTemplateRetireView.as_view(), name="template-retire"),
    path("paper-templates/<int:pk>/restore/", PaperTemplateRestoreView.as_view(), name="template-restore"),
    path("papers/<int:pk>/document/", PaperDocumentView.as_view(), name="paper-document"),
]
