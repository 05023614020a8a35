"""催办 over the API: what a list would send and to whom, the sending, what came of it, what was received."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from branches.models import Organization
from orgportal.core.api import ScopedListView, scope_of
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.views.asking import by
from orgportal.health.filters import QuarterForm, list_to_nudge
from orgportal.health.forms import NudgeForm
from orgportal.health.messages import REFUSALS
from orgportal.health.models import Nudge
from orgportal.health.queries import nudges as queries
from orgportal.health.queries.nudges import RIGHT, Selection
from orgportal.health.rules.nudges import MATTERS
from orgportal.health.workflows import nudges
from orgportal.health.workflows.nudges import LONGEST_NOTE, Asked


class ListQuery(serializers.Serializer[Any]):
    """The list a nudge is of, by the fields of its page."""

    matter = serializers.ChoiceField(sorted(MATTERS))
    month = serializers.DateField(required=False, help_text="first day of the month; this one without")
    under = serializers.IntegerField(required=False, help_text="the committee it is sent on behalf of")
    sector = serializers.CharField(required=False)
    q = serializers.CharField(required=False)
    state = serializers.CharField(required=False, help_text="of duties")
    rule = serializers.CharField(required=False, help_text="of duties")


class TargetPart(serializers.Serializer[Any]):
    subject = serializers.CharField(source="thing.subject")
    body = serializers.IntegerField(source="thing.body_id")
    body_name = serializers.CharField(source="thing.body")
    people = serializers.ListField(child=serializers.CharField(), help_text="names of those who read it")


class LeftOutPart(serializers.Serializer[Any]):
    subject = serializers.CharField(source="thing.subject")
    body = serializers.IntegerField(source="thing.body_id")
    reason = serializers.CharField()


class PreviewSerializer(serializers.Serializer[Any]):
    on_behalf_of = serializers.IntegerField(source="body.pk")
    people = serializers.IntegerField()
    targets = TargetPart(many=True)
    left_out = LeftOutPart(many=True)


class NewNudge(serializers.Serializer[Any]):
    answer_by = serializers.DateField()
    note = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_NOTE)
    subjects = serializers.ListField(
        child=serializers.CharField(), help_text="as the preview named them: nobody else is asked"
    )


class NudgeSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    organization_id = serializers.IntegerField()
    matter = serializers.CharField()
    note = serializers.CharField()
    answer_by = serializers.DateField()
    sent_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    bodies = serializers.IntegerField()
    matters = serializers.IntegerField()
    settled = serializers.IntegerField(help_text="matters seen to be done since")


class ItemPart(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    body_id = serializers.IntegerField()
    subject = serializers.CharField()
    is_open = serializers.BooleanField(help_text="nobody has settled it yet")
    done_on = serializers.DateField(allow_null=True)


class NudgeDetail(NudgeSerializer):
    items = ItemPart(many=True)


class ReceivedSerializer(serializers.Serializer[Any]):
    """How often a body was asked in the quarter; in the order of ids, and of nothing else."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    times = serializers.IntegerField()
    matters = serializers.IntegerField()
    settled = serializers.IntegerField()


def selected(request: Request) -> Selection:
    asked = request._request.GET  # noqa: SLF001
    matter = MATTERS.get(asked.get("matter", ""))
    if matter is None:
        raise Http404
    scope, today = scope_of(request), timezone.localdate()
    if not scope.may_somewhere(RIGHT):
        raise NotAllowed(RIGHT)
    filters, rows = list_to_nudge(matter.key, asked, scope=scope, today=today)
    if filters.body is None:
        raise Refused("no_committee")
    scope.demand(RIGHT, filters.body)
    return queries.select(matter, rows, filters.body, request.user.pk or 0, today)


@extend_schema(tags=["nudges"], summary="What a nudge over a list would ask, of whom, and who is left out")
class PreviewView(APIView):
    refusals = REFUSALS

    @extend_schema(parameters=[ListQuery], responses=PreviewSerializer)
    def get(self, request: Request) -> Response:
        found = selected(request)
        targets = [
            {"thing": each.thing, "people": [user.display_name for user in found.told(each)]}
            for each in found.targets
        ]
        told = {"body": found.body, "people": len(found.people), "targets": targets}
        return Response(PreviewSerializer({**told, "left_out": found.left_out}).data)


@extend_schema(tags=["nudges"])
class NudgeList(ScopedListView):
    """Nudges sent by bodies of one's scope, and sending one."""

    serializer_class = NudgeSerializer
    columns = tuple(NudgeSerializer().fields)
    refusals = REFUSALS
    queryset = Nudge.objects.all()

    def narrowed(self) -> QuerySet[Any]:
        return queries.sent(scope_of(self.request))

    @extend_schema(parameters=[ListQuery], request=NewNudge, responses={201: NudgeSerializer})
    def post(self, request: Request) -> Response:
        """Asks those of the preview who still are to be asked, once."""
        selection = selected(request)
        asked = NewNudge(data=request.data)
        asked.is_valid(raise_exception=True)
        said = {**asked.validated_data, "seen": ",".join(asked.validated_data["subjects"])}
        form = NudgeForm(said, today=timezone.localdate())
        if not form.is_valid():
            raise serializers.ValidationError(form.errors.get_json_data())
        nudge = nudges.send(selection, Asked(**form.cleaned_data), **by(request))
        return Response(NudgeSerializer(queries.sent(scope_of(request)).get(pk=nudge.pk)).data, status=201)


def nudge_of(request: Request, pk: int) -> Nudge:
    found: Nudge = get_object_or_404(queries.sent(scope_of(request)), pk=pk)
    return found


@extend_schema(tags=["nudges"], summary="A nudge with what came of each matter", responses=NudgeDetail)
class NudgeOne(APIView):
    def get(self, request: Request, pk: int) -> Response:
        nudge = nudge_of(request, pk)
        items = list(queries.items_of(nudge).order_by("place", "pk"))
        open_now = queries.still_open(items)
        names = ("id", "body_id", "subject", "done_on")
        parts = [
            {**{name: getattr(item, name) for name in names}, "is_open": item.pk in open_now}
            for item in items
        ]
        return Response({**NudgeSerializer(nudge).data, "items": ItemPart(parts, many=True).data})


@extend_schema(tags=["nudges"], summary="Takes a nudge back while a mail of it waits, or none has left")
class NudgeWithdraw(APIView):
    refusals = REFUSALS

    @extend_schema(request=None, responses=NudgeSerializer)
    def post(self, request: Request, pk: int) -> Response:
        nudges.withdraw(nudge_of(request, pk), **by(request))
        return Response(NudgeSerializer(nudge_of(request, pk)).data)


@extend_schema(tags=["nudges"], summary="How often each body in scope was asked in a quarter")
class ReceivedList(ScopedListView):
    serializer_class = ReceivedSerializer
    columns = tuple(ReceivedSerializer().fields)
    queryset = Organization.objects.all()

    def narrowed(self) -> QuerySet[Any]:
        form = QuarterForm(self.request.query_params, today=timezone.localdate())
        return queries.received(scope_of(self.request), form.first)
