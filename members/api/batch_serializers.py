"""What leaves of many transfers by one decision, and what is taken in."""

from typing import Any

from rest_framework import serializers

from members.api.transfer_serializers import SaidSerializer, StatedSerializer
from members.choices import BatchAct, BatchRowState, BatchState, TransferMove, TransferReason
from orgportal.core.api import ScopedSerializer


class BatchSerializer(serializers.Serializer[Any]):
    """A batch as its preparer's list shows it."""

    id = serializers.IntegerField()
    act = serializers.ChoiceField(choices=BatchAct.choices)
    state = serializers.ChoiceField(choices=BatchState.choices)
    target_id = serializers.IntegerField(allow_null=True)
    target__name = serializers.CharField(allow_null=True)
    outside_body = serializers.CharField()
    outside_committee = serializers.CharField()
    outside_address = serializers.CharField()
    outside_postcode = serializers.CharField()
    outside_phone = serializers.CharField()
    reason = serializers.ChoiceField(choices=TransferReason.choices, allow_blank=True)
    remark = serializers.CharField()
    dues_paid_to = serializers.DateField(allow_null=True)
    recorded_at = serializers.DateTimeField()
    done_at = serializers.DateTimeField(allow_null=True)


class BatchDetailSerializer(BatchSerializer):
    """With how far it is: how many rows wait, were done, were refused."""

    waiting = serializers.IntegerField()
    done = serializers.IntegerField()
    refused = serializers.IntegerField()


class BatchRowSerializer(serializers.Serializer[Any]):
    """One member: before the start what stands against it, afterwards what came of it."""

    id = serializers.IntegerField()
    member_id = serializers.IntegerField()
    member__name = serializers.CharField()
    transfer_id = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField(choices=BatchRowState.choices)
    is_possible = serializers.BooleanField()
    step = serializers.ChoiceField(choices=TransferMove.choices, allow_null=True)
    said = SaidSerializer(many=True)


class BatchRowsSerializer(serializers.Serializer[Any]):
    """All rows: first those that cannot be done, then by name."""

    results = BatchRowSerializer(many=True)


class BatchStartSerializer(StatedSerializer):
    """Transfers of these members to one branch or body, checked together and not begun yet."""

    members = serializers.ListField(child=serializers.IntegerField(min_value=1))


class BatchMovesSerializer(ScopedSerializer):
    """These transfers, each one step on: of those that wait for the caller."""

    transfers = serializers.ListField(child=serializers.IntegerField(min_value=1))
