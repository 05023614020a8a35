"""How an operation answers what it has not saved: the doubts in words, and who looks the same."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from members.api import register_serializers as serializers
from members.messages import DOUBTS
from members.workflows.register import NeedsCare

CANDIDATE = tuple(serializers.CandidateSerializer().fields)
NOT_SAVED = OpenApiResponse(
    serializers.CareSerializer,
    description="needs_care lists the doubts and who looks the same: send again with insists to keep it. "
    "Other codes: id_in_register_here, id_in_register_elsewhere, since_out_of_range, group_not_here, …",
)


class CarefulView(GenericAPIView[Any]):
    """An operation whose workflow may ask for a second look."""

    def handle_exception(self, exc: Exception) -> Response:
        return care_answer(exc) if isinstance(exc, NeedsCare) else super().handle_exception(exc)


def care_answer(care: NeedsCare) -> Response:
    doubts = [
        {
            "field": each.field,
            "code": each.code,
            "words": str(DOUBTS[each.code]),
            "refuses": each.refuses,
        }
        for each in care.doubts
    ]
    alike = [{name: getattr(each, name) for name in CANDIDATE} for each in care.candidates]
    return Response(
        {"code": care.code, "doubts": doubts, "candidates": alike, "is_final": care.is_final}, status=409
    )
