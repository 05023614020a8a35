"""How the API describes itself: lists as pages, unsafe calls with their key."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers

from orgportal.core.api import ScopedListView

AFTER = OpenApiParameter(
    "after", OpenApiTypes.INT64, OpenApiParameter.QUERY, description="The last id of the page before."
)
KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.UUID,
    OpenApiParameter.HEADER,
    required=True,
    description="A new UUID for each thing to be done; the same again repeats the first answer.",
)


class PortalSchema(AutoSchema):
    """Knows the two habits every operation here shares."""

    @property
    def is_page(self) -> bool:
        return self.method == "GET" and isinstance(self.view, ScopedListView)

    def get_operation_id(self) -> str:
        found: str = super().get_operation_id()
        return f"{found.removesuffix('_retrieve')}_list" if self.is_page else found

    def get_override_parameters(self) -> list[Any]:
        stated = super().get_override_parameters()
        if self.is_page:
            return [*stated, AFTER]
        return stated if self.method == "GET" else [*stated, KEY]

    def get_response_serializers(self) -> Any:
        found = super().get_response_serializers()
        if not self.is_page or not isinstance(found, serializers.BaseSerializer):
            return found
        fields = {
            "results": type(found)(many=True),
            "next_after": serializers.IntegerField(allow_null=True),
        }
        return inline_serializer(f"{type(found).__name__.removesuffix('Serializer')}Page", fields)
