"""How the API describes itself: lists as pages, unsafe calls with their key, refusals with their codes."""

from collections.abc import Iterator
from copy import copy
from inspect import getdoc
from typing import Any, Literal, cast

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers
from rest_framework.request import clone_request

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
    """Knows the habits every operation here shares."""

    @property
    def is_list(self) -> bool:
        return isinstance(self.view, ScopedListView)

    @property
    def is_page(self) -> bool:
        return self.method == "GET" and self.is_list

    def get_operation_id(self) -> str:
        found: str = super().get_operation_id()
        return f"{found.removesuffix('_retrieve')}_list" if self.is_page else found

    def get_summary(self) -> str | None:
        return super().get_summary() or getattr(self.view, "summary", None)

    def get_description(self) -> str:  # type: ignore[override]  # drf-spectacular's own
        found: str = super().get_description()
        return "" if found == getdoc(ScopedListView) else found

    def get_filter_backends(self) -> list[Any]:
        return list(cast("Any", self.view).filter_backends) if self.is_page else []

    def get_override_parameters(self) -> list[Any]:
        stated = super().get_override_parameters()
        if self.is_page:
            return [*stated, AFTER]
        return stated if self.method == "GET" else [*stated, KEY]

    def get_response_serializers(self) -> Any:
        found = super().get_response_serializers()
        if isinstance(found, dict) or not self.is_list:
            return found
        if self.method == "POST":
            return {201: self._row()}
        if not self.is_page or not isinstance(found, serializers.BaseSerializer):
            return found
        fields = {
            "results": type(found)(many=True),
            "next_after": serializers.IntegerField(allow_null=True),
        }
        return inline_serializer(f"{type(found).__name__.removesuffix('Serializer')}Page", fields)

    def _row(self) -> Any:
        """What was made is answered as the list shows it."""
        view: Any = copy(self.view)
        view.request = clone_request(self.view.request, "GET")
        return view.get_serializer_class()()

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        found: dict[str, Any] = super()._get_response_bodies(direction)
        stated = {code: {"description": words} for code, words in self._usual_refusals()}
        return dict(sorted((stated | found).items()))

    def get_operation(self, *args: Any) -> dict[str, Any] | None:
        """With the links a view states for an answer of one of its methods: where a flow goes on."""
        found: dict[str, Any] | None = super().get_operation(*args)
        for code, links in getattr(self.view, "links", {}).get(self.method, {}).items():
            if found is not None:
                found["responses"][code]["links"] = links
        return found

    def _usual_refusals(self) -> Iterator[tuple[str, str]]:
        if self.is_page or self.method in {"POST", "PUT", "PATCH"}:
            yield "400", "A value was refused: each is named with its reason."
        if self.get_auth():
            yield "401", "No token, or one that was ended or has run out."
        if "{" in self.path:
            yield "404", "Not there, or not within the caller's scope."
        if self.method != "GET" and self.get_auth():
            yield "403", "The caller's posts do not carry the right: code not_allowed."
            yield "409", "Refused by a rule: code says which."
            if "version" in self._body_names():
                yield "412", "Somebody saved since that version: code stale_version."
            yield "422", "The key was used for something else: code idempotency_key_reused."

    def _body_names(self) -> set[str]:
        stated: Any = self.get_request_serializer()
        found = stated() if isinstance(stated, type) else stated
        return set(getattr(found, "fields", ()))
