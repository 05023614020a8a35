"""What every API operation shares: refusals become codes, lists leave as plain rows by keyset pages."""

from collections.abc import Sequence
from typing import Any

import orjson
from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_handler

from orgportal.core.errors import NotAllowed, Refused, StaleVersion, Unsound
from orgportal.core.refusals import sentence
from orgportal.core.scoping import NOBODY, Scope, ScopedQuerySet

PAGE = 100


def exception_handler(failure: Exception, context: dict[str, Any]) -> Response | None:
    """A refusal is 409 with its code, a missing right 403, a stale version 412."""
    if isinstance(failure, NotAllowed):
        return Response({"code": failure.code, "right": failure.params["right"]}, status=403)
    if isinstance(failure, StaleVersion):
        return Response({"code": failure.code, "version": failure.current.version}, status=412)
    if isinstance(failure, Refused):
        told = {"code": failure.code, **failure.params, **_in_words(failure, context.get("view"))}
        return Response(told, status=409)
    return drf_handler(failure, context)


def _in_words(failure: Refused, view: Any) -> dict[str, Any]:
    """Sentences in the caller's language, of views that state theirs: `refusals`, and in `fields` what the
    body calls otherwise than the page."""
    table = getattr(view, "refusals", None)
    if table is None:
        return {}
    names = getattr(view, "fields", {})
    faults = failure.faults if isinstance(failure, Unsound) else ()
    found = [
        {
            "code": each.code,
            "field": names.get(each.where, each.where),
            "message": sentence(Refused(each.code, **each.params), table),
        }
        for each in faults
    ]
    return {"message": sentence(failure, table), **({"faults": found} if found else {})}


def scope_of(request: Request) -> Scope:
    """The scope of the caller, session or token alike (a token signs in after the middleware ran)."""
    found: Scope = request._request.scope  # type: ignore[attr-defined]  # noqa: SLF001
    return found


@extend_schema_field(OpenApiTypes.BINARY)
class BytesField(serializers.FileField):
    """A file as it is sent, not the address of one."""


class ScopedSerializer(serializers.Serializer[Any]):
    """Every relation to a scoped model is narrowed to the caller."""

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        request = self.context.get("request")
        for field in fields.values():
            target: Any = getattr(field, "child_relation", field)
            rows = getattr(target, "queryset", None)
            if request is not None and isinstance(rows, ScopedQuerySet):
                # The schema is drawn without a caller: nobody's choices.
                target.queryset = rows.visible_to(getattr(request._request, "scope", NOBODY))  # noqa: SLF001
        return fields


def after_of(request: Request) -> int:
    """The last id the caller has seen of a list."""
    after = request.query_params.get("after", "0")
    if not after.isdecimal():
        raise ValidationError({"after": "not_a_number"})
    return int(after)


class ScopedListView(GenericAPIView[Any]):
    """A list within the caller's scope: filtered, in id order, 100 a page, `after` is the last id seen.

    `columns` names what leaves; the serializer declares the same names for the schema (house.md 15.14).
    """

    columns: Sequence[str] = ()

    def narrowed(self) -> QuerySet[Any]:
        rows = self.get_queryset().visible_to(scope_of(self.request))  # type: ignore[attr-defined]
        return self.filter_queryset(rows)

    def lookups(self) -> Sequence[Any]:
        """Where each column is found."""
        return self.columns

    def get(self, request: Request) -> HttpResponse:
        rows = self.narrowed().filter(pk__gt=after_of(request)).order_by("pk")
        rows = rows.values_list(*self.lookups())[: PAGE + 1]
        page = [dict(zip(self.columns, row, strict=True)) for row in rows]
        has_more = len(page) > PAGE
        page = page[:PAGE]
        answer = {"results": page, "next_after": page[-1]["id"] if has_more else None}
        return HttpResponse(orjson.dumps(answer), content_type="application/json")
