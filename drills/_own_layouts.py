"""A ledger in a layout of the body's own: brought for one look, and read back field by field."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils import timezone, translation
from docx import Document

from drills._ledger_forms import Fields, Told, _cells, _pairs, heads_of, labels_of, tight, words


@contextmanager
def brought(world: dict[str, Any], kind: str) -> Iterator[None]:
    """The street above the branches brings the starter as its layout, and takes it out of use again."""
    from activities.choices import LedgerKind  # noqa: PLC0415
    from activities.models import LedgerTemplate  # noqa: PLC0415
    from activities.workflows import ledger_templates as work  # noqa: PLC0415
    from members.queries import scope_for  # noqa: PLC0415

    user, at = world["organiser"].user, timezone.now()
    how = {"actor": user, "scope": scope_for(user, timezone.localdate()), "at": at}
    held = LedgerTemplate.unscoped.filter(organization=world["street"], kind=kind).first()
    if held is None:
        file = work.UploadedLayout(LedgerKind(kind), "street.docx", work.starter(LedgerKind(kind)))
        held = work.upload(world["street"], file, **how)
    else:
        held = work.restore(held, **how)
    yield
    work.retire(held, **how)


def headless(told: Told) -> Told:
    """The starter names lists and fields; only a record has a heading of its own in it."""
    parts = [part if part["record_id"] is not None else {**part, "heading": ""} for part in told["parts"]]
    return {**told, "parts": parts}


def of_own_layout(content: bytes, told: Told) -> Fields:
    """The starter as a layout of one's own: the same fields and tables, with a dash for what is not said."""
    sheet = Document(io.BytesIO(content))
    lines = [tight(each.text) for each in sheet.paragraphs]
    found: Fields = {("title",): lines[0], ("branch",): lines[1][: len(tight(told["branch"]))]}
    tables = iter(sheet.tables)
    for at, part in enumerate(told["parts"]):
        number = f"{part['number']}、" if part["number"] else ""
        heading = number + words(part["heading"])
        # Only what is of one record has a heading of its own there.
        is_there = part["record_id"] is None or heading in lines
        found[at, "heading"] = words(part["heading"]) if is_there else None
        labels = labels_of(part)
        if part["facts"]:
            pairs = dict(_pairs(next(tables), labels))
            found |= {
                (at, key): value for key, value in pairs.items() if key in labels.values() or value != "—"
            }
        for key, heads in _own_tables(told, part):
            cells = _cells(next(tables), heads)
            found |= {(at, key, *cell): value for cell, value in cells}
    return found if next(tables, None) is None else {}


def _own_tables(told: Told, part: Told) -> Iterator[tuple[str, dict[str, str]]]:
    """Each table of the layout, under the columns the API tells; the votes have theirs in every record."""
    from activities.choices import LedgerKind  # noqa: PLC0415
    from activities.rules.ledger_templates import SHAPES  # noqa: PLC0415

    shape = SHAPES[LedgerKind(told["kind"])]
    grids = {grid["key"]: grid for grid in part["tables"]}
    if part["record_id"] is not None and shape.block:
        shape = shape.block
    for key, columns in shape.columns.items():
        grid = grids.get(key)
        if grid is None:
            if part["record_id"] is not None:
                yield key, {}
            continue
        heads = heads_of(grid)
        if key == "sheet":
            # The months of the quarter by their places.
            own = [column["key"] for column in grid["columns"]]
            heads = dict(zip(_quarter_heads(columns), own, strict=True))
        yield key, heads


def _quarter_heads(columns: tuple[str, ...]) -> list[str]:
    from activities.workflows.ledger_templates import meanings  # noqa: PLC0415

    with translation.override("zh-hans"):
        said = meanings()
    return [tight(said[key]) for key in columns]
