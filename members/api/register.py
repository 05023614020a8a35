"""Operations on a line of the register: add, correct, and see the whole identity number for a purpose."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from members.api import register_serializers as serializers
from members.api.care import NOT_SAVED, CarefulView
from members.api.serializers import MemberSerializer
from members.models import Member
from members.workflows import privacy
from members.workflows.register import correct_member
from orgportal.core.api import scope_of
from orgportal.core.errors import Refused
from orgportal.core.idempotency import said_once
from orgportal.core.views.asking import by

COLUMNS = tuple(MemberSerializer().fields)


def line_of(member: Member) -> dict[str, Any]:
    return {name: getattr(member, name) for name in COLUMNS}


class MemberCorrectView(CarefulView):
    """Puts typed data right. An empty or missing identity number leaves the one the register holds."""

    queryset = Member.objects.all()
    serializer_class = serializers.MemberCorrectionSerializer

    @extend_schema(responses={200: MemberSerializer, 409: NOT_SAVED})
    def post(self, request: Request, pk: int) -> Response:
        member = get_object_or_404(Member.objects.visible_to(scope_of(request)), pk=pk)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(line_of(correct_member(member, form.correction(member), **by(request))))


class MemberRevealView(GenericAPIView[Member]):
    """The whole identity number for a stated purpose; the member reads who saw it and what for.

    It is told once: the same key again leads to the member instead.
    """

    queryset = Member.objects.all()
    serializer_class = serializers.PurposeSerializer

    @extend_schema(
        responses={
            200: serializers.RevealedSerializer,
            303: OpenApiResponse(description="The key was used: the member, with the number masked."),
            409: OpenApiResponse(description="The register holds none: no_id_number."),
            429: OpenApiResponse(description="Too many within an hour: reveal_too_often."),
        }
    )
    def post(self, request: Request, pk: int) -> Response:
        member = get_object_or_404(Member.objects.visible_to(scope_of(request)), pk=pk)
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            number = privacy.reveal(member, form.validated_data["purpose"], **by(request))
        except Refused as refusal:
            if refusal.code != "reveal_too_often":
                raise
            wait = {"Retry-After": str(refusal.params["wait"])}
            return Response({"code": refusal.code, **refusal.params}, status=429, headers=wait)
        address = reverse("api-members:member-detail", args=[pk])
        return said_once(Response({"id": pk, "identity_number": number}), address)


urlpatterns = [
    path("members/<int:pk>/correct/", MemberCorrectView.as_view(), name="member-correct"),
    path("members/<int:pk>/reveal/", MemberRevealView.as_view(), name="member-reveal"),
]
