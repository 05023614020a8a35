"""Stays with something to see to: a transfer should follow, a card is to be checked, a return is overdue.

Local rules may differ from body to body: every list reads each branch's own.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from branches.queries import rulebook_for, rulebooks_for
from members.choices import MobileReason, MobileState, PaperKind
from members.models import CardCheck, MobileSpell, Paper, Transfer
from members.models.mobile import MobileSpellQuerySet
from members.provisions import CARD_CHECK, PROVISIONS
from members.queries.mobile import spells_seen
from members.rules.mobile import away_months, latest_start, transfer_advice
from orgportal.core.rulebook import Rulebook
from orgportal.core.scoping import Scope

ORDER = ("starts_on", "pk")
RETURN_ORDER = ("expected_on", "pk")


Books = Mapping[str, Rulebook]


def _transfer_due(books: Books, today: date) -> Q:
    """Long enough at one place in the country, and no transfer is under way."""
    moving = Transfer.unscoped.open().filter(member=OuterRef("member"))
    reached = Q(pk__in=[])
    for reason in (MobileReason.GRADUATED, MobileReason.OTHER):
        graduated = Q(reason=MobileReason.GRADUATED)
        who = graduated if reason == MobileReason.GRADUATED else ~graduated
        by_months: defaultdict[int, list[str]] = defaultdict(list)
        for path, book in books.items():
            by_months[away_months(reason, book, today)[0]].append(path)
        for months, paths in by_months.items():
            reached |= who & Q(member__path__in=paths, starts_on__lte=latest_start(today, months))
    return Q(state=MobileState.OUT) & reached & Q(~Exists(moving))


def _card_due(books: Books, today: date) -> Q:
    """The card in force was issued in an earlier year and has not been looked through this year."""
    checked = CardCheck.objects.filter(card=OuterRef("pk"), year=today.year)
    cards = Paper.unscoped.standing().filter(member=OuterRef("member"), kind=PaperKind.CARD)
    due = cards.filter(issued_on__year__lt=today.year).exclude(Exists(checked))
    asked = [path for path, book in books.items() if book.value(CARD_CHECK.key, today)]
    return Q(Exists(due), member__path__in=asked)


def _return_overdue(_books: Books, today: date) -> Q:
    """Expected back before today, and still away."""
    return Q(expected_on__lt=today)


TO_SEE_TO: dict[str, Callable[[Books, date], Q]] = {
    "transfer": _transfer_due,
    "cards": _card_due,
    "return": _return_overdue,
}


def _books(running: MobileSpellQuerySet, today: date) -> Books:
    paths = set(running.order_by().values_list("member__path", flat=True).distinct())
    return rulebooks_for(paths, PROVISIONS, today)


def narrowed(name: str, rows: MobileSpellQuerySet, today: date) -> MobileSpellQuerySet:
    """Those of the running stays that stand on one of the lists."""
    running = rows.running()
    found: MobileSpellQuerySet = running.filter(TO_SEE_TO[name](_books(running, today), today))
    return found


def todo(name: str, scope: Scope, today: date) -> MobileSpellQuerySet:
    rows = narrowed(name, spells_seen(scope), today)
    return rows.order_by(*(RETURN_ORDER if name == "return" else ORDER))


def counts(scope: Scope, today: date) -> dict[str, int]:
    """How many stays stand on each of these lists, counted at once."""
    return _counted(spells_seen(scope), today)


def _counted(rows: MobileSpellQuerySet, today: date) -> dict[str, int]:
    running = rows.running().order_by()
    books = _books(running, today)
    each = {name: Count("pk", filter=condition(books, today)) for name, condition in TO_SEE_TO.items()}
    return dict(running.aggregate(**each))


@dataclass(frozen=True, slots=True)
class ToDo:
    """What one stay asks for."""

    transfer_due: bool
    card_check_due: bool
    return_overdue: bool


def asked_of(spell: MobileSpell, today: date) -> ToDo:
    found = _counted(MobileSpell.unscoped.filter(pk=spell.pk), today)
    return ToDo(*(bool(found[name]) for name in ("transfer", "cards", "return")))


def advice_on(spell: MobileSpell, today: date) -> Any:
    """Why the affiliation of a running stay should follow, with the rule; None while it need not."""
    book = rulebook_for(spell.member.path, PROVISIONS, today)
    if not spell.is_running:
        return None
    return transfer_advice(spell.state, spell.reason, spell.starts_on, book, today)
