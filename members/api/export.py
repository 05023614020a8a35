"""The list of members as it leaves for a stated purpose, with contact data: noted for each member on it."""

from typing import Any

from django.urls import path, reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from members.api.register_serializers import PurposeSerializer
from members.choices import Education, Gender, LookKind, MobileState, Occupation, Standing
from members.filters import MemberFilter
from members.models import Member
from members.queries.lists import list_rows
from members.workflows.privacy import EXPORT_LIMIT, Errand, hand_out
from orgportal.core.api import scope_of
from orgportal.core.errors import NotAllowed
from orgportal.core.idempotency import said_once

RIGHT = "member.export"
FILTERS = [
    OpenApiParameter(name, str, description=each.label) for name, each in MemberFilter.base_filters.items()
]


class HandedOutSerializer(serializers.Serializer[Any]):
    """A member as a list that leaves has them; the identity number is not among it."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    name = serializers.CharField()
    gender = serializers.ChoiceField(choices=Gender.choices)
    birth_on = serializers.DateField()
    standing = serializers.ChoiceField(choices=Standing.choices)
    branch_id = serializers.IntegerField()
    branch = serializers.CharField()
    group = serializers.CharField(allow_null=True)
    mobile = serializers.CharField()
    mobile_state = serializers.ChoiceField(choices=MobileState.choices, allow_blank=True)
    joined_on = serializers.DateField()
    confirmed_on = serializers.DateField(allow_null=True)
    education = serializers.ChoiceField(choices=Education.choices)
    occupation = serializers.ChoiceField(choices=Occupation.choices)
    ethnicity = serializers.CharField()
    employer = serializers.CharField()


class HandOutSerializer(serializers.Serializer[Any]):
    """Every member on the list, by pinyin, told once."""

    made_at = serializers.DateTimeField()
    purpose = serializers.CharField()
    results = HandedOutSerializer(many=True)


COLUMNS = tuple(HandedOutSerializer().fields)


class MemberExportView(GenericAPIView[Member]):
    """The list with contact data, for a stated purpose: each member on it reads who took it and what for.

    Told once: the same key again leads to the list without contact data.
    """

    queryset = Member.objects.all()
    serializer_class = PurposeSerializer

    @extend_schema(
        parameters=FILTERS,
        responses={
            200: HandOutSerializer,
            303: OpenApiResponse(description="The key was used: the list without contact data."),
            409: OpenApiResponse(description="Refused: export_too_large names the limit."),
        },
    )
    def post(self, request: Request) -> Response:
        scope, at = scope_of(request), timezone.now()
        if not scope.may_somewhere(RIGHT):
            raise NotAllowed(RIGHT)
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        filters = MemberFilter(request.query_params, scope=scope, today=timezone.localdate(at))
        if not filters.form.is_valid():
            raise ValidationError(filters.form.errors)
        errand = Errand(LookKind.EXPORT, form.validated_data["purpose"], filters.roots_with(RIGHT, scope))
        rows = list_rows(errand.roots, filters.narrow, EXPORT_LIMIT + 1, on=filters.past)
        hand_out([row.id for row in rows], errand, actor=request.user, scope=scope, at=at)  # type: ignore[arg-type]
        told = [{name: getattr(row, name) for name in COLUMNS} for row in rows]
        answer = Response({"made_at": at, "purpose": errand.purpose, "results": told})
        return said_once(answer, reverse("api-members:member-list"))


urlpatterns = [path("members/export/", MemberExportView.as_view(), name="member-export")]
