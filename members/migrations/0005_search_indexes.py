"""Search: given name, pinyin without spaces, last digits of the mobile (performance.md 6)."""

from django.contrib.postgres.indexes import OpClass
from django.db import migrations, models
from django.db.models.functions import Replace, Reverse, Substr


class Migration(migrations.Migration):
    dependencies = [("members", "0004_how_membership_ended")]
    operations = [
        migrations.AddIndex(
            "member",
            models.Index(OpClass(Substr("name", 2), name="text_pattern_ops"), name="member_by_given_name"),
        ),
        migrations.AddIndex(
            "member",
            models.Index(Replace("name_key", models.Value(" "), models.Value("")), name="member_by_pinyin"),
        ),
        migrations.AddIndex(
            "member",
            models.Index(OpClass(Reverse("mobile"), name="text_pattern_ops"), name="member_by_mobile_end"),
        ),
    ]
