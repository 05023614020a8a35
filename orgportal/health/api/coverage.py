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

from branches.messages import MEASURES, UNIT_GROUP_CHOICES
from orgportal.core.api import ScopedListView, scope_of
from orgportal.health.filters import ReviewFilter, UnitMatrixFilter
from orgportal.health.models import CoverageReview
from orgportal.health.queries.coverage import review
from orgportal.health.tables.unit_quarters import matrix_of


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


class QuarterSerializer(serializers.Serializer[Any]):
    starts_on = serializers.DateField(source="first")
    is_frozen = serializers.BooleanField(help_text="false: over, and waiting for its cut-off")


class BodyQuartersSerializer(serializers.Serializer[Any]):
    """A body with its figures of each quarter, in the order of `quarters`."""

    id = serializers.IntegerField(source="body.pk", allow_null=True, default=None)
    name = serializers.CharField(source="body.name", allow_null=True, default=None)
    is_direct = serializers.BooleanField(help_text="the units the body answers for itself")
    is_sum = serializers.BooleanField(help_text="the body and all below it; without id: all in sight")
    cells = serializers.ListField(child=serializers.DictField(child=serializers.IntegerField()))


class UnitQuartersSerializer(serializers.Serializer[Any]):
    """A unit with its state in each quarter, in the order of `quarters`."""

    id = serializers.IntegerField(source="unit.pk")
    name = serializers.CharField(source="unit.name")
    cells = serializers.ListField(child=serializers.CharField(), source="states")


class UnitMatrixSerializer(serializers.Serializer[Any]):
    """Rows are bodies, or a page of the units of one body."""

    under = serializers.IntegerField(allow_null=True)
    group = serializers.CharField()
    measure = serializers.CharField(help_text="narrows the units; bodies say every figure")
    quarters = QuarterSerializer(many=True)
    bodies = BodyQuartersSerializer(many=True)
    units = UnitQuartersSerializer(many=True)
    total = serializers.IntegerField(allow_null=True, help_text="units on all pages")
    previous = serializers.CharField(help_text="query of the page before; empty on the first")
    next = serializers.CharField(help_text="query of the page after; empty on the last")


class UnitMatrixQuerySerializer(ReviewQuerySerializer):
    measure = serializers.ChoiceField(choices=[*MEASURES], required=False)
    direct = serializers.BooleanField(required=False, help_text="rows are the units of the body itself")


@extend_schema(tags=["coverage"], summary="Units or bodies by frozen quarter")
class UnitMatrixView(APIView):
    @extend_schema(parameters=[UnitMatrixQuerySerializer], responses=UnitMatrixSerializer)
    def get(self, request: Request) -> HttpResponse:
        today = timezone.localdate()
        filters = UnitMatrixFilter(request.query_params, scope=scope_of(request), today=today)
        found, body = matrix_of(filters, request), filters.body
        page = found["page"]
        answer = {
            **found, "under": body.pk if body else None, "group": filters.group, "measure": filters.measure,
            "total": page.total if page else None, "previous": page.previous_url if page else "",
            "next": page.next_url if page else "",
        }  # fmt: skip
        return Response(UnitMatrixSerializer(answer).data)
