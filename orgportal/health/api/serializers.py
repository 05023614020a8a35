"""What leaves through the API: the schema of rows that are read as plain values."""

from typing import Any

from rest_framework import serializers


class AssessmentRow(serializers.Serializer[Any]):
    """One branch in the list; `id` is the branch."""

    id = serializers.IntegerField()
    as_of = serializers.DateField()
    is_silent = serializers.BooleanField()
    silent_since = serializers.DateField(allow_null=True)
    needs_help = serializers.IntegerField(help_text="Findings that need somebody now; never a score.")
    rule_version = serializers.CharField()
    changed_at = serializers.DateTimeField()


class CitationPart(serializers.Serializer[Any]):
    key = serializers.CharField()
    instrument = serializers.CharField()
    article = serializers.CharField()
    valid_from = serializers.DateField()


class FindingPart(serializers.Serializer[Any]):
    """A fact held against a provision; `code` names the sentence, `evidence` the rows behind it."""

    key = serializers.CharField()
    code = serializers.CharField()
    level = serializers.ChoiceField(["good", "note", "warn", "urgent", "not_applicable", "no_data"])
    measured = serializers.JSONField(allow_null=True)
    expected = serializers.JSONField(allow_null=True)
    since = serializers.DateField(allow_null=True)
    citation = CitationPart()
    evidence = serializers.ListField(child=serializers.IntegerField())


class AssessmentDetail(AssessmentRow):
    """One branch with its findings and the plain numbers behind them."""

    findings = FindingPart(many=True)
    facts = serializers.DictField()


class PastDayQuery(serializers.Serializer[Any]):
    as_of = serializers.DateField(required=False, help_text="a past day; without it, what is true now")
    known_at = serializers.DateField(required=False, help_text="only what was on record by the end of it")


class SummaryRow(serializers.Serializer[Any]):
    """One summary in the list."""

    id = serializers.IntegerField()
    organization_id = serializers.IntegerField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    revision = serializers.IntegerField()
    reason = serializers.CharField(allow_blank=True)
    as_of = serializers.DateField()
    known_at = serializers.DateTimeField()
    rule_version = serializers.CharField()
    is_silent = serializers.BooleanField()
    needs_help = serializers.IntegerField()
    digest = serializers.CharField()


class SummaryDetail(SummaryRow):
    """One summary with everything it says, as it was frozen."""

    content = serializers.DictField()
