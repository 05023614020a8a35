"""Plans reminders of paper letters that wait for their branch; the next level hears of it last."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.utils import timezone

from branches.queries import rulebooks_for
from branches.rules import parent_of
from members.models import Arrival
from members.provisions import PROVISIONS
from members.queries.recipients import accounts_by_body
from members.rules import arrivals as rules
from members.rules.transfer import ACTS, BRANCH_POSTS, OVER_POSTS, SEES, Side
from orgportal.core import planning
from orgportal.core.planning import Draft
from orgportal.core.reminder_rows import Asked, matters, objected
from orgportal.core.rulebook import Rulebook

WAITING, ESCALATED = "members.arrival_waiting", "members.arrival_escalated"


def drafts(on: date) -> Iterable[Draft]:
    """Every step reached by tomorrow."""
    waiting = list(Arrival.unscoped.open().select_related("branch").order_by("pk"))
    paths = {row.branch.path for row in waiting}
    books = rulebooks_for(paths, PROVISIONS, on)
    own = accounts_by_body(paths, BRANCH_POSTS, on, may=ACTS[Side.TARGET])
    above = accounts_by_body({parent_of(path) for path in paths}, OVER_POSTS, on, may=SEES)
    for row in waiting:
        path = row.branch.path
        yield from _steps(row, books[path], (own[path], above[parent_of(path)] - own[path]), on)


def _steps(
    row: Arrival, book: Rulebook, people: tuple[frozenset[int], frozenset[int]], on: date
) -> Iterable[Draft]:
    due = rules.act_by(timezone.localdate(row.registered_at), row.valid_until, book, on)
    steps = rules.ladder(book, on)
    step = planning.latest_step(due, steps, on)
    if step is None:
        return
    yield _draft(row, WAITING, due, step, people[0])
    if step >= steps[-1]:
        yield _draft(row, ESCALATED, due, step, people[1])


def _draft(row: Arrival, rule: str, due: date, step: int, to: frozenset[int]) -> Draft:
    params = {
        "name": row.name,
        "branch": row.branch.name,
        "body": row.letter_body,
        "act_by": {"day": due.isoformat()},
        "valid_until": {"day": row.valid_until.isoformat()},
    }
    return Draft(rule, f"members.arrival:{row.pk}", due, step, row.get_absolute_url(), to, params)


def objections(rows: Sequence[Asked], at: datetime) -> dict[int, str]:
    """Why some must not go out after all: answered meanwhile, or no longer this person's."""
    on, wanted = timezone.localdate(at), matters(rows)
    found = Arrival.unscoped.open().filter(pk__in=wanted.values()).select_related("branch")
    paths = {row.pk: row.branch.path for row in found}
    own = accounts_by_body(paths.values(), BRANCH_POSTS, on, may=ACTS[Side.TARGET])
    above = accounts_by_body({parent_of(path) for path in paths.values()}, OVER_POSTS, on, may=SEES)

    def against(row: Asked) -> str:
        path = paths.get(wanted[row.pk])
        if path is None:
            return "already_done"
        people = above[parent_of(path)] - own[path] if row.rule == ESCALATED else own[path]
        return "" if row.recipient_id in people else "not_in_office"

    return objected(rows, against)
