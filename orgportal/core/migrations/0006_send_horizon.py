"""A restore leaves a row that nobody changes or removes."""

from django.db import migrations, models
from django.db.models import F, Q

FORWARDS = """
CREATE FUNCTION core_horizon_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a restore is never struck out' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER core_horizon_append_only BEFORE UPDATE OR DELETE ON core_sendhorizon
    FOR EACH ROW EXECUTE FUNCTION core_horizon_refuse();
"""
BACKWARDS = """
DROP TRIGGER core_horizon_append_only ON core_sendhorizon;
DROP FUNCTION core_horizon_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0005_digests_and_choices")]
    operations = [
        migrations.CreateModel(
            name="SendHorizon",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("taken_at", models.DateTimeField()),
                ("restored_at", models.DateTimeField(db_index=True)),
                ("app_version", models.CharField(max_length=40)),
                ("mails_cancelled", models.PositiveIntegerField()),
                ("notices_cancelled", models.PositiveIntegerField()),
                ("entries_lost", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(restored_at__gt=F("taken_at")), name="send_horizon_after_its_backup"
                    )
                ],
            },
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
