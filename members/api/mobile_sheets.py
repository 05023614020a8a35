"""What stands beside stays and hosted members: cards, how to reach them, hosts' reports, whole branches."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from branches.models import Organization
from branches.queries import rulebook_for
from members.api.mobile_serializers import CardSerializer, InflowSerializer
from members.messages import CARD_WARNINGS
from members.models import Inflow, MobileSpell
from members.provisions import PROVISIONS
from members.queries import mobile as reads
from members.rules.mobile import card_warnings, check_is_due
from members.workflows import contacts
from members.workflows.privacy import look_to_reach
from orgportal.core.api import scope_of
from orgportal.core.errors import NotAllowed

RIGHT = "member.view"
NEEDS_RIGHT = OpenApiResponse(description="No post of the caller carries the right: code not_allowed.")


class CardWarningSerializer(serializers.Serializer[Any]):
    """Why the card may be the wrong paper for this stay; the branch decides all the same."""

    code = serializers.CharField()
    words = serializers.CharField()


class CardCheckedSerializer(serializers.Serializer[Any]):
    year = serializers.IntegerField()
    on = serializers.DateField()


class CardSideSerializer(serializers.Serializer[Any]):
    """The card in force, if there is one, its yearly checks, and what the rules say against one."""

    card = CardSerializer(allow_null=True)
    checks = CardCheckedSerializer(many=True)
    check_due = serializers.BooleanField()
    warnings = CardWarningSerializer(many=True)


class ReachSerializer(serializers.Serializer[Any]):
    """How to reach a member who is away, and by which day the rule has the next contact."""

    member_id = serializers.IntegerField()
    name = serializers.CharField()
    mobile = serializers.CharField()
    contact_by = serializers.DateField()


class HomeSerializer(serializers.Serializer[Any]):
    """Of home, once matched, what the directory shows."""

    name = serializers.CharField()
    phone = serializers.CharField()


class InflowDetailSerializer(InflowSerializer):
    """Somebody hosted, and who answers for them at home."""

    home = HomeSerializer(allow_null=True)


class ReportedSerializer(serializers.Serializer[Any]):
    """A host says it has one of ours, who is not registered as away."""

    member_id = serializers.IntegerField()
    member__name = serializers.CharField()
    host_id = serializers.IntegerField()
    host__name = serializers.CharField()
    since = serializers.DateField()


class ReportsSerializer(serializers.Serializer[Any]):
    results = ReportedSerializer(many=True)


class MobileBranchSerializer(serializers.Serializer[Any]):
    """A branch for mobile members: how many it has of its own, how many it hosts."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    members = serializers.IntegerField()
    hosted = serializers.IntegerField()


class MobileBranchesSerializer(serializers.Serializer[Any]):
    results = MobileBranchSerializer(many=True)


CARD = tuple(CardSerializer().fields)
INFLOW = tuple(InflowSerializer().fields)


def facts(row: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def demand_somewhere(request: Request) -> None:
    if not scope_of(request).may_somewhere(RIGHT):
        raise NotAllowed(RIGHT)


def card_side(spell: MobileSpell, today: date) -> dict[str, Any]:
    book = rulebook_for(spell.member.path, PROVISIONS, today)
    side = reads.card_of(spell.member_id)
    checks = side.checks if side else []
    said = card_warnings(spell.reason, spell.starts_on, spell.expected_on, book, today)
    return {
        "card": facts(side.paper, CARD) if side else None,
        "checks": [{"year": each.year, "on": each.on} for each in checks],
        "check_due": side is not None
        and check_is_due(side.paper.issued_on, [each.year for each in checks], book, today),
        "warnings": [
            {"code": each.code, "words": str(CARD_WARNINGS[each.code]).format(months=each.months)}
            for each in said
        ],
    }


class ReachView(GenericAPIView[MobileSpell]):
    """The mobile number of a member who is away, for whoever keeps in touch; the member reads who asked."""

    queryset = MobileSpell.objects.all()
    serializer_class = ReachSerializer

    def get(self, request: Request, pk: int) -> Response:
        scope, today = scope_of(request), timezone.localdate()
        spell = get_object_or_404(reads.spells_seen(scope).running(), pk=pk)
        look_to_reach(spell.member, actor=request.user, scope=scope, at=timezone.now())  # type: ignore[arg-type]
        due = contacts.proposed(spell, today, today)
        who = {"member_id": spell.member_id, **facts(spell.member, ("name", "mobile"))}
        return Response({**who, "contact_by": due.on})


class InflowDetailView(GenericAPIView[Inflow]):
    """One whom a branch of the caller hosts."""

    queryset = Inflow.objects.all()
    serializer_class = InflowDetailSerializer

    def get(self, request: Request, pk: int) -> Response:
        row = get_object_or_404(Inflow.objects.visible_to(scope_of(request)), pk=pk)
        home = reads.home_of(row)
        return Response({**facts(row, INFLOW), "home": facts(home, ("name", "phone")) if home else None})


class ReportsView(GenericAPIView[Inflow]):
    """Hosts that report members of the caller whom home has not registered as away: register them."""

    queryset = Inflow.objects.all()
    serializer_class = ReportsSerializer

    @extend_schema(responses={200: ReportsSerializer, 403: NEEDS_RIGHT})
    def get(self, request: Request) -> Response:
        demand_somewhere(request)
        rows = [
            {
                "member_id": each.member.pk,
                "member__name": each.member.name,
                "host_id": each.host_id,
                "host__name": each.host,
                "since": each.since,
            }
            for each in reads.reported(scope_of(request))
        ]
        return Response({"results": rows})


class MobileBranchesView(GenericAPIView[Organization]):
    """Branches for mobile members within the caller's scope, with how many are of their own or hosted."""

    queryset = Organization.objects.all()
    serializer_class = MobileBranchesSerializer

    @extend_schema(responses={200: MobileBranchesSerializer, 403: NEEDS_RIGHT})
    def get(self, request: Request) -> Response:
        demand_somewhere(request)
        names = ("id", "name", "members", "hosted")
        return Response(
            {"results": [facts(each, names) for each in reads.mobile_branches(scope_of(request))]}
        )


urlpatterns = [
    path("stays/<int:pk>/reach/", ReachView.as_view(), name="spell-reach"),
    path("hosted/reports/", ReportsView.as_view(), name="inflow-reports"),
    path("hosted/<int:pk>/", InflowDetailView.as_view(), name="inflow-detail"),
    path("mobile-branches/", MobileBranchesView.as_view(), name="mobile-branches"),
]
