"""Reads over texts of reminders: what a body says in whose words, and the versions of its own."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import translation

from branches.choices import COMMITTEES
from branches.models import Organization
from branches.queries import directory
from branches.rules import ancestors
from orgportal.core.mail_words import LANGUAGES
from orgportal.core.models import ReminderText
from orgportal.core.scoping import Scope
from orgportal.core.text_marks import Fault, faults_of
from orgportal.core.texts import FRAME, Entry, entries, in_force, nearest, portal_words

RIGHT = "text.edit"


@dataclass(frozen=True, slots=True)
class Line:
    """One text of a body: whose words are in force, and the number of its own last version (0: none)."""

    entry: Entry
    path: str
    version: int
    zh: str
    en: str
    text: ReminderText | None = None
    body: str = ""  # whose words they are; none: the portal's

    @property
    def is_own(self) -> bool:
        return self.text is not None and self.text.path == self.path

    @property
    def words(self) -> str:
        is_chinese = (translation.get_language() or "").startswith("zh")
        return self.zh if is_chinese else self.en

    @property
    def faults(self) -> list[Fault]:
        """What a text of a body's own no longer fits after an upgrade."""
        if self.text is None:
            return []
        return [*faults_of(self.zh, self.entry.bounds, "zh"), *faults_of(self.en, self.entry.bounds, "en")]


def bodies_that_word(scope: Scope) -> list[Organization]:
    """The topmost bodies in whose name the person words reminders."""
    rows = Organization.objects.visible_to(scope).current().filter(kind__in=COMMITTEES)
    return list(rows.filter(path__in=scope.roots_for(RIGHT)).order_by("path"))


def lines_of(body: Organization, at: datetime, wanted: Collection[Entry] | None = None) -> list[Line]:
    """Every text, in the order of the kinds, in three queries."""
    found = list(entries().values()) if wanted is None else list(wanted)
    held = in_force([entry.key for entry in found], at)
    above = {path for by_place in held.values() for path in by_place} & {*ancestors(body.path), body.path}
    names = dict(directory().filter(path__in=above).values_list("path", "name"))
    own = ReminderText.objects.filter(path=body.path, key__in=[entry.key for entry in found])
    last = dict(own.order_by("key", "version").values_list("key", "version"))
    lines = []
    for entry in found:
        text = nearest(held.get(entry.key, {}), body.path)
        zh, en = (text.zh, text.en) if text else portal_in_both(entry.key)
        name = names.get(text.path, "") if text else ""
        lines.append(Line(entry, body.path, last.get(entry.key, 0), zh, en, text, name))
    return lines


def line_of(body: Organization, entry: Entry, at: datetime) -> Line:
    return lines_of(body, at, [entry])[0]


def frame_of(body: Organization, at: datetime) -> dict[str, ReminderText]:
    """What the body's people get around the reminders of a mail, where it is not the portal's."""
    lines = lines_of(body, at, [entries()[key] for key in FRAME])
    return {line.entry.key: line.text for line in lines if line.text}


def portal_in_both(key: str) -> tuple[str, str]:
    """The portal's own words, Chinese and English."""
    said = []
    for language in LANGUAGES.values():
        with translation.override(language):
            said.append(portal_words(key))
    return said[0], said[1]


def rows_of(body: Organization, entry: Entry) -> QuerySet[ReminderText]:
    return ReminderText.objects.filter(path=body.path, key=entry.key)


def versions_of(body: Organization, entry: Entry) -> QuerySet[ReminderText]:
    """The latest first."""
    return rows_of(body, entry).select_related("written_by").order_by("-version")
