"""What leaves of members and posts, and what is taken in; the same workflows write."""

from typing import Any

from rest_framework import serializers

from branches.choices import PostKind
from branches.models import Organization, PartyGroup
from members.choices import (
    Education,
    Gender,
    LookKind,
    MobileState,
    Occupation,
    PeriodReason,
    Standing,
)
from members.models import Member
from members.queries.records import RecordKind
from members.workflows.posts import PostOrder
from orgportal.core.api import ScopedSerializer


class MemberSerializer(serializers.Serializer[Any]):
    """A member as a list shows them: no number, no way to reach them."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    name = serializers.CharField()
    gender = serializers.ChoiceField(choices=Gender.choices)
    birth_on = serializers.DateField()
    standing = serializers.ChoiceField(choices=Standing.choices)
    branch_id = serializers.IntegerField()
    group_id = serializers.IntegerField(allow_null=True)
    joined_on = serializers.DateField()
    confirmed_on = serializers.DateField(allow_null=True)
    mobile_state = serializers.ChoiceField(choices=MobileState.choices)
    version = serializers.IntegerField()


class BranchPeriodSerializer(serializers.Serializer[Any]):
    branch_id = serializers.IntegerField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)
    reason = serializers.ChoiceField(choices=PeriodReason.choices)


class StandingPeriodSerializer(serializers.Serializer[Any]):
    standing = serializers.ChoiceField(choices=Standing.choices)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)
    basis = serializers.CharField()


class PostSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    member_id = serializers.IntegerField()
    organization_id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=PostKind.choices)
    group_id = serializers.IntegerField(allow_null=True)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)
    cancelled_on = serializers.DateField(allow_null=True)
    basis = serializers.CharField()


class AliasSerializer(serializers.Serializer[Any]):
    """A record of the same person, merged into this one."""

    id = serializers.IntegerField()
    number = serializers.CharField()


class RecordSerializer(serializers.Serializer[Any]):
    """A transfer, stay, contact, paper, correction or confirmation, and the id it was written for."""

    kind = serializers.ChoiceField(choices=RecordKind.choices)
    id = serializers.IntegerField()
    member_id = serializers.IntegerField()
    on = serializers.DateField()
    until = serializers.DateField(allow_null=True)
    text = serializers.CharField()


class MemberDetailSerializer(MemberSerializer):
    """One member with dated history; the identity number masked, always."""

    identity_number = serializers.CharField()
    mobile = serializers.CharField()
    ethnicity = serializers.CharField()
    education = serializers.ChoiceField(choices=Education.choices)
    occupation = serializers.ChoiceField(choices=Occupation.choices)
    employer = serializers.CharField()
    branches = BranchPeriodSerializer(many=True)
    standings = StandingPeriodSerializer(many=True)
    posts = PostSerializer(many=True)
    aliases = AliasSerializer(many=True)
    records = RecordSerializer(many=True)


class LookSerializer(serializers.Serializer[Any]):
    """Somebody looked: who, by which post, at what, when and what for."""

    at = serializers.DateTimeField()
    who = serializers.CharField()
    post = serializers.CharField()
    kind = serializers.ChoiceField(choices=LookKind.choices)
    purpose = serializers.CharField()


class OwnSerializer(MemberDetailSerializer):
    looks = LookSerializer(many=True)


class AppointmentSerializer(ScopedSerializer):
    """A post as decided, for a member within the caller's reach."""

    organization: Any = serializers.PrimaryKeyRelatedField(queryset=Organization.objects.current())
    member: Any = serializers.PrimaryKeyRelatedField(queryset=Member.objects.active())
    group: Any = serializers.PrimaryKeyRelatedField(
        queryset=PartyGroup.objects.current(), allow_null=True, default=None
    )
    kind = serializers.ChoiceField(choices=PostKind.choices)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True, default=None)
    basis = serializers.CharField(max_length=200)

    def order(self) -> PostOrder:
        data = self.validated_data
        return PostOrder(
            kind=PostKind(data["kind"]),
            starts_on=data["starts_on"],
            ends_on=data["ends_on"],
            group=data["group"],
            basis=data["basis"],
        )


class PostCancelSerializer(serializers.Serializer[Any]):
    basis = serializers.CharField(max_length=200)
    keeps = serializers.BooleanField(default=False)


class PostEndSerializer(serializers.Serializer[Any]):
    last_day = serializers.DateField()
    basis = serializers.CharField(max_length=200)
