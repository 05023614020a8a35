"""Text from a generator into COPY, read as the server takes it."""

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection

from orgportal.core.copying import as_text


class Stream:
    """A file that is never whole: gives what the generator gives, in pieces no larger than asked."""

    def __init__(self, chunks: Iterator[str]) -> None:
        self._chunks, self._open = chunks, io.BytesIO()

    def read(self, size: int = -1) -> bytes:
        while not (given := self._open.read(size)):
            chunk = next(self._chunks, None)
            if chunk is None:
                return b""
            self._open = io.BytesIO(chunk.encode())
        return given


def stream(table: str, columns: Sequence[str], chunks: Iterator[str]) -> None:
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert(
            f'COPY "{table}" ({", ".join(columns)}) FROM STDIN', Stream(chunks), 1 << 16
        )


def rows(table: str, columns: Sequence[str], values: Iterable[Sequence[Any]]) -> None:
    """Row by row: what is counted in bodies, not in members."""
    stream(table, columns, ("\t".join(map(as_text, row)) + "\n" for row in values))


def take_ids(table: str, count: int) -> int:
    """The first of so many ids of the table's own sequence, in a row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(s, nextval(s) + %s - 1) FROM pg_get_serial_sequence(%s, 'id') AS s",
            [max(count, 1), table],
        )
        (last,) = cursor.fetchone()
        return int(last) - max(count, 1) + 1
