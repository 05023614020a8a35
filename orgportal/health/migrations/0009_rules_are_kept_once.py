"""What a finding was held against stood in every finding; it now stands once for each edition of the rules."""

from collections import defaultdict
from hashlib import sha256

import django.core.serializers.json
import django.db.models.deletion
import orjson
from django.db import migrations, models
from psycopg2.extras import execute_values

AT_ONCE = 500
# Of each finding ever stored: under which rules, which provision, and its source.
CITED = """
    SELECT DISTINCT said.rule_version, f ->> 'key', f -> 'citation'
    FROM (
        SELECT rule_version, content -> 'findings' AS findings FROM health_periodsummary
        WHERE content ? 'findings'
        UNION ALL
        SELECT rule_version, findings FROM health_currentassessment
    ) said, jsonb_array_elements(said.findings) AS f
"""
NAMED = "SELECT rule_version FROM health_periodsummary UNION SELECT rule_version FROM health_currentassessment"
# The digest is left as it was: the next assessment finds it different and writes the row anew.
CURRENT = """
    UPDATE health_currentassessment SET findings = (
        SELECT coalesce(jsonb_agg(f - 'citation' ORDER BY place), '[]')
        FROM jsonb_array_elements(findings) WITH ORDINALITY AS each(f, place)
    )
"""
FROZEN = """
    UPDATE health_periodsummary AS s SET content = said.content::jsonb, digest = said.digest
    FROM (VALUES %s) AS said (id, content, digest) WHERE s.id = said.id
"""


def keep_once(apps, schema_editor):
    """Editions from the findings, then the findings without their sources; frozen rows keep all they say."""
    editions = defaultdict(dict)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(NAMED)
        for (name,) in cursor.fetchall():
            editions[name]  # of a body above branches nothing was cited
        cursor.execute(CITED)
        for name, key, citation in cursor.fetchall():
            editions[name][key] = {"citation": orjson.loads(citation)}
        edition = apps.get_model("health", "RuleEdition")
        edition.objects.bulk_create(edition(name=name, provisions=rules) for name, rules in editions.items())
        cursor.execute(CURRENT)
        cursor.execute("ALTER TABLE health_periodsummary DISABLE TRIGGER health_summary_frozen")
        summaries = apps.get_model("health", "PeriodSummary").unscoped.filter(content__has_key="findings")
        ids = list(summaries.order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(ids), AT_ONCE):
            some = summaries.filter(pk__in=ids[start : start + AT_ONCE]).values_list("pk", "content")
            execute_values(cursor.cursor, FROZEN, [(pk, *_without(content)) for pk, content in some])
        cursor.execute("ALTER TABLE health_periodsummary ENABLE TRIGGER health_summary_frozen")


def _without(content):
    for finding in content["findings"]:
        finding.pop("citation", None)
    written = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    return written.decode(), sha256(written).hexdigest()


def edition():
    return models.ForeignKey(
        "health.RuleEdition", on_delete=django.db.models.deletion.PROTECT, db_column="rule_version",
        db_index=False, related_name="+",
    )  # fmt: skip


class Migration(migrations.Migration):

    dependencies = [("health", "0008_group_robots")]

    operations = [
        migrations.CreateModel(
            name="RuleEdition",
            fields=[
                ("name", models.CharField(max_length=12, primary_key=True, serialize=False)),
                ("provisions", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
            ],
        ),
        migrations.RunPython(keep_once, migrations.RunPython.noop),
        migrations.RenameField("currentassessment", "rule_version", "edition"),
        migrations.AlterField("currentassessment", "edition", edition()),
        migrations.RenameField("periodsummary", "rule_version", "edition"),
        migrations.AlterField("periodsummary", "edition", edition()),
    ]
