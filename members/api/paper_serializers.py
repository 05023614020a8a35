"""What leaves of papers and paper letters, and what is taken in."""

from typing import Any

from rest_framework import serializers

from branches.models import Organization
from members.choices import (
    Education,
    Gender,
    Occupation,
    PaperEnd,
    PaperKind,
    PaperState,
    RefusalReason,
    Standing,
    TransferState,
)
from members.workflows.arrivals import Bearer, PaperLetter, Refusal, Retyped
from members.workflows.certificates import TAKEN_BACK, Stay
from members.workflows.papers import PaperEnding
from members.workflows.register import PersonData
from orgportal.core.api import ScopedSerializer


class PaperSerializer(serializers.Serializer[Any]):
    """A paper as the list shows it."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=PaperKind.choices)
    number = serializers.CharField()
    issuer_id = serializers.IntegerField()
    issuer__name = serializers.CharField()
    member_id = serializers.IntegerField()
    transfer_id = serializers.IntegerField(allow_null=True)
    replaces_id = serializers.IntegerField(allow_null=True)
    issued_on = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True)
    state = serializers.ChoiceField(choices=PaperState.choices)
    end_reason = serializers.ChoiceField(choices=PaperEnd.choices, allow_blank=True)
    ended_on = serializers.DateField(allow_null=True)


class PaperDetailSerializer(PaperSerializer):
    """One paper with what is printed on it."""

    facts = serializers.DictField()
    end_note = serializers.CharField()


class PaperEndSerializer(ScopedSerializer):
    reason = serializers.ChoiceField(choices=[(reason.value, reason.label) for reason in TAKEN_BACK])
    note = serializers.CharField(max_length=300, allow_blank=True, default="")

    def ending(self) -> PaperEnding:
        return PaperEnding(PaperEnd(self.validated_data["reason"]), self.validated_data["note"])


class CertificateSerializer(ScopedSerializer):
    """Where to, what for, until when: at most half a year."""

    to = serializers.CharField(max_length=120)
    purpose = serializers.CharField(max_length=120)
    valid_until = serializers.DateField()

    def stay(self) -> Stay:
        return Stay(**self.validated_data)


class ArrivalSerializer(serializers.Serializer[Any]):
    """A paper letter on the table, or what became of it."""

    id = serializers.IntegerField()
    branch_id = serializers.IntegerField()
    branch__name = serializers.CharField()
    letter_number = serializers.CharField()
    letter_body = serializers.CharField()
    from_branch = serializers.CharField()
    issued_on = serializers.DateField()
    valid_until = serializers.DateField()
    dues_paid_to = serializers.DateField(allow_null=True)
    name = serializers.CharField()
    standing = serializers.ChoiceField(choices=Standing.choices)
    state = serializers.ChoiceField(choices=TransferState.choices)
    member_id = serializers.IntegerField(allow_null=True)
    is_return = serializers.BooleanField()
    accepted_on = serializers.DateField(allow_null=True)
    slip_id = serializers.IntegerField(allow_null=True)
    refusal = serializers.ChoiceField(choices=RefusalReason.choices, allow_blank=True)
    remark = serializers.CharField()
    version = serializers.IntegerField()


class ArrivalDetailSerializer(ArrivalSerializer):
    """One letter with how long it has waited for its branch, and by when it is to be answered."""

    days = serializers.IntegerField(allow_null=True)
    act_by = serializers.DateField(allow_null=True)
    days_over = serializers.IntegerField(allow_null=True)


class LetterSerializer(serializers.Serializer[Any]):
    """A letter of introduction as it reads."""

    number = serializers.CharField(max_length=60)
    body = serializers.CharField(max_length=120)
    from_branch = serializers.CharField(max_length=120)
    issued_on = serializers.DateField()
    valid_until = serializers.DateField()
    address = serializers.CharField(max_length=200, allow_blank=True, default="")
    phone = serializers.CharField(max_length=30, allow_blank=True, default="")
    dues_paid_to = serializers.DateField(allow_null=True, default=None)


class PersonSerializer(serializers.Serializer[Any]):
    """The person on it."""

    name = serializers.CharField(max_length=60)
    id_number = serializers.CharField(max_length=18)
    gender = serializers.ChoiceField(choices=Gender.choices)
    birth_on = serializers.DateField()
    mobile = serializers.CharField(max_length=20, allow_blank=True, default="")
    ethnicity = serializers.CharField(max_length=20, default="汉族")
    education = serializers.ChoiceField(choices=Education.choices)
    occupation = serializers.ChoiceField(choices=Occupation.choices)
    employer = serializers.CharField(max_length=120, allow_blank=True, default="")
    joined_on = serializers.DateField()
    confirmed_on = serializers.DateField(allow_null=True, default=None)


class KnownPersonSerializer(PersonSerializer):
    """The same of a letter on file; without an identity number the one that was typed stays."""

    id_number = serializers.CharField(max_length=18, allow_blank=True, default="")


class _TypedSerializer(ScopedSerializer):
    letter = LetterSerializer()
    person = PersonSerializer()
    standing = serializers.ChoiceField(
        choices=[(value.value, value.label) for value in (Standing.FORMAL, Standing.PROBATIONARY)]
    )
    insists = serializers.BooleanField(default=False)

    def paper_letter(self) -> PaperLetter:
        return PaperLetter(**self.validated_data["letter"])

    def bearer(self) -> Bearer:
        data = self.validated_data
        person = PersonData(**{**data["person"], "id_number": data["person"]["id_number"].upper()})
        return Bearer(person=person, standing=data["standing"], insists=data["insists"])


class RegisterSerializer(_TypedSerializer):
    """A paper letter and who brings it."""

    branch: Any = serializers.PrimaryKeyRelatedField(queryset=Organization.objects.all())


class ArrivalCorrectSerializer(_TypedSerializer):
    """A letter on the table as it should have been typed."""

    person = KnownPersonSerializer()
    version = serializers.IntegerField(min_value=1)

    def again(self) -> Retyped:
        return Retyped(self.paper_letter(), self.bearer(), self.validated_data["version"])


class ArrivalAcceptSerializer(ScopedSerializer):
    accepted_on = serializers.DateField()
    version = serializers.IntegerField(min_value=1)


class ArrivalRefuseSerializer(ScopedSerializer):
    grounds = serializers.ChoiceField(choices=RefusalReason.choices)
    remark = serializers.CharField(max_length=300)
    version = serializers.IntegerField(min_value=1)

    def answer(self) -> Refusal:
        return Refusal(self.validated_data["grounds"], self.validated_data["remark"])
