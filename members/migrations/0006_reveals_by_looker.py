"""How many identity numbers one person revealed within the hour is one index range."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0005_search_indexes")]
    operations = [
        migrations.AddIndex(
            "look",
            models.Index(condition=models.Q(("kind", "reveal")), fields=["looker", "at"], name="look_reveals"),
        ),
    ]
