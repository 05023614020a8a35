"""Operations on the review of the two coverages: today, and as quarters were frozen."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from branches.messages import UNIT_GROUP_CHOICES
from orgportal.core.api import ScopedListView, scope_of
from orgportal.health.filters import ReviewFilter
from orgportal.health.models import CoverageReview
from orgportal.health.queries.coverage import review


class ShareSerializer(serializers.Serializer[Any]):
    """One official share: its lists, its denominator and its citation."""

    key = serializers.CharField()
    part = serializers.IntegerField()
    whole = serializers.IntegerField()
    part_measure = serializers.CharField()
    whole_measure = serializers.CharField()
    tenths = serializers.IntegerField(allow_null=True, help_text="tenths of a per cent, rounded down")
    instrument = serializers.CharField(source="citation.instrument")
    article = serializers.CharField(source="citation.article")


class BodyFiguresSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="body.pk")
    name = serializers.CharField(source="body.name")
    is_direct = serializers.BooleanField(help_text="the units the body answers for itself")
    figures = serializers.DictField(child=serializers.IntegerField())


class LeftOutSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    pause = serializers.CharField()


class ReviewSerializer(serializers.Serializer[Any]):
    """Figures of a body and group; each is the length of the list of units of that name."""

    as_of = serializers.DateField()
    under = serializers.IntegerField(allow_null=True)
    group = serializers.CharField()
    figures = serializers.DictField(child=serializers.IntegerField())
    hidden = serializers.IntegerField()
    shares = ShareSerializer(many=True)
    below = BodyFiguresSerializer(many=True)
    left_out = LeftOutSerializer(many=True)


class ReviewQuerySerializer(serializers.Serializer[Any]):
    quarter = serializers.DateField(required=False, help_text="first day of a frozen quarter; today without")
    under = serializers.IntegerField(required=False)
    group = serializers.ChoiceField(choices=UNIT_GROUP_CHOICES, required=False)


class FrozenReviewSerializer(serializers.Serializer[Any]):
    """What was said of a body for a quarter: own units line by line, figures of all below."""

    id = serializers.IntegerField()
    organization_id = serializers.IntegerField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    revision = serializers.IntegerField()
    reason = serializers.CharField()
    as_of = serializers.DateField()
    known_at = serializers.DateTimeField()
    rule_version = serializers.CharField()
    content = serializers.DictField()
    digest = serializers.CharField()


@extend_schema(tags=["coverage"], summary="The two coverages of a body, today or in a frozen quarter")
class ReviewView(APIView):
    @extend_schema(parameters=[ReviewQuerySerializer], responses=ReviewSerializer)
    def get(self, request: Request) -> HttpResponse:
        scope = scope_of(request)
        filters = ReviewFilter(request.query_params, scope=scope, today=timezone.localdate())
        body = filters.body
        found = review(filters.lines(), filters.group, filters.committees, body, filters.on)
        answer = {"as_of": filters.on, "under": body.pk if body else None, "group": filters.group}
        shown = {name: getattr(found, name) for name in ("figures", "hidden", "shares", "below", "left_out")}
        return Response(ReviewSerializer({**answer, **shown}).data)


@extend_schema(tags=["coverage"], summary="Frozen quarters in scope, every revision")
class FrozenReviewList(ScopedListView):
    serializer_class = FrozenReviewSerializer
    filterset_fields = ("starts_on", "revision")
    columns = tuple(FrozenReviewSerializer().fields)

    def get_queryset(self) -> QuerySet[Any]:
        return CoverageReview.objects.all()
