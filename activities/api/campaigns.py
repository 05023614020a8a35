"""Operations on campaigns, on branches in them, on pledges and comments."""

from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from activities import queries
from activities.api.base import ListOperation, Operation
from activities.choices import CampaignState, PledgeState
from activities.filters import TakingPartFilter
from activities.models import Campaign, Participation, Pledge
from activities.workflows.pledges import Promise, Remark, Report, make_pledge, report_progress, write_comment
from members.models import Member
from orgportal.core.api import ScopedListView, ScopedSerializer, scope_of
from orgportal.core.views.asking import by


class CampaignSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    organization_id = serializers.IntegerField()
    title = serializers.CharField()
    aim = serializers.CharField()
    basis = serializers.CharField()
    state = serializers.ChoiceField(choices=CampaignState.choices)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    version = serializers.IntegerField()


class TakingPartSerializer(serializers.Serializer[Any]):
    """How a branch stands in a campaign; `progress` is null where it has not pledged."""

    id = serializers.IntegerField()
    branch_id = serializers.IntegerField()
    branch_name = serializers.CharField()
    joined_on = serializers.DateField()
    progress = serializers.IntegerField(allow_null=True)
    members_pledged = serializers.IntegerField()
    members_all = serializers.IntegerField()
    is_commented = serializers.BooleanField()


class PledgeSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    participation_id = serializers.IntegerField()
    member_id = serializers.IntegerField(allow_null=True)
    text = serializers.CharField()
    due_on = serializers.DateField()
    progress = serializers.IntegerField()
    progress_note = serializers.CharField()
    state = serializers.ChoiceField(choices=PledgeState.choices)
    version = serializers.IntegerField()


class PledgeCreateSerializer(ScopedSerializer):
    participation = serializers.PrimaryKeyRelatedField(queryset=Participation.objects.all())
    member = serializers.PrimaryKeyRelatedField(
        queryset=Member.objects.active(), allow_null=True, default=None
    )
    text = serializers.CharField(max_length=300)
    due_on = serializers.DateField()

    def promise(self) -> Promise:
        data = self.validated_data
        return Promise(text=data["text"], due_on=data["due_on"], member=data["member"])


class ProgressSerializer(ScopedSerializer):
    progress = serializers.IntegerField(min_value=0, max_value=100)
    note = serializers.CharField(max_length=300, allow_blank=True, default="")
    gives_up = serializers.BooleanField(default=False)
    version = serializers.IntegerField(min_value=1)


class CommentSerializer(ScopedSerializer):
    good = serializers.CharField(max_length=300)
    lacking = serializers.CharField(max_length=300, allow_blank=True, default="")
    next_step = serializers.CharField(max_length=300, allow_blank=True, default="")


class MadeCommentSerializer(CommentSerializer):
    """A comment as it was kept."""

    id = serializers.IntegerField()
    pledge_id = serializers.IntegerField()


PLEDGE_FACTS = tuple(PledgeSerializer().fields)


def facts(pledge: Pledge) -> dict[str, Any]:
    return {name: getattr(pledge, name) for name in PLEDGE_FACTS}


def pledge_in_sight(request: Request, pk: int) -> Pledge:
    rows = Pledge.objects.visible_to(scope_of(request)).select_related("member", "participation__branch")
    return get_object_or_404(rows, pk=pk)


class CampaignListView(ScopedListView):
    """Campaigns run by a body in scope, or joined by a branch in scope or one's own."""

    queryset = Campaign.objects.all()
    serializer_class = CampaignSerializer
    columns = tuple(CampaignSerializer().fields)


class TakingPartView(ScopedListView):
    """How the branches in sight stand in one campaign."""

    queryset = Participation.objects.all()
    filterset_class = TakingPartFilter
    serializer_class = TakingPartSerializer
    columns = tuple(TakingPartSerializer().fields)

    def narrowed(self) -> QuerySet[Any]:
        scope = scope_of(self.request)
        campaign = get_object_or_404(Campaign.objects.visible_to(scope), pk=self.kwargs["pk"])
        rows = queries.taking_part(campaign, scope).annotate(branch_name=F("branch__name"))
        return self.filter_queryset(rows)

    def get(self, request: Request, pk: int = 0) -> HttpResponse:
        return super().get(request)


class PledgeListView(ListOperation):
    """Pledges of the branches in sight and of one's own branch; made with POST."""

    queryset = Pledge.objects.all()
    filterset_fields = ("participation", "state")
    columns = PLEDGE_FACTS

    def get_serializer_class(self) -> Any:
        found = {"POST": PledgeCreateSerializer}
        return found.get(self.request.method or "", PledgeSerializer)

    def post(self, request: Request) -> HttpResponse:
        """Makes a pledge for a branch that takes part, or for one of its members."""
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        row = make_pledge(form.validated_data["participation"], form.promise(), **by(request))
        return Response(facts(row), status=201)


class PledgeProgressView(Operation[Pledge]):
    """How far a pledge is."""

    queryset = Pledge.objects.all()
    serializer_class = ProgressSerializer

    @extend_schema(responses=PledgeSerializer)
    def post(self, request: Request, pk: int) -> Response:
        pledge = pledge_in_sight(request, pk)
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(facts(report_progress(pledge, Report(**form.validated_data), **by(request))))


class PledgeCommentView(Operation[Pledge]):
    """A leader's comment on a pledge: what went well, what is lacking, what is next."""

    queryset = Pledge.objects.all()
    serializer_class = CommentSerializer

    @extend_schema(responses={201: MadeCommentSerializer})
    def post(self, request: Request, pk: int) -> Response:
        pledge = pledge_in_sight(request, pk)
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        comment = write_comment(pledge, Remark(**form.validated_data), **by(request))
        return Response({"id": comment.pk, "pledge_id": pledge.pk, **form.validated_data}, status=201)
