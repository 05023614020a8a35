"""What is sent and answered where many records are confirmed in one call."""

from typing import Any

from rest_framework import serializers

from activities.api.serializers import LARGEST_ID, LARGEST_VERSION
from activities.workflows.confirming import AT_ONCE


class SeenRecordSerializer(serializers.Serializer[Any]):
    """A record and the version of it that was seen."""

    id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    version = serializers.IntegerField(min_value=1, max_value=LARGEST_VERSION)


class SeenRecordsSerializer(serializers.Serializer[Any]):
    records = serializers.ListField(child=SeenRecordSerializer(), allow_empty=False, max_length=AT_ONCE)

    def seen(self) -> dict[int, int]:
        return {each["id"]: each["version"] for each in self.validated_data["records"]}


class RecordsConfirmSerializer(SeenRecordsSerializer):
    on = serializers.DateField(
        allow_null=True, default=None,
        help_text="The day of the paper, for chairs without account; today where none is given.",
    )  # fmt: skip


class LeftSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    code = serializers.CharField()
    message = serializers.CharField(help_text="Why, in the caller's language.")


class SettledSerializer(serializers.Serializer[Any]):
    """What was settled, and of the others what stood against them."""

    done = serializers.ListField(child=serializers.IntegerField())
    left = LeftSerializer(many=True)
