"""Operations on a body's own Word layouts of ledgers; the same workflows decide."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from activities.api.base import ListOperation, Operation
from activities.choices import LedgerKind
from activities.forms.ledger_templates import words_of
from activities.models import LedgerTemplate
from activities.queries.ledger_templates import RIGHT
from activities.workflows import ledger_templates as work
from branches.models import Organization
from members.choices import TemplateState
from orgportal.core.api import BytesField, ScopedSerializer, scope_of
from orgportal.core.attachments import WORD, attached
from orgportal.core.views.asking import by
from orgportal.core.word_layouts import TemplateFaulty


class LedgerTemplateSerializer(serializers.Serializer[Any]):
    """One edition of a body's own layout of a ledger."""

    id = serializers.IntegerField()
    organization_id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=LedgerKind.choices)
    edition = serializers.IntegerField()
    file_name = serializers.CharField()
    size = serializers.IntegerField()
    digest = serializers.CharField(help_text="SHA-256 of the file, in hexadecimal.")
    state = serializers.ChoiceField(choices=TemplateState.choices)
    uploaded_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    misfit_at = serializers.DateTimeField(
        allow_null=True,
        help_text="Since when it fits no more: Word files may be in the portal's own.",
    )
    misfit_of_id = serializers.IntegerField(
        allow_null=True, help_text="The branch whose ledger showed it; null where the example did."
    )


class LedgerTemplateUploadSerializer(ScopedSerializer):
    """Whose, of which ledger, and the .docx file."""

    organization: Any = serializers.PrimaryKeyRelatedField(queryset=Organization.objects.all())
    kind = serializers.ChoiceField(choices=LedgerKind.choices)
    file = BytesField()

    def uploaded(self) -> work.UploadedLayout:
        data = self.validated_data
        content = data["file"].read(settings.WORD_TEMPLATE_MAX_BYTES + 1)
        return work.UploadedLayout(LedgerKind(data["kind"]), data["file"].name, content)


COLUMNS = tuple(LedgerTemplateSerializer().fields)
REFUSED = OpenApiResponse(
    description="template_in_use, template_not_in_use, body_dissolved, or template_faulty with its faults:"
    " each with its code, its words and the placeholder or part."
)


def shown(row: LedgerTemplate) -> dict[str, Any]:
    return {name: getattr(row, name) for name in COLUMNS}


def faulty_answer(faulty: TemplateFaulty) -> Response:
    faults = [{"code": each.code, **each.params, "words": words_of(each)} for each in faulty.faults]
    return Response({"code": faulty.code, "faults": faults}, status=409)


@extend_schema_view(
    post=extend_schema(
        request={"multipart/form-data": LedgerTemplateUploadSerializer},
        responses={201: LedgerTemplateSerializer, 409: REFUSED},
    )
)
class LedgerTemplateListView(ListOperation):
    """Word layouts of ledgers of the bodies the caller sees; the next edition is uploaded with POST."""

    queryset = LedgerTemplate.objects.all()
    parser_classes = (MultiPartParser,)
    filterset_fields = ("organization", "kind", "state")
    columns = COLUMNS

    def get_serializer_class(self) -> Any:
        is_upload = self.request is not None and self.request.method == "POST"
        return LedgerTemplateUploadSerializer if is_upload else LedgerTemplateSerializer

    def post(self, request: Request) -> HttpResponse:
        """Uploads the next edition; it is in use at once, in place of the one before."""
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            made = work.upload(form.validated_data["organization"], form.uploaded(), **by(request))
        except TemplateFaulty as faulty:
            return faulty_answer(faulty)
        return Response(shown(made), status=201)


class LedgerTemplateActView(Operation[LedgerTemplate]):
    """One edition, taken out of use or put to use again."""

    queryset = LedgerTemplate.objects.all()
    serializer_class = LedgerTemplateSerializer

    def one(self, request: Request, pk: int) -> LedgerTemplate:
        rows = LedgerTemplate.objects.visible_to(scope_of(request)).without_file()
        found: LedgerTemplate = get_object_or_404(rows, pk=pk)
        return found


class LedgerTemplateRetireView(LedgerTemplateActView):
    """Back to the layout of the body above, or the portal's own."""

    @extend_schema(request=None, responses={200: LedgerTemplateSerializer, 409: REFUSED})
    def post(self, request: Request, pk: int) -> Response:
        return Response(shown(work.retire(self.one(request, pk), **by(request))))


class LedgerTemplateRestoreView(LedgerTemplateActView):
    """An earlier edition in use again, in place of the one that is."""

    @extend_schema(request=None, responses={200: LedgerTemplateSerializer, 409: REFUSED})
    def post(self, request: Request, pk: int) -> Response:
        try:
            restored = work.restore(self.one(request, pk), **by(request))
        except TemplateFaulty as faulty:
            return faulty_answer(faulty)
        return Response(shown(restored))


class LedgerTemplateFileView(Operation[LedgerTemplate]):
    """An edition as it is, or filled with an example nobody takes for a record."""

    queryset = LedgerTemplate.objects.all()
    serializer_class = None
    is_example = False

    @extend_schema(
        responses={
            (200, WORD): OpenApiTypes.BINARY,
            409: OpenApiResponse(description="No longer to be filled: template_outgrown, template_swells."),
        }
    )
    def get(self, request: Request, pk: int) -> HttpResponse:
        layout = get_object_or_404(LedgerTemplate.objects.visible_to(scope_of(request)), pk=pk)
        made = work.sample(layout) if self.is_example else bytes(layout.content)
        return attached(made, WORD, layout.file_name)


class LedgerStarterView(Operation[Organization]):
    """The portal's own layout of a ledger with every placeholder in it, to begin a layout with."""

    queryset = Organization.objects.all()
    serializer_class = None

    @extend_schema(
        parameters=[OpenApiParameter("kind", str, OpenApiParameter.PATH, enum=[*LedgerKind.values])],
        responses={
            (200, WORD): OpenApiTypes.BINARY,
            403: OpenApiResponse(description="The caller brings no layouts for this body: code not_allowed."),
        },
    )
    def get(self, request: Request, pk: int, kind: str) -> HttpResponse:
        scope = scope_of(request)
        body = get_object_or_404(Organization.objects.visible_to(scope), pk=pk)
        scope.demand(RIGHT, body)
        if kind not in LedgerKind.values:
            raise Http404
        return attached(work.starter(LedgerKind(kind)), WORD, f"{kind}.docx")


urlpatterns = [
    path(
        "branches/<int:pk>/ledger-starters/<slug:kind>/", LedgerStarterView.as_view(), name="layout-starter"
    ),
    path("ledger-templates/<int:pk>/file/", LedgerTemplateFileView.as_view(), name="layout-file"),
    path(
        "ledger-templates/<int:pk>/example/",
        LedgerTemplateFileView.as_view(is_example=True),
        name="layout-example",
    ),
    path("ledger-templates/", LedgerTemplateListView.as_view(), name="layout-list"),
    path("ledger-templates/<int:pk>/retire/", LedgerTemplateRetireView.as_view(), name="layout-retire"),
    path("ledger-templates/<int:pk>/restore/", LedgerTemplateRestoreView.as_view(), name="layout-restore"),
]
