"""Members as columns: the same rows for the spreadsheet, the printed list and the own-data copy."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from branches.choices import PostKind
from members.choices import (
    Education,
    Gender,
    LookKind,
    MobileState,
    Occupation,
    SeenSource,
    Standing,
    StartSource,
)
from members.models import Look
from members.queries.lists import ListRow
from members.queries.sheets import MemberSheet
from members.queries.watchers import CONTACT_PERSON
from orgportal.core.jinja import day as written


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, and how its cell is found in a row."""

    label: Any
    value: Callable[[ListRow], Any]
    width: int = 12
    is_printed: bool = True
    is_dated: bool = True  # the history knows it for a past day


def _word(choices: Any, field: str) -> Callable[[ListRow], str]:
    labels = dict(choices.choices)
    return lambda row: str(labels[getattr(row, field)])


COLUMNS = (
    Column(_("Member number"), lambda row: row.number, 14),
    Column(_("Name"), lambda row: row.name),
    Column(_("Gender"), _word(Gender, "gender"), 6),
    Column(_("Date of birth"), lambda row: row.birth_on),
    Column(_("Ethnic group"), lambda row: row.ethnicity, is_printed=False, is_dated=False),
    Column(_("Education"), _word(Education, "education"), is_dated=False),
    Column(_("Occupation"), _word(Occupation, "occupation"), 18, is_printed=False, is_dated=False),
    Column(_("Branch"), lambda row: row.branch, 24),
    Column(_("Party group"), lambda row: row.group or "", is_dated=False),
    Column(_("Standing"), _word(Standing, "standing")),
    Column(_("Joined on"), lambda row: row.joined_on),
    Column(_("Confirmed on"), lambda row: row.confirmed_on),
    Column(_("Mobile"), lambda row: row.mobile, 14, is_dated=False),
    Column(_("Mobile member"), _word(MobileState, "mobile_state")),
    Column(_("Employer"), lambda row: row.employer, 28, is_printed=False, is_dated=False),
)


def columns_of(on: date | None, *, printed: bool = False) -> tuple[Column, ...]:
    """What leaves: all of it today, what the history knows for a past day; less of it on paper."""
    return tuple(
        column for column in COLUMNS if (column.is_printed or not printed) and (column.is_dated or on is None)
    )


TEXT_ONLY = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}


def cell_text(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def spreadsheet(
    title: str, notes: Iterable[str], rows: Iterable[ListRow], columns: Sequence[Column] = COLUMNS
) -> bytes:
    """An xlsx of text cells only: no formula can start in it, and long digits keep every digit."""
    out = BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        },
    )
    sheet = book.add_worksheet(title[:31])
    text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "num_format": "@"})
    for number, column in enumerate(columns):
        sheet.set_column(number, number, column.width, text)
    line = 0
    for note in notes:
        sheet.write_string(line, 0, note, text)
        line += 1
    for number, column in enumerate(columns):
        sheet.write_string(line, number, str(column.label), bold)
    sheet.freeze_panes(line + 1, 2)
    for row in rows:
        line += 1
        for number, column in enumerate(columns):
            sheet.write_string(line, number, cell_text(column.value(row)), text)
    book.close()
    return out.getvalue()


# --- one member's history


def branch_timeline(sheet: MemberSheet) -> list[dict[str, Any]]:
    """Branches, standings and posts as one timeline, newest first."""
    lines = [
        {
            "at": period.starts_on,
            "title": period.branch.name,
            "text": _joined(period.get_reason_display(), _until(period.ends_on)),
        }
        for period in sheet.branch_periods
    ]
    lines += [
        {"at": period.starts_on, "title": period.get_standing_display(), "text": _standing_text(period)}
        for period in sheet.standing_periods
    ]
    lines += [
        {
            "at": post.starts_on,
            "title": post.get_kind_display(),
            "text": _joined(post.organization.name, _post_until(post)),
        }
        for post in sheet.posts
    ]
    return sorted(lines, key=lambda line: line["at"], reverse=True)


def _post_until(post: Any) -> str:
    if post.cancelled_on:
        return gettext("Cancelled on %(day)s, never begun") % {"day": written(post.cancelled_on)}
    return _until(post.ends_on)


def _until(day: Any) -> str:
    return gettext("until %(day)s") % {"day": written(day)} if day else ""


def _standing_text(period: Any) -> str:
    said = period.get_end_kind_display() if period.end_kind else ""
    return _joined(said, period.basis, _until(period.ends_on))


def _joined(*words: str) -> str:
    return " · ".join(filter(None, words))


def evidence_lines(stored: Iterable[dict[str, Any]], may_open: Collection[str] = ()) -> list[dict[str, Any]]:
    """The evidence of a proposal in words: which source, which day, which record, and where it opens."""
    sources = dict([*SeenSource.choices, *StartSource.choices])
    return [
        {
            "source": sources.get(line["source"], line["source"]),
            "on": date.fromisoformat(line["on"]),
            **_record(line["evidence"], may_open),
        }
        for line in stored
    ]


def _record(evidence: str, may_open: Collection[str]) -> dict[str, str]:
    """The record's number as its own page writes it: the installation, then the record; and its address."""
    if not evidence:
        return {"record": "", "url": ""}
    pk = int(evidence.rpartition(":")[2])
    url = reverse("activities:activity-detail", args=[pk]) if evidence in may_open else ""
    return {"record": f"{pk >> 40}-{pk & ((1 << 40) - 1)}", "url": url}


# --- what a member may read and keep


WORDS: dict[str, Any] = {"gender": Gender, "education": Education, "occupation": Occupation}


def said(field: str, text: str) -> str:
    """The text of a correction as a reader knows it: choices in words, days as they are written."""
    if field in WORDS and text:
        return str(WORDS[field](text).label)
    if field.endswith("_on") and text:
        return written(date.fromisoformat(text))
    return text


def look_lines(looks: Iterable[Look]) -> list[dict[str, Any]]:
    """Who looked, by which post, at what, when and what for."""
    kinds = dict(LookKind.choices)
    return [
        {
            "at": look.at,
            "who": str(look.looker),
            "post": _post_words(look.looker_post),
            "what": kinds[look.kind],
            "purpose": look.purpose,
        }
        for look in looks
    ]


def _post_words(stored: str) -> str:
    kind, _bar, body = stored.partition("|")
    titles: dict[str, Any] = {**dict(PostKind.choices), CONTACT_PERSON: _("Home contact person")}
    return f"{body} {titles.get(kind, kind)}".strip()
