"""What a form already knows when it opens: nobody types the same place, hours and chair twice (ux.md C25)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from activities.choices import ActivityKind, Ground, LeaveReason, Presence
from activities.forms.meetings import ABSENT
from activities.forms.voting import EXCLUSION
from activities.models import Activity
from activities.queries import Setting
from activities.rules.agenda import write_agenda
from activities.rules.away import write_away
from activities.rules.guests import write_guests
from activities.rules.records import Absence, FollowUp, GuestLine, Item, Seat
from branches.choices import PostKind
from members.queries.merging import people_of, survivors_of
from orgportal.core.jinja import month

# Fields of the form that stand in the record under the same name.
SAME = ("held_on", "starts_at", "ends_at", "place", "title", "note")


def start(setting: Setting, last: Activity | None, *, copied: bool = False) -> dict[str, Any]:
    """Place, hours and people of the last meeting of the kind; copied, its items and company as well."""
    known = setting.branch_ids
    values: dict[str, Any] = {
        "held_on": setting.on,
        "title": title_of(setting),
        "chair": _chair(setting, last),
        "recorder": _holder(setting.everybody, PostKind.RECORDER),
    }
    if last is not None:
        values |= {"place": last.place, "starts_at": last.starts_at, "ends_at": last.ends_at}
        if last.recorder_id in known:
            values["recorder"] = last.recorder_id
    if last is not None and copied:
        topics = [Item(item.topic) for item in last.items.order_by("position")]
        values |= {"items": write_agenda(topics, {}), "also_kinds": last.also_kinds}
    return values


def announced(setting: Setting, host: Activity) -> dict[str, Any]:
    """A joint activity as its host announced it, with one's own people."""
    return {**start(setting, host), "title": host.title, "held_on": host.held_on}


def title_of(setting: Setting) -> str:
    """The subject a meeting has until somebody gives it another."""
    return titled(setting, month(setting.on))


def titled(setting: Setting, month_words: str) -> str:
    return _("%(month)s %(kind)s") % {"month": month_words, "kind": setting.group or setting.kind.label}


def over(activity: Activity, setting: Setting) -> dict[str, Any]:
    """The record as the form shows it; what a tick cannot hold stands in the line."""
    names = owner_names(setting.everybody)
    names |= {seat.id: seat.name for seat in setting.everybody if seat.id not in names}
    wordy = [each for each in absences_of(activity) if not _is_tickable(each)]
    return {
        **{name: getattr(activity, name) for name in SAME},
        "also_kinds": activity.also_kinds,
        "chair": _now(activity.chair_id),
        "recorder": _now(activity.recorder_id),
        "away": write_away(wordy, setting.seats),
        "guests": write_guests(guests_of(activity)),
        "items": write_agenda(items_of(activity), names),
        **exclusion_of(activity),
        "version": activity.version,
    }


def _now(member_id: int | None) -> int | None:
    return next(iter(people_of([member_id]))) if member_id else None


def marks_of(activity: Activity) -> dict[int, str]:
    """How each person who was away is ticked."""
    return {
        each.member_id: ABSENT if each.presence == Presence.ABSENT else str(each.reason)
        for each in absences_of(activity)
    }


def absences_of(activity: Activity) -> list[Absence]:
    """By person: a record merged away stands for who remained, present if either was."""
    rows = list(_exceptions(activity))
    person = survivors_of([each.member_id for each in rows] + list(activity.present_ids))
    here = {person.get(pk, pk) for pk in activity.present_ids}
    found = {person.get(each.member_id, each.member_id): each for each in rows}
    return [replace(each, member_id=pk) for pk, each in found.items() if pk not in here]


def _exceptions(activity: Activity) -> list[Absence]:
    return [
        Absence(
            row.member_id, Presence(row.presence), LeaveReason(row.reason) if row.reason else None,
            row.remark, Ground(row.ground) if row.ground else None,
        )
        for row in activity.exceptions.order_by("member_id")
    ]  # fmt: skip


def exclusion_of(activity: Activity) -> dict[str, Any]:
    """What leaving somebody out rests on, where somebody was left out."""
    row = activity.exceptions.exclude(ground="").order_by("member_id").first()
    if row is None:
        return {}
    basis = (row.agreed_under, row.agreed_on, True)
    return dict(zip(EXCLUSION, basis, strict=True))


def guests_of(activity: Activity) -> list[GuestLine]:
    rows = activity.guests.order_by("position").values_list("number", "name", "role")
    return [GuestLine(*row) for row in rows]


def items_of(activity: Activity) -> list[Item]:
    rows = list(activity.items.order_by("position").prefetch_related("decisions"))
    person = survivors_of({decision.owner_id for item in rows for decision in item.decisions.all()})
    return [
        Item(
            item.topic,
            item.discussion,
            tuple(
                FollowUp(
                    decision.text,
                    person.get(decision.owner_id or 0, decision.owner_id),
                    decision.due_on,
                    decision.vote,
                )
                for decision in sorted(item.decisions.all(), key=lambda decision: decision.position)
            ),
        )
        for item in rows
    ]


def _is_tickable(absence: Absence) -> bool:
    return (
        not absence.remark
        and not absence.ground
        and (absence.presence == Presence.LEAVE or absence.reason is None)
    )


def _chair(setting: Setting, last: Activity | None) -> int | None:
    """The secretary, or the leader of the group; else whoever chaired last time."""
    if setting.kind == ActivityKind.GROUP:
        usual = _holder(setting.seats, PostKind.GROUP_LEADER)
    else:
        usual = _holder(setting.everybody, PostKind.SECRETARY)
    if usual is None and last is not None and last.chair_id in setting.branch_ids:
        return last.chair_id
    return usual


def _holder(seats: Sequence[Seat], post: PostKind) -> int | None:
    return next((seat.id for seat in seats if post in seat.posts), None)


def owner_names(everybody: Sequence[Seat]) -> dict[int, str]:
    """Names that name one person only; of two with one name, the row number."""
    often = Counter(seat.name for seat in everybody)
    return {
        seat.id: seat.name if often[seat.name] == 1 else str(seat.number) for seat in everybody if seat.number
    }
