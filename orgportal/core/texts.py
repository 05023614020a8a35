"""Whose words a reminder is told in: those of the nearest body above the person that has its own, else the
portal's. What was told keeps its words: a notice holds the text it was told in.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from celery import current_app
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from orgportal.core import bridges
from orgportal.core.messages import MAIL_FRAME
from orgportal.core.reminder_kinds import kinds
from orgportal.core.reminder_models import ReminderText
from orgportal.core.text_marks import Bounds, names_in

LONGEST = 300
# Parts of the mail of a day: (marks it must hold, marks it may hold, longest, lines).
FRAME = {
    "mail.subject": Bounds((), ("count",), 60),
    "mail.opening": Bounds((), ("name", "count"), 200, 3),
    "mail.closing": Bounds((), (), 400, 6),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A text that can be worded: its key, what it belongs to, and what may stand in it."""

    key: str
    kind: Any
    bounds: Bounds

    @property
    def is_of_mail(self) -> bool:
        return self.key in FRAME


def notice_template(rule: str) -> Any:
    """The portal's own sentence of a rule; texts belong to the app that plans it."""
    tables: dict[str, str] = current_app.conf.notice_texts
    table: dict[str, Any] = import_string(tables[rule.partition(".")[0]])
    return table[rule]


def portal_words(key: str) -> str:
    """In the active language, with its marks unfilled."""
    return str(MAIL_FRAME[key] if key in FRAME else notice_template(key))


@lru_cache(maxsize=1)
def entries() -> Mapping[str, Entry]:
    """Every text that can be worded, by key, in the order of the kinds; what frames the mail comes last."""
    found = {}
    for kind in kinds():
        for rule in kind.rules:
            with translation.override(None):
                names = names_in(portal_words(rule))
            must = tuple(name for name in names if name not in kind.spare)
            may = tuple(name for name in names if name in kind.spare)
            found[rule] = Entry(rule, kind.label, Bounds(must, may, LONGEST))
    return found | {key: Entry(key, _("The mail of the day"), bounds) for key, bounds in FRAME.items()}


# --- in force

ByPlace = Mapping[str, ReminderText]


def in_force(keys: Collection[str], at: datetime) -> dict[str, dict[str, ReminderText]]:
    """By key and path of the body, what its last version at that moment says; taken out of use: left out."""
    rows = ReminderText.objects.filter(key__in=keys, written_at__lte=at).select_related("written_by")
    found: dict[str, dict[str, ReminderText]] = defaultdict(dict)
    for row in rows.order_by("path", "key", "-version").distinct("path", "key"):
        if row.is_in_use:
            found[row.key][row.path] = row
    return dict(found)


def nearest(held: ByPlace, path: str) -> ReminderText | None:
    """The text of the body itself or of the nearest above it."""
    above = [place for place in held if path.startswith(place)]
    return held[max(above, key=len)] if above else None


def chosen(asked: Iterable[tuple[int, str]], at: datetime) -> dict[tuple[int, str], ReminderText]:
    """By account and key, the text a person is told in; who is left out reads the portal's words.

    Two queries however many are asked, one where no body has a text of its own.
    """
    pairs = set(asked)
    held = in_force({key for _user, key in pairs}, at)
    if not held:
        return {}
    places = bridges.places_of({user for user, _key in pairs})
    known: dict[tuple[str, str], ReminderText | None] = {}
    found = {}
    for user, key in pairs:
        place = (places.get(user, ""), key)
        if place not in known:
            known[place] = nearest(held.get(key, {}), place[0])
        if text := known[place]:
            found[user, key] = text
    return found
