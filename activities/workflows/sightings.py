"""Keeps "last seen" in step with the records it rests on (house.md 15.4)."""

from collections.abc import Collection

from activities.choices import ActivityState
from activities.models import Activity
from members.models import BranchPeriod
from members.queries.merging import aliases_of
from members.workflows.guests import Visit, credit
from members.workflows.seen import note_attendance, withdraw_attendance


def evidence(activity_id: int) -> str:
    return f"activities.activity:{activity_id}"


def note_present(activity: Activity) -> None:
    """Members here and guests at home, as the record has it now; one that no longer stands credits nobody."""
    source = evidence(activity.pk)
    guests = activity.guests.exclude(number="").values_list("number", "name") if activity.is_held else ()
    credit(list(guests), Visit(activity.branch, activity.held_on, activity.get_kind_display(), source))
    if activity.is_held:
        note_attendance(activity.present_ids, activity.held_on, source)


def refresh_sightings(activity: Activity) -> None:
    """After an amendment or a void: whose last sighting rested on this record gets the right one."""
    orphans = withdraw_attendance(evidence(activity.pk))
    note_present(activity)
    _find_again(orphans)


def _find_again(members: Collection[int]) -> None:
    """The latest meeting each was at, among the records of the branches they have belonged to."""
    wanted = set(members)
    # A record merged into another keeps the attendance under its own id.
    person = {**{pk: pk for pk in wanted}, **aliases_of(wanted)}
    branches = BranchPeriod.objects.filter(member__in=wanted).values_list("branch_id", flat=True).distinct()
    records = (
        Activity.unscoped.filter(
            branch_id__in=list(branches), state=ActivityState.HELD, present_ids__overlap=sorted(person)
        )
        .order_by("-held_on", "-pk")
        .values_list("pk", "held_on", "present_ids")
    )
    for pk, held_on, present in records.iterator(chunk_size=100):
        seen = wanted.intersection(person[pk] for pk in present if pk in person)
        wanted -= seen
        note_attendance(seen, held_on, evidence(pk))
        if not wanted:
            break
