"""What a record says in words: for the page, the paper, and two versions side by side."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activities.choices import (
    PLANS,
    ActivityKind,
    ActivityState,
    Ground,
    LeaveReason,
    LifeMove,
    LifeState,
    PledgeState,
    Presence,
)
from activities.messages import DUTIES
from activities.models import Activity, ActivityStep, Decision, Duty
from activities.provisions import RULE_BY_KEY
from activities.queries import own
from activities.queries.feeds import FeedRows
from activities.queries.sheets import RecordSheet
from activities.rules.feeds import hours_of, status_of
from activities.rules.guests import write_guests
from activities.rules.ledgers import Value
from activities.rules.records import GuestLine
from activities.rules.votes import vote_from
from orgportal.core.bridges import HeldPart
from orgportal.core.ical import Event
from orgportal.core.jinja import EM_DASH, day
from orgportal.core.models import User

# The groups of fields in which two versions of a record can differ, in the order of the page.
PARTS: dict[str, Any] = {
    "state": _("state"),
    "reason": _("reason"),
    "held_on": _("date"),
    "hours": _("hours"),
    "place": _("place"),
    "chair": _("chair"),
    "recorder": _("recorder"),
    "title": _("subject"),
    "also_kinds": _("Held together with"),
    "attendance": _("Who was there"),
    "guests": _("Guests and invited people"),
    "items": _("Items and decisions"),
    "note": _("minutes"),
}


@dataclass(frozen=True)
class Difference:
    """One part two versions word differently."""

    part: str
    label: Any
    before: str
    after: str


def shown(value: Value) -> str:
    """A field of a ledger in the language of the page; an empty text is room for a pen."""
    match value:
        case None:
            return EM_DASH
        case date():
            return day(value)
        case time():
            return f"{value:%H:%M}"
    return str(value)


def events_of(activity: Activity, sheet: RecordSheet, today: date) -> list[dict[str, Any]]:
    """The life of a record on one line of time: entered, put right, confirmed, sent back, locked."""
    found = [_event(gettext("Entered"), activity.recorded_at, activity.recorded_by)]
    latest = sheet.revisions[0].pk if sheet.revisions else None
    for kept in sheet.revisions:
        is_void = activity.is_void and kept.pk == latest
        title = gettext("Voided") if is_void else gettext("Put right")
        if kept.content["state"] in PLANS:
            title = gettext("As it was planned")
        place = reverse("activities:revision-detail", args=[activity.pk, kept.version])
        words = gettext("What it said before: version %(n)s") % {"n": kept.version}
        found.append(_event(title, kept.replaced_at, kept.replaced_by, link=(words, place)))
    found += [_step(step) for step in sheet.steps]
    if activity.life(today) == LifeState.LOCKED and activity.locks_on:
        locked_at = timezone.make_aware(datetime.combine(activity.locks_on, time.min))
        found.append(_event(gettext("Locked"), locked_at, None))
    return sorted(found, key=lambda event: event["at"])


def _step(step: ActivityStep) -> dict[str, Any]:
    told = gettext("Locks on %(day)s.") % {"day": day(step.locks_on)} if step.locks_on else ""
    match step.move:
        case LifeMove.CONFIRM:
            return _event(gettext("Confirmed by the chair"), step.at, step.by, told)
        case LifeMove.ON_PAPER:
            title = gettext("Confirmed on paper on %(day)s") % {"day": day(step.paper_on)}
            return _event(title, step.at, step.by, told)
        case LifeMove.RETURN:
            title = gettext("Sent back: %(reason)s") % {"reason": step.get_reason_display()}
            return _event(title, step.at, step.by, step.remark)
        case LifeMove.FILES:
            return _event(step.get_file_act_display(), step.at, step.by, step.remark)
        case LifeMove.TAKE_BACK:
            return _event(gettext("The confirmation was taken back"), step.at, step.by)
    title = gettext("The confirmation holds no more")
    return _event(title, step.at, step.by, gettext("The record was changed after it had been confirmed."))


def _event(
    title: str, at: datetime, who: User | None, text: str = "", link: tuple[str, str] | None = None
) -> dict[str, Any]:
    name = who.display_name if who else ""
    return {"title": title, "at": at, "who": name, "text": text, "link": link}


def record_address(duty: Duty) -> str:
    """Where the record that answers this duty is entered."""
    place: dict[str, str | int] = {"branch": duty.branch_id, "kind": str(RULE_BY_KEY[duty.rule].answered_by)}
    if duty.group_id:
        place["group"] = duty.group_id
    return f"{reverse('activities:activity-create')}?{urlencode(place)}"


def ids_in(content: Mapping[str, Any]) -> set[int]:
    """Everybody a version of a record names."""
    found = {*content["present_ids"], *content["leave_ids"], *content["absent_ids"]}
    found |= {content["chair_id"], content["recorder_id"]}
    found |= {decision["owner_id"] for item in content["items"] for decision in item["decisions"]}
    return found - {None}


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any], names: Mapping[int, str]
) -> list[Difference]:
    """Part by part, only where the words differ."""
    old, new = worded(before, names), worded(after, names)
    return [Difference(part, PARTS[part], old[part], new[part]) for part in PARTS if old[part] != new[part]]


def worded(content: Mapping[str, Any], names: Mapping[int, str]) -> dict[str, str]:
    """A version of a record (fresh, or as its revision kept it) in words, part by part."""
    plain = json.loads(json.dumps(content, cls=DjangoJSONEncoder))
    return {
        "state": str(ActivityState(plain["state"]).label),
        "reason": plain["reason"],
        "held_on": _day(plain["held_on"]),
        "hours": _hours(plain),
        "place": plain["place"],
        "chair": _name(plain["chair_id"], names),
        "recorder": _name(plain["recorder_id"], names),
        "title": plain["title"],
        "also_kinds": "、".join(str(ActivityKind(kind).label) for kind in plain["also_kinds"]),
        "attendance": _attendance(plain, names),
        "guests": write_guests([GuestLine(**guest) for guest in plain.get("guests", ())]),
        "items": "\n".join(_item(item, names) for item in plain["items"]),
        "note": plain["note"],
    }


def _attendance(plain: Mapping[str, Any], names: Mapping[int, str]) -> str:
    lines = [f"{len(plain['present_ids'])} / {_expected(plain)}"]
    for each in plain["exceptions"]:
        ground = each.get("ground")
        words: list[Any] = (
            [_("Not counted"), Ground(ground).label] if ground else [Presence(each["presence"]).label]
        )
        words += [LeaveReason(each["reason"]).label] if each["reason"] and not ground else []
        words += [each["agreed_under"], _day(each["agreed_on"])] if ground else []
        words += [each["remark"]] if each["remark"] else []
        lines.append(f"{_name(each['member_id'], names)}: {', '.join(map(str, words))}")
    return "\n".join(lines)


def _expected(plain: Mapping[str, Any]) -> int:
    return sum(len(plain[name]) for name in ("present_ids", "leave_ids", "absent_ids"))


def _item(item: Mapping[str, Any], names: Mapping[int, str]) -> str:
    lines = [f"{item['topic']}: {item['discussion']}" if item["discussion"] else item["topic"]]
    for decision in item["decisions"]:
        who = f" ({_name(decision['owner_id'], names)}, {_day(decision['due_on'])})"
        lines.append(f"→ {decision['text']}{who if decision['owner_id'] else ''}")
        lines += _vote_words(decision.get("vote"))
    return "\n".join(lines)


def _vote_words(kept: Mapping[str, Any] | None) -> list[str]:
    """The counts as a version of the record had them, and how they were ruled on then."""
    vote = vote_from(kept)
    if vote is None:
        return []
    told = gettext("%(yes)s for, %(no)s against, %(none)s abstained") % {
        "yes": vote.votes_for, "no": vote.votes_against, "none": vote.votes_abstained,
    }  # fmt: skip
    ended = f" – {vote.ruling.outcome.label}" if vote.ruling else ""
    return [f"   {vote.majority.label}: {told}{ended}"]


def _hours(plain: Mapping[str, Any]) -> str:
    return "–".join(text[:5] for text in _some((plain["starts_at"], plain["ends_at"])))


def _some(values: Iterable[str | None]) -> list[str]:
    return [value for value in values if value]


def _day(text: str | None) -> str:
    return day(date.fromisoformat(text)) if text else ""


def _name(member_id: int | None, names: Mapping[int, str]) -> str:
    return names.get(member_id, "—") if member_id else ""


# --- what a person's own copy takes from the records

_OWN = {
    "on": _("Date"), "activity": _("Kind of activity"), "title": _("Subject"), "branch": _("Branch"),
    "place": _("Place"), "state": _("State"), "presence": _("Presence"), "excuse": _("Reason"),
    "remark": _("Remark"), "ground": _("Not counted, because"),
    "agreed_under": _("Agreed by the body above: document"), "agreed_on": _("Agreed on"),
    "chaired": _("In the chair"), "took_minutes": _("Took the minutes"),
    "decision": _("Decision to carry out"), "due_on": _("Due on"), "done_on": _("Done on"),
    "result": _("Result"),
    "campaign": _("Campaign"), "promise": _("Promise"), "progress": _("Progress, per cent"),
    "done": _("What was done"), "at": _("Time"), "good": _("What went well"),
    "lacking": _("What is lacking"), "next_step": _("Next step"),
    "made_at": _("Created at"), "used_at": _("Last used at"), "by": _("Who said it"),
    "recorded_at": _("Recorded at"), "changed_at": _("Changed at"),
    "asked_at": _("Asked at"), "withdrawn_at": _("Withdrawn at"),
}  # fmt: skip
_RECORD_WORDS = {
    "activity": dict(ActivityKind.choices),
    "state": dict(ActivityState.choices),
    "presence": {"present": _("Was there"), **dict(Presence.choices)},
    "excuse": dict(LeaveReason.choices),
    "ground": dict(Ground.choices),
}


def held_about(members: Collection[int], branches: Collection[int], account: int) -> list[HeldPart]:
    """The rows of the records and the campaign that name a person; a fixed number of queries."""
    return [
        HeldPart("attendance", _("Activities"), own.attended(members, branches), _OWN, _RECORD_WORDS),
        HeldPart("led", _("Chaired or minuted"), own.led(members), _OWN, _RECORD_WORDS),
        HeldPart("leave_asked", _("Leave asked beforehand"), own.leave_asked(members), _OWN, _RECORD_WORDS),
        HeldPart("follow_ups", _("Decisions to carry out"), own.follow_ups(members), _OWN),
        HeldPart("pledges", _("Promises"), own.pledged(members), _OWN, {"state": dict(PledgeState.choices)}),
        HeldPart("comments", _("Leaders' comments"), own.commented(members), _OWN),
        HeldPart("feeds", _("Calendar addresses"), own.fed(account), _OWN),
    ]


# --- calendars: what and when, where and of which kind; nobody's name, nothing of what was said


def calendar_events(rows: FeedRows, root: str) -> list[Event]:
    """The rows as a calendar shows them, in the language in force; `root` is where readers find us."""
    events = [_meeting_event(row, root if rows.may_open else "") for row in rows.activities]
    events += [_duty_event(row, root) for row in rows.duties]
    return events + [_follow_up_event(row, root) for row in rows.follow_ups]


def _meeting_event(row: Activity, root: str) -> Event:
    starts, ends = hours_of(row.held_on, row.starts_at, row.ends_at)
    return Event(
        uid=f"activity-{row.pk}@orgportal",
        title=row.title,
        kind=str(row.get_kind_display()),
        starts=starts,
        ends=ends,
        changed_at=row.changed_at,
        status=status_of(row.state, row.starts_at),
        version=row.version,
        place=row.place,
        url=f"{root}{row.get_absolute_url()}" if root else "",
    )


def _duty_event(row: Duty, root: str) -> Event:
    name = str(DUTIES[row.rule])
    return Event(
        uid=f"duty-{row.pk}@orgportal",
        title=gettext("Due: %(what)s") % {"what": f"{name} · {row.group.name}" if row.group else name},
        kind=gettext("Duty of the branch"),
        starts=row.due_on,
        changed_at=row.decided_at,
        url=f"{root}{record_address(row)}",
        is_deadline=True,
    )


def _follow_up_event(row: Decision, root: str) -> Event:
    assert row.due_on is not None  # noqa: S101  # the queryset asks for a range of days
    return Event(
        uid=f"follow-up-{row.pk}@orgportal",
        title=gettext("To do: %(what)s") % {"what": row.text},
        kind=gettext("Follow-up"),
        starts=row.due_on,
        changed_at=row.changed_at,  # type: ignore[attr-defined]  # annotated: its record's
        version=row.version,
        url=f"{root}{reverse('activities:decision-list')}?mine=on",
        is_deadline=True,
    )
