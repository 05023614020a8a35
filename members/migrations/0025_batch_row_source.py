"""Where the member of a batch's row belonged when it was prepared."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("branches", "0001_initial"), ("members", "0024_grounds_of_stops")]

    operations = [
        migrations.AddField(
            model_name="batchrow",
            name="source",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="branches.organization"
            ),
        ),
    ]
