"""Decisions about a standing; rights a member lacks; the day an extended probation is served."""

import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

from orgportal.core.sequences import start_sequences


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0008_batches'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='StandingChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('confirm', 'Confirm as formal member'), ('extend', 'Extend probation'), ('cancelled', 'Cancel probation'), ('stop', 'Stop membership'), ('restore', 'Restore membership'), ('watch', 'Probation within the Party'), ('suspend', "Suspend the member's rights"), ('lift', 'Give the rights back'), ('resigned', 'Leaves the Party at own request'), ('advised_out', 'Advise to leave'), ('struck_off', 'Strike off'), ('gone', 'Strike off as having left of own accord'), ('expelled', 'Expel'), ('death', 'Record a death')], max_length=12)),
                ('state', models.CharField(choices=[('proposed', 'Waiting for the committee above'), ('coming', 'Decided, still to take effect'), ('in_force', 'In force'), ('refused', 'Not approved'), ('withdrawn', 'Withdrawn')], max_length=12)),
                ('decided_on', models.DateField(verbose_name='decided on')),
                ('meeting_id', models.BigIntegerField(blank=True, null=True)),
                ('document', models.CharField(blank=True, max_length=120, verbose_name='document number')),
                ('effect_on', models.DateField(verbose_name='takes effect on')),
                ('extended_to', models.DateField(blank=True, null=True, verbose_name='probation extended to')),
                ('remark', models.CharField(blank=True, max_length=300, verbose_name='remark')),
                ('entered_at', models.DateTimeField()),
                ('approved_at', models.DateTimeField(null=True)),
                ('approval', models.CharField(blank=True, max_length=120, verbose_name='document of the approval')),
                ('settled_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='standingperiod',
            name='standing_period_end_kind',
        ),
        migrations.AddField(
            model_name='member',
            name='probation_until',
            field=models.DateField(blank=True, null=True, verbose_name='probation extended to'),
        ),
        migrations.AddField(
            model_name='standingperiod',
            name='restriction',
            field=models.CharField(blank=True, choices=[('', 'Full rights'), ('watch', 'On probation within the Party'), ('rights', "Member's rights suspended")], default='', max_length=8),
        ),
        migrations.AlterField(
            model_name='standingperiod',
            name='end_kind',
            field=models.CharField(blank=True, choices=[('death', 'Died'), ('resigned', 'Left the Party at own request'), ('advised_out', 'Advised to leave'), ('struck_off', 'Struck off'), ('expelled', 'Expelled'), ('cancelled', 'Probation cancelled'), ('gone', 'Struck off as having left of own accord')], default='', max_length=12),
        ),
        migrations.AddConstraint(
            model_name='standingperiod',
            constraint=models.CheckConstraint(condition=models.Q(('restriction', ''), models.Q(('restriction__in', ['', 'watch', 'rights']), ('standing__in', ('formal', 'probationary'))), _connector='OR'), name='standing_period_restriction'),
        ),
        migrations.AddConstraint(
            model_name='standingperiod',
            constraint=models.CheckConstraint(condition=models.Q(('end_kind', ''), models.Q(('end_kind__in', ['death', 'resigned', 'advised_out', 'struck_off', 'expelled', 'cancelled', 'gone']), ('standing', 'ended')), _connector='OR'), name='standing_period_end_kind'),
        ),
        migrations.AddField(
            model_name='standingchange',
            name='approved_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='standingchange',
            name='entered_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='standingchange',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='standing_changes', to='members.member'),
        ),
        migrations.AddField(
            model_name='standingchange',
            name='settled_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='standingchange',
            index=models.Index(condition=models.Q(('state', 'coming')), fields=['effect_on'], name='change_coming'),
        ),
        migrations.AddIndex(
            model_name='standingchange',
            index=models.Index(fields=['member', '-entered_at'], name='change_by_member'),
        ),
        migrations.AddConstraint(
            model_name='standingchange',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['confirm', 'extend', 'cancelled', 'stop', 'restore', 'watch', 'suspend', 'lift', 'resigned', 'advised_out', 'struck_off', 'gone', 'expelled', 'death'])), name='change_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='standingchange',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['proposed', 'coming', 'in_force', 'refused', 'withdrawn'])), name='change_state_known'),
        ),
        migrations.AddConstraint(
            model_name='standingchange',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['proposed', 'coming'])), fields=('member',), name='change_one_open'),
        ),
        migrations.AddConstraint(
            model_name='standingchange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('extended_to__isnull', False), ('kind', 'extend')), models.Q(models.Q(('kind', 'extend'), _negated=True), ('extended_to', None)), _connector='OR'), name='change_extension_has_day'),
        ),
        migrations.AddConstraint(
            model_name='standingchange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('document', ''), _negated=True), ('meeting_id__isnull', False), _connector='OR'), name='change_has_basis'),
        ),
        migrations.AddConstraint(
            model_name='standingchange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('settled_at', None), ('state__in', ['proposed', 'coming'])), models.Q(models.Q(('state__in', ['proposed', 'coming']), _negated=True), ('settled_at__isnull', False)), _connector='OR'), name='change_end_is_dated'),
        ),
        start_sequences("members", "StandingChange"),
    ]
