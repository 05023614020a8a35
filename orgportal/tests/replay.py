"""Rows made once a run and put back as they were: what most tests stand on costs one round trip, not many.

The ids were drawn from the sequences when the rows were made, so nothing made later can meet them.
"""

import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

Table = type[models.Model]
COLUMNS = """
    SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position)
    FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A statement that puts the rows back, and the objects their maker answered with."""

    statement: str
    made: bytes

    def again(self) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(self.statement)
        return pickle.loads(self.made)  # noqa: S301  # our own, of this process


def keep(tables: Sequence[Table], make: Callable[[], Any]) -> tuple[Any, Kept]:
    """Make the rows; what was made, and how to have it again. `tables`: all it writes to, in that order."""
    before = {table: _ids(table) for table in tables}
    made = make()
    rows = [_put_back(table, _ids(table) - before[table]) for table in tables]
    return made, Kept("; ".join(rows), pickle.dumps(made))


def _ids(table: Table) -> set[int]:
    return set(table._base_manager.values_list("pk", flat=True))


def _put_back(table: Table, ids: set[int]) -> str:
    name = connection.ops.quote_name(table._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS, [table._meta.db_table])
        (columns,) = cursor.fetchone()
        chosen = f"SELECT json_agg(kept ORDER BY id)::text FROM {name} AS kept WHERE id = ANY(%s)"  # noqa: S608
        cursor.execute(chosen, [sorted(ids)])
        (rows,) = cursor.fetchone()
        quoted = cursor.mogrify("%s", [rows]).decode()
    read = f"json_populate_recordset(NULL::{name}, {quoted})"
    return f"INSERT INTO {name} ({columns}) SELECT {columns} FROM {read}"  # noqa: S608
