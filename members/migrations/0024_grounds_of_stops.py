"""Why a membership was stopped. Until now every decision entered here rested on lost contact; of a stop
that was taken over with the register nobody knows it, and it stays open until somebody says it.
"""

from typing import Any

from django.db import migrations, models
from django.db.models import Exists, OuterRef, Q

GROUNDS = [
    ("lost", "Out of contact for six months, after every search"),
    ("settled", "Settled abroad for private reasons"),
    ("study", "Studying abroad and not back after the years the rule gives"),
]


def ground_field() -> models.CharField:
    return models.CharField(
        blank=True, choices=GROUNDS, default="", max_length=8, verbose_name="ground of the stop"
    )


def carry_over(apps: Any, _schema_editor: Any) -> None:
    changes = apps.get_model("members", "StandingChange")._base_manager.filter(kind="stop")
    changes.update(ground="lost")
    decided = changes.filter(member=OuterRef("member"), state="in_force", effect_on=OuterRef("starts_on"))
    periods = apps.get_model("members", "StandingPeriod")._base_manager
    periods.filter(Exists(decided), standing="suspended").update(ground="lost")


class Migration(migrations.Migration):
    dependencies = [("members", "0023_batches_to_bodies_outside")]

    operations = [
        migrations.AddField("standingchange", "ground", ground_field()),
        migrations.AddField("standingperiod", "ground", ground_field()),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        # The deferred trigger of the periods has to have fired before the tables can be altered again.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AddConstraint(
            "standingchange",
            models.CheckConstraint(
                condition=Q(ground__in=["lost", "settled", "study"], kind="stop")
                | (~Q(kind="stop") & Q(ground="")),
                name="change_stop_has_ground",
            ),
        ),
        migrations.AddConstraint(
            "standingperiod",
            models.CheckConstraint(
                condition=Q(ground="") | Q(ground__in=["lost", "settled", "study"], standing="suspended"),
                name="standing_period_ground",
            ),
        ),
    ]
