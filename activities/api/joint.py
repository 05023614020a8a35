"""Operations on joint activities: invite, take up, name one's own record, decline, withdraw."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from activities.api.base import Operation
from activities.api.serializers import ActivityDetailSerializer, MeetingSerializer
from activities.api.views import facts as facts_of_record
from activities.api.views import record
from activities.choices import ActivityKind, ActivityState, InvitationState
from activities.filters import InvitationFilter
from activities.models import Activity, Invitation
from activities.workflows import joint as work
from branches.models import Organization
from members.queries.transfers import directory_branch
from orgportal.core.api import ScopedListView, ScopedSerializer, scope_of
from orgportal.core.views.asking import by

REFUSED = OpenApiResponse(description="Refused, with the code: joint_answered, joint_other_meeting, …")


class InvitationSerializer(serializers.Serializer[Any]):
    """What is announced, to whom, and the answer; nothing of either side's record."""

    id = serializers.IntegerField()
    activity_id = serializers.IntegerField()
    host = serializers.CharField(source="activity.branch.name")
    kind = serializers.ChoiceField(choices=ActivityKind.choices, source="activity.kind")
    host_state = serializers.ChoiceField(
        choices=ActivityState.choices, source="activity.state", help_text="Planned, held, or called off."
    )
    title = serializers.CharField(source="activity.title")
    held_on = serializers.DateField(source="activity.held_on")
    starts_at = serializers.TimeField(allow_null=True, source="activity.starts_at")
    ends_at = serializers.TimeField(allow_null=True, source="activity.ends_at")
    place = serializers.CharField(source="activity.place")
    branch_id = serializers.IntegerField()
    branch = serializers.CharField(source="branch.name")
    state = serializers.ChoiceField(choices=InvitationState.choices)
    reason = serializers.CharField()
    invited_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)


class InviteSerializer(serializers.Serializer[Any]):
    branch = serializers.IntegerField(help_text="id of any branch of the directory")

    def validate_branch(self, value: int) -> Organization:
        branch = directory_branch(value)
        if branch is None:
            raise serializers.ValidationError("does_not_exist")
        return branch


class DeclineSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300)


class LinkSerializer(ScopedSerializer):
    record: Any = serializers.PrimaryKeyRelatedField(queryset=Activity.objects.all())


class JointMeetingSerializer(MeetingSerializer):
    is_another = serializers.BooleanField(default=False)


FIELDS = InvitationSerializer().fields
COLUMNS = tuple(FIELDS)
LOOKUPS = tuple(str(field.source).replace(".", "__") for field in FIELDS.values())


def seen(request: Request, pk: int) -> Invitation:
    rows: Any = Invitation.objects.visible_to(scope_of(request)).for_pages()
    found: Invitation = get_object_or_404(rows, pk=pk)
    return found


def told(request: Request, invitation: Invitation, status: int = 200) -> Response:
    return Response(InvitationSerializer(seen(request, invitation.pk)).data, status=status)


class InvitationListView(ScopedListView):
    """Invitations to and from the branches within the caller's scope."""

    queryset = Invitation.objects.all()
    serializer_class = InvitationSerializer
    filterset_class = InvitationFilter
    columns = COLUMNS

    def lookups(self) -> tuple[str, ...]:
        return LOOKUPS


class InvitationView(Operation[Invitation]):
    """One invitation."""

    queryset = Invitation.objects.all()
    serializer_class = InvitationSerializer

    def get(self, request: Request, pk: int) -> Response:
        return told(request, seen(request, pk))


class InviteView(Operation[Activity]):
    """Invites a branch to a joint activity; once more changes nothing."""

    queryset = Activity.objects.all()
    serializer_class = InviteSerializer

    @extend_schema(responses={201: InvitationSerializer, 409: REFUSED})
    def post(self, request: Request, pk: int) -> Response:
        activity = record(request, pk)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        return told(request, work.invite(activity, form.validated_data["branch"], **by(request)), 201)


class WithdrawView(Operation[Invitation]):
    """Takes an invitation back that nobody has answered."""

    queryset = Invitation.objects.all()
    serializer_class = InvitationSerializer

    @extend_schema(request=None, responses={200: InvitationSerializer, 409: REFUSED})
    def post(self, request: Request, pk: int) -> Response:
        return told(request, work.withdraw(seen(request, pk), **by(request)))


class DeclineView(Operation[Invitation]):
    """Says that the branch does not take part, and why."""

    queryset = Invitation.objects.all()
    serializer_class = DeclineSerializer

    @extend_schema(responses={200: InvitationSerializer, 409: REFUSED})
    def post(self, request: Request, pk: int) -> Response:
        invitation = seen(request, pk)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        return told(request, work.decline(invitation, form.validated_data["reason"], **by(request)))


class LinkView(Operation[Invitation]):
    """Names the record the invited branch made already."""

    queryset = Invitation.objects.all()
    serializer_class = LinkSerializer

    @extend_schema(responses={200: InvitationSerializer, 409: REFUSED})
    def post(self, request: Request, pk: int) -> Response:
        invitation = seen(request, pk)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        return told(request, work.link(invitation, form.validated_data["record"], **by(request)))


class TakeUpView(Operation[Invitation]):
    """Records the invited branch's own part, of the day and kind announced."""

    queryset = Invitation.objects.all()
    serializer_class = JointMeetingSerializer

    @extend_schema(responses={201: ActivityDetailSerializer, 409: REFUSED})
    def post(self, request: Request, pk: int) -> Response:
        invitation = seen(request, pk)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        is_another = form.validated_data["is_another"]
        row = work.take_up(invitation, form.entry(), is_another=is_another, **by(request))
        return Response(facts_of_record(row), status=201)


urlpatterns = [
    path("activities/<int:pk>/invitations/", InviteView.as_view(), name="invite"),
    path("invitations/", InvitationListView.as_view(), name="invitation-list"),
    path("invitations/<int:pk>/", InvitationView.as_view(), name="invitation-detail"),
    path("invitations/<int:pk>/record/", TakeUpView.as_view(), name="invitation-record"),
    path("invitations/<int:pk>/link/", LinkView.as_view(), name="invitation-link"),
    path("invitations/<int:pk>/decline/", DeclineView.as_view(), name="invitation-decline"),
    path("invitations/<int:pk>/withdraw/", WithdrawView.as_view(), name="invitation-withdraw"),
]
