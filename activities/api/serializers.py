"""What leaves and what is taken in; the same workflows write."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from activities.choices import (
    ActivityKind,
    ActivityState,
    DutyState,
    FileAct,
    Ground,
    LeaveReason,
    LifeMove,
    LifeState,
    Majority,
    Outcome,
    Presence,
    ReturnReason,
)
from activities.messages import PROBLEMS
from activities.rules.guests import parse_guests, write_guests
from activities.rules.records import Absence, Agreement, Entry, FollowUp, GuestLine, Item, TakenUp
from activities.rules.votes import LARGEST, Vote
from activities.workflows.decisions import Done
from activities.workflows.life import SentBack
from activities.workflows.meetings import NotHeld
from branches.models import Organization
from orgportal.core.api import ScopedSerializer

LARGEST_ID = 2**63 - 1
LARGEST_VERSION = 2**31 - 1


class ActivitySerializer(serializers.Serializer[Any]):
    """A record as the list shows it."""

    id = serializers.IntegerField()
    branch_id = serializers.IntegerField()
    group_id = serializers.IntegerField(allow_null=True)
    kind = serializers.ChoiceField(choices=ActivityKind.choices)
    also_kinds = serializers.ListField(child=serializers.ChoiceField(choices=ActivityKind.choices))
    state = serializers.ChoiceField(choices=ActivityState.choices)
    title = serializers.CharField()
    held_on = serializers.DateField()
    present = serializers.IntegerField()
    expected = serializers.IntegerField()
    voters_present = serializers.IntegerField()
    voters_expected = serializers.IntegerField()
    recorded_at = serializers.DateTimeField()
    life = serializers.ChoiceField(
        choices=LifeState.choices, allow_blank=True,
        help_text="How far the record of a meeting that was held has come; empty for everything else.",
    )  # fmt: skip
    confirmed_at = serializers.DateTimeField(allow_null=True)
    paper_on = serializers.DateField(
        allow_null=True, help_text="The chair has no account: the day they confirmed it on paper."
    )
    locks_on = serializers.DateField(allow_null=True)
    returned_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class RecordToConfirmSerializer(ActivitySerializer):
    """A record that waits for the caller, who chaired the meeting."""


class AbsenceSerializer(serializers.Serializer[Any]):
    member_id = serializers.IntegerField()
    presence = serializers.ChoiceField(choices=Presence.choices)
    reason = serializers.ChoiceField(choices=LeaveReason.choices, allow_blank=True, default="")
    remark = serializers.CharField(max_length=120, allow_blank=True, default="")
    ground = serializers.ChoiceField(
        choices=Ground.choices, allow_blank=True, default="",
        help_text="One of six classes: the meeting does not count the person among those who should attend.",
    )  # fmt: skip


class ExceptionSerializer(AbsenceSerializer):
    """Somebody who was away; whoever was left out of the count, with what that rests on."""

    agreed_under = serializers.CharField(read_only=True)
    agreed_on = serializers.DateField(read_only=True, allow_null=True)


class AgreementSerializer(serializers.Serializer[Any]):
    """What leaving somebody out rests on: the body above agreed, and this meeting adopted it."""

    document = serializers.CharField(max_length=200)
    agreed_on = serializers.DateField()
    is_adopted = serializers.BooleanField(default=False)


class VoteSerializer(serializers.Serializer[Any]):
    """Counts of those present with a vote; spoilt and unreturned ballots count as abstained."""

    votes_for = serializers.IntegerField(min_value=0, max_value=LARGEST)
    votes_against = serializers.IntegerField(min_value=0, max_value=LARGEST, default=0)
    votes_abstained = serializers.IntegerField(min_value=0, max_value=LARGEST, default=0)
    majority = serializers.ChoiceField(choices=Majority.choices, default=Majority.ORDINARY)


class RuledVoteSerializer(VoteSerializer):
    """A vote and how it was ruled on when the record was saved; empty for a day before the rules."""

    outcome = serializers.ChoiceField(choices=Outcome.choices, allow_blank=True, read_only=True)
    outcome_basis = serializers.DictField(
        read_only=True, allow_null=True,
        help_text="base, of, needed, entitled, there, quorum, and the rules cited: rule, quorum_rule.",
    )  # fmt: skip


class FollowUpSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=300)
    owner_id = serializers.IntegerField(allow_null=True, default=None)
    due_on = serializers.DateField(allow_null=True, default=None)
    vote = VoteSerializer(allow_null=True, default=None)


class ItemSerializer(serializers.Serializer[Any]):
    topic = serializers.CharField(max_length=200)
    discussion = serializers.CharField(allow_blank=True, default="")
    decisions = FollowUpSerializer(many=True, default=list)


class TakenUpSerializer(serializers.Serializer[Any]):
    """An earlier follow-up on this agenda: closed with its result, carried to a later day, or discussed."""

    decision_id = serializers.IntegerField(min_value=1)
    result = serializers.CharField(max_length=300, allow_blank=True, default="")
    due_on = serializers.DateField(allow_null=True, default=None)


class AgendaSerializer(ItemSerializer):
    """An item of a new record; one that takes up a follow-up has its words where `topic` is empty."""

    topic = serializers.CharField(max_length=200, allow_blank=True, default="")
    taken_up = TakenUpSerializer(allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["topic"] and attrs["taken_up"] is None:
            raise serializers.ValidationError({"topic": [_("Please say what the item was.")]})
        return attrs


class DecidedSerializer(FollowUpSerializer):
    vote = RuledVoteSerializer(allow_null=True)


class ItemDetailSerializer(ItemSerializer):
    decisions = DecidedSerializer(many=True)
    follow_up_id = serializers.IntegerField(allow_null=True)


class RecordStepSerializer(serializers.Serializer[Any]):
    """One step in the life of a record; of a return the reason and what is to be put right."""

    move = serializers.ChoiceField(choices=LifeMove.choices)
    version = serializers.IntegerField()
    at = serializers.DateTimeField()
    paper_on = serializers.DateField(allow_null=True)
    locks_on = serializers.DateField(allow_null=True)
    reason = serializers.ChoiceField(choices=ReturnReason.choices, allow_blank=True)
    remark = serializers.CharField()
    closed_at = serializers.DateTimeField(allow_null=True)
    file_act = serializers.ChoiceField(choices=FileAct.choices, allow_blank=True)


class GuestSerializer(serializers.Serializer[Any]):
    """A member of another branch by exact number and name, kept as typed and credited at home if it fits; or
    somebody invited who is no member, by name and as what they came."""

    number = serializers.CharField(max_length=20, allow_blank=True, default="")
    name = serializers.CharField(max_length=60)
    role = serializers.CharField(
        max_length=60, allow_blank=True, default="",
        help_text="As what somebody without a number was invited; empty for members of other branches.",
    )  # fmt: skip

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Whatever the page can show again and nothing else."""
        line = GuestLine(**attrs)
        if parse_guests(write_guests([line])) != ([line], []):
            words = {"line": 1, "token": line.name}
            raise serializers.ValidationError(str(PROBLEMS["guest_needs_both"]).format(**words))
        return attrs


class ActivityDetailSerializer(ActivitySerializer):
    """One record whole."""

    starts_at = serializers.TimeField(allow_null=True)
    ends_at = serializers.TimeField(allow_null=True)
    place = serializers.CharField()
    chair_id = serializers.IntegerField(allow_null=True)
    recorder_id = serializers.IntegerField(allow_null=True)
    note = serializers.CharField()
    reason = serializers.CharField()
    present_ids = serializers.ListField(child=serializers.IntegerField())
    leave_ids = serializers.ListField(child=serializers.IntegerField())
    absent_ids = serializers.ListField(child=serializers.IntegerField())
    exceptions = ExceptionSerializer(many=True)
    guests = GuestSerializer(many=True)
    items = ItemDetailSerializer(many=True)
    steps = RecordStepSerializer(many=True)


class MeetingSerializer(ScopedSerializer):
    """A meeting that was held; everybody on the branch's roster of the day not named away was present."""

    kind = serializers.ChoiceField(choices=ActivityKind.choices)
    group_id = serializers.IntegerField(allow_null=True, default=None)
    also_kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=ActivityKind.choices), default=list
    )
    title = serializers.CharField(max_length=120)
    held_on = serializers.DateField()
    starts_at = serializers.TimeField(allow_null=True, default=None)
    ends_at = serializers.TimeField(allow_null=True, default=None)
    place = serializers.CharField(max_length=120, allow_blank=True, default="")
    chair_id = serializers.IntegerField(allow_null=True, default=None)
    recorder_id = serializers.IntegerField(allow_null=True, default=None)
    note = serializers.CharField(max_length=50_000, allow_blank=True, default="")
    absences = AbsenceSerializer(many=True, default=list)
    items = ItemSerializer(many=True, default=list)
    guests = GuestSerializer(many=True, default=list)
    agreement = AgreementSerializer(allow_null=True, default=None)
    roster_ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_ID), allow_null=True, default=None,
        help_text="Whom the caller took to be on the roster; given, and others are: 409 roster_changed.",
    )  # fmt: skip

    def entry(self) -> Entry:
        data = {**self.validated_data}
        for name in ("branch", "version", "is_another"):
            data.pop(name, None)
        absences, items = data.pop("absences"), data.pop("items")
        agreement, roster = data.pop("agreement"), data.pop("roster_ids")
        seen = data.pop("plan", None)
        guests = tuple(GuestLine(**each) for each in data.pop("guests"))
        also = tuple(ActivityKind(kind) for kind in data.pop("also_kinds"))
        kind = ActivityKind(data.pop("kind"))
        return Entry(
            kind=kind,
            also_kinds=also,
            absences=tuple(_absence(each) for each in absences),
            items=tuple(_item(each) for each in items),
            guests=guests,
            agreement=Agreement(**agreement) if agreement else Agreement(),
            roster_ids=None if roster is None else tuple(roster),
            plan_seen=(seen["id"], seen["version"]) if seen else None,
            **data,
        )


class PlanSeenSerializer(serializers.Serializer[Any]):
    """The plan the record was written from; changed since: 409 plan_changed."""

    id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    version = serializers.IntegerField(min_value=1, max_value=LARGEST_VERSION)


class MeetingCreateSerializer(MeetingSerializer):
    plan = PlanSeenSerializer(allow_null=True, default=None)
    branch: Any = serializers.PrimaryKeyRelatedField(queryset=Organization.objects.current().branches())
    is_another = serializers.BooleanField(default=False)
    items = AgendaSerializer(many=True, default=list)


class MeetingAmendSerializer(MeetingSerializer):
    version = serializers.IntegerField(min_value=1)


class VoidSerializer(ScopedSerializer):
    reason = serializers.CharField(max_length=300)
    version = serializers.IntegerField(min_value=1)


class RecordConfirmSerializer(ScopedSerializer):
    version = serializers.IntegerField(min_value=1)


class PaperConfirmSerializer(RecordConfirmSerializer):
    on = serializers.DateField()


class SendBackSerializer(RecordConfirmSerializer):
    reason = serializers.ChoiceField(choices=ReturnReason.choices)
    remark = serializers.CharField(max_length=500)

    def said(self) -> SentBack:
        data = self.validated_data
        return SentBack(ReturnReason(data["reason"]), data["remark"])


class NotHeldSerializer(ScopedSerializer):
    """No meeting was held, or the branch is excused; `on` is any day of the period."""

    branch: Any = serializers.PrimaryKeyRelatedField(queryset=Organization.objects.current().branches())
    kind = serializers.ChoiceField(choices=ActivityKind.choices)
    group_id = serializers.IntegerField(allow_null=True, default=None)
    on = serializers.DateField()
    reason = serializers.CharField(max_length=300)
    is_excused = serializers.BooleanField(default=False)

    def said(self) -> NotHeld:
        data = self.validated_data
        kind = ActivityKind(data["kind"])
        return NotHeld(kind, data["on"], data["reason"], data["is_excused"], data["group_id"])


class DutySerializer(serializers.Serializer[Any]):
    """What a branch owes in a period and how it stands."""

    id = serializers.IntegerField()
    rule = serializers.CharField()
    branch_id = serializers.IntegerField()
    group_id = serializers.IntegerField(allow_null=True)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    due_on = serializers.DateField()
    state = serializers.ChoiceField(choices=DutyState.choices)
    activity_id = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField()


class DecisionSerializer(serializers.Serializer[Any]):
    """A decision with who does it by when, and how it ended."""

    id = serializers.IntegerField()
    activity_id = serializers.IntegerField()
    text = serializers.CharField()
    owner_id = serializers.IntegerField(allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    done_on = serializers.DateField(allow_null=True)
    result = serializers.CharField()
    carried_to_id = serializers.IntegerField(
        allow_null=True, help_text="The decision of a later meeting under which it goes on."
    )
    votes_for = serializers.IntegerField(allow_null=True)
    votes_against = serializers.IntegerField(allow_null=True)
    votes_abstained = serializers.IntegerField(allow_null=True)
    majority = serializers.ChoiceField(choices=Majority.choices, allow_blank=True)
    outcome = serializers.ChoiceField(choices=Outcome.choices, allow_blank=True)
    version = serializers.IntegerField()


class DoneSerializer(ScopedSerializer):
    done_on = serializers.DateField()
    result = serializers.CharField(max_length=300)
    version = serializers.IntegerField(min_value=1)

    def done(self) -> Done:
        return Done(self.validated_data["done_on"], self.validated_data["result"])


class ReopenSerializer(ScopedSerializer):
    version = serializers.IntegerField(min_value=1)


class RevisionSerializer(serializers.Serializer[Any]):
    """What a record said until it was put right or voided."""

    version = serializers.IntegerField()
    replaced_at = serializers.DateTimeField()
    content = serializers.DictField(help_text="As the record of that version read, by the names it has.")


def _absence(data: dict[str, Any]) -> Absence:
    reason = LeaveReason(data["reason"]) if data["reason"] else None
    ground = Ground(data["ground"]) if data["ground"] else None
    return Absence(data["member_id"], Presence(data["presence"]), reason, data["remark"], ground)


def _item(data: dict[str, Any]) -> Item:
    decisions = tuple(_decision(each) for each in data["decisions"])
    said = data.get("taken_up")
    return Item(data["topic"], data["discussion"], decisions, TakenUp(**said) if said else None)


def _decision(data: dict[str, Any]) -> FollowUp:
    told = data["vote"]
    vote = Vote(**{**told, "majority": Majority(told["majority"])}) if told else None
    return FollowUp(data["text"], data["owner_id"], data["due_on"], vote)
