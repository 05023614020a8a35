"""Plans what the register reminds of: terms, transfers, arrivals, probations, contacts due, members lost.

Rows only; the ground floor sends. Planned again and again without harm: a step once planned, sent or
cancelled stays as it is.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from branches.queries import rulebooks_for
from branches.rules import parent_of
from members.models import Member, Term, Transfer
from members.provisions import PROVISIONS
from members.queries.recipients import accounts_by_body
from members.queries.standing import probation_clocks, undecided_probations
from members.rules import transfer as rules
from members.rules.standing import BRANCH, COMMITTEE
from members.rules.transfer import BRANCH_POSTS, COMMITTEE_POSTS, OVER_POSTS, Side
from members.workflows import (
    arrival_reminders,
    case_reminders,
    confirm_reminders,
    match_reminders,
    mobile_reminders,
    own_notices,
    stay_reminders,
)
from members.workflows.transfer_notices import place_of
from orgportal.core import planning, reminders
from orgportal.core.planning import STALE, Draft
from orgportal.core.reminder_rows import Asked, matters, objected
from orgportal.core.rulebook import Rulebook

TERM, WAITING = "members.term_ending", "members.transfer_waiting"
WAITING_MEMBER, ESCALATED = "members.transfer_waiting_member", "members.transfer_escalated"
PROBATION = "members.probation_due"
TRANSFER_STEPS = ("transfer.remind_first_days", "transfer.remind_again_days", "transfer.escalate_days")
ELECTS = ("post.edit",)
# The longest look ahead any term step needs, and back: a year.
TERM_HORIZON = timedelta(days=366)


def plan(on: date, *, at: datetime) -> int:
    """Plan every step reached by tomorrow; return how many rows were handed over."""
    rows = [*_terms(on), *_transfers(on), *_probations(on), *mobile_reminders.drafts(on)]
    rows += [*match_reminders.drafts(on), *stay_reminders.drafts(on)]
    rows += [*own_notices.drafts(on), *arrival_reminders.drafts(on), *case_reminders.drafts(on)]
    rows += confirm_reminders.drafts(on)
    return reminders.plan(planning.rows(rows, at=at))


# --- terms


def _terms(on: date) -> Iterable[Draft]:
    terms = list(
        Term.unscoped.filter(ended_on=None, organization__dissolved_on=None)
        .filter(due_on__gte=on - STALE - TERM_HORIZON, due_on__lte=on + TERM_HORIZON)
        .select_related("organization")
        .order_by("pk")
    )
    paths = {term.organization.path for term in terms}
    books = rulebooks_for(paths, PROVISIONS, on)
    own = accounts_by_body(paths, BRANCH_POSTS, on, may=ELECTS)
    above = accounts_by_body({parent_of(path) for path in paths}, COMMITTEE_POSTS, on, may=ELECTS)
    for term in terms:
        path = term.organization.path
        steps = planning.month_steps(term.due_on, _months(books[path], on))
        step = planning.latest_step(term.due_on, steps, on)
        if step is not None:
            yield _term_draft(term, step, own[path] | above[parent_of(path)])


def _months(book: Rulebook, on: date) -> tuple[int, ...]:
    first = int(book.value("election.remind_months_before", on))
    return (first, *book.value("election.remind_again_months", on))


def _term_draft(term: Term, step: int, recipients: frozenset[int]) -> Draft:
    return Draft(
        TERM,
        f"members.term:{term.pk}",
        term.due_on,
        step,
        reverse("branches:organization-detail", args=[term.organization_id]),
        recipients,
        {"body": term.organization.name, "due_on": {"day": term.due_on.isoformat()}},
    )


# --- transfers


def _transfers(on: date) -> Iterable[Draft]:
    waiting = list(Transfer.unscoped.open().with_parties().order_by("pk"))
    books = rulebooks_for({row.source.path for row in waiting}, PROVISIONS, on)
    people = _People(waiting, on)
    for transfer in waiting:
        yield from _waiting(transfer, books[transfer.source.path], people, on)


class _People:
    """Who stands for each side of many transfers, and who stands over it, read in four queries."""

    def __init__(self, transfers: list[Transfer], on: date) -> None:
        sources = {row.source.path for row in transfers}
        targets = {row.target_path for row in transfers} - {""}
        committees = {row.committee_path for row in transfers}
        self.sides = {
            side: accounts_by_body(places, rules.POSTS[side], on, may=rules.ACTS[side])
            for side, places in (
                (Side.SOURCE, sources), (Side.TARGET, targets), (Side.COMMITTEE, committees)
            )
        }  # fmt: skip
        over = {parent_of(place) for place in sources | targets | committees}
        self.above = accounts_by_body(over, OVER_POSTS, on, may=rules.SEES)

    def of(self, transfer: Transfer, side: Side) -> frozenset[int]:
        if side == Side.MEMBER:
            account = transfer.member.user_id
            # Without an account it can only be the letter they carry: their branch is reminded instead.
            return frozenset({account}) if account else self.sides[Side.SOURCE][transfer.source.path]
        return self.sides[side][place_of(transfer, side)]

    def over(self, transfer: Transfer, side: Side) -> frozenset[int]:
        """The next level above whoever should act: over the member stands the own branch first."""
        over = self.above[parent_of(place_of(transfer, side))]
        if side == Side.MEMBER:
            over |= self.sides[Side.SOURCE][transfer.source.path]
        return over - self.of(transfer, side)


def _waiting(transfer: Transfer, book: Rulebook, people: _People, on: date) -> Iterable[Draft]:
    side = rules.side_of(transfer.case)
    since = timezone.localdate(transfer.state_since)
    due = rules.act_by(since, book, on)
    steps = [int(book.value(key, on)) for key in TRANSFER_STEPS]
    step = planning.latest_step(due, steps, on)
    if side is None or step is None:
        return
    rule = WAITING_MEMBER if side == Side.MEMBER and transfer.member.user_id else WAITING
    yield _transfer_draft(transfer, rule, due, step, people.of(transfer, side))
    if step >= steps[-1]:
        yield _transfer_draft(transfer, ESCALATED, due, step, people.over(transfer, side))


def _transfer_draft(transfer: Transfer, rule: str, due: date, step: int, to: frozenset[int]) -> Draft:
    since = timezone.localdate(transfer.state_since)
    is_theirs = rules.side_of(transfer.case) == Side.TARGET
    params = {
        "name": transfer.member.name,
        "source": transfer.source.name,
        "target": transfer.target_name,
        "body": transfer.target_name if is_theirs else transfer.source.name,
        "days": (due + timedelta(days=step) - since).days,
        "act_by": {"day": due.isoformat()},
        "version": transfer.version,
    }
    url = reverse("members:transfer-detail", args=[transfer.pk])
    return Draft(rule, f"members.transfer:{transfer.pk}", due, step, url, to, params)


# --- probation


def _probations(on: date) -> Iterable[Draft]:
    """Before the day, on it and after, until a decision is entered: the branch, then the committee too."""
    members = undecided_probations()
    paths = {member.path for member in members}
    books, clocks = rulebooks_for(paths, PROVISIONS, on), probation_clocks(members, on)
    own = accounts_by_body(paths, BRANCH_POSTS, on, may=(BRANCH,))
    above = accounts_by_body({parent_of(path) for path in paths}, COMMITTEE_POSTS, on, may=(COMMITTEE,))
    for member in members:
        due = clocks[member.pk].due_on
        months = books[member.path].value("probation.remind_months", on)
        step = planning.latest_step(due, planning.month_steps(due, months), on)
        if step is not None:
            people = own[member.path] | (above[parent_of(member.path)] if step > 0 else frozenset())
            yield _probation_draft(member, due, step, people)


def _probation_draft(member: Member, due: date, step: int, to: frozenset[int]) -> Draft:
    params = {
        "name": member.name,
        "branch": member.branch.name,
        "due_on": {"day": due.isoformat()},
    }
    url = reverse("members:standing-of", args=[member.pk])
    return Draft(PROBATION, f"members.probation:{member.pk}", due, step, url, to, params)


def probation_objections(rows: Sequence[Asked], at: datetime) -> dict[int, str]:
    """Why a probation must not be told of after all: decided, put off, or no longer this person's."""
    on, wanted = timezone.localdate(at), matters(rows)
    members = {member.pk: member for member in undecided_probations(wanted.values())}
    clocks, paths = probation_clocks(members.values(), on), {member.path for member in members.values()}
    own = accounts_by_body(paths, BRANCH_POSTS, on, may=(BRANCH,))
    above = accounts_by_body({parent_of(path) for path in paths}, COMMITTEE_POSTS, on, may=(COMMITTEE,))

    def against(row: Asked) -> str:
        member = members.get(wanted[row.pk])
        if member is None:
            return "already_done"
        if clocks[member.pk].due_on != row.due_on:
            return "put_off"
        people = own[member.path] | (above[parent_of(member.path)] if row.step > 0 else frozenset())
        return "" if row.recipient_id in people else "not_in_office"

    return objected(rows, against)


# --- asked again at send time


def transfer_objections(rows: Sequence[Asked], at: datetime) -> dict[int, str]:
    """Why a transfer must not be told of after all: it moved on, or is no longer this person's."""
    wanted = matters(rows)
    found = list(Transfer.unscoped.with_parties().filter(pk__in=wanted.values()))
    transfers, people = {row.pk: row for row in found}, _People(found, timezone.localdate(at))

    def against(row: Asked) -> str:
        transfer = transfers.get(wanted[row.pk])
        side = rules.side_of(transfer.case) if transfer else None
        if transfer is None or side is None or transfer.version != row.params["version"]:
            return "moved_on"
        told = people.over(transfer, side) if row.rule == ESCALATED else people.of(transfer, side)
        return "" if row.recipient_id in told else "not_in_office"

    return objected(rows, against)


def term_objections(rows: Sequence[Asked], at: datetime) -> dict[int, str]:
    """Why a term must not be told of after all: ended, put off, or no longer this person's."""
    on, wanted = timezone.localdate(at), matters(rows)
    found = Term.unscoped.select_related("organization").filter(pk__in=wanted.values())
    terms = {term.pk: term for term in found}
    paths = {term.organization.path for term in terms.values()}
    own = accounts_by_body(paths, BRANCH_POSTS, on, may=ELECTS)
    above = accounts_by_body({parent_of(path) for path in paths}, COMMITTEE_POSTS, on, may=ELECTS)

    def against(row: Asked) -> str:
        term = terms.get(wanted[row.pk])
        if term is None or term.ended_on is not None or term.organization.is_dissolved:
            return "already_done"
        if term.due_on != row.due_on:
            return "put_off"
        path = term.organization.path
        return "" if row.recipient_id in own[path] | above[parent_of(path)] else "not_in_office"

    return objected(rows, against)
