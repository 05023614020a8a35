"""Ledgers of meetings: the record, the sheet that was signed, the record book."""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from activities.choices import ActivityKind, LedgerKind
from activities.messages import DUTIES
from activities.models import Activity, Decision, Duty
from activities.queries import branch_seats
from activities.queries.ledger_life import joint_words, life_facts, steps_grid
from activities.queries.ledger_parts import columns, facts, labelled, signers
from activities.queries.sheets import RecordSheet, record_book, record_sheet
from activities.rules.duties import Period
from activities.rules.ledgers import Fact, Grid, Ledger, Part, Value
from activities.rules.quorum import voting_kind
from activities.rules.votes import Ruling
from branches.models import Organization
from members.queries import names_of
from orgportal.core.jinja import aside, day
from orgportal.core.scoping import Scope


def record_ledger(activity: Activity, scope: Scope, today: date) -> Ledger:
    """One record; a voided one says so across the sheet."""
    return Ledger(
        _("Record: %(kind)s") % {"kind": activity.get_kind_display()},
        activity.branch.name,
        (activity.held_on,),
        (record_part(activity, record_sheet(activity, scope), today),),
        signers("chair", "recorder"),
        kind=LedgerKind.RECORD,
        is_void=activity.is_void,
    )


def book_ledger(branch: Organization, period: Period, scope: Scope, today: date) -> Ledger:
    """What the branch owed, and every record but voided ones in the order of the days."""
    book = record_book(branch, period, scope)
    records = [
        record_part(row, book.sheets[row.pk], today, number)
        for number, row in enumerate(book.records, start=1)
    ]
    duties = Part("duties", "", (), (duty_grid(book.duties),))
    empty = "" if records else _("Nothing was recorded in this period.")
    return of_period(LedgerKind.BOOK, branch, period, [duties, *records], empty)


def of_period(
    kind: LedgerKind, branch: Organization, period: Period, parts: Iterable[Part], empty: str = ""
) -> Ledger:
    span = (period.starts_on, period.ends_on)
    signing = signers("secretary", "recorder")
    return Ledger(str(kind.label), branch.name, span, tuple(parts), signing, empty, kind=kind)


# --- one record


def record_part(activity: Activity, sheet: RecordSheet, today: date, number: int | None = None) -> Part:
    """Everything the paper of one record says; one that was not held says why."""
    return Part(
        "record",
        activity.title,
        (*_when(activity), *(_who(activity, sheet, today) if not sheet_is_short(activity) else ())),
        _tables(activity, sheet),
        number,
        activity.pk,
        labelled("records"),
    )


def sheet_is_short(activity: Activity) -> bool:
    """It says only that, and why, nothing was held."""
    return not (activity.is_held or activity.is_void or activity.expected)


def _when(activity: Activity) -> tuple[Fact, ...]:
    kinds = [str(activity.get_kind_display()), *activity.also_labels]
    found: dict[str, Value] = {"held_on": activity.held_on, "kind": _(", ").join(kinds)}
    if activity.group:
        found["group"] = activity.group.name
    found["state"] = str(activity.get_state_display())
    if activity.reason:
        found["reason"] = activity.reason
    found["reference"] = activity.reference
    found["recorded_on"] = timezone.localdate(activity.recorded_at)
    return facts(found)


def _who(activity: Activity, sheet: RecordSheet, today: date) -> tuple[Fact, ...]:
    found: dict[str, Value] = {
        "starts_at": activity.starts_at,
        "ends_at": activity.ends_at,
        "place": activity.place or None,
        "chair": activity.chair.name if activity.chair else None,
        "recorder": activity.recorder.name if activity.recorder else None,
        "expected": activity.expected,
        "present": activity.present,
    }
    if voting_kind(activity.kind, activity.also_kinds) == ActivityKind.GENERAL:
        found |= {"voters_expected": activity.voters_expected, "voters_present": activity.voters_present}
    if sheet.quorum is not None:
        words = _("Reached (%(needed)s needed)") if sheet.has_quorum else _("Not reached (%(needed)s needed)")
        found["quorum"] = words % {"needed": sheet.quorum.needed}
    found |= life_facts(activity, sheet, today)
    long = {
        "joint_with": joint_words(sheet.joint),
        "present_names": _(", ").join(sheet.present),
        "left_out": _left_out(sheet),
        "guests": _(", ").join(
            guest.name + (aside(guest.role) if guest.role else "") for guest in sheet.guests
        ),
        "note": "\n".join(line.strip() for line in activity.note.splitlines() if line.strip()),
    }
    told = [Fact(key, labelled(key), value, is_long=True) for key, value in long.items() if value]
    return (*facts(found), *told)


def _tables(activity: Activity, sheet: RecordSheet) -> tuple[Grid, ...]:
    away = tuple(
        (
            each.member.name,
            each.how,
            each.why or None,
            each.remark or None,
        )
        for each in sheet.exceptions
    )
    items = tuple((item.position, item.topic, item.discussion or None) for item in sheet.items)
    decided = tuple(
        (
            item.position, decision.text, decision.owner.name if decision.owner else None, decision.due_on,
            decision.done_on, came_of(decision),
        )
        for item in sheet.items for decision in item.decisions.all()
    )  # fmt: skip
    return (
        Grid("absences", labelled("absences"), columns(name=3, presence=2, reason=2, remark=5), away),
        Grid("items", labelled("items"), columns(item=1, title=5, discussion=6), items),
        Grid(
            "decisions", labelled("decisions"),
            columns(item=1, decision=5, in_charge=2, due_on=2, done_on=2, result=3), decided,
        ),
        *vote_grids(sheet),
        steps_grid(activity, sheet),
    )  # fmt: skip


def came_of(decision: Decision) -> str | None:
    """The result; of one carried on at a later meeting, its new day."""
    if decision.carried_to is None:
        return decision.result or None
    return _("Carried on: due %(day)s") % {"day": day(decision.carried_to.due_on)}


# --- what was voted


def vote_grids(sheet: RecordSheet) -> list[Grid]:
    """Each vote with its counts, how it ended and by which rule; nothing where none was taken."""
    rows = tuple(
        (
            item.position, decision.text, str(vote.majority.label), vote.votes_for, vote.votes_against,
            vote.votes_abstained, *_ruling(vote.ruling),
        )
        for item in sheet.items for decision in item.decisions.all() if (vote := decision.vote)
    )  # fmt: skip
    heads = columns(
        item=1, decision=4, majority=2, votes_for=1, votes_against=1, votes_abstained=1, outcome=2, basis=4
    )
    return [Grid("votes", labelled("votes"), heads, rows)] if rows else []


def _ruling(ruling: Ruling | None) -> tuple[Value, Value]:
    """As it was decided when the record was saved."""
    if ruling is None:
        return (None, None)
    if ruling.has_quorum:
        whom = _("%(whom)s: %(of)s") % {"whom": ruling.base.label, "of": ruling.of}
        why, rule = _("%(n)s votes needed") % {"n": ruling.needed} + f"；{whom}", ruling.rule
    else:
        counts = {"there": ruling.there, "n": ruling.quorum}
        why, rule = _("only %(there)s of the %(n)s needed were there") % counts, ruling.quorum_rule
    return str(ruling.outcome.label), "；".join([why, f"{rule.instrument}{rule.article}".removesuffix("—")])


def _left_out(sheet: RecordSheet) -> str:
    """Whom the meeting left out of "should attend", on which ground, and what that rests on."""
    if not sheet.left_out:
        return ""
    basis = sheet.left_out[0]
    words = _(
        "%(n)s not counted among those who should attend: agreed by the body above in %(document)s of %(day)s"
        " and adopted by this meeting."
    )
    who = [
        _("%(name)s (%(reason)s)") % {"name": each.member.name, "reason": each.why} for each in sheet.left_out
    ]
    rests = words % {"n": len(who), "document": basis.agreed_under, "day": day(basis.agreed_on)}
    return _("%(topic)s: %(said)s") % {"topic": _(", ").join(who), "said": rests}


# --- what was owed


def duty_name(duty: Duty) -> str:
    name = str(DUTIES[duty.rule])
    return _("%(duty)s: %(group)s") % {"duty": name, "group": duty.group.name} if duty.group else name


def duty_grid(duties: Iterable[Duty]) -> Grid:
    """Each duty with how it stands and the record that answered it; both dates of a late entry."""
    rows = tuple(
        (
            duty_name(duty), duty.starts_on, duty.ends_on, duty.due_on, str(duty.get_state_display()),
            duty.reason or None, *_answer(duty.activity),
        )
        for duty in duties
    )  # fmt: skip
    heads = columns(
        duty=5, starts_on=4, ends_on=4, due_on=4, state=3, reason=3, held_on=4, recorded_on=4, reference=3
    )
    return Grid("duties", labelled("duties"), heads, rows, _("No duty ends in this period."))


def _answer(activity: Activity | None) -> tuple[Value, ...]:
    if activity is None:
        return (None, None, None)
    return (activity.held_on, timezone.localdate(activity.recorded_at), activity.reference)


# --- who signed


def sign_in_ledger(activity: Activity, scope: Scope, today: date) -> Ledger:
    """Who should have attended, numbered as on the roster of the day, with room to sign."""
    sheet = record_sheet(activity, scope)
    seats = {seat.id: seat for seat in branch_seats(activity.branch, activity.held_on)}
    order = {pk: place for place, pk in enumerate(seats)}
    ids = [*activity.present_ids, *activity.leave_ids, *activity.absent_ids]
    names, away = names_of(ids), {each.member_id: each for each in sheet.exceptions}
    rows: list[tuple[Value, ...]] = []
    for pk in sorted(ids, key=lambda pk: (order.get(pk, len(order)), pk)):
        each = away.get(pk)
        has_vote = _("Has a vote") if pk in seats and seats[pk].has_vote else _("no vote")
        said = [each.how, each.why] if each else [labelled("present")]
        rows.append((len(rows) + 1, names.get(pk, ""), has_vote, _(", ").join(filter(None, said)), ""))
    heads = columns(number=1, name=3, vote=2, presence=4, signature=5)
    when = record_part(activity, sheet, today)
    told = tuple(
        fact
        for fact in when.facts
        if fact.key in {"held_on", "kind", "starts_at", "ends_at", "place", "chair", "left_out"}
    )
    grid = Grid(
        "signers",
        labelled("signers"),
        heads,
        tuple(rows),
        _("Nobody is on the roster for this kind of meeting on that day."),
    )
    return Ledger(
        str(LedgerKind.SIGN_IN.label), activity.branch.name, (activity.held_on,),
        (Part("record", activity.title, told, (grid,), record_id=activity.pk),), signers("chair", "recorder"),
        kind=LedgerKind.SIGN_IN, is_void=activity.is_void,
    )  # fmt: skip
