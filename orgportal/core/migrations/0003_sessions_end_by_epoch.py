from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    dependencies = [("core", "0002_audit_is_insert_only")]
    operations = [
        migrations.AddField(
            model_name="user",
            name="session_epoch",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(Upper("user_name"), name="user_name_once_in_any_case"),
        ),
    ]
