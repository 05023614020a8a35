"""What leaves of a decision about a standing and what is taken in; the same workflow writes it."""

from typing import Any

from rest_framework import serializers

from members.choices import ChangeKind, ChangeMove, ChangeState, StopGround
from members.models import Member
from members.workflows.standing import Decision, Words
from members.workflows.stop_ground import Stated
from orgportal.core.api import ScopedSerializer


class ChangeSerializer(serializers.Serializer[Any]):
    """A decision as the list shows it."""

    id = serializers.IntegerField()
    member_id = serializers.IntegerField()
    member__name = serializers.CharField()
    kind = serializers.ChoiceField(choices=ChangeKind.choices)
    state = serializers.ChoiceField(choices=ChangeState.choices)
    decided_on = serializers.DateField()
    meeting_id = serializers.IntegerField(allow_null=True)
    document = serializers.CharField()
    effect_on = serializers.DateField()
    extended_to = serializers.DateField(allow_null=True)
    ground = serializers.ChoiceField(choices=StopGround.choices, allow_blank=True)
    approval = serializers.CharField()
    remark = serializers.CharField()
    reason = serializers.CharField()
    version = serializers.IntegerField()


class ChangeDetailSerializer(ChangeSerializer):
    """One decision with what the caller can do with it now."""

    moves = serializers.ListField(child=serializers.ChoiceField(choices=ChangeMove.choices))


class EntrySerializer(ScopedSerializer):
    """A decision to write down: the id of a recorded general meeting, or its day and document number.

    For an exit `effect_on` is the last day as a member; an extension takes effect with its decision.
    """

    member: Any = serializers.PrimaryKeyRelatedField(queryset=Member.objects.all())
    version = serializers.IntegerField(min_value=1)
    kind = serializers.ChoiceField(choices=ChangeKind.choices)
    meeting_id = serializers.IntegerField(allow_null=True, default=None)
    decided_on = serializers.DateField(allow_null=True, default=None)
    document = serializers.CharField(max_length=120, allow_blank=True, default="")
    effect_on = serializers.DateField(allow_null=True, default=None)
    extend_months = serializers.IntegerField(allow_null=True, default=None)
    approval = serializers.CharField(max_length=120, allow_blank=True, default="")
    remark = serializers.CharField(max_length=300, allow_blank=True, default="")
    ground = serializers.ChoiceField(choices=StopGround.choices, allow_blank=True, default="")

    def decision(self) -> Decision:
        data = self.validated_data
        return Decision(**{name: data[name] for name in Decision.__dataclass_fields__})


class ChangeMoveSerializer(ScopedSerializer):
    """What is said with a move, and the version it was decided on (428 without one)."""

    version = serializers.IntegerField(min_value=1, required=False)
    reason = serializers.CharField(max_length=300, allow_blank=True, default="")
    approval = serializers.CharField(max_length=120, allow_blank=True, default="")

    def words(self) -> Words:
        data = self.validated_data
        return Words(data["reason"], data["approval"], data["version"])


class GroundSerializer(ScopedSerializer):
    """Why a membership that was taken over as stopped was stopped, and the document that says so."""

    member: Any = serializers.PrimaryKeyRelatedField(queryset=Member.objects.all())
    ground = serializers.ChoiceField(choices=StopGround.choices)
    document = serializers.CharField(max_length=120)
    version = serializers.IntegerField(min_value=1)

    def stated(self) -> Stated:
        return Stated(self.validated_data["ground"], self.validated_data["document"])


class ProbationerSerializer(serializers.Serializer[Any]):
    """A member on probation and the day it is served."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    branch_id = serializers.IntegerField()
    joined_on = serializers.DateField()
    due_on = serializers.DateField()
    is_extended = serializers.BooleanField()
    days_left = serializers.IntegerField()
    change_id = serializers.IntegerField(allow_null=True)


class ProbationSerializer(serializers.Serializer[Any]):
    results = ProbationerSerializer(many=True)
