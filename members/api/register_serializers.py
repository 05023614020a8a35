"""What is taken in of a line of the register, and what is told of one that needs a second look."""

from typing import Any

from rest_framework import serializers
from rest_framework.fields import empty

from branches.models import Organization, PartyGroup
from members.api.paper_serializers import PersonSerializer
from members.choices import Standing
from members.models import Member
from members.rules.roster_file import read_mobile
from members.workflows.register import TYPED, Correction, Entry, PersonData
from orgportal.core.api import ScopedSerializer
from orgportal.core.names import typed_reading

# How somebody comes into the register.
ADMITTED = [(value.value, value.label) for value in (Standing.FORMAL, Standing.PROBATIONARY)]


class RegisteredPersonSerializer(PersonSerializer):
    """A person as the register holds one; `reading` is the pinyin of a name that is read otherwise."""

    id_number = serializers.CharField(max_length=40, allow_blank=True, default="")
    reading = serializers.CharField(max_length=60, allow_blank=True, default="")

    def validate_id_number(self, value: str) -> str:
        return "".join(value.split()).upper()

    def validate_mobile(self, value: str) -> str:
        return read_mobile(value)

    def validate_reading(self, value: str) -> str:
        try:
            return typed_reading(value)
        except ValueError:
            raise serializers.ValidationError("not_pinyin") from None


class PersonChangeSerializer(RegisteredPersonSerializer):
    """What is to be put right; what is left out stays as the register holds it."""

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        for field in fields.values():
            field.required, field.default = False, empty
        return fields


class MemberEntrySerializer(ScopedSerializer):
    """A new line: who, in which branch, since when, on what basis."""

    branch: Any = serializers.PrimaryKeyRelatedField(queryset=Organization.objects.current().branches())
    group: Any = serializers.PrimaryKeyRelatedField(
        queryset=PartyGroup.objects.current(), allow_null=True, default=None
    )
    person = RegisteredPersonSerializer()
    standing = serializers.ChoiceField(choices=ADMITTED)
    since = serializers.DateField()
    basis = serializers.CharField(max_length=200)
    insists = serializers.BooleanField(
        default=False, help_text="Sent again after needs_care: it was looked at and is right."
    )

    def entry(self) -> Entry:
        data = {**self.validated_data, "person": PersonData(**self.validated_data["person"])}
        return Entry(**{name: data[name] for name in Entry.__dataclass_fields__})


class MemberCorrectionSerializer(ScopedSerializer):
    """Typed data put right, and the version it was decided on."""

    person = PersonChangeSerializer()
    version = serializers.IntegerField(min_value=1)
    insists = serializers.BooleanField(
        default=False, help_text="Sent again after needs_care: it was looked at and is right."
    )

    def correction(self, member: Member) -> Correction:
        """With what the register holds where nothing was sent."""
        data = self.validated_data
        held = {name: getattr(member, name) for name in TYPED}
        return Correction(
            person=PersonData(**{**held, **data["person"]}), version=data["version"], insists=data["insists"]
        )


class PurposeSerializer(serializers.Serializer[Any]):
    """What for; the member reads it in these words."""

    purpose = serializers.CharField(min_length=2, max_length=200)


class RevealedSerializer(serializers.Serializer[Any]):
    """The whole number, told once."""

    id = serializers.IntegerField()
    identity_number = serializers.CharField()


class DoubtSerializer(serializers.Serializer[Any]):
    """Something about one field; one that refuses cannot be insisted on."""

    field = serializers.CharField()
    code = serializers.CharField()
    words = serializers.CharField()
    refuses = serializers.BooleanField()


class CandidateSerializer(serializers.Serializer[Any]):
    """A member within the caller's scope who might be the same person."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    name = serializers.CharField()
    birth_on = serializers.DateField()
    branch_id = serializers.IntegerField()
    standing = serializers.ChoiceField(choices=Standing.choices)
    version = serializers.IntegerField()


class CareSerializer(serializers.Serializer[Any]):
    """Why it was not saved; of needs_care also what is odd and who in the register looks the same."""

    code = serializers.CharField()
    doubts = DoubtSerializer(many=True, required=False)
    candidates = CandidateSerializer(many=True, required=False)
    is_final = serializers.BooleanField(required=False)
