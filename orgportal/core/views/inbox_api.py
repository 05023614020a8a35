"""The inbox for programs: one's notices, and what is said not to apply, with the words a person reads."""

from typing import Any, cast

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orgportal.core.api import PAGE, after_of, scope_of
from orgportal.core.messages import NOTICE_REASONS, REFUSALS
from orgportal.core.models import Notification, User, Waiver
from orgportal.core.reminders import sentence
from orgportal.core.workflows import notices, waivers

REFUSED = OpenApiResponse(description="Refused, with the code: already_waived, not_yours, …")


class NoticeSerializer(serializers.Serializer[Any]):
    """A notice in the caller's language; one `may_be_waived` can be said not to apply."""

    id = serializers.IntegerField()
    rule = serializers.CharField()
    text = serializers.CharField()
    why = serializers.CharField(help_text="why it came to the caller")
    due_on = serializers.DateField(allow_null=True)
    url = serializers.CharField()
    created_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    may_be_waived = serializers.BooleanField()


class WaiverSerializer(serializers.Serializer[Any]):
    """`is_own`: the caller said it, and can take it back."""

    id = serializers.IntegerField()
    rule = serializers.CharField()
    text = serializers.CharField()
    due_on = serializers.DateField()
    url = serializers.CharField()
    reason = serializers.CharField()
    who = serializers.CharField()
    is_own = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class NewWaiverSerializer(serializers.Serializer[Any]):
    notice = serializers.IntegerField(help_text="of the caller's own notices, one that may be waived")
    reason = serializers.CharField(max_length=300)


def notice_of(row: Notification) -> dict[str, Any]:
    names = ("id", "rule", "due_on", "url", "created_at", "read_at", "withdrawn_at")
    return {
        **{name: getattr(row, name) for name in names},
        "text": sentence(row.rule, row.params, row.text),
        "why": str(NOTICE_REASONS.get(row.rule, "")),
        "may_be_waived": bool(row.reminder_id and row.due_on and not row.withdrawn_at),
    }


def waiver_of(row: Waiver, user: User) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in ("id", "rule", "due_on", "url", "reason", "created_at")},
        "text": sentence(row.rule, row.params, row.text),
        "who": row.user.display_name,
        "is_own": row.user_id == user.pk,
    }


class WordedList(GenericAPIView[Any]):
    """Rows in words, in id order, 100 a page, `after` is the last id seen."""

    def paged(self, request: Request, rows: QuerySet[Any], told: Any) -> Response:
        found = list(rows.filter(pk__gt=after_of(request)).order_by("pk")[: PAGE + 1])
        page = found[:PAGE]
        next_after = page[-1].pk if len(found) > PAGE else None
        lines = self.get_serializer_class()([told(row) for row in page], many=True).data
        return Response({"results": lines, "next_after": next_after})


def notices_of(request: Request) -> QuerySet[Notification]:
    rows: QuerySet[Notification] = Notification.objects.visible_to(scope_of(request)).select_related("text")
    return rows


def user_of(request: Request) -> User:
    return cast("User", request.user)


class NoticeList(WordedList):
    """The caller's inbox, oldest first."""

    queryset = Notification.objects.all()
    serializer_class = NoticeSerializer

    @extend_schema(responses=NoticeSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.paged(request, notices_of(request), notice_of)


@extend_schema(summary="Notes that a notice was read")
class NoticeRead(APIView):
    @extend_schema(operation_id="notices_read_one", request=None, responses={204: None})
    def post(self, request: Request, pk: int) -> Response:
        notices.mark_read(get_object_or_404(notices_of(request), pk=pk), at=timezone.now())
        return Response(status=204)


@extend_schema(summary="Notes that all notices were read")
class NoticesRead(APIView):
    @extend_schema(operation_id="notices_read_all", request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        notices.mark_all_read(scope=scope_of(request), at=timezone.now())
        return Response(status=204)


class WaiverList(WordedList):
    """What the caller said does not apply, and what was said in bodies the caller oversees."""

    queryset = Waiver.objects.all()
    refusals = REFUSALS

    def get_serializer_class(self) -> Any:
        return NewWaiverSerializer if self.request.method == "POST" else WaiverSerializer

    @extend_schema(responses=WaiverSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = Waiver.objects.visible_to(scope_of(request)).standing().select_related("user", "text")
        return self.paged(request, rows, lambda row: waiver_of(row, user_of(request)))

    @extend_schema(responses={201: WaiverSerializer, 409: REFUSED})
    def post(self, request: Request) -> Response:
        """Says with a reason that a reminder does not apply; the duty itself stays as it is."""
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        mine = notices_of(request).select_related("reminder", "text")
        notice = get_object_or_404(
            mine, pk=form.validated_data["notice"], reminder__isnull=False, due_on__isnull=False
        )
        user = user_of(request)
        made = waivers.waive(notice, form.validated_data["reason"], actor=user, at=timezone.now())
        return Response(WaiverSerializer(waiver_of(made, user)).data, status=201)


@extend_schema(summary="Takes back that a reminder does not apply")
class WaiverWithdraw(APIView):
    refusals = REFUSALS

    @extend_schema(request=None, responses={200: WaiverSerializer, 409: REFUSED})
    def post(self, request: Request, pk: int) -> Response:
        rows = Waiver.objects.visible_to(scope_of(request)).select_related("user", "text")
        user = user_of(request)
        done = waivers.withdraw(get_object_or_404(rows, pk=pk), actor=user, at=timezone.now())
        return Response(WaiverSerializer(waiver_of(done, user)).data)
