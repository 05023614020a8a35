"""Operations on terms of office, and on the posts of a body together with those that stand empty."""

from datetime import date
from typing import Any

import django_filters
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from branches.choices import Kind, PostKind
from branches.models import Organization
from branches.rules import posts_expected
from members.api.days import AS_OF, past_of
from members.api.serializers import PostSerializer
from members.models import Term
from members.queries.sheets import post_sheet
from members.workflows.posts import TermOrder, open_term
from orgportal.core.api import ScopedListView, ScopedSerializer, scope_of


class TermSerializer(serializers.Serializer[Any]):
    """From one election of a body's committee to the next."""

    id = serializers.IntegerField()
    organization_id = serializers.IntegerField()
    starts_on = serializers.DateField()
    due_on = serializers.DateField()
    ended_on = serializers.DateField(allow_null=True)
    extension_basis = serializers.CharField()
    version = serializers.IntegerField()


class TermOpenSerializer(ScopedSerializer):
    """The day of the election; without `due_on` the term is as long as the rule gives."""

    organization: Any = serializers.PrimaryKeyRelatedField(queryset=Organization.objects.current())
    starts_on = serializers.DateField()
    due_on = serializers.DateField(allow_null=True, default=None)
    extension_basis = serializers.CharField(
        max_length=200, allow_blank=True, default="", help_text="Approval from above of a longer term."
    )

    def order(self) -> TermOrder:
        data = self.validated_data
        return TermOrder(**{name: data[name] for name in TermOrder.__dataclass_fields__})


class OfficesSerializer(serializers.Serializer[Any]):
    """A body's posts on a day: held, to come, expected of such a body and held by nobody; and its term."""

    organization_id = serializers.IntegerField()
    on = serializers.DateField()
    term = TermSerializer(allow_null=True)
    held = PostSerializer(many=True)
    coming = PostSerializer(many=True)
    vacant = serializers.ListField(child=serializers.ChoiceField(choices=PostKind.choices))


TERM_FACTS = tuple(TermSerializer().fields)
POST_FACTS = tuple(PostSerializer().fields)


def facts(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


class TermFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library carries no types
    as_of = django_filters.DateFilter(method="running_on")
    organization = django_filters.NumberFilter(field_name="organization_id")

    class Meta:
        model = Term
        fields = ()

    def running_on(self, rows: Any, name: str, value: date) -> Any:
        return rows.running_on(value)


@extend_schema_view(
    post=extend_schema(
        request=TermOpenSerializer,
        responses={
            201: TermSerializer,
            409: OpenApiResponse(
                description="Refused: date_in_future, date_before_founding, term_before_rules, "
                "ends_before_start, term_too_long, term_overlaps, body_dissolved."
            ),
        },
    )
)
class TermListView(ScopedListView):
    """Terms of office in the bodies of the caller's scope. With `as_of` those running on that day."""

    queryset = Term.objects.all()
    filterset_class = TermFilter
    columns = TERM_FACTS

    def get_serializer_class(self) -> Any:
        is_new = self.request is not None and self.request.method == "POST"
        return TermOpenSerializer if is_new else TermSerializer

    def post(self, request: Request) -> HttpResponse:
        """Opens a term from the day of the election; the running one ends the day before."""
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        term = open_term(
            form.validated_data["organization"], form.order(), actor=request.user,  # type: ignore[arg-type]
            scope=scope_of(request), at=timezone.now(),
        )  # fmt: skip
        return Response(facts(term, TERM_FACTS), status=201)


class OfficesView(GenericAPIView[Organization]):
    """Who holds which post of a body, which stand empty, and its term; `as_of` a past day."""

    queryset = Organization.objects.all()
    serializer_class = OfficesSerializer

    @extend_schema(parameters=[AS_OF])
    def get(self, request: Request, pk: int) -> Response:
        scope, past = scope_of(request), past_of(request)
        body = get_object_or_404(Organization.objects.visible_to(scope), pk=pk)
        scope.demand("branch.view", body)
        sheet = post_sheet(body, past.day if past else timezone.localdate())
        held = {post.kind for post in sheet.running}
        expected = posts_expected(Kind(body.kind), has_committee=body.has_committee)
        return Response(
            {
                "organization_id": body.pk,
                "on": sheet.on,
                "term": facts(sheet.term, TERM_FACTS) if sheet.term else None,
                "held": [facts(post, POST_FACTS) for post in sheet.running],
                "coming": [facts(post, POST_FACTS) for post in sheet.coming],
                "vacant": [kind for kind in expected if kind not in held],
            }
        )


urlpatterns = [
    path("terms/", TermListView.as_view(), name="term-list"),
    path("branches/<int:pk>/offices/", OfficesView.as_view(), name="offices"),
]
