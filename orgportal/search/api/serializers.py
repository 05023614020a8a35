"""What the search takes and answers."""

from typing import Any

from rest_framework import serializers

from orgportal.core.forms import tidy
from orgportal.search.queries import ROOM_CHOICES


class SearchQuery(serializers.Serializer[Any]):
    q = serializers.CharField(
        max_length=60, help_text="Characters, pinyin, initials, last digits or a number."
    )
    group = serializers.ChoiceField(
        choices=ROOM_CHOICES, required=False, default="", help_text="One room alone."
    )

    def validate_q(self, value: str) -> str:
        return tidy(value)


class FoundLine(serializers.Serializer[Any]):
    group = serializers.ChoiceField(choices=ROOM_CHOICES)
    id = serializers.IntegerField()
    name = serializers.CharField()
    detail = serializers.CharField(help_text="What tells it from its like.")
    page = serializers.CharField(help_text="Path of its page.")


class SearchAnswer(serializers.Serializer[Any]):
    results = FoundLine(many=True)
    more = serializers.ListField(
        child=serializers.ChoiceField(choices=ROOM_CHOICES), help_text="Groups that hold more than is listed."
    )
    without_identity = serializers.BooleanField(
        help_text="True when identity numbers were left out: too many searches by them within the hour."
    )
