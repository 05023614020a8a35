"""What leaves and is taken in about plans and leave; the same workflows write."""

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from activities.choices import ActivityKind, ActivityState, LeaveReason, PlanLineState
from activities.models import Activity
from activities.rules.plan_moves import Appointment
from activities.rules.planning import Proposal, Slot
from activities.workflows.leave import LeaveWords
from activities.workflows.plans import OnePlan, PlanEntry, PlanWords
from orgportal.core.api import ScopedSerializer

FIRST_YEAR, LAST_YEAR = 1949, 2999


class PlanLineSerializer(serializers.Serializer[Any]):
    """One meeting owed: the n-th of its duty's period, and the record or plan behind it."""

    rule = serializers.CharField()
    group_id = serializers.IntegerField(allow_null=True)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    number = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=ActivityKind.choices)
    state = serializers.ChoiceField(choices=PlanLineState.choices)
    activity_id = serializers.IntegerField(allow_null=True)
    held_on = serializers.DateField(allow_null=True)
    proposed_on = serializers.DateField(allow_null=True, help_text="A working day inside the period.")


class PlanSheetSerializer(serializers.Serializer[Any]):
    branch_id = serializers.IntegerField()
    year = serializers.IntegerField()
    knows_holidays = serializers.BooleanField(help_text="Whether the notice of the year is entered.")
    lines = PlanLineSerializer(many=True)
    besides = serializers.ListField(
        child=serializers.IntegerField(), help_text="Planned besides what is owed: ids of activities."
    )


class AppointmentSerializer(serializers.Serializer[Any]):
    """When and where; empty as proposed."""

    on = serializers.DateField()
    starts_at = serializers.TimeField(allow_null=True, default=None)
    ends_at = serializers.TimeField(allow_null=True, default=None)
    place = serializers.CharField(max_length=120, allow_blank=True, default="")
    title = serializers.CharField(max_length=120, allow_blank=True, default="")
    is_sure = serializers.BooleanField(default=False, help_text="A day off is meant.")


def appointment_of(data: dict[str, Any]) -> Appointment:
    return Appointment(data["on"], data["starts_at"], data["ends_at"], data["place"], data["title"])


class PlanMeetingSerializer(AppointmentSerializer):
    rule = serializers.CharField(max_length=40)
    group_id = serializers.IntegerField(allow_null=True, default=None)
    starts_on = serializers.DateField(help_text="First day of the period.")
    number = serializers.IntegerField(min_value=1, max_value=100, default=1)


class LayOutSerializer(ScopedSerializer):
    """Without meetings: all that is open, as proposed."""

    year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR)
    meetings = PlanMeetingSerializer(many=True, allow_null=True, default=None)

    def entries(self, proposals: Iterable[Proposal]) -> list[PlanEntry]:
        told = self.validated_data["meetings"]
        if told is None:
            return [_proposed(each) for each in proposals]
        return [_told(each) for each in told]


def _proposed(each: Proposal) -> PlanEntry:
    return PlanEntry(each.line.slot, Appointment(each.on, each.starts_at, each.ends_at, each.place))


def _told(data: dict[str, Any]) -> PlanEntry:
    slot = Slot(data["starts_on"], data["rule"], data["group_id"], data["number"])
    return PlanEntry(slot, appointment_of(data), data["is_sure"])


class OnePlanSerializer(ScopedSerializer, AppointmentSerializer):
    """One meeting more; a party group's names its group."""

    kind = serializers.ChoiceField(choices=ActivityKind.choices)
    group_id = serializers.IntegerField(allow_null=True, default=None)

    def said(self) -> OnePlan:
        data = self.validated_data
        return OnePlan(ActivityKind(data["kind"]), data["group_id"], appointment_of(data), data["is_sure"])


class LaidOutSerializer(serializers.Serializer[Any]):
    added = serializers.ListField(child=serializers.IntegerField())
    left = serializers.IntegerField(help_text="Planned or recorded meanwhile, left as they are.")


class TakenBackSerializer(serializers.Serializer[Any]):
    taken_back = serializers.IntegerField()


class PlanMoveSerializer(ScopedSerializer):
    """A move needs a day; postponing and cancelling a reason."""

    on = serializers.DateField(allow_null=True, default=None)
    starts_at = serializers.TimeField(allow_null=True, required=False)
    ends_at = serializers.TimeField(allow_null=True, required=False)
    place = serializers.CharField(max_length=120, allow_blank=True, required=False)
    title = serializers.CharField(max_length=120, allow_blank=True, default="")
    reason = serializers.CharField(max_length=300, allow_blank=True, default="")
    is_sure = serializers.BooleanField(default=False, help_text="A day off is meant.")
    version = serializers.IntegerField(min_value=1)

    def words(self, row: Activity) -> PlanWords:
        """What is not said of hours and place stays as it is."""
        data = self.validated_data
        kept = {name: data.get(name, getattr(row, name)) for name in ("starts_at", "ends_at", "place")}
        said = Appointment(data["on"], title=data["title"], **kept) if data["on"] else None
        return PlanWords(said, data["reason"], data["is_sure"])


class PlanStateSerializer(serializers.Serializer[Any]):
    """A planned meeting, and what stands against its day."""

    id = serializers.IntegerField()
    branch_id = serializers.IntegerField()
    group_id = serializers.IntegerField(allow_null=True)
    kind = serializers.ChoiceField(choices=ActivityKind.choices)
    state = serializers.ChoiceField(choices=ActivityState.choices)
    title = serializers.CharField()
    held_on = serializers.DateField()
    starts_at = serializers.TimeField(allow_null=True)
    ends_at = serializers.TimeField(allow_null=True)
    place = serializers.CharField()
    reason = serializers.CharField()
    plan_starts_on = serializers.DateField(allow_null=True)
    plan_ends_on = serializers.DateField(allow_null=True)
    version = serializers.IntegerField()
    is_outside_its_period = serializers.BooleanField(help_text="Then it would not answer its duty.")
    is_on_a_day_off = serializers.BooleanField()


class LeaveWordsSerializer(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(choices=LeaveReason.choices)
    remark = serializers.CharField(max_length=120, allow_blank=True, default="")

    def words(self) -> LeaveWords:
        return LeaveWords(LeaveReason(self.validated_data["reason"]), self.validated_data["remark"])


class LeaveSerializer(serializers.Serializer[Any]):
    """Leave asked for the day the meeting then had."""

    id = serializers.IntegerField()
    activity_id = serializers.IntegerField()
    member_id = serializers.IntegerField()
    for_day = serializers.DateField()
    reason = serializers.ChoiceField(choices=LeaveReason.choices)
    remark = serializers.CharField()
    asked_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class LeaveListSerializer(serializers.Serializer[Any]):
    results = LeaveSerializer(many=True)
