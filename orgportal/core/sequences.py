"""Ids name their installation: each app's sequences start at INSTALLATION_NUMBER << 40."""

from typing import Any

from django.conf import settings
from django.db.migrations import RunPython


def start_sequences(app_label: str, *names: str) -> RunPython:
    """A migration step, put last in an app's first migration; later ones name the tables they make."""

    def forwards(apps: Any, schema_editor: Any) -> None:
        start = (settings.INSTALLATION_NUMBER << 40) + 1
        config = apps.get_app_config(app_label)
        for model in [config.get_model(name) for name in names] or config.get_models():
            meta = model._meta  # noqa: SLF001
            with schema_editor.connection.cursor() as cursor:
                cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [meta.db_table, meta.pk.column])
                (sequence,) = cursor.fetchone()
                if sequence:
                    cursor.execute(f"ALTER SEQUENCE {sequence} RESTART WITH {start}")

    return RunPython(forwards, RunPython.noop)
