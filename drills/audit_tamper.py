"""`verify_audit` finds an edit, a deletion, an insertion, a swap, a cut tail and a whole rewrite: 6 of 6.

Builds a database of its own, writes an honest trail, takes a checkpoint outside it, tampers as the owner of
the table would (triggers off), and asks the verifier each time. Prints the count last.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import django
from django.core.management import CommandError, call_command
from django.db import connection, transaction

ENTRIES = 2000


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orgportal.settings_test")
    django.setup()
    name = f"drill_{os.getpid()}"
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()
    first = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = name
    try:
        call_command("migrate", verbosity=0)
        found = run()
    finally:
        connection.close()
        connection.settings_dict["NAME"] = first
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}"')
    return 0 if found else 1


def run() -> bool:
    from orgportal.core import audit  # noqa: PLC0415  needs the set-up above
    from orgportal.core.tests import tampering  # noqa: PLC0415

    ids = tampering.write_entries(ENTRIES)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "checkpoints.jsonl"
        point = audit.write_checkpoint(tampering.START, file)
        started = time.perf_counter()
        call_command("verify_audit", checkpoint=file)
        print(f"honest trail of {point.entries} entries: {time.perf_counter() - started:.2f} s")
        found = [shown(name, ids, file) for name in tampering.ACTS]
    print(f"{sum(found)} of {len(found)}")
    return all(found)


def shown(name: str, ids: list[int], file: Path) -> bool:
    """Whether the command exits in error and names what was done."""
    from orgportal.core.tests import tampering  # noqa: PLC0415

    act, fault = tampering.ACTS[name]
    said = ""
    with transaction.atomic():
        with tampering.as_table_owner():
            bad = act(ids)
        try:
            call_command("verify_audit", checkpoint=file)
        except CommandError as error:
            said = str(error)
        transaction.set_rollback(True)
    is_found = said.startswith(fault) and (bad is None or f"entry {bad}" in said)
    print(f"{name}: {said or 'NOT FOUND'}{'' if is_found else '  <- expected ' + fault}")
    return is_found


if __name__ == "__main__":
    sys.exit(main())
