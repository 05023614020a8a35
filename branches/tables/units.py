"""Units as lines: the history of one, and the list as it leaves the portal."""

from collections.abc import Iterable, Mapping
from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from branches.choices import (
    CoverageKind,
    LeaveListReason,
    OwnerKind,
    PauseReason,
    UnitEventKind,
    UnitKind,
)
from branches.messages import CODE_DOUBTS, UNIT_FIELDS
from branches.models import Unit, UnitEvent
from branches.rules.coverage import Cover, UnitFacts
from branches.rules.units import code_doubt
from orgportal.core.jinja import aside, day

WORDS: dict[str, dict[Any, Any]] = {
    "kind": dict(UnitKind.choices),
    "owner": dict(OwnerKind.choices),
    "coverage": dict(CoverageKind.choices),
    "pause": dict(PauseReason.choices),
    "left_reason": dict(LeaveListReason.choices),
    "step": dict(UnitEventKind.choices),
}
DAYS = {"hidden_on", "checked_on", "left_on"}
TEXT_ONLY = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}


def unit_history(events: Iterable[UnitEvent]) -> list[dict[str, Any]]:
    """Newest first as given: what happened, when, by whose hand, what was before and after."""
    return [
        {
            "at": event.on,
            "title": event.get_kind_display(),
            "who": event.recorded_by.display_name if event.recorded_by else None,
            "text": "; ".join(_changes(event)),
        }
        for event in events
    ]


def _changes(event: UnitEvent) -> Iterable[str]:
    is_back = event.kind == UnitEventKind.UNDONE
    for name, label in UNIT_FIELDS.items():
        before, after = event.before.get(name), event.after.get(name)
        if before in (None, "") and after in (None, ""):
            continue
        words = {"field": label, "before": _word(name, before), "after": _word(name, after)}
        if before in (None, ""):
            yield _("%(field)s: %(after)s") % words
        elif is_back:
            yield _("%(field)s: %(before)s") % words
        else:
            yield _("%(field)s: %(before)s → %(after)s") % words


def _word(name: str, value: Any) -> str:
    if value in (None, ""):
        return "—"
    if name in DAYS:
        return day(date.fromisoformat(value))
    return str(WORDS.get(name, {}).get(value, value))


def cover_words(covers: Iterable[Cover], bodies: Mapping[int, str]) -> str:
    """How a unit is reached, in one cell."""
    kinds = WORDS["coverage"]
    return "、".join(
        f"{kinds[cover.kind]}{aside(cover.holder or bodies.get(cover.body_id or 0, ''))}" for cover in covers
    )


HEADS = (
    (_("Name of the unit"), 36),
    (_("Kind"), 12),
    (_("Ownership"), 12),
    (_("Unified social credit code"), 22),
    (_("Body that answers for it"), 24),
    (_("Area"), 16),
    (_("Address"), 30),
    (_("Staff"), 8),
    (_("Operating"), 16),
    (pgettext_lazy("unit", "Coverage"), 40),
    (_("Formal members known"), 10),
    (_("Members known"), 10),
    (_("Members not on the register there"), 12),
    (_("Last checked on"), 14),
    (_("Last visit on"), 14),
    (_("Credit code, doubt"), 40),
)


def unit_sheet_bytes(
    notes: Iterable[str], units: Iterable[tuple[Unit, UnitFacts]], bodies: Mapping[int, str]
) -> bytes:
    """An xlsx with text as text, so that no formula starts in it, and with real numbers and dates."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True, **TEXT_ONLY})
    sheet = book.add_worksheet(str(_("Units"))[:31])
    bold, dated = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    line = 0
    for note in notes:
        sheet.write_string(line, 0, note)
        line += 1
    for number, (head, width) in enumerate(HEADS):
        sheet.set_column(number, number, width)
        sheet.write_string(line, number, str(head), bold)
    sheet.freeze_panes(line + 1, 1)
    for unit, facts in units:
        line += 1
        for number, value in enumerate(_cells(unit, facts, bodies)):
            _write(sheet, line, number, value, dated)
    book.close()
    return out.getvalue()


def _write(sheet: Any, line: int, number: int, value: Any, dated: Any) -> None:
    if isinstance(value, date):
        sheet.write_datetime(line, number, value, dated)
    elif isinstance(value, int):
        sheet.write_number(line, number, value)
    else:
        sheet.write_string(line, number, str(value or ""))


def _cells(unit: Unit, facts: UnitFacts, bodies: Mapping[int, str]) -> tuple[Any, ...]:
    doubt = code_doubt(unit.credit_code)
    return (
        unit.name, unit.get_kind_display(), unit.get_owner_display(), unit.credit_code, unit.committee.name,
        unit.area, unit.address, unit.staff, WORDS["pause"][facts.pause] if facts.pause else _("Yes"),
        cover_words(facts.covers, bodies), facts.formal, facts.members, unit.hidden, unit.checked_on,
        facts.visited_on, CODE_DOUBTS[doubt] if doubt else "",
    )  # fmt: skip
