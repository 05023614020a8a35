"""What leaves of a transfer and what is taken in; the same workflow moves it."""

from typing import Any

from rest_framework import serializers

from branches.models import Organization
from members.choices import MemberReport, RefusalReason, TransferMove, TransferReason, TransferState
from members.models import Member
from members.queries.transfers import directory_branch
from members.workflows.transfer import Details, Outside, Words
from orgportal.core.api import ScopedSerializer


class TransferSerializer(serializers.Serializer[Any]):
    """A transfer as the list shows it, to both sides and to the member."""

    id = serializers.IntegerField()
    member_id = serializers.IntegerField()
    member__name = serializers.CharField()
    source_id = serializers.IntegerField()
    source__name = serializers.CharField()
    target_id = serializers.IntegerField(allow_null=True)
    target__name = serializers.CharField(allow_null=True)
    outside_body = serializers.CharField()
    outside_committee = serializers.CharField()
    outside_address = serializers.CharField()
    outside_postcode = serializers.CharField()
    outside_phone = serializers.CharField()
    state = serializers.ChoiceField(choices=TransferState.choices)
    reason = serializers.ChoiceField(choices=TransferReason.choices)
    remark = serializers.CharField()
    dues_paid_to = serializers.DateField(allow_null=True)
    refusal = serializers.ChoiceField(choices=RefusalReason.choices, allow_blank=True)
    started_at = serializers.DateTimeField()
    state_since = serializers.DateTimeField()
    sent_on = serializers.DateField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)
    handed_in_on = serializers.DateField(allow_null=True)
    accepted_on = serializers.DateField(allow_null=True)
    slip_number = serializers.CharField()
    ended_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class StepSerializer(serializers.Serializer[Any]):
    """One move that was made; no actor: the clock or the system."""

    move = serializers.ChoiceField(choices=TransferMove.choices)
    from_state = serializers.ChoiceField(choices=TransferState.choices, allow_blank=True)
    to_state = serializers.ChoiceField(choices=TransferState.choices)
    actor = serializers.CharField(allow_null=True)
    remark = serializers.CharField()
    at = serializers.DateTimeField()


class OwnersSerializer(serializers.Serializer[Any]):
    """Who owns it now by name; `stands_in` is the body above whose people do so where the body has nobody."""

    names = serializers.ListField(child=serializers.CharField())
    stands_in = serializers.CharField()
    fills = serializers.BooleanField(
        help_text="They cannot make the move themselves and can only fill the vacant post."
    )
    phone = serializers.CharField()
    phone_of = serializers.CharField()


class SaidSerializer(serializers.Serializer[Any]):
    """One thing said of a transfer or a row of a batch; a blocking one stands against it."""

    code = serializers.CharField()
    is_blocking = serializers.BooleanField()
    words = serializers.CharField()


class CheckedSerializer(serializers.Serializer[Any]):
    """What stands against a transfer, and what ends or moves along with it."""

    is_possible = serializers.BooleanField()
    said = SaidSerializer(many=True)


class TransferDetailSerializer(TransferSerializer):
    """One transfer with who owns it now, until when, what the caller can do, and the steps so far."""

    owner = serializers.ChoiceField(choices=["member", "source", "committee", "target"], allow_null=True)
    owners = OwnersSerializer(allow_null=True)
    days = serializers.IntegerField(allow_null=True)
    act_by = serializers.DateField(allow_null=True)
    days_over = serializers.IntegerField(allow_null=True)
    held_up = serializers.CharField(
        allow_null=True, help_text="What the sending side has to settle before it moves on: a code."
    )
    held_up_words = serializers.CharField(
        allow_null=True, help_text="The same in a sentence, in the caller's language."
    )
    said = SaidSerializer(many=True)
    moves = serializers.ListField(child=serializers.ChoiceField(choices=TransferMove.choices))
    may_correct = serializers.BooleanField(
        help_text="Whether the caller can change what was stated, before it goes on."
    )
    steps = StepSerializer(many=True)


class OutsideSerializer(serializers.Serializer[Any]):
    """A receiving body that is not in the portal, as it is to stand on the letter."""

    body = serializers.CharField(max_length=120)
    committee = serializers.CharField(max_length=120)
    address = serializers.CharField(max_length=200, allow_blank=True, default="")
    postcode = serializers.CharField(max_length=10, allow_blank=True, default="")
    phone = serializers.CharField(max_length=30, allow_blank=True, default="")


class StatedSerializer(ScopedSerializer):
    """What is stated of a transfer: why, and the id of any branch of the directory or a body outside."""

    reason = serializers.ChoiceField(choices=TransferReason.choices)
    remark = serializers.CharField(max_length=300, allow_blank=True, default="")
    dues_paid_to = serializers.DateField(allow_null=True, default=None)
    target = serializers.IntegerField(allow_null=True, default=None)
    outside = OutsideSerializer(required=False, allow_null=True, default=None)

    def validate_target(self, value: int | None) -> Organization | None:
        if value is None:
            return None
        branch = directory_branch(value)
        if branch is None:
            raise serializers.ValidationError("does_not_exist")
        return branch

    def transfer_details(self) -> Details:
        data = self.validated_data
        reason = TransferReason(data["reason"])
        outside = Outside(**data["outside"]) if data["outside"] else None
        return Details(data["target"], reason, data["remark"], data["dues_paid_to"], outside)


class StartSerializer(StatedSerializer):
    """A new transfer of one member."""

    member: Any = serializers.PrimaryKeyRelatedField(queryset=Member.objects.all())
    keep_draft = serializers.BooleanField(default=False)


class StatedAgainSerializer(StatedSerializer):
    """What was stated, whole and put right, and the version it was decided on (428 without one)."""

    version = serializers.IntegerField(min_value=1, required=False)


class TransferMoveSerializer(ScopedSerializer):
    """What is said with a move, and the version it was decided on (428 without one)."""

    version = serializers.IntegerField(min_value=1, required=False)
    remark = serializers.CharField(max_length=300, allow_blank=True, default="")
    grounds = serializers.ChoiceField(choices=RefusalReason.choices, allow_blank=True, default="")

    days = serializers.IntegerField(min_value=1, allow_null=True, default=None)
    accepted_on = serializers.DateField(allow_null=True, default=None)
    slip_number = serializers.CharField(max_length=60, allow_blank=True, default="")

    def words(self) -> Words:
        data = self.validated_data
        return Words(
            data["remark"], data["grounds"], data["version"], data["days"], data["accepted_on"],
            data["slip_number"],
        )  # fmt: skip


class TransferReportSerializer(serializers.Serializer[Any]):
    what = serializers.ChoiceField(choices=MemberReport.choices)
