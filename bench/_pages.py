"""The portal's addresses and three more, behind the same middleware: a view without data, one that sends the
statements of a page and renders nothing, and a list answered by a DRF ModelSerializer."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from rest_framework.generics import ListAPIView
from rest_framework.serializers import ModelSerializer

from members.api.views import FACTS
from members.models import Member
from orgportal import urls
from orgportal.core.api import PAGE, scope_of


@cache
def statements() -> dict[str, list[str]]:
    """By name, what a page sent when it was captured."""
    found: dict[str, list[str]] = json.loads(Path(os.environ["BENCH_STATEMENTS"]).read_text(encoding="utf-8"))
    return found


def nothing(request: HttpRequest) -> HttpResponse:
    """Session, account and scope are looked up, and no more."""
    return HttpResponse(f"{request.user.pk} {len(request.scope.grants)}")


def bare(request: HttpRequest, name: str) -> HttpResponse:
    """The same look-ups, then the page's own statements; their rows are fetched and thrown away."""
    rows = len(request.scope.grants)
    with connection.cursor() as cursor:
        for statement in statements()[name]:
            cursor.execute(statement)
            rows += len(cursor.fetchall())
    return HttpResponse(str(rows))


class PeerSerializer(ModelSerializer[Member]):
    class Meta:
        model = Member
        fields = FACTS


class Peer(ListAPIView[Member]):
    """As the framework's tutorial has it, over the same rows in the same order."""

    serializer_class = PeerSerializer

    def get_queryset(self) -> Any:
        return Member.objects.visible_to(scope_of(self.request)).active().order_by("pk")[:PAGE]


urlpatterns = [
    *urls.urlpatterns,
    path("bench/nothing/", nothing),
    path("bench/bare/<slug:name>/", bare),
    path("api/bench/members/", Peer.as_view()),
]
handler400, handler403, handler404, handler500 = (
    urls.handler400, urls.handler403, urls.handler404, urls.handler500,
)  # fmt: skip
