"""Loads tables without their keys and puts the keys back: PostgreSQL itself then proves every row.

Unique and exclusion constraints, foreign keys and indexes of a table are dropped and made again from their
own definitions; making them checks all rows at once, which is many times cheaper than row by row. CHECK
constraints and primary keys stay throughout. Triggers of the tables sleep meanwhile: `proof` asks what they
would have.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection

# The table, then what makes the key again; foreign keys last, after what they may lean on.
KEYS = """
    SELECT conrelid::regclass::text, format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
           format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid)),
           contype = 'f'
    FROM pg_constraint c
    WHERE conrelid = ANY(%s::regclass[]) AND contype IN ('f', 'u', 'x')
      AND NOT EXISTS (SELECT 1 FROM pg_constraint f WHERE f.contype = 'f' AND f.conindid = c.conindid AND c.contype = 'u')
    UNION ALL
    SELECT indrelid::regclass::text, format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid), false
    FROM pg_index
    WHERE indrelid = ANY(%s::regclass[]) AND NOT indisprimary
      AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = indexrelid AND c.conrelid = indrelid)
    ORDER BY 1, 3
"""  # noqa: E501


@dataclass(frozen=True, slots=True)
class Key:
    table: str
    drop: str
    make: str
    is_foreign: bool


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def bare(tables: Sequence[str], *, at_once: int = 1) -> Iterator[None]:
    """Tables without keys, and all keys back afterwards; several `at_once` over connections of their own."""
    with connection.cursor() as cursor:
        cursor.execute(KEYS, [list(tables), list(tables)])
        keys = [Key(*row) for row in cursor.fetchall()]
    run(*(key.drop for key in sorted(keys, key=lambda key: not key.is_foreign)))
    run(*(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables))
    yield
    run("SET CONSTRAINTS ALL IMMEDIATE")
    _make([key.make for key in keys if not key.is_foreign], at_once)
    # Two foreign keys between the same tables wait for each other's locks crosswise: one after the other.
    _make([key.make for key in keys if key.is_foreign], 1)
    run(*(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables), "SET CONSTRAINTS ALL DEFERRED")


def _make(statements: list[str], at_once: int) -> None:
    if at_once == 1:
        run("SET maintenance_work_mem = '256MB'", *statements)
        return
    with ThreadPoolExecutor(at_once) as hands:
        list(hands.map(_make_apart, [statements[place::at_once] for place in range(at_once)]))


def _make_apart(statements: list[str]) -> None:
    try:
        run("SET statement_timeout = 0", "SET lock_timeout = 0")
        _make(statements, 1)
    finally:
        connection.close()
