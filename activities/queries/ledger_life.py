"""What ledgers say of a record beside the meeting itself: with whom it was held, and how far it has come."""

from collections.abc import Iterator
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from activities.choices import PLANS, InvitationState, LifeMove, Road
from activities.models import Activity, ActivityRevision, ActivityStep
from activities.queries.joint import JointSheet
from activities.queries.ledger_parts import columns, labelled
from activities.queries.sheets import RecordSheet
from activities.rules.ledgers import Grid, Value
from activities.rules.life import road_of
from orgportal.core.jinja import day

# --- with whom


def joint_words(joint: JointSheet) -> str:
    """The host and the branches that took part, as far as this side sees them."""
    host = [_("%(branch)s (host)") % {"branch": joint.of.activity.branch.name}] if joint.of else []
    part = [
        each.branch.name
        for each in joint.invited
        if each.state == InvitationState.TAKEN_UP and each.record is not None and not each.record.is_void
    ]
    return _(", ").join([*host, *part])


# --- how far it has come


def life_facts(activity: Activity, sheet: RecordSheet, today: date) -> dict[str, Value]:
    """Nothing of what is no meeting that was held."""
    life = activity.life(today)
    if life is None:
        return {}
    found: dict[str, Value] = {"life": str(life.label)}
    if activity.confirmed_at is not None and activity.confirmed_by is not None:
        found |= {
            "confirmed_by": _whose_word(activity),
            "confirmed_on": _confirmed_on(activity),
            "confirmed_how": _how(activity, sheet),
            "locks_on": activity.locks_on,
        }
    return found


def _whose_word(activity: Activity) -> str:
    """The chair's, also where somebody else noted that it was given on paper."""
    chair = activity.chair.name if activity.chair else ""
    return chair or (activity.confirmed_by.display_name if activity.confirmed_by else "")


def _confirmed_on(activity: Activity) -> date | None:
    """The day of the chair's word: of the paper, where it was given on paper."""
    return activity.paper_on or (activity.confirmed_at and timezone.localdate(activity.confirmed_at))


def _how(activity: Activity, sheet: RecordSheet) -> str:
    assert activity.confirmed_at is not None  # noqa: S101  # asked by the caller
    assert activity.confirmed_by is not None  # noqa: S101  # both or neither, by constraint
    return _road_words(
        activity, sheet, activity.confirmed_at, activity.paper_on, activity.confirmed_by.display_name
    )


def _road_words(
    activity: Activity, sheet: RecordSheet, at: datetime, paper_on: date | None, noted_by: str
) -> str:
    road = road_of(
        at, is_on_paper=paper_on is not None, recorded_at=activity.recorded_at,
        put_right_at=[each.replaced_at for each in sheet.revisions],
    )  # fmt: skip
    if road != Road.PAPER:
        return str(road.label)
    return _("%(road)s, noted by %(who)s on %(day)s") % {
        "road": road.label, "who": noted_by, "day": day(timezone.localdate(at)),
    }  # fmt: skip


def steps_grid(activity: Activity, sheet: RecordSheet) -> Grid:
    """Every confirmation, correction and return in the order they came, with who, when and why."""
    told = sorted(_told(activity, sheet), key=lambda each: each[0])
    rows = tuple((timezone.localdate(at), *words) for at, *words in told)
    heads = columns(step_on=3, step=3, step_by=2, step_words=6)
    return Grid("steps", labelled("steps"), heads, rows)


def _told(activity: Activity, sheet: RecordSheet) -> Iterator[tuple[datetime, str, str, str | None]]:
    for kept in corrections(activity, sheet):
        words = _("Version %(n)s is kept") % {"n": kept.version}
        yield kept.replaced_at, _("Put right"), kept.replaced_by.display_name, words
    for step in sheet.steps:
        yield step.at, *_step(activity, sheet, step)


def _step(activity: Activity, sheet: RecordSheet, step: ActivityStep) -> tuple[str, str, str | None]:
    who = step.by.display_name
    if step.move in (LifeMove.CONFIRM, LifeMove.ON_PAPER):
        road = _road_words(activity, sheet, step.at, step.paper_on, who)
        if step.paper_on:
            road = _("%(road)s; signed on %(day)s") % {"road": road, "day": day(step.paper_on)}
        locks = _("locks on %(day)s") % {"day": day(step.locks_on)}
        return _("Confirmed"), who, _("%(road)s; %(locks)s") % {"road": road, "locks": locks}
    if step.move == LifeMove.RETURN:
        return _("Sent back"), who, _returned(step)
    if step.move == LifeMove.TAKE_BACK:
        return _("The confirmation was taken back"), who, None
    if step.move == LifeMove.FILES:
        # Which file it is, only those learn whom its own word lets in.
        return str(step.get_file_act_display()), who, step.remark
    return _("The confirmation holds no more"), who, None


def _returned(step: ActivityStep) -> str:
    """Why, in the words of the level above, and whether it has been answered."""
    words = _("%(topic)s: %(said)s") % {"topic": step.get_reason_display(), "said": step.remark}
    if step.closed_at is None:
        return words
    done = _("answered on %(day)s") % {"day": day(timezone.localdate(step.closed_at))}
    return _("%(road)s; %(locks)s") % {"road": words, "locks": done}


def corrections(activity: Activity, sheet: RecordSheet) -> list[ActivityRevision]:
    """What was put right after the meeting: neither the plan it came from nor the voiding of the entry."""
    kept = [each for each in sheet.revisions if each.content["state"] not in PLANS]
    return kept[1:] if activity.is_void else kept


def life_line(activity: Activity, sheet: RecordSheet, today: date) -> str | None:
    """All of it in one cell of a list of records."""
    found = life_facts(activity, sheet, today)
    if not found:
        return None
    lines = [str(found["life"])]
    if activity.confirmed_at is not None:
        said = [str(found["confirmed_by"]), day(_confirmed_on(activity)), str(found["confirmed_how"])]
        lines += [
            pgettext("clause", ", ").join(said),
            _("locks on %(day)s") % {"day": day(activity.locks_on)},
        ]
    for step in sheet.steps:
        if step.move == LifeMove.RETURN:
            back = _("Sent back on %(day)s") % {"day": day(timezone.localdate(step.at))}
            lines.append(_("%(topic)s: %(said)s") % {"topic": back, "said": _returned(step)})
    if put_right := corrections(activity, sheet):
        last = day(timezone.localdate(max(each.replaced_at for each in put_right)))
        lines.append(_("Put right %(n)s times, last on %(day)s") % {"n": len(put_right), "day": last})
    return "\n".join(lines)
