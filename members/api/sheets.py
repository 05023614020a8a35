"""Papers, activity cards and Word templates as files: the rights and the trail are those of the pages."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request

from branches.models import Organization
from members.choices import TEMPLATE_KINDS, PaperKind
from members.models import MobileSpell, Paper, PaperTemplate
from members.queries.mobile import card_of, spells_seen
from members.rules.paper_templates import STARTERS
from members.workflows import paper_templates as templates
from members.workflows.prints import LAYOUTS, card_sheet, paper_sheet, verify_address
from orgportal.core.api import scope_of
from orgportal.core.attachments import PDF, WORD, attached
from orgportal.core.views.asking import by
from orgportal.core.word_starters import composed

NOT_PRINTED = OpenApiResponse(description="The caller sees it and may not print it: code not_allowed.")


def address_of(paper: Paper, request: Request) -> str:
    return verify_address(paper, request.build_absolute_uri("/"))


class PaperSheetView(GenericAPIView[Paper]):
    """A letter, slip or certificate as PDF; the member reads who else printed it."""

    queryset = Paper.objects.all()
    serializer_class = None

    @extend_schema(responses={(200, PDF): OpenApiTypes.BINARY, 403: NOT_PRINTED})
    def get(self, request: Request, pk: int) -> HttpResponse:
        rows: Any = Paper.objects.visible_to(scope_of(request)).select_related("issuer", "branch")
        paper = get_object_or_404(rows.filter(kind__in=LAYOUTS), pk=pk)
        made = paper_sheet(paper, address_of(paper, request), **by(request))
        return attached(made, PDF, f"{paper.number}.pdf")


class CardSheetView(GenericAPIView[MobileSpell]):
    """The activity card in force as PDF, with its yearly checks; the member reads who else printed it."""

    queryset = MobileSpell.objects.all()
    serializer_class = None

    @extend_schema(responses={(200, PDF): OpenApiTypes.BINARY, 403: NOT_PRINTED})
    def get(self, request: Request, pk: int) -> HttpResponse:
        spell = get_object_or_404(spells_seen(scope_of(request)), pk=pk)
        side = card_of(spell.member_id)
        if side is None:
            raise Http404
        made = card_sheet(side, address_of(side.paper, request), **by(request))
        return attached(made, PDF, f"{side.paper.number}.pdf")


class TemplateFileView(GenericAPIView[PaperTemplate]):
    """An edition of a body's own layout as it is, or filled with an example nobody takes for a paper."""

    queryset = PaperTemplate.objects.all()
    serializer_class = None
    is_example = False

    @extend_schema(
        responses={
            (200, WORD): OpenApiTypes.BINARY,
            409: OpenApiResponse(description="No longer to be filled: template_outgrown, template_swells."),
        }
    )
    def get(self, request: Request, pk: int) -> HttpResponse:
        template = get_object_or_404(PaperTemplate.objects.visible_to(scope_of(request)), pk=pk)
        made = templates.sample(template) if self.is_example else bytes(template.content)
        return attached(made, WORD, template.file_name)


class StarterView(GenericAPIView[Organization]):
    """A document of the portal's making with every placeholder of a kind of paper, to begin a layout with."""

    queryset = Organization.objects.all()
    serializer_class = None

    @extend_schema(
        parameters=[OpenApiParameter("kind", str, OpenApiParameter.PATH, enum=[*TEMPLATE_KINDS])],
        responses={
            (200, WORD): OpenApiTypes.BINARY,
            403: OpenApiResponse(description="The caller issues no papers of this body: code not_allowed."),
        },
    )
    def get(self, request: Request, pk: int, kind: str) -> HttpResponse:
        scope = scope_of(request)
        body = get_object_or_404(Organization.objects.visible_to(scope), pk=pk)
        templates.demand_keeper(body, scope)
        if kind not in TEMPLATE_KINDS:
            raise Http404
        return attached(composed(STARTERS[PaperKind(kind)]), WORD, f"{kind}.docx")


urlpatterns = [
    path("papers/<int:pk>/print/", PaperSheetView.as_view(), name="paper-print"),
    path("stays/<int:pk>/card/print/", CardSheetView.as_view(), name="spell-card-print"),
    path("paper-templates/<int:pk>/file/", TemplateFileView.as_view(), name="template-file"),
    path(
        "paper-templates/<int:pk>/example/",
        TemplateFileView.as_view(is_example=True),
        name="template-example",
    ),
    path("branches/<int:pk>/starters/<slug:kind>/", StarterView.as_view(), name="template-starter"),
]
