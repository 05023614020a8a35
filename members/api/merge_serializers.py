"""What leaves of two records of one person before, at and after their merge, and what is taken in."""

from typing import Any

from rest_framework import serializers

from members.api.register_serializers import CandidateSerializer
from members.api.serializers import BranchPeriodSerializer, StandingPeriodSerializer
from members.models import Member
from members.workflows.merging import CHOICES, Choice
from orgportal.core.api import ScopedSerializer

RECORDS = (("kept", "kept"), ("merged", "merged"))
CHOSEN = [(name, name) for name in CHOICES]


class MergeSerializer(serializers.Serializer[Any]):
    """One merge: the record kept, its alias, who made and who undid it when."""

    id = serializers.IntegerField()
    kept_id = serializers.IntegerField()
    merged_id = serializers.IntegerField()
    basis = serializers.CharField()
    made_at = serializers.DateTimeField()
    undone_at = serializers.DateTimeField(allow_null=True)


class MergeDetailSerializer(MergeSerializer):
    """One merge, and whether it can still be undone: nobody has worked on either record since."""

    is_untouched = serializers.BooleanField()


class MergeEntrySerializer(ScopedSerializer):
    """Two records and what is taken from the second; the day of change where their histories overlap.

    `counts` says whose standing holds on days of which both records tell differently; without it such days
    are refused.
    """

    kept: Any = serializers.PrimaryKeyRelatedField(queryset=Member.objects.all())
    merged: Any = serializers.PrimaryKeyRelatedField(queryset=Member.objects.all())
    version = serializers.IntegerField(min_value=1)
    other_version = serializers.IntegerField(min_value=1)
    from_merged = serializers.ListField(child=serializers.ChoiceField(choices=CHOSEN), default=list)
    basis = serializers.CharField(max_length=200)
    cut_on = serializers.DateField(allow_null=True, default=None)
    later = serializers.ChoiceField(choices=RECORDS, default="kept")
    counts = serializers.ChoiceField(choices=RECORDS, allow_blank=True, default="")

    def choice(self) -> Choice:
        data = self.validated_data
        return Choice(**{name: data[name] for name in ("from_merged", "basis", "cut_on", "later", "counts")})


class CandidatesSerializer(serializers.Serializer[Any]):
    """Who within the caller's reach might be the same person."""

    results = CandidateSerializer(many=True)


class MergeFieldSerializer(serializers.Serializer[Any]):
    """What both records say of one thing that may be chosen; the identity number masked."""

    name = serializers.ChoiceField(choices=CHOSEN)
    kept = serializers.ListField(child=serializers.CharField(allow_null=True))
    merged = serializers.ListField(child=serializers.CharField(allow_null=True))
    differs = serializers.BooleanField()


class MergeSideSerializer(CandidateSerializer):
    """One record with its dated history."""

    branches = BranchPeriodSerializer(many=True)
    standings = StandingPeriodSerializer(many=True)


class MergeOverlapSerializer(serializers.Serializer[Any]):
    """Days of which the records tell differently."""

    one = serializers.CharField()
    other = serializers.CharField()


class MergePreviewSerializer(serializers.Serializer[Any]):
    """Both records side by side. Overlaps in branches ask for `cut_on`, those of standings for `counts`."""

    kept = MergeSideSerializer()
    merged = MergeSideSerializer()
    fields_told = MergeFieldSerializer(many=True)
    branch_overlaps = MergeOverlapSerializer(many=True)
    standing_overlaps = MergeOverlapSerializer(many=True)
