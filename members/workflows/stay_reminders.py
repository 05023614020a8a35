"""Plans reminders of stays: a transfer should follow, a card is to be checked, a return is expected."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import partial

from django.utils import timezone

from branches.queries import rulebooks_for
from members.models import MobileSpell
from members.models.mobile import MobileSpellQuerySet
from members.provisions import CARD_CHECK_MONTH, PROVISIONS, STAY_REMIND
from members.queries.recipients import accounts_by_body
from members.queries.stays import narrowed
from members.rules.mobile import KEEPS_TOUCH, transfer_due_on
from members.rules.transfer import BRANCH_POSTS
from orgportal.core import planning
from orgportal.core.planning import AHEAD, Draft
from orgportal.core.reminder_rows import Asked, matters, objected
from orgportal.core.rulebook import Rulebook

MOVE, CARD, RETURN = "members.stay_transfer_due", "members.card_check_due", "members.stay_return_due"


def _expected(rows: MobileSpellQuerySet, on: date) -> MobileSpellQuerySet:
    return rows.running().filter(expected_on__lte=on)


def _on_move(spell: MobileSpell, book: Rulebook, on: date) -> date:
    return transfer_due_on(spell.reason, spell.starts_on, book, on)


def _on_card(_spell: MobileSpell, book: Rulebook, on: date) -> date:
    """The month the cards are looked through, before the yearly review."""
    return date(on.year, int(book.value(CARD_CHECK_MONTH.key, on)), 1)


def _on_return(spell: MobileSpell, _book: Rulebook, on: date) -> date:
    return spell.expected_on or on


Dues = Callable[[MobileSpell, Rulebook, date], date]
# Which stays a rule is about on a day, and the day it fell due.
RULES: dict[str, tuple[Callable[[MobileSpellQuerySet, date], MobileSpellQuerySet], Dues]] = {
    MOVE: (partial(narrowed, "transfer"), _on_move),
    CARD: (partial(narrowed, "cards"), _on_card),
    RETURN: (_expected, _on_return),
}


def drafts(on: date) -> Iterable[Draft]:
    """On the day and once again, to the branch's posts; before it there is nothing to be done."""
    for rule, (asked, due) in RULES.items():
        rows = list(asked(_stays(), on + AHEAD).select_related("member").order_by("pk"))
        paths = {spell.member.path for spell in rows}
        books, offices = (
            rulebooks_for(paths, PROVISIONS, on),
            accounts_by_body(paths, BRANCH_POSTS, on, may=KEEPS_TOUCH),
        )
        for spell in rows:
            book = books[spell.member.path]
            due_on = due(spell, book, on + AHEAD)
            step = planning.latest_step(due_on, book.value(STAY_REMIND.key, on), on)
            if step is not None:
                yield _draft(rule, spell, due_on, step, offices[spell.member.path])


def _stays() -> MobileSpellQuerySet:
    rows: MobileSpellQuerySet = MobileSpell.unscoped.all()
    return rows


def _draft(rule: str, spell: MobileSpell, due_on: date, step: int, to: frozenset[int]) -> Draft:
    params = {
        "name": spell.member.name,
        "place": spell.place,
        "since": {"day": spell.starts_on.isoformat()},
        "due_on": {"day": due_on.isoformat()},
    }
    return Draft(rule, f"members.spell:{spell.pk}", due_on, step, spell.get_absolute_url(), to, params)


def objections(rows: Sequence[Asked], at: datetime) -> dict[int, str]:
    """Why some must not go out after all: done, put off, or no longer this person's."""
    on, wanted = timezone.localdate(at), matters(rows)
    spells = {
        (rule, spell.pk): spell
        for rule in {row.rule for row in rows}
        for spell in RULES[rule][0](_stays().filter(pk__in=wanted.values()), on + AHEAD).select_related(
            "member"
        )
    }
    paths = {spell.member.path for spell in spells.values()}
    books = rulebooks_for(paths, PROVISIONS, on)
    people = accounts_by_body(paths, BRANCH_POSTS, on, may=KEEPS_TOUCH)

    def against(row: Asked) -> str:
        spell = spells.get((row.rule, wanted[row.pk]))
        if spell is None:
            return "already_done"
        path = spell.member.path
        if RULES[row.rule][1](spell, books[path], on + AHEAD) != row.due_on:
            return "put_off"
        return "" if row.recipient_id in people[path] else "not_in_office"

    return objected(rows, against)
