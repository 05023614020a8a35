"""A body's history and an import's faults as lines to show."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, cast

from django.forms import ChoiceField, Field, Form, ModelChoiceField
from django.utils.translation import gettext as _

from branches.messages import COLUMNS, FAULTS, FIELDS, YES_NO
from branches.models import OrganizationEvent
from branches.workflows.table_file import Fault
from orgportal.core.jinja import day

QUIET = frozenset({"path", "short_name"})


def history_lines(events: Iterable[OrganizationEvent]) -> list[dict[str, Any]]:
    """Newest first as given: what happened, when, by whose hand, what was before and after."""
    return [
        {
            "at": event.on,
            "title": event.get_kind_display(),
            "who": event.recorded_by.display_name if event.recorded_by else None,
            "text": "; ".join(part for part in _parts(event) if part),
        }
        for event in events
    ]


def _parts(event: OrganizationEvent) -> Iterable[str]:
    if event.kind in {"merged_into", "absorbed"} and event.other:
        yield event.other.name
    for name, after in event.after.items():
        if name in QUIET:
            continue
        before = event.before.get(name)
        shown = {"field": FIELDS.get(name, name), "before": _shown(before), "after": _shown(after)}
        yield _("%(field)s: %(before)s → %(after)s") % shown if before else _("%(field)s: %(after)s") % shown
    if event.basis:
        yield _("Basis: %(basis)s") % {"basis": event.basis}


def _shown(value: Any) -> str:
    return str(YES_NO[value]) if isinstance(value, bool) else str(value or "—")


def fault_lines(
    faults: Iterable[Fault], columns: Mapping[str, Any] = COLUMNS, words: Mapping[str, Any] = FAULTS
) -> list[dict[str, Any]]:
    """Faults of an import as rows: where, and what to do; by themselves in the words of a file of bodies."""
    return [
        {
            "row": fault.row,
            "column": str(columns.get(fault.column, fault.column)),
            "text": str(words[fault.code]).format(**fault.params),
        }
        for fault in faults
    ]


def answers(form: Form) -> list[tuple[Any, str]]:
    """(label, answer) of every visible field, as the check page repeats them."""
    return [
        (field.label, _answer(field.field, form.cleaned_data.get(field.name)))
        for field in form.visible_fields()
    ]


def differences(form: Form, current: Any) -> list[tuple[Any, str, str]]:
    """(label, theirs, mine) where what somebody saved meanwhile is not what I typed."""
    found = []
    for field in form.visible_fields():
        if not hasattr(current, field.name):
            continue
        theirs = _answer(field.field, getattr(current, field.name))
        mine = _answer(field.field, form.cleaned_data.get(field.name))
        if theirs != mine:
            found.append((field.label, theirs, mine))
    return found


def _answer(field: Field, value: Any) -> str:
    if isinstance(value, bool):
        return str(YES_NO[value])
    if isinstance(value, date):
        return day(value)
    labels: dict[Any, Any] = {}
    if isinstance(field, ChoiceField) and not isinstance(field, ModelChoiceField):
        labels = dict(cast("Any", field.choices))
    return str(labels.get(value, value) or "—")
