"""The door of the API: what there is, tokens, and the pages that describe it."""

from typing import Any, ClassVar

from django.contrib.auth import authenticate
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from knox.models import AuthToken
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle, ScopedRateThrottle
from rest_framework.views import APIView

from orgportal.core.api_reference import rooms_in, schema_in
from orgportal.core.errors import Refused
from orgportal.core.idempotency import said_once
from orgportal.core.models import User
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page
from orgportal.core.workflows import signing, tokens

LISTS = {
    "branches": "api-branches:organization-list",
    "members": "api-members:member-list",
    "transfers": "api-members:transfer-list",
    "activities": "api-activities:activity-list",
    "summaries": "api-health:summary-list",
    "holidays": "api-core:holiday-list",
    "tokens": "api-core:token-list",
}


class RootSerializer(serializers.Serializer[dict[str, str]]):
    """Addresses by name."""

    branches = serializers.CharField(required=False)
    members = serializers.CharField(required=False)
    transfers = serializers.CharField(required=False)
    activities = serializers.CharField(required=False)
    summaries = serializers.CharField(required=False)
    holidays = serializers.CharField()
    tokens = serializers.CharField()


class CredentialsSerializer(serializers.Serializer[Any]):
    user_name = serializers.CharField(max_length=60)
    password = serializers.CharField(max_length=256, trim_whitespace=False, write_only=True)


class TokenSerializer(serializers.Serializer[Any]):
    """A token as it is listed; the secret is told once, when it is made."""

    key = serializers.CharField(source="token_key")
    created = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(source="expiry")


class MadeTokenSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    token = serializers.CharField(source="secret")
    expires_at = serializers.DateTimeField()


class ErrorSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()


class RootView(APIView):
    """Where each list of the API begins."""

    @extend_schema(responses=RootSerializer)
    def get(self, request: Request) -> Response:
        found = {name: _address(url_name) for name, url_name in LISTS.items()}
        return Response({name: address for name, address in found.items() if address})


class TokenListView(APIView):
    """One's own tokens, without their secrets."""

    throttle_scope: ClassVar[str] = "token"

    def get_permissions(self) -> Any:
        return [AllowAny()] if self.request.method == "POST" else [IsAuthenticated()]

    def get_throttles(self) -> list[BaseThrottle]:
        return [ScopedRateThrottle()] if self.request.method == "POST" else []

    @extend_schema(responses=TokenSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = AuthToken.objects.filter(user=request.user).order_by("created")
        return Response({"results": TokenSerializer(rows, many=True).data})

    @extend_schema(
        request=CredentialsSerializer,
        responses={201: MadeTokenSerializer, 401: ErrorSerializer, 429: ErrorSerializer},
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Makes a token for a user name and password; it is told once and lasts thirty days."""
        typed = CredentialsSerializer(data=request.data)
        typed.is_valid(raise_exception=True)
        name, password = typed.validated_data["user_name"], typed.validated_data["password"]
        page_request: Any = request._request  # noqa: SLF001
        user = authenticate(page_request, username=name, password=password)
        if not isinstance(user, User):
            is_locked = bool(getattr(page_request, "axes_locked_out", False))
            signing.note_failed(name, is_locked=is_locked, at=timezone.now())
            return Response({"code": "wrong_name_or_password"}, status=401)
        made = MadeTokenSerializer(tokens.make_token(user, at=timezone.now())).data
        return said_once(Response(made, status=201), reverse("api-core:token-list"))


class SchemaView(SpectacularAPIView):
    """The description as a file, from the same copy the page is drawn from."""

    def _get_schema_response(self, request: Request) -> Response:
        kind = self.perform_content_negotiation(request, force=True)[0].format
        headers = {"Content-Disposition": f'attachment; filename="orgportal-api.{kind}"'}
        return Response(schema_in(get_language() or "en"), headers=headers)


class TokenView(APIView):
    @extend_schema(request=None, responses={204: None, 404: ErrorSerializer})
    def delete(self, request: Request, key: str) -> Response:
        """End one of one's own tokens at once."""
        user = request.user
        if not isinstance(user, User) or not tokens.end_token(user, key, at=timezone.now()):
            raise NotFound
        return Response(status=204)


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


# --- pages


@require_safe
def api_docs(request: Any) -> HttpResponse:
    """How to begin, and where each operation is described."""
    return render_page(request, "core/api_docs.html", rooms=rooms_in(get_language() or "en"))


@require_safe
def api_room(request: Any, slug: str) -> HttpResponse:
    """Some operations in words, for whoever writes a program against the portal."""
    rooms = rooms_in(get_language() or "en")
    room = next((each for each in rooms if each.slug == slug), None)
    if room is None:
        raise Http404
    return render_page(request, "core/api_room.html", room=room)


@require_safe
def token_list(request: Any) -> HttpResponse:
    return _token_page(request)


@require_POST
def token_make(request: Any) -> HttpResponse:
    try:
        made = tokens.make_token(request.user, at=timezone.now())
    except Refused as refusal:
        return _token_page(request, status=422, error=sentence(refusal))
    return said_once(_token_page(request, made=made), reverse("core:token-list"))


@require_POST
def token_end(request: Any, key: str) -> HttpResponse:
    tokens.end_token(request.user, key, at=timezone.now())
    return redirect("core:token-list")


def _token_page(request: Any, *, status: int = 200, error: str = "", made: Any = None) -> HttpResponse:
    rows = list(AuthToken.objects.filter(user=request.user).order_by("created"))
    return render_page(request, "core/tokens.html", status=status, rows=rows, made=made, error=error)
