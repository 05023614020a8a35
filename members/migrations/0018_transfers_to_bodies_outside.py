"""A transfer may go to a body outside the portal; who left that way is marked so."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('branches', '0001_initial'),
        ('members', '0017_merged_records'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='standingperiod',
            name='standing_period_end_kind',
        ),
        migrations.RemoveConstraint(
            model_name='transfer',
            name='transfer_goes_somewhere',
        ),
        migrations.AddField(
            model_name='transfer',
            name='accepted_on',
            field=models.DateField(null=True, verbose_name='accepted on'),
        ),
        migrations.AddField(
            model_name='transfer',
            name='handed_in_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='transfer',
            name='outside_address',
            field=models.CharField(blank=True, max_length=200, verbose_name='address'),
        ),
        migrations.AddField(
            model_name='transfer',
            name='outside_body',
            field=models.CharField(blank=True, max_length=120, verbose_name='receiving branch'),
        ),
        migrations.AddField(
            model_name='transfer',
            name='outside_committee',
            field=models.CharField(blank=True, max_length=120, verbose_name='its committee'),
        ),
        migrations.AddField(
            model_name='transfer',
            name='outside_phone',
            field=models.CharField(blank=True, max_length=30, verbose_name='telephone'),
        ),
        migrations.AddField(
            model_name='transfer',
            name='outside_postcode',
            field=models.CharField(blank=True, max_length=10, verbose_name='postcode'),
        ),
        migrations.AddField(
            model_name='transfer',
            name='slip_number',
            field=models.CharField(blank=True, max_length=60, verbose_name='number of the slip'),
        ),
        migrations.AlterField(
            model_name='standingperiod',
            name='end_kind',
            field=models.CharField(blank=True, choices=[('death', 'Died'), ('resigned', 'Left the Party at own request'), ('advised_out', 'Advised to leave'), ('struck_off', 'Struck off'), ('expelled', 'Expelled'), ('cancelled', 'Probation cancelled'), ('gone', 'Struck off as having left of own accord'), ('transferred', 'Transferred to a body outside the portal')], default='', max_length=12),
        ),
        migrations.AlterField(
            model_name='transfer',
            name='target',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='transfers_in', to='branches.organization'),
        ),
        migrations.AddConstraint(
            model_name='standingperiod',
            constraint=models.CheckConstraint(condition=models.Q(('end_kind', ''), models.Q(('end_kind__in', ['death', 'resigned', 'advised_out', 'struck_off', 'expelled', 'cancelled', 'gone', 'transferred']), ('standing', 'ended')), _connector='OR'), name='standing_period_end_kind'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(('target', None), models.Q(('source', models.F('target')), _negated=True), _connector='OR'), name='transfer_goes_somewhere'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('target', None), models.Q(('outside_body', ''), _negated=True), models.Q(('outside_committee', ''), _negated=True)), models.Q(('outside_body', ''), ('outside_committee', ''), ('target__isnull', False)), _connector='OR'), name='transfer_one_target'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('accepted_on', None), ('target__isnull', False)), models.Q(('accepted_on__isnull', False), ('state', 'accepted'), ('target', None)), models.Q(('accepted_on', None), ('target', None), models.Q(('state', 'accepted'), _negated=True)), _connector='OR'), name='transfer_slip_is_dated'),
        ),
    ]
