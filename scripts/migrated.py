"""A migrated database for test workers to copy: `python -m scripts.migrated make NAME`, or `drop NAME`."""

import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "orgportal.settings_test"

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from orgportal.core.pg_tools import connected_to, drop_database, outside  # noqa: E402


def make(name: str) -> None:
    with outside() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    with connected_to(name):
        call_command("migrate", verbosity=0)


def drop(name: str) -> None:
    with outside() as cursor:
        drop_database(cursor, name)


if __name__ == "__main__":
    {"make": make, "drop": drop}[sys.argv[1]](sys.argv[2])
