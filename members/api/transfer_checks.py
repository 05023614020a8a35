"""What is said of a transfer before it starts and while it is open; asking starts nothing."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from branches.queries import rulebook_for
from members.api import transfer_serializers as serializers
from members.api.transfer_links import START
from members.messages import REFUSALS, TRANSFER_WARNINGS
from members.models import Transfer
from members.provisions import PROVISIONS
from members.queries.transfers import known_on_the_way
from members.rules import transfer_check as check
from members.workflows import transfer as work
from members.workflows.transfer_plans import plan_on_the_way
from orgportal.core.api import scope_of
from orgportal.core.errors import Refused
from orgportal.core.refusals import sentence

WORDS = {**REFUSALS, **TRANSFER_WARNINGS}


def lines(found: Iterable[check.Objection]) -> list[dict[str, Any]]:
    """Each with its code and the words of the page."""
    return [
        {
            "code": each.code,
            "is_blocking": each.is_blocking,
            "words": sentence(Refused(each.code, **each.params), WORDS),
        }
        for each in found
    ]


def plan_now(transfer: Transfer) -> check.Plan | None:
    """What is known of a transfer that is open; of one read `with_parties()`."""
    if not transfer.is_open:
        return None
    today = timezone.localdate()
    return plan_on_the_way(transfer, known_on_the_way([transfer], today)[transfer.member_id])


def said_now(transfer: Transfer, plan: check.Plan | None) -> list[dict[str, Any]]:
    today = timezone.localdate()
    book = rulebook_for(transfer.source.path, PROVISIONS, today)
    return lines(check.objections(plan, book, today)) if plan else []


class TransferCheckView(GenericAPIView[Transfer]):
    """The same body as for a start; answers what would be said, for whoever could start it."""

    queryset = Transfer.objects.all()
    serializer_class = serializers.StartSerializer
    links: ClassVar[dict[str, Any]] = {"POST": {"200": {"start": START}}}

    @extend_schema(
        responses={
            200: serializers.CheckedSerializer,
            403: OpenApiResponse(description="Neither the caller's own nor of a branch they act for."),
            409: OpenApiResponse(description="Refused; transfer_needs_one_target."),
        }
    )
    def post(self, request: Request) -> HttpResponse:
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        scope, member = scope_of(request), form.validated_data["member"]
        if scope.member_id != member.pk:
            scope.demand("transfer.start", member)
        details = form.transfer_details()
        work.columns_of(details)  # one target, as at the start
        found = work.objections(member, details, at=timezone.now())
        return Response({"is_possible": not any(each.is_blocking for each in found), "said": lines(found)})


urlpatterns = [path("transfers/check/", TransferCheckView.as_view(), name="transfer-check")]
