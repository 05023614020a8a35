"""What dated rows said before they were closed or corrected, and one view over all of it."""

import django.db.models.deletion
from django.db import migrations, models

from orgportal.core.sequences import start_sequences

VIEW = """
CREATE VIEW members_fact AS
SELECT id, 'branch'::varchar AS kind, member_id, branch_id, ''::varchar AS said, starts_on, ends_on,
       COALESCE(changed_at, recorded_at) AS known_from, NULL::timestamptz AS known_until
FROM members_branchperiod
UNION ALL
SELECT id, 'standing'::varchar, member_id, NULL::bigint, standing::varchar, starts_on, ends_on,
       COALESCE(changed_at, recorded_at), NULL::timestamptz
FROM members_standingperiod
UNION ALL
SELECT id, 'stay'::varchar, member_id, NULL::bigint, state::varchar, starts_on, ends_on,
       COALESCE(changed_at, recorded_at), NULL::timestamptz
FROM members_mobilespell WHERE end_kind <> 'mistake'
UNION ALL
SELECT id, 'post'::varchar, member_id, organization_id, kind::varchar, starts_on, ends_on,
       COALESCE(changed_at, recorded_at), NULL::timestamptz
FROM members_post WHERE cancelled_on IS NULL
UNION ALL
SELECT id, kind::varchar, member_id, branch_id, said::varchar, starts_on, ends_on, known_from, known_until
FROM members_superseded
"""
# A period was closed by whoever wrote the next one, which begins the day after: until then it was open.
CLOSED_BEFORE = """
WITH closed AS (
    SELECT p.id, min(n.recorded_at) AS at
    FROM members_{table} p
    JOIN (
        SELECT member_id, starts_on, recorded_at FROM members_{table}
        UNION ALL
        SELECT member_id, starts_on, recorded_at FROM members_standingperiod WHERE standing = 'ended'
    ) n ON n.member_id = p.member_id AND n.starts_on = p.ends_on + 1
    GROUP BY p.id, p.recorded_at
    HAVING min(n.recorded_at) > p.recorded_at
), kept AS (
    INSERT INTO members_superseded (kind, member_id, branch_id, said, starts_on, known_from, known_until)
    SELECT '{kind}', p.member_id, {branch}, {said}, p.starts_on, p.recorded_at, c.at
    FROM members_{table} p JOIN closed c ON c.id = p.id
)
UPDATE members_{table} p SET changed_at = c.at FROM closed c WHERE c.id = p.id
"""
BRANCH = CLOSED_BEFORE.format(table="branchperiod", kind="branch", branch="p.branch_id", said="''")
STANDING = CLOSED_BEFORE.format(table="standingperiod", kind="standing", branch="NULL", said="p.standing")


class Migration(migrations.Migration):
    dependencies = [("branches", "0001_initial"), ("members", "0029_contacts_abroad_within_half_a_year")]
    operations = [
        *(
            migrations.AddField(model, "changed_at", models.DateTimeField(null=True))
            for model in ("branchperiod", "standingperiod", "mobilespell", "post")
        ),
        migrations.CreateModel(
            name='Superseded',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('branch', 'Branch'), ('standing', 'Standing'), ('stay', 'Stay away'), ('post', 'Post')], max_length=8)),
                ('said', models.CharField(blank=True, max_length=16)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(null=True)),
                ('known_from', models.DateTimeField()),
                ('known_until', models.DateTimeField()),
                ('branch', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='branches.organization')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='superseded', to='members.member')),
            ],
            options={
                'indexes': [models.Index(fields=['branch', 'starts_on'], name='superseded_by_branch')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['branch', 'standing', 'stay', 'post'])), name='superseded_kind_known'), models.CheckConstraint(condition=models.Q(('known_until__gt', models.F('known_from'))), name='superseded_was_on_record')],
            },
        ),
        migrations.CreateModel(
            name='Fact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('branch', 'Branch'), ('standing', 'Standing'), ('stay', 'Stay away'), ('post', 'Post')], max_length=8)),
                ('said', models.CharField(max_length=16)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(null=True)),
                ('known_from', models.DateTimeField()),
                ('known_until', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'members_fact',
                'managed': False,
            },
        ),
        start_sequences("members", "Superseded"),
        migrations.RunSQL(VIEW, "DROP VIEW members_fact"),
        migrations.RunSQL([BRANCH, STANDING, "SET CONSTRAINTS ALL IMMEDIATE"], migrations.RunSQL.noop),
    ]
