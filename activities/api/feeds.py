"""Operations on one's own calendar feeds; the calendar itself is read at its address, without a token."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from activities.api.base import ListOperation, Operation
from activities.models import CalendarFeed
from activities.queries.feeds import feeds_of
from activities.views.feeds import address_of
from activities.workflows.feeds import MadeFeed, end_feed, make_feed, renew_feed
from branches.models import Organization
from orgportal.core.api import ScopedSerializer, scope_of
from orgportal.core.idempotency import said_once


class FeedSerializer(serializers.Serializer[Any]):
    """A calendar that can be subscribed to; its address is told once, when it is made or renewed."""

    id = serializers.IntegerField()
    branch_id = serializers.IntegerField(allow_null=True, help_text="null: one's own calendar")
    made_at = serializers.DateTimeField()
    used_at = serializers.DateTimeField(allow_null=True, help_text="last read, to the hour")


class MadeFeedSerializer(FeedSerializer):
    address = serializers.URLField(help_text="text/calendar, read without signing in")


class FeedMakeSerializer(ScopedSerializer):
    branch: Any = serializers.PrimaryKeyRelatedField(
        queryset=Organization.objects.current().branches(), allow_null=True, default=None
    )


COLUMNS = tuple(FeedSerializer().fields)


def _made(request: Request, made: MadeFeed, status: int) -> Response:
    facts = {name: getattr(made.feed, name) for name in COLUMNS}
    told = Response({**facts, "address": address_of(made.token, request)}, status=status)
    return said_once(told, reverse("api-activities:feed-list"))


def _own(request: Request, pk: int) -> CalendarFeed:
    rows: Any = feeds_of(scope_of(request)).select_related("user", "branch")
    feed: CalendarFeed = get_object_or_404(rows, pk=pk)
    return feed


class FeedListView(ListOperation):
    """One's own calendar feeds, without their addresses."""

    queryset = CalendarFeed.objects.all()
    columns = COLUMNS

    def get_serializer_class(self) -> Any:
        return FeedMakeSerializer if self.request.method == "POST" else FeedSerializer

    def narrowed(self) -> Any:
        return feeds_of(scope_of(self.request))

    @extend_schema(responses={201: MadeFeedSerializer})
    def post(self, request: Request) -> HttpResponse:
        """Makes an address for one's own calendar, or for that of a branch; it is told once."""
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        branch = form.validated_data["branch"]
        made = make_feed(branch, actor=request.user, scope=scope_of(request), at=timezone.now())  # type: ignore[arg-type]
        return _made(request, made, 201)


class FeedView(Operation[CalendarFeed]):
    queryset = CalendarFeed.objects.all()
    serializer_class = FeedSerializer

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Switches a feed off at once."""
        end_feed(_own(request, pk), actor=request.user, at=timezone.now())  # type: ignore[arg-type]
        return Response(status=204)


class FeedRenewView(Operation[CalendarFeed]):
    """Gives a feed a new address, told once; the present one opens nothing from then on."""

    queryset = CalendarFeed.objects.all()
    serializer_class = FeedSerializer

    @extend_schema(request=None, responses=MadeFeedSerializer)
    def post(self, request: Request, pk: int) -> Response:
        made = renew_feed(_own(request, pk), actor=request.user, at=timezone.now())  # type: ignore[arg-type]
        return _made(request, made, 200)
