"""How a body words reminders for all below it: written, taken out of use, an earlier version taken back.

Each step is a further version; what was told keeps the words it was told in.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from branches.models import Organization
from branches.queries.texts import RIGHT, line_of, rows_of
from orgportal.core import audit
from orgportal.core.errors import Refused, StaleVersion, Unsound
from orgportal.core.models import ReminderText, User
from orgportal.core.scoping import Scope
from orgportal.core.text_marks import Fault, faults_of
from orgportal.core.texts import Entry


@dataclass(frozen=True, slots=True)
class Wording:
    """A text in both languages."""

    zh: str
    en: str

    def faults(self, entry: Entry) -> list[Fault]:
        return [*faults_of(self.zh, entry.bounds, "zh"), *faults_of(self.en, entry.bounds, "en")]


@dataclass(frozen=True, slots=True)
class Text:
    """Which text of which body, and the version of the body's own the person saw (0: none)."""

    body: Organization
    entry: Entry
    seen: int


@transaction.atomic
def write(text: Text, wording: Wording, *, actor: User, scope: Scope, at: datetime) -> ReminderText:
    """The next version, told from now on. Raises Unsound with every fault, "text_as_it_is", StaleVersion."""
    scope.demand(RIGHT, text.body)
    if faults := wording.faults(text.entry):
        raise Unsound(faults)
    line = line_of(text.body, text.entry, at)
    if (wording.zh, wording.en) == (line.zh, line.en):
        raise Refused("text_as_it_is")
    made = _add(text, wording, actor=actor, at=at)
    changes = {"version": made.version, "zh": [line.zh, made.zh], "en": [line.en, made.en]}
    audit.record(actor=actor, action="text.written", target=made, at=at, changes=changes)
    return made


@transaction.atomic
def reset(text: Text, *, actor: User, scope: Scope, at: datetime) -> ReminderText:
    """Back to the words of the body above, or the portal's; the versions stay. Raises "text_not_own"."""
    scope.demand(RIGHT, text.body)
    if not line_of(text.body, text.entry, at).is_own:
        raise Refused("text_not_own")
    made = _add(text, Wording("", ""), actor=actor, at=at)
    changes = {"version": made.version}
    audit.record(actor=actor, action="text.reset", target=made, at=at, changes=changes)
    return made


@transaction.atomic
def restore(text: Text, number: int, *, actor: User, scope: Scope, at: datetime) -> ReminderText:
    """An earlier version's words as the next version; held against today's marks once more.

    Raises Unsound, "text_as_it_is", StaleVersion; ReminderText.DoesNotExist where it has no such words.
    """
    scope.demand(RIGHT, text.body)
    earlier = rows_of(text.body, text.entry).exclude(zh="").get(version=number)
    wording, line = Wording(earlier.zh, earlier.en), line_of(text.body, text.entry, at)
    if faults := wording.faults(text.entry):
        raise Unsound(faults)
    if line.is_own and (wording.zh, wording.en) == (line.zh, line.en):
        raise Refused("text_as_it_is")
    made = _add(text, wording, actor=actor, at=at, taken_from=number)
    changes = {"version": made.version, "from": number}
    audit.record(actor=actor, action="text.restored", target=made, at=at, changes=changes)
    return made


def _add(text: Text, wording: Wording, *, actor: User, at: datetime, **more: Any) -> ReminderText:
    """Who saves at the same moment waits for the body's row, and then has seen an older version."""
    body = Organization.unscoped.select_for_update(no_key=True).get(pk=text.body.pk)
    where: dict[str, Any] = {"path": body.path, "key": text.entry.key}
    last = rows_of(body, text.entry).order_by("-version").first() or ReminderText(**where, version=0)
    if text.seen != last.version:
        raise StaleVersion(last)
    said = {"zh": wording.zh, "en": wording.en, "written_at": at, "written_by": actor, **more}
    return ReminderText.objects.create(**where, version=text.seen + 1, **said)
