"""What leaves of a member's corrections and confirmations and what is taken in; the same workflows write."""

from typing import Any

from rest_framework import serializers

from members.api.mobile_serializers import VersionSerializer
from members.choices import CorrectionState, OwnField
from members.forms.own import ContactForm, WishForm
from members.models import Member
from members.rules.own import ASKED, FieldClass, Part
from members.workflows.own import Answer, Contact, Wish
from orgportal.core.api import ScopedSerializer


class OwnContactSerializer(serializers.Serializer[Any]):
    """How the member is reached; the version of the line it was read at."""

    mobile = serializers.CharField(max_length=30, allow_blank=True)
    employer = serializers.CharField(max_length=120, allow_blank=True)
    version = serializers.IntegerField(min_value=1)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        form = ContactForm(attrs)
        if not form.is_valid():
            raise serializers.ValidationError(
                {name: [str(each) for each in said] for name, said in form.errors.items()}
            )
        return form.cleaned_data

    def contact(self) -> Contact:
        return Contact(**self.validated_data)


class CorrectionSerializer(serializers.Serializer[Any]):
    """A fact a member corrected, or asked to have corrected; identity numbers masked."""

    id = serializers.IntegerField()
    member_id = serializers.IntegerField()
    field = serializers.ChoiceField(choices=OwnField.choices)
    held = serializers.CharField()
    wanted = serializers.CharField()
    why = serializers.CharField()
    state = serializers.ChoiceField(choices=CorrectionState.choices)
    asked_at = serializers.DateTimeField()
    due_on = serializers.DateField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    answer = serializers.CharField()
    version = serializers.IntegerField()


class WishSerializer(serializers.Serializer[Any]):
    """What should stand in a field instead: days as 2026-03-10, choices by their codes."""

    field = serializers.ChoiceField(choices=[(name.value, name.label) for name in ASKED])
    wanted = serializers.CharField(max_length=200, allow_blank=True)
    why = serializers.CharField(max_length=300)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        form = WishForm(attrs, name=OwnField(attrs["field"]))
        if not form.is_valid():
            raise serializers.ValidationError(
                {name: [str(each) for each in said] for name, said in form.errors.items()}
            )
        return {**attrs, "wish": form.wish()}

    def wish(self) -> Wish:
        found: Wish = self.validated_data["wish"]
        return found


class AnswerSerializer(VersionSerializer):
    """The versions of the request and of the member's line it was decided on."""

    words = serializers.CharField(max_length=300, allow_blank=True, default="")
    member_version = serializers.IntegerField(min_value=1)
    insists = serializers.BooleanField(default=False)

    def answer(self) -> Answer:
        return Answer(**self.validated_data)


class ConfirmSerializer(ScopedSerializer):
    """Without `how` one's own data; with it, that of a member of one's branch."""

    member: Any = serializers.PrimaryKeyRelatedField(queryset=Member.objects.active())
    version = serializers.IntegerField(min_value=1)
    how = serializers.CharField(max_length=200, allow_blank=True, default="")


class PickedSerializer(ScopedSerializer):
    member: Any = serializers.PrimaryKeyRelatedField(queryset=Member.objects.active())
    version = serializers.IntegerField(min_value=1)


class ConfirmManySerializer(serializers.Serializer[Any]):
    """Members of one's branch with the versions that were seen, and how they were asked."""

    members = PickedSerializer(many=True, allow_empty=False)
    how = serializers.CharField(max_length=200)


class OutcomeSerializer(serializers.Serializer[Any]):
    """What came of one: confirmed, or the code of what stood against it."""

    member_id = serializers.IntegerField()
    is_confirmed = serializers.BooleanField()
    code = serializers.CharField(allow_blank=True)


class ConfirmationSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    member_id = serializers.IntegerField()
    year = serializers.IntegerField()
    is_by_branch = serializers.BooleanField()
    how = serializers.CharField()
    at = serializers.DateTimeField()


class UnconfirmedSerializer(serializers.Serializer[Any]):
    """A member whose data nobody has looked over this year."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    branch_id = serializers.IntegerField()
    version = serializers.IntegerField()
    reminded_at = serializers.DateTimeField(allow_null=True)


class WatcherSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    post = serializers.CharField()
    body = serializers.CharField()


class AccessSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    holders = WatcherSerializer(many=True)


class WatchersSerializer(serializers.Serializer[Any]):
    """A class of facts, and what whom can do with it today."""

    key = serializers.ChoiceField(choices=[each.value for each in (*FieldClass, *Part)])
    fields_held = serializers.ListField(child=serializers.CharField())
    access = AccessSerializer(many=True)


class MissingSerializer(serializers.Serializer[Any]):
    """What the copy leaves out, why and how it is given, by which rule."""

    what = serializers.CharField()
    why = serializers.CharField()
    rule = serializers.CharField(allow_blank=True)


class CopySerializer(serializers.Serializer[Any]):
    """One list of rows for each part beside the member's own line; the parts stand in docs/own-data.md."""

    made_at = serializers.DateTimeField()
    not_in_copy = MissingSerializer(many=True)
    member = serializers.DictField()
