"""What leaves through the API: the schema of rows that are read as plain values."""

from typing import Any

from rest_framework import serializers

from orgportal.health.forms import SUBJECT_CHOICES
from orgportal.health.queries.period_matrix import EACH


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
    rules = serializers.DictField(
        help_text="By key every provision in force then, with its value and citation: what findings name."
    )


class PeriodPart(serializers.Serializer[Any]):
    starts_on = serializers.DateField(source="span.starts_on")
    ends_on = serializers.DateField(source="span.ends_on")
    duty = serializers.CharField(source="rule", help_text="the rule whose states are counted; else empty")
    is_done = serializers.BooleanField(help_text="false: over, and waiting for its cut-off")


class BodyPeriodsPart(serializers.Serializer[Any]):
    """A body with its numbers of branches in each period, in the order of `periods`."""

    id = serializers.IntegerField(source="body.pk", allow_null=True, default=None)
    name = serializers.CharField(source="body.name", allow_null=True, default=None)
    is_direct = serializers.BooleanField(help_text="the branches directly below it")
    is_sum = serializers.BooleanField(help_text="the body and all below it; without id: all in sight")
    cells = serializers.ListField(
        child=serializers.DictField(child=serializers.IntegerField()), source="counts"
    )


class BranchPeriodsPart(serializers.Serializer[Any]):
    """A branch with its state in each period, in the order of `periods`."""

    id = serializers.IntegerField(source="branch.pk")
    name = serializers.CharField(source="branch.name")
    cells = serializers.ListField(child=serializers.CharField(), source="states")


class PeriodMatrix(serializers.Serializer[Any]):
    """Rows are bodies, or a page of branches."""

    under = serializers.IntegerField(allow_null=True)
    duty = serializers.CharField(help_text="as asked for; empty: state of the branches")
    periods = PeriodPart(many=True, source="columns", help_text="the columns")
    bodies = BodyPeriodsPart(many=True)
    branches = BranchPeriodsPart(many=True)
    total = serializers.IntegerField(allow_null=True, help_text="branches on all pages")
    previous = serializers.CharField(help_text="query of the page before; empty on the first")
    next = serializers.CharField(help_text="query of the page after; empty on the last")


class PeriodMatrixQuery(serializers.Serializer[Any]):
    period = serializers.CharField(required=False, help_text='the last one: "2026-03", "2026-Q1" or "2026"')
    under = serializers.IntegerField(required=False)
    duty = serializers.ChoiceField(
        choices=SUBJECT_CHOICES[1:], required=False, help_text=f"{EACH}: every duty of the one period"
    )
    direct = serializers.BooleanField(required=False, help_text="rows are the branches directly below")
