"""What leaves and is taken in about units; the same workflows write."""

from typing import Any

from rest_framework import serializers

from branches.choices import BODY_KINDS, CoverageKind, OwnerKind, PauseReason, UnitEventKind, UnitKind
from branches.filters import MEASURE_CHOICES
from branches.forms.units import LEAVING
from branches.messages import UNIT_GROUP_CHOICES
from branches.models import Organization
from branches.queries import directory
from branches.workflows.coverage import NewCoverage
from branches.workflows.units import Entry, NewPause, Step, UnitDetails
from orgportal.core.api import ScopedSerializer

MOST_CHECKED = 5000


class UnitSerializer(serializers.Serializer[Any]):
    """A unit as the list shows it."""

    id = serializers.IntegerField()
    committee_id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=UnitKind.choices)
    name = serializers.CharField()
    owner = serializers.ChoiceField(choices=OwnerKind.choices)
    credit_code = serializers.CharField()
    area = serializers.CharField()
    address = serializers.CharField()
    staff = serializers.IntegerField(allow_null=True)
    hidden = serializers.IntegerField(allow_null=True, help_text="formal members not on the register there")
    hidden_on = serializers.DateField(allow_null=True)
    checked_on = serializers.DateField()
    listed_on = serializers.DateField()
    left_on = serializers.DateField(allow_null=True)
    version = serializers.IntegerField()


class UnitCoverageSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=CoverageKind.choices)
    body_id = serializers.IntegerField(allow_null=True)
    holder = serializers.CharField()
    phone = serializers.CharField()
    basis = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)
    end_reason = serializers.CharField()


class UnitVisitSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    visitor = serializers.CharField()
    on = serializers.DateField()
    text = serializers.CharField()


class UnitEventSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=UnitEventKind.choices)
    on = serializers.DateField()
    before = serializers.DictField()
    after = serializers.DictField()


class UnitDetailSerializer(UnitSerializer):
    """One unit with all that its page shows."""

    pause = serializers.CharField(help_text="why it does not operate; empty while it does")
    formal_known = serializers.IntegerField()
    members_known = serializers.IntegerField()
    credit_code_doubt = serializers.CharField(help_text="length, sign, check, or empty; never a refusal")
    lists = serializers.ListField(
        child=serializers.CharField(), help_text="the lists of the day it stands on"
    )
    coverages = UnitCoverageSerializer(many=True)
    visits = UnitVisitSerializer(many=True)
    history = UnitEventSerializer(many=True)


class UnitQuerySerializer(serializers.Serializer[Any]):
    """The filters of the page."""

    q = serializers.CharField(required=False)
    measure = serializers.ChoiceField(choices=MEASURE_CHOICES, required=False)
    under = serializers.IntegerField(required=False)
    group = serializers.ChoiceField(choices=UNIT_GROUP_CHOICES, required=False)
    direct = serializers.BooleanField(required=False)


class ChangedUnitSerializer(ScopedSerializer):
    committee: Any = serializers.PrimaryKeyRelatedField(queryset=Organization.objects.current())
    kind = serializers.ChoiceField(choices=UnitKind.choices)
    name = serializers.CharField(max_length=120)
    owner = serializers.ChoiceField(choices=OwnerKind.choices)
    credit_code = serializers.CharField(max_length=18, allow_blank=True, default="")
    area = serializers.CharField(max_length=60, allow_blank=True, default="")
    address = serializers.CharField(max_length=200, allow_blank=True, default="")
    staff = serializers.IntegerField(min_value=0, max_value=2_000_000, allow_null=True, default=None)
    version = serializers.IntegerField(min_value=1)

    def entry(self) -> Entry:
        data = self.validated_data
        details = UnitDetails(
            kind=UnitKind(data["kind"]), name=data["name"], owner=OwnerKind(data["owner"]),
            credit_code=data["credit_code"].upper(), area=data["area"], address=data["address"],
            staff=data["staff"],
        )  # fmt: skip
        return Entry(data["committee"], details, data.get("version", 0))


class NewUnitSerializer(ChangedUnitSerializer):
    version = None  # type: ignore[assignment]
    on = serializers.DateField()


class UnitStepSerializer(serializers.Serializer[Any]):
    """The day a step takes effect, and the version of the unit that was seen."""

    on = serializers.DateField()
    version = serializers.IntegerField(min_value=1)

    def step(self) -> Step:
        return Step(self.validated_data["on"], self.validated_data["version"])


class UnitCoverSerializer(UnitStepSerializer):
    kind = serializers.ChoiceField(choices=CoverageKind.choices)
    body = serializers.IntegerField(
        allow_null=True, default=None, help_text="id of any body of the directory"
    )
    holder = serializers.CharField(max_length=60, allow_blank=True, default="")
    phone = serializers.CharField(max_length=30, allow_blank=True, default="")
    basis = serializers.CharField(max_length=200, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        found = directory().filter(pk=attrs["body"]).first() if attrs["body"] else None
        if attrs["kind"] in BODY_KINDS and found is None:
            raise serializers.ValidationError({"body": "does_not_exist"})
        if attrs["kind"] not in BODY_KINDS and not attrs["holder"]:
            raise serializers.ValidationError({"holder": "required"})
        return {**attrs, "body": found}

    def new_coverage(self) -> NewCoverage:
        data = self.validated_data
        return NewCoverage(
            kind=CoverageKind(data["kind"]), body=data["body"], holder=data["holder"], phone=data["phone"],
            basis=data["basis"],
        )  # fmt: skip


class UncoverSerializer(UnitStepSerializer):
    reason = serializers.CharField(max_length=200)


class UnitPauseSerializer(UnitStepSerializer):
    reason = serializers.ChoiceField(choices=PauseReason.choices)
    note = serializers.CharField(max_length=200, allow_blank=True, default="")

    def new_pause(self) -> NewPause:
        return NewPause(PauseReason(self.validated_data["reason"]), self.validated_data["note"])


class UnitHiddenSerializer(UnitStepSerializer):
    number = serializers.IntegerField(min_value=0, max_value=9999)


class UnitLeaveSerializer(UnitStepSerializer):
    reason = serializers.ChoiceField(choices=LEAVING)


class UnitUndoSerializer(serializers.Serializer[Any]):
    event = serializers.IntegerField()


class NewVisitSerializer(serializers.Serializer[Any]):
    visitor = serializers.CharField(max_length=60)
    on = serializers.DateField()
    text = serializers.CharField(max_length=500)


class UnitNothingSerializer(serializers.Serializer[Any]):
    """Nothing is asked."""


class UnitsCheckSerializer(serializers.Serializer[Any]):
    units = serializers.ListField(child=serializers.IntegerField(), max_length=MOST_CHECKED)
    expected = serializers.IntegerField(min_value=0)


class UnitsCheckedSerializer(serializers.Serializer[Any]):
    marked = serializers.ListField(child=serializers.IntegerField())
