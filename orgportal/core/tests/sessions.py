"""How many connections are open: whoever opens one beside the test's own closes it."""

import time

from django.db import connection

PATIENCE = 5.0


def others_are_closed() -> bool:
    """Whether the test's own is the only one left; the server ends one a moment after its client is gone."""
    deadline = time.monotonic() + PATIENCE
    while others := _others():
        if time.monotonic() > deadline:
            break
        time.sleep(0.02)
    return not others


def _others() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])
