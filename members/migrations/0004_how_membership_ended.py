"""A standing that ended says how: death, exit, expulsion."""

from django.db import migrations, models

KINDS = [
    ("death", "Died"),
    ("resigned", "Left the Party at own request"),
    ("advised_out", "Advised to leave"),
    ("struck_off", "Struck off"),
    ("expelled", "Expelled"),
    ("cancelled", "Probation cancelled"),
]


class Migration(migrations.Migration):
    dependencies = [("members", "0003_branch_history_has_no_gap")]
    operations = [
        migrations.AddField(
            "standingperiod",
            "end_kind",
            models.CharField(blank=True, choices=KINDS, default="", max_length=12),
        ),
        migrations.AddConstraint(
            "standingperiod",
            models.CheckConstraint(
                condition=models.Q(
                    ("end_kind", ""),
                    models.Q(("end_kind__in", [key for key, _ in KINDS]), ("standing", "ended")),
                    _connector="OR",
                ),
                name="standing_period_end_kind",
            ),
        ),
    ]
