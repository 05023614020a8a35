"""Loads tables without their keys and puts the keys back: PostgreSQL itself then proves every row.

Unique and exclusion constraints, foreign keys and indexes of a table are dropped and made again from their
own definitions; making them checks all rows at once, which is many times cheaper than row by row. CHECK
constraints and primary keys stay throughout. Triggers of the tables sleep meanwhile: `proof` asks what they
would have.
"""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from django.db import connection

# The table, what makes its key again, and in which turn: exclusions take longest, uniqueness locks out what
# else is made of its table, foreign keys lean on the rest.
KEYS = """
    SELECT conrelid::regclass::text, format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
           format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid)),
           CASE contype WHEN 'x' THEN 0 WHEN 'u' THEN 1 ELSE 3 END AS turn
    FROM pg_constraint c
    WHERE conrelid = ANY(%s::regclass[]) AND contype IN ('f', 'u', 'x')
      AND NOT EXISTS (SELECT 1 FROM pg_constraint f WHERE f.contype = 'f' AND f.conindid = c.conindid AND c.contype = 'u')
    UNION ALL
    SELECT indrelid::regclass::text, format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid), 2
    FROM pg_index
    WHERE indrelid = ANY(%s::regclass[]) AND NOT indisprimary
      AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = indexrelid AND c.conrelid = indrelid)
    ORDER BY 1, 3
"""  # noqa: E501


FOREIGN = 3
MEMORY = "SET maintenance_work_mem = '256MB'"


@dataclass(frozen=True, slots=True)
class Key:
    table: str
    drop: str
    make: str
    turn: int


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


class Keys:
    """The keys of some tables while those are filled.

    With more hands than one each key is made over a connection of its own, outside any transaction.
    """

    def __init__(self, tables: Sequence[str], hands: int = 1) -> None:
        self._tables = tables
        self._left: list[Key] = []
        self._hands = ThreadPoolExecutor(hands) if hands > 1 else None
        self._making: list[Future[None]] = []

    def __enter__(self) -> "Keys":
        return self

    def __exit__(self, *_failure: object) -> None:
        if self._hands:
            self._hands.shutdown(cancel_futures=True)

    def take_off(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(KEYS, [list(self._tables), list(self._tables)])
            self._left = [Key(*row) for row in cursor.fetchall()]
        run(*(key.drop for key in sorted(self._left, key=lambda key: -key.turn)))
        run(*(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in self._tables))

    def make_soon(self, *tables: str) -> None:
        """Those of tables that are full already; nothing is made before the last row with one hand."""
        if self._hands:
            self._make([key for key in self._left if key.table in tables and key.turn != FOREIGN])

    def make_all(self) -> None:
        run("SET CONSTRAINTS ALL IMMEDIATE")
        self._make([key for key in self._left if key.turn != FOREIGN])
        for making in self._making:
            making.result()
        # Two foreign keys between the same tables wait for each other's locks crosswise: one after the other.
        run(MEMORY, *(key.make for key in self._left))
        run(*(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in self._tables))
        run("SET CONSTRAINTS ALL DEFERRED")

    def _make(self, keys: list[Key]) -> None:
        self._left = [key for key in self._left if key not in keys]
        size = {table: _size(table) for table in {key.table for key in keys}}
        for key in sorted(keys, key=lambda key: (key.turn, -size[key.table])):
            if self._hands:
                self._making.append(self._hands.submit(_make_apart, key.make))
            else:
                run(MEMORY, key.make)


def _size(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_size(%s)", [table])
        return int(cursor.fetchone()[0])


def _make_apart(statement: str) -> None:
    try:
        run("SET statement_timeout = 0", "SET lock_timeout = 0", MEMORY, statement)
    finally:
        connection.close()
