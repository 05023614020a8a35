"""Plans reminders where two ends have to meet: hosts told to expect somebody, home branches told by a host.

Whoever should act is asked on the days of the rule; the last time the level above is told as well.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from branches.queries import rulebooks_for
from branches.rules import parent_of
from members.choices import InflowState, MobileState
from members.models import Inflow
from members.provisions import MATCH_ESCALATE, MATCH_REMIND, PROVISIONS
from members.queries.recipients import accounts_by_body
from members.rules.mobile import KEEPS_TOUCH
from members.rules.transfer import BRANCH_POSTS, OVER_POSTS
from orgportal.core import planning
from orgportal.core.planning import Draft
from orgportal.core.reminder_rows import Asked, matters, objected

EXPECTED, EXPECTED_ABOVE = "members.inflow_waiting", "members.inflow_escalated"
REPORTED, REPORTED_ABOVE = "members.reported_waiting", "members.reported_escalated"
UNCONFIRMED = "members.inflow_unconfirmed"
WAITING = Q(state=InflowState.ANNOUNCED) | Q(state=InflowState.REGISTERED)


@dataclass(frozen=True, slots=True)
class Ask:
    """Whom a waiting entry asks, where, and with which words; "" above: the next level is left alone."""

    rule: str
    above: str
    place: str
    url: str


def drafts(on: date) -> Iterable[Draft]:
    """Every step reached by tomorrow."""
    rows = list(Inflow.unscoped.filter(WAITING).select_related("host", "member__branch").order_by("pk"))
    asks = [(row, ask) for row in rows for ask in _asks(row)]
    places = {ask.place for _, ask in asks}
    books, own = (
        rulebooks_for(places, PROVISIONS, on),
        accounts_by_body(places, BRANCH_POSTS, on, may=KEEPS_TOUCH),
    )
    above = accounts_by_body({parent_of(place) for place in places}, OVER_POSTS, on, may=KEEPS_TOUCH)
    for row, ask in asks:
        book, told_on = books[ask.place], _told_on(row)
        step = planning.latest_step(told_on, book.value(MATCH_REMIND.key, on), on)
        if step is None:
            continue
        yield _draft(row, ask.rule, ask, step, own[ask.place])
        if ask.above and step >= int(book.value(MATCH_ESCALATE.key, on)):
            yield _draft(row, ask.above, ask, step, above[parent_of(ask.place)] - own[ask.place])


def _asks(row: Inflow) -> Iterable[Ask]:
    """The host about whom it expects, or about its own unconfirmed entry, found or not; home, if known."""
    if row.state == InflowState.ANNOUNCED:
        yield Ask(EXPECTED, EXPECTED_ABOVE, row.host.path, row.get_absolute_url())
        return
    # Whether the number is anybody's plays no part here: the host would read it off the reminder.
    yield Ask(UNCONFIRMED, "", row.host.path, row.get_absolute_url())
    member = row.member
    if member is not None and member.is_present and member.mobile_state == MobileState.NONE:
        start = reverse("members:mobile-start", args=[member.pk])
        yield Ask(REPORTED, REPORTED_ABOVE, member.path, f"{start}?host={row.host_id}")


def _told_on(row: Inflow) -> date:
    return timezone.localdate(row.recorded_at)


def _draft(row: Inflow, rule: str, ask: Ask, step: int, to: frozenset[int]) -> Draft:
    day = {"day": _told_on(row).isoformat()}
    params: dict[str, Any] = {"name": row.name, "host": row.host.name, "on": day}
    if rule in {REPORTED, REPORTED_ABOVE} and row.member is not None:
        params |= {"body": row.member.branch.name, "name": row.member.name}
    return Draft(rule, f"members.inflow:{row.pk}", _told_on(row), step, ask.url, to, params)


def objections(rows: Sequence[Asked], at: datetime) -> dict[int, str]:
    """Why some must not go out after all: the ends have met, or it is no longer this person's to see to."""
    on, wanted = timezone.localdate(at), matters(rows)
    found = Inflow.unscoped.filter(WAITING, pk__in=wanted.values()).select_related("host", "member__branch")
    asks = {inflow.pk: list(_asks(inflow)) for inflow in found}
    places = {ask.place for each in asks.values() for ask in each}
    own = accounts_by_body(places, BRANCH_POSTS, on, may=KEEPS_TOUCH)
    above = accounts_by_body({parent_of(place) for place in places}, OVER_POSTS, on, may=KEEPS_TOUCH)

    def against(row: Asked) -> str:
        meant = [ask for ask in asks.get(wanted[row.pk], ()) if row.rule in {ask.rule, ask.above}]
        if not meant:
            return "already_done"
        place = meant[0].place
        people = above[parent_of(place)] - own[place] if row.rule == meant[0].above else own[place]
        return "" if row.recipient_id in people else "not_in_office"

    return objected(rows, against)
