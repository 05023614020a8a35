"""What leaves of stays away, contacts, hosted members and proposals, and what is taken in."""

from typing import Any

from rest_framework import serializers

from branches.models import Organization
from members.choices import (
    ContactMethod,
    DismissReason,
    InflowState,
    MobileReason,
    MobileState,
    PaperState,
    ProposalKind,
    ProposalState,
    SpellEnd,
)
from members.models import Member
from members.queries.transfers import directory_branch
from members.rules.places import read_place
from members.workflows.contacts import Talk
from members.workflows.inflow import Told
from members.workflows.lost import Setting
from members.workflows.mobile import Away
from orgportal.core.api import ScopedSerializer


class SpellSerializer(serializers.Serializer[Any]):
    """A member's stay away, at a place no finer than a city."""

    id = serializers.IntegerField()
    member_id = serializers.IntegerField()
    member__name = serializers.CharField()
    state = serializers.ChoiceField(choices=MobileState.choices)
    reason = serializers.ChoiceField(choices=MobileReason.choices)
    place = serializers.CharField()
    starts_on = serializers.DateField()
    expected_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    end_kind = serializers.ChoiceField(choices=SpellEnd.choices, allow_blank=True)
    contact_person_id = serializers.IntegerField(allow_null=True)
    next_contact_on = serializers.DateField(allow_null=True)
    version = serializers.IntegerField()


class HostSerializer(serializers.Serializer[Any]):
    """The host that looks after the member: what the directory shows of it, and how far the match is."""

    name = serializers.CharField()
    phone = serializers.CharField()
    state = serializers.CharField()
    since = serializers.DateField()


class ContactSerializer(serializers.Serializer[Any]):
    """A contact as noted; struck out where it carries a reason."""

    id = serializers.IntegerField()
    member_id = serializers.IntegerField()
    by_id = serializers.IntegerField()
    method = serializers.ChoiceField(choices=ContactMethod.choices)
    on = serializers.DateField()
    note = serializers.CharField()
    next_on = serializers.DateField(allow_null=True)
    void_reason = serializers.CharField()


class ContactNotedSerializer(ContactSerializer):
    """A contact just noted; `is_late`: the next one is planned for later than the rule has it."""

    is_late = serializers.BooleanField()


class SpellDetailSerializer(SpellSerializer):
    """One stay with its host and the contact log."""

    host = HostSerializer(allow_null=True)
    transfer_due = serializers.BooleanField(help_text="Long enough at one place: a transfer should follow.")
    card_check_due = serializers.BooleanField(help_text="The activity card has not been checked this year.")
    return_overdue = serializers.BooleanField(help_text="The expected day of return has passed.")
    contacts = ContactSerializer(many=True)


class AwaySerializer(ScopedSerializer):
    """Where, why and since when; the host is the id of any branch of the directory."""

    is_abroad = serializers.BooleanField(default=False)
    place = serializers.CharField(max_length=60)
    reason = serializers.ChoiceField(choices=MobileReason.choices)
    since = serializers.DateField()
    expected_on = serializers.DateField(allow_null=True, default=None)
    contact_person = serializers.IntegerField(allow_null=True, default=None)
    host = serializers.IntegerField(allow_null=True, default=None)

    def validate_host(self, value: int | None) -> Organization | None:
        branch = directory_branch(value) if value else None
        if value and branch is None:
            raise serializers.ValidationError("does_not_exist")
        return branch

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        try:
            attrs["place"] = read_place(attrs["place"], is_abroad=attrs["is_abroad"])
        except ValueError as failure:
            raise serializers.ValidationError({"place": str(failure)}) from None
        return attrs

    def away(self) -> Away:
        data = self.validated_data
        names = ("is_abroad", "place", "reason", "since", "expected_on", "host")
        return Away(contact_id=data["contact_person"], **{name: data[name] for name in names})


class SpellCreateSerializer(AwaySerializer):
    """A member of the caller's branches, or the caller."""

    member: Any = serializers.PrimaryKeyRelatedField(queryset=Member.objects.all())


class SpellChangeSerializer(AwaySerializer):
    version = serializers.IntegerField(min_value=1)


class DaySerializer(serializers.Serializer[Any]):
    """A last day, and the version it was decided on."""

    on = serializers.DateField()
    version = serializers.IntegerField(min_value=1)


class VersionSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(min_value=1)


class NothingSerializer(serializers.Serializer[Any]):
    """Nothing is to be said."""


class CardSerializer(serializers.Serializer[Any]):
    """An activity card: its number, and whether it is in force."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    issued_on = serializers.DateField()
    state = serializers.ChoiceField(choices=PaperState.choices)
    ended_on = serializers.DateField(allow_null=True)


class CardCheckSerializer(serializers.Serializer[Any]):
    on = serializers.DateField()


class ContactCreateSerializer(ScopedSerializer):
    """Without `by` the caller was in touch; without `next_on` the rule says when next."""

    member = serializers.IntegerField()
    method = serializers.ChoiceField(choices=ContactMethod.choices)
    on = serializers.DateField()
    note = serializers.CharField(max_length=200, allow_blank=True, default="")
    next_on = serializers.DateField(allow_null=True, default=None)
    by = serializers.IntegerField(allow_null=True, default=None)

    def talk(self) -> Talk:
        data = self.validated_data
        return Talk(data["method"], data["on"], data["note"], data["next_on"], data["by"])


class StrikeSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=200)


class InflowSerializer(serializers.Serializer[Any]):
    """Somebody hosted, as told to the host. Whether the number is anybody's does not stand here."""

    id = serializers.IntegerField()
    host_id = serializers.IntegerField()
    number = serializers.CharField()
    name = serializers.CharField()
    state = serializers.ChoiceField(choices=InflowState.choices)
    since = serializers.DateField()
    expected_on = serializers.DateField(allow_null=True)
    ended_on = serializers.DateField(allow_null=True)
    version = serializers.IntegerField()


class ToldSerializer(ScopedSerializer):
    number = serializers.CharField(max_length=20)
    name = serializers.CharField(max_length=60)
    since = serializers.DateField()
    expected_on = serializers.DateField(allow_null=True, default=None)

    def told(self) -> Told:
        data = self.validated_data
        return Told(data["number"], data["name"], data["since"], data["expected_on"])


class InflowCreateSerializer(ToldSerializer):
    host: Any = serializers.PrimaryKeyRelatedField(queryset=Organization.objects.all())


class InflowCorrectSerializer(ToldSerializer):
    version = serializers.IntegerField(min_value=1)


class ProposalSerializer(serializers.Serializer[Any]):
    """What a clock proposes for a meeting to decide, with its evidence."""

    id = serializers.IntegerField()
    member_id = serializers.IntegerField()
    member__name = serializers.CharField()
    kind = serializers.ChoiceField(choices=ProposalKind.choices)
    counts_from = serializers.DateField()
    due_on = serializers.DateField()
    evidence = serializers.JSONField()
    state = serializers.ChoiceField(choices=ProposalState.choices)
    opened_on = serializers.DateField()
    closed_on = serializers.DateField(allow_null=True)
    rests_until = serializers.DateField(allow_null=True)
    version = serializers.IntegerField()


class DismissSerializer(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(choices=DismissReason.choices)
    remark = serializers.CharField(max_length=200, allow_blank=True, default="")
    rests_until = serializers.DateField(allow_null=True, default=None)
    version = serializers.IntegerField(min_value=1)

    def setting(self) -> Setting:
        data = self.validated_data
        return Setting(DismissReason(data["reason"]), data["remark"], data["rests_until"])
