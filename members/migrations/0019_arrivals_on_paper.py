"""Members come on paper; who left that way may come back, and the days outside are no gap."""

import django.core.serializers.json
import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

from orgportal.core.sequences import start_sequences

FORWARDS = """
CREATE OR REPLACE FUNCTION members_check_history() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    person bigint;
    current_branch bigint;
BEGIN
    IF TG_TABLE_NAME = 'members_member' THEN
        person := NEW.id;
    ELSIF TG_OP = 'DELETE' THEN
        person := OLD.member_id;
    ELSE
        person := NEW.member_id;
    END IF;
    IF EXISTS (
        SELECT 1 FROM (
            SELECT starts_on,
                   lag(ends_on) OVER (ORDER BY starts_on) AS previous_end,
                   row_number() OVER (ORDER BY starts_on) AS place
            FROM members_branchperiod WHERE member_id = person
        ) AS period
        WHERE place > 1 AND (previous_end IS NULL OR starts_on <> previous_end + 1)
          -- The days of a member who had left the register and came back are no gap.
          AND NOT EXISTS (
            SELECT 1 FROM members_standingperiod
            WHERE member_id = person AND standing = 'ended'
              AND starts_on = period.previous_end + 1 AND ends_on = period.starts_on - 1
          )
    ) THEN
        RAISE EXCEPTION 'branch history of member % has a gap', person USING ERRCODE = 'check_violation';
    END IF;
    SELECT branch_id INTO current_branch FROM members_member WHERE id = person AND standing <> 'ended';
    IF current_branch IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM members_branchperiod
        WHERE member_id = person AND branch_id = current_branch AND ends_on IS NULL
    ) THEN
        RAISE EXCEPTION 'branch history of member % does not end in the branch of the register', person
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
"""
BACKWARDS = """
CREATE OR REPLACE FUNCTION members_check_history() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    person bigint;
    current_branch bigint;
BEGIN
    IF TG_TABLE_NAME = 'members_member' THEN
        person := NEW.id;
    ELSIF TG_OP = 'DELETE' THEN
        person := OLD.member_id;
    ELSE
        person := NEW.member_id;
    END IF;
    IF EXISTS (
        SELECT 1 FROM (
            SELECT starts_on,
                   lag(ends_on) OVER (ORDER BY starts_on) AS previous_end,
                   row_number() OVER (ORDER BY starts_on) AS place
            FROM members_branchperiod WHERE member_id = person
        ) AS period
        WHERE place > 1 AND (previous_end IS NULL OR starts_on <> previous_end + 1)
    ) THEN
        RAISE EXCEPTION 'branch history of member % has a gap', person USING ERRCODE = 'check_violation';
    END IF;
    SELECT branch_id INTO current_branch FROM members_member WHERE id = person AND standing <> 'ended';
    IF current_branch IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM members_branchperiod
        WHERE member_id = person AND branch_id = current_branch AND ends_on IS NULL
    ) THEN
        RAISE EXCEPTION 'branch history of member % does not end in the branch of the register', person
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('branches', '0001_initial'),
        ('members', '0018_transfers_to_bodies_outside'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Arrival',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('letter_number', models.CharField(max_length=60, verbose_name='number of the letter')),
                ('letter_body', models.CharField(max_length=120, verbose_name='body that issued the letter')),
                ('letter_address', models.CharField(blank=True, max_length=200, verbose_name='its address')),
                ('letter_phone', models.CharField(blank=True, max_length=30, verbose_name='its telephone')),
                ('from_branch', models.CharField(max_length=120, verbose_name='branch the member comes from')),
                ('issued_on', models.DateField(verbose_name='letter issued on')),
                ('valid_until', models.DateField(verbose_name='letter valid until')),
                ('dues_paid_to', models.DateField(blank=True, null=True, verbose_name='dues paid up to')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('standing', models.CharField(choices=[('formal', 'Formal member'), ('probationary', 'Probationary member'), ('suspended', 'Membership stopped'), ('ended', 'No longer a member')], max_length=12, verbose_name='standing')),
                ('person', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('id_number_sealed', models.BinaryField()),
                ('state', models.CharField(choices=[('at_receiver', 'At the receiving side'), ('accepted', 'Accepted'), ('refused', 'Refused')], default='at_receiver', max_length=12)),
                ('registered_at', models.DateTimeField()),
                ('is_return', models.BooleanField(default=False)),
                ('accepted_on', models.DateField(null=True, verbose_name='accepted on')),
                ('refusal', models.CharField(blank=True, choices=[('wrong_target', 'Wrong receiving body'), ('file_check', 'A problem in the file is being checked'), ('probation_papers', 'Probation papers are missing'), ('not_here', 'The member does not work or live here')], max_length=16)),
                ('remark', models.CharField(blank=True, max_length=300, verbose_name='remark')),
                ('ended_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='arrivals', to='branches.organization')),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='arrivals', to='members.member')),
                ('registered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('slip', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='arrival', to='members.paper')),
            ],
            options={
                'indexes': [models.Index(fields=['branch', 'state'], name='arrival_by_branch')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ('at_receiver', 'accepted', 'refused'))), name='arrival_state_known'), models.CheckConstraint(condition=models.Q(('valid_until__gte', models.F('issued_on'))), name='arrival_days_in_order'), models.CheckConstraint(condition=models.Q(models.Q(('accepted_on__isnull', False), ('ended_at__isnull', False), ('member__isnull', False), ('slip__isnull', False), ('state', 'accepted')), models.Q(('ended_at__isnull', False), ('member', None), ('state', 'refused'), models.Q(('refusal', ''), _negated=True)), models.Q(('ended_at', None), ('member', None), ('state', 'at_receiver')), _connector='OR'), name='arrival_end_is_whole'), models.UniqueConstraint(condition=models.Q(('state', 'refused'), _negated=True), fields=('letter_body', 'letter_number'), name='arrival_letter_once')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
        start_sequences("members", "Arrival"),
    ]
