"""A ledger as programs read it."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from activities.choices import PERIODIC, LedgerForm, LedgerKind, RunRowState, RunState
from activities.rules.ledgers import fits, period_named
from activities.workflows.ledger_runs import Wanted
from branches.choices import Kind
from branches.models import Organization
from orgportal.core.api import ScopedSerializer

# Those a whole body can be asked for.
ORDERED = [(kind.value, kind.label) for kind in PERIODIC]


class FactSerializer(serializers.Serializer[Any]):
    """One field; `value` is a date, a time, a number, words, or null."""

    key = serializers.CharField()
    label: Any = serializers.CharField()
    value = serializers.JSONField(allow_null=True)


class ColumnSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    label: Any = serializers.CharField()


class GridSerializer(serializers.Serializer[Any]):
    """A table; each row holds a value for each column."""

    key = serializers.CharField()
    title = serializers.CharField()
    columns = ColumnSerializer(many=True)
    rows = serializers.ListField(child=serializers.DictField(child=serializers.JSONField(allow_null=True)))


class PartSerializer(serializers.Serializer[Any]):
    """A heading with fields and tables; `record_id` where it is about one record."""

    key = serializers.CharField()
    number = serializers.IntegerField(allow_null=True)
    heading = serializers.CharField()
    record_id = serializers.IntegerField(allow_null=True)
    facts = FactSerializer(many=True)
    tables = GridSerializer(many=True)


class LedgerSerializer(serializers.Serializer[Any]):
    """Everything the paper says, in its order; labels and words are in the language asked for."""

    kind = serializers.ChoiceField(choices=LedgerKind.choices)
    title = serializers.CharField()
    branch = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    is_void = serializers.BooleanField()
    parts = PartSerializer(many=True)
    signers = serializers.ListField(child=serializers.CharField())


class FormSerializer(serializers.Serializer[Any]):
    form = serializers.ChoiceField(choices=LedgerForm.choices)


class RunSerializer(serializers.Serializer[Any]):
    """An order of ledgers for every branch of a body, and how far it is."""

    id = serializers.IntegerField()
    organization_id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=LedgerKind.choices)
    form = serializers.ChoiceField(choices=LedgerForm.choices)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    state = serializers.ChoiceField(choices=RunState.choices)
    recorded_at = serializers.DateTimeField()
    done_at = serializers.DateTimeField(allow_null=True)
    keep_until = serializers.DateField()


class RunFileSerializer(serializers.Serializer[Any]):
    """One branch of an order."""

    branch_id = serializers.IntegerField()
    state = serializers.ChoiceField(choices=RunRowState.choices)
    name = serializers.CharField()
    size = serializers.IntegerField()


class RunDetailSerializer(RunSerializer):
    """With how many branches stand where, and each of them in the order of the tree."""

    counts = serializers.DictField(child=serializers.IntegerField())
    files = RunFileSerializer(many=True)


class RunOrderSerializer(ScopedSerializer):
    organization: Any = serializers.PrimaryKeyRelatedField(
        queryset=Organization.objects.current().exclude(kind=Kind.BRANCH)
    )
    kind = serializers.ChoiceField(choices=ORDERED)
    period = serializers.CharField(max_length=7)
    form = serializers.ChoiceField(choices=LedgerForm.choices)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        period = period_named(attrs["period"], timezone.localdate())
        if period is None or not fits(LedgerKind(attrs["kind"]), period):
            raise serializers.ValidationError({"period": ["not_a_period"]})
        return {**attrs, "period": period}

    def wanted(self) -> Wanted:
        data = self.validated_data
        return Wanted(LedgerKind(data["kind"]), data["period"], LedgerForm(data["form"]))
