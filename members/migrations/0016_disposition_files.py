"""Disposition files and their steps."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

from orgportal.core.sequences import start_sequences


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0015_card_checks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('correct', 'Correction within a period'), ('advise_out', 'Advise to leave'), ('strike', 'Strike off')], max_length=12, verbose_name='proposed')),
                ('grounds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('conviction', 'Weak conviction'), ('religion', 'Religious belief'), ('passive', 'Passive work, no longer an example'), ('no_meetings', 'Absent from organisational life without good reason'), ('dues', 'Dues late or short'), ('lost', 'Out of contact for over six months, and found again'), ('threat', 'Uses leaving the Party as a threat'), ('no_change', 'No change after the correction period'), ('six_meetings', 'Six months running without organisational life'), ('six_dues', 'Six months running without dues'), ('six_work', 'Six months running without the work assigned'), ('disloyal', 'Disloyal to the Party'), ('refuses', 'Refuses to leave when advised to'), ('stopped', 'Membership stopped for two years, still out of contact')], max_length=16), size=None)),
                ('state', models.CharField(choices=[('open', 'Under way'), ('correcting', 'In the correction period'), ('done', 'Carried out'), ('corrected', 'Corrected'), ('not_corrected', 'Not corrected'), ('dropped', 'Dropped')], default='open', max_length=16)),
                ('facts', models.CharField(max_length=500, verbose_name='what happened')),
                ('proposed_on', models.DateField(verbose_name='proposed by the branch committee on')),
                ('correct_until', models.DateField(null=True, verbose_name='correction period until')),
                ('opened_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('change', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='case', to='members.standingchange')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='members.member')),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='CaseStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('prefile', 'Pre-filed with the committee above'), ('facts', 'Facts found'), ('heard', 'Member heard'), ('opinion', "Branch committee's opinion"), ('meeting', 'Decided by the general meeting'), ('approve', 'Approved by the committee above'), ('appeal', 'Member appeals'), ('corrected', 'Corrected: the case ends'), ('not_corrected', 'Not corrected: the case ends'), ('drop', 'Dropped')], max_length=16)),
                ('on', models.DateField()),
                ('document', models.CharField(blank=True, max_length=120)),
                ('words', models.CharField(blank=True, max_length=500)),
                ('recorded_at', models.DateTimeField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='members.case')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['correct', 'advise_out', 'strike'])), name='case_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'correcting', 'done', 'corrected', 'not_corrected', 'dropped'])), name='case_state_known'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['open', 'correcting'])), fields=('member',), name='case_one_open'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('state__in', ['open', 'correcting'])), models.Q(models.Q(('state__in', ['open', 'correcting']), _negated=True), ('closed_at__isnull', False)), _connector='OR'), name='case_end_is_dated'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'correcting'), _negated=True), ('correct_until__isnull', False), _connector='OR'), name='case_correction_has_end'),
        ),
        migrations.AddIndex(
            model_name='casestep',
            index=models.Index(fields=['case', 'id'], name='case_step_order'),
        ),
        migrations.AddConstraint(
            model_name='casestep',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['prefile', 'facts', 'heard', 'opinion', 'meeting', 'approve', 'appeal', 'corrected', 'not_corrected', 'drop'])), name='case_act_known'),
        ),
        start_sequences("members", "Case", "CaseStep"),
    ]
