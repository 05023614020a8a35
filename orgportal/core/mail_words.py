"""The mail of a day in words: what frames it, in a body's own texts or the portal's; and an example of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from orgportal.core.jinja import day
from orgportal.core.messages import NOTICE_REASONS
from orgportal.core.reminder_kinds import is_news
from orgportal.core.reminder_models import ReminderText
from orgportal.core.reminders import spoken
from orgportal.core.text_marks import EXAMPLE_DAY, MARKS, filled
from orgportal.core.texts import FRAME, Entry, chosen, entries, portal_words

# The reminder whose words fill a mail that shows nothing but its frame.
FILLER = "activities.duty_due"
LANGUAGES = {"zh": "zh-hans", "en": "en"}


def own_words(account: int, rules: Collection[str], at: datetime) -> dict[str, ReminderText]:
    """By rule and part of the mail, the texts of the bodies above that this person is told in."""
    found = chosen([(account, key) for key in {*rules, *FRAME}], at)
    return {key: text for (_account, key), text in found.items()}


def letter(
    person: str, lines: Sequence[Mapping[str, Any]], own: Mapping[str, ReminderText]
) -> tuple[str, str]:
    """Subject and body in the active language."""
    return _letter(person, lines, {key: own[key].words for key in FRAME if key in own})


def _letter(person: str, lines: Sequence[Mapping[str, Any]], own: Mapping[str, str]) -> tuple[str, str]:
    values = {"name": person, "count": len(lines)}
    said = {key: filled(own[key], values) for key in own}
    frame = {key: said.get(key) or portal_words(key).format(**values) for key in FRAME}
    subject = said.get("mail.subject") or render_to_string("core/mail/digest_subject.txt", {"lines": lines})
    context = {
        "opening": frame["mail.opening"],
        "closing": frame["mail.closing"],
        "lines": lines,
        "site": settings.SITE_ADDRESS,
    }
    return subject.strip(), render_to_string("core/mail/digest.txt", context)


# --- an example


@dataclass(frozen=True, slots=True)
class Example:
    """How a text reads in one language, filled with facts nobody can take for a record."""

    language: str
    notice: str
    facts: str  # by when, and why it came
    subject: str
    mail: str


def examples(entry: Entry, words: Mapping[str, str], frame: Mapping[str, ReminderText]) -> dict[str, Example]:
    """By language, the text as a notice and in the mail it comes in; `frame`: what else of it is worded."""
    found, labels = {}, dict(settings.LANGUAGES)
    for name, language in LANGUAGES.items():
        with translation.override(language):
            found[name] = _example(str(labels[language]), entry, words[name], frame)
    return found


def _example(language: str, entry: Entry, words: str, frame: Mapping[str, ReminderText]) -> Example:
    rule = FILLER if entry.is_of_mail else entry.key
    values = {name: spoken(MARKS[name].sample) for name in entries()[rule].bounds.known}
    said = None if entry.is_of_mail else filled(words, values)
    # As it is told: what fits no more gives way to the portal's words.
    notice = portal_words(rule).format(**values) if said is None else said
    due_on = None if is_news(rule) else date.fromisoformat(EXAMPLE_DAY["day"])
    line: dict[str, Any] = {"text": notice, "due_on": due_on, "url": reverse("core:inbox"), "section": []}
    own = {key: text.words for key, text in frame.items() if key in FRAME}
    if entry.is_of_mail:
        own[entry.key] = words
    subject, mail = _letter(gettext("Example person"), [line], own)
    by_when = gettext("by %(day)s") % {"day": day(due_on)} if due_on else ""
    facts = " · ".join(each for each in (by_when, str(NOTICE_REASONS[rule])) if each)
    return Example(language, notice, facts, subject, mail)
