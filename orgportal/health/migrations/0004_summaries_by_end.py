"""Lists of summaries go by the end of their period: a quarter stands beside its last month."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("health", "0003_summaries_are_frozen")]
    operations = [
        migrations.RemoveIndex(model_name="periodsummary", name="summary_by_period"),
        migrations.AddIndex(
            model_name="periodsummary",
            index=models.Index(fields=["ends_on", "starts_on", "organization"], name="summary_by_end"),
        ),
    ]
