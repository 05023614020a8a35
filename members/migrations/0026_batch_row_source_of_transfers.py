"""The branch at preparing of rows that have a transfer; of the others nothing true is left to be known."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    Transfer = apps.get_model("members", "Transfer")
    source = Transfer._base_manager.filter(pk=OuterRef("transfer")).values("source")
    rows = apps.get_model("members", "BatchRow")._base_manager.filter(source=None)
    rows.exclude(transfer=None).update(source=Subquery(source[:1]))


class Migration(migrations.Migration):
    dependencies = [("members", "0025_batch_row_source")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
