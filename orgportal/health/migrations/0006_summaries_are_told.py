"""A run of summaries remembers that its digests were planned."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("health", "0005_coverage_reviews")]
    operations = [
        migrations.AddField("summaryrun", "told_at", models.DateTimeField(null=True)),
    ]
