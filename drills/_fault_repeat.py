"""Every job beat knows, five times each in random order; prints how many, and each table a repeat changed."""

import random

import django

django.setup()

from django.db import connection  # noqa: E402

from orgportal.celery import app  # noqa: E402

# What says when something ran last, not what it did.
PASSING = ("core_heartbeat", "core_jobrun", "django_session")
DIGEST = "SELECT md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))) FROM {} AS t"
TIMES, SEED = 5, 14


def digests() -> dict[str, str]:
    """A digest of the rows of each table."""
    with connection.cursor() as cursor:
        tables = sorted(
            name for name in connection.introspection.table_names(cursor) if not name.startswith(PASSING)
        )
        found = {}
        for table in tables:
            cursor.execute(DIGEST.format(connection.ops.quote_name(table)))
            found[table] = cursor.fetchone()[0]
    return found


def main() -> None:
    app.loader.import_default_modules()
    # The checkpoint of the trail goes to a file, one line a call.
    names = sorted({row["task"] for row in app.conf.beat_schedule.values()} - {"core.checkpoint_audit"})
    for _ in range(3):  # what one job leaves for another to do
        for name in names:
            app.tasks[name].run()
    before = digests()
    messages = names * TIMES
    random.Random(SEED).shuffle(messages)  # noqa: S311
    for name in messages:
        app.tasks[name].run()
    after = digests()
    print(len(messages), *(table for table in before if before[table] != after[table]))


if __name__ == "__main__":
    main()
