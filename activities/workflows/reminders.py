"""Plans what a branch and its people are reminded of: duties due, follow-ups due. Rows only.

What a duty owes is read off its row (activities.rules decided it); nothing is decided here a second time.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache, partial
from itertools import chain
from typing import Any, NamedTuple, cast

from django.urls import reverse
from django.utils import timezone, translation

from activities.choices import ActivityState, DutyState
from activities.messages import DUTIES
from activities.models import Activity, Decision, Duty
from activities.provisions import PROVISIONS, RULE_BY_KEY
from activities.rules.plan_moves import has_day_in
from branches.choices import PostKind
from branches.queries import rulebooks_for
from members.queries.merging import accounts_of
from members.queries.recipients import accounts_by_body
from orgportal.core import planning, reminders
from orgportal.core.among import among
from orgportal.core.batches import batches
from orgportal.core.models import User
from orgportal.core.planning import AHEAD, HORIZON, STALE, Draft
from orgportal.core.reminder_rows import Asked, matters, objected

DUTY, DECISION = "activities.duty_due", "activities.decision_due"
DECISION_OVERDUE = "activities.decision_overdue"
# To the branch from the first step on, of a follow-up whose owner signs in nowhere.
UNOWNED = "activities.decision_unowned"
# Nothing has been said of these yet.
OPEN = (DutyState.NOT_DUE, DutyState.MISSING)
POSTS = frozenset({PostKind.SECRETARY, PostKind.DEPUTY_SECRETARY, PostKind.ORGANISATION})
RECORDS = ("activity.record",)
READ_AT_ONCE = 20_000
PLACES: dict[str, tuple[Any, str]] = {
    "activities.duty": (Duty, "branch__path"),
    "activities.decision": (Decision, "item__activity__branch__path"),
}


def plan(on: date, *, at: datetime) -> int:
    """Plan every step reached by tomorrow; return how many rows were handed over."""
    return reminders.plan(planning.rows(chain(_duties(on), _decisions(on)), at=at))


class Owed(NamedTuple):
    """A duty nothing has been said of yet, and its branch."""

    pk: int
    rule: str
    branch_id: int
    group_id: int | None
    starts_on: date
    ends_on: date
    due_on: date
    path: str
    branch: str


def _owed() -> Any:
    columns = ("pk", "rule", "branch_id", "group_id", "starts_on", "ends_on", "due_on")
    rows = Duty.unscoped.filter(state__in=OPEN, branch__dissolved_on=None)
    return rows.values_list(*columns, "branch__path", "branch__name")


def _duties(on: date) -> Iterable[Draft]:
    rows = _owed().filter(due_on__gte=on - STALE - HORIZON, due_on__lte=on + AHEAD + HORIZON)
    found = (Owed(*row) for row in rows.order_by("pk").iterator(READ_AT_ONCE))
    steps: dict[str, tuple[int, ...]] = {}
    people: dict[str, frozenset[int]] = {}
    reached = cache(partial(planning.latest_step, on=on))
    place = reverse("activities:activity-create")
    for owed in batches(found, READ_AT_ONCE):
        meant = _planned(owed, on)
        due = [duty for duty in owed if duty.pk not in meant]
        paths = {duty.path for duty in due} - people.keys()
        books = rulebooks_for(paths, PROVISIONS, on)
        steps |= {path: tuple(book.value("duty.remind_days", on)) for path, book in books.items()}
        people |= accounts_by_body(paths, POSTS, on, may=RECORDS)
        for duty in due:
            step = reached(duty.due_on, steps[duty.path])
            if step is not None:
                url = f"{place}?branch={duty.branch_id}&duty={duty.pk}"
                yield _duty_draft(duty, step, people[duty.path], url)


def _planned(duties: Collection[Owed], on: date) -> set[int]:
    """Those with a meeting planned for a day of their period that has not passed: the plan is the answer."""
    rows = Activity.unscoped.filter(
        branch__in=among(duty.branch_id for duty in duties), state=ActivityState.PLANNED, held_on__gte=on
    )
    days: dict[tuple[int, str, int | None], list[date]] = defaultdict(list)
    for branch, kind, group, day in rows.values_list("branch", "kind", "group", "held_on"):
        days[branch, kind, group].append(day)
    return {
        duty.pk
        for duty in duties
        if (planned := days.get(_what(duty))) and has_day_in(planned, duty.starts_on, duty.ends_on)
    }


def _what(duty: Owed) -> tuple[int, str, int | None]:
    return duty.branch_id, RULE_BY_KEY[duty.rule].answered_by, duty.group_id


def _duty_draft(duty: Owed, step: int, to: frozenset[int], url: str) -> Draft:
    due_on = {"day": duty.due_on.isoformat()}
    params = {"branch": duty.branch, "duty": {"word": _msgid(duty.rule)}, "due_on": due_on}
    return Draft(DUTY, f"activities.duty:{duty.pk}", duty.due_on, step, url, to, params)


@cache
def _msgid(rule: str) -> str:
    with translation.override(None):
        return str(DUTIES[rule])


def _decisions(on: date) -> Iterable[Draft]:
    due = list(
        Decision.unscoped.open()
        .filter(owner__isnull=False, due_on__gte=on - STALE - HORIZON, due_on__lte=on + AHEAD + HORIZON)
        .exclude(item__activity__state=ActivityState.VOID)
        .select_related("item__activity__branch", "owner")
        .order_by("pk")
    )
    accounts = _signing_in({row.owner_id for row in due})
    paths = {row.item.activity.branch.path for row in due}
    books, offices = rulebooks_for(paths, PROVISIONS, on), accounts_by_body(paths, POSTS, on, may=RECORDS)
    for decision in due:
        due_on, path = cast("date", decision.due_on), decision.item.activity.branch.path
        step = planning.latest_step(due_on, books[path].value("decision.remind_days", on), on)
        if step is None:
            continue
        if decision.owner_id not in accounts:
            yield _decision_draft(decision, UNOWNED, due_on, step, offices[path])
            continue
        owner = frozenset({accounts[decision.owner_id]})
        yield _decision_draft(decision, DECISION, due_on, step, owner)
        if step >= int(books[path].value("decision.escalate_days", on)):
            yield _decision_draft(decision, DECISION_OVERDUE, due_on, step, offices[path] - owner)


def _signing_in(owners: Collection[int | None]) -> dict[int, int]:
    """Accounts that work, by owner; whoever was merged away since is reminded as the person they are now."""
    accounts = accounts_of(owners)
    active = set(User.objects.filter(pk__in=accounts.values(), is_active=True).values_list("pk", flat=True))
    return {pk: user for pk, user in accounts.items() if user in active}


def _decision_draft(decision: Decision, rule: str, due_on: date, step: int, to: frozenset[int]) -> Draft:
    params = {
        "text": decision.text,
        "branch": decision.item.activity.branch.name,
        "name": decision.owner.name if decision.owner else "",
        "due_on": {"day": due_on.isoformat()},
    }
    subject, url = f"activities.decision:{decision.pk}", reverse("activities:decision-list")
    return Draft(rule, subject, due_on, step, url, to, params)


def duty_objections(rows: Sequence[Asked], at: datetime) -> dict[int, str]:
    """Why duties must not be reminded of after all: answered, put off, planned, or no longer theirs."""
    on = timezone.localdate(at)
    wanted = matters(rows)
    duties = {row[0]: Owed(*row) for row in _owed().filter(pk__in=among(wanted.values()))}
    meant = _planned(duties.values(), on)
    people = accounts_by_body({duty.path for duty in duties.values()}, POSTS, on, may=RECORDS)
    return objected(rows, lambda row: _against(row, duties.get(wanted[row.pk]), meant, people))


def _against(row: Asked, duty: Owed | None, meant: set[int], people: Mapping[str, frozenset[int]]) -> str:
    if duty is None:
        return "already_done"
    if duty.due_on != row.due_on:
        return "put_off"
    if duty.pk in meant:
        return "planned"
    return "" if row.recipient_id in people[duty.path] else "not_in_office"


def objections(rows: Sequence[Asked], at: datetime) -> dict[int, str]:
    """Why decisions must not be reminded of after all: done, put off, or no longer this person's."""
    on, wanted = timezone.localdate(at), matters(rows)
    open_now = Decision.unscoped.open().exclude(item__activity__state=ActivityState.VOID)
    found = open_now.filter(pk__in=among(wanted.values())).select_related("item__activity__branch")
    decisions = {row.pk: row for row in found}
    owners = _signing_in({row.owner_id for row in decisions.values()})
    paths = {row.item.activity.branch.path for row in decisions.values()}
    offices = accounts_by_body(paths, POSTS, on, may=RECORDS)
    return objected(rows, lambda row: _against_decision(row, decisions.get(wanted[row.pk]), owners, offices))


def _against_decision(
    row: Asked, decision: Decision | None, owners: Mapping[int, int], offices: Mapping[str, frozenset[int]]
) -> str:
    if decision is None:
        return "already_done"
    if decision.due_on != row.due_on:
        return "put_off"
    owner = owners.get(cast("int", decision.owner_id))
    if row.rule == UNOWNED and owner is not None:
        # By now they are reminded themselves.
        return "not_in_charge"
    if row.rule in (DECISION_OVERDUE, UNOWNED):
        office = offices[decision.item.activity.branch.path]
        return "" if row.recipient_id in office and row.recipient_id != owner else "not_in_office"
    return "" if owner == row.recipient_id else "not_in_charge"


def place_of(subject: str) -> str:
    """The path of the branch whose duty or decision it is, "" where it is gone."""
    name, _, pk = subject.partition(":")
    model, path = PLACES[name]
    found: str | None = model.unscoped.filter(pk=int(pk)).values_list(path, flat=True).first()
    return found or ""
