"""Papers issued on a member, numbered per body, kind and year by a locked counter row."""

import django.core.serializers.json
import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

from orgportal.core.sequences import start_sequences


class Migration(migrations.Migration):

    dependencies = [
        ('branches', '0001_initial'),
        ('members', '0006_reveals_by_looker'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Paper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('letter', 'Letter of introduction'), ('slip', 'Return slip'), ('certificate', 'Membership certificate'), ('card', 'Activity card of a mobile member')], max_length=12, verbose_name='kind')),
                ('year', models.PositiveSmallIntegerField()),
                ('serial', models.PositiveIntegerField()),
                ('number', models.CharField(max_length=80, verbose_name='number')),
                ('token', models.CharField(max_length=43, unique=True)),
                ('issued_on', models.DateField(verbose_name='issued on')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='valid until')),
                ('state', models.CharField(choices=[('issued', 'Issued'), ('ended', 'Ended')], default='issued', max_length=8)),
                ('end_reason', models.CharField(blank=True, choices=[('used', 'It has served its purpose'), ('lost', 'Reported lost'), ('expired', 'Not handed in in time'), ('corrected', 'Replaced by a corrected one'), ('withdrawn', 'Withdrawn'), ('returned', 'Handed back')], max_length=12)),
                ('ended_on', models.DateField(blank=True, null=True)),
                ('end_note', models.CharField(blank=True, max_length=300, verbose_name='remark')),
                ('facts', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('recorded_at', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='branches.organization')),
                ('issued_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('issuer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='branches.organization')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='members.member')),
                ('replaces', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='members.paper')),
                ('transfer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='members.transfer')),
            ],
            options={
                'indexes': [models.Index(fields=['member', '-id'], name='paper_by_member'), models.Index(fields=['branch', '-id'], name='paper_by_branch')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['letter', 'slip', 'certificate', 'card'])), name='paper_kind_known'), models.UniqueConstraint(fields=('issuer', 'kind', 'year', 'serial'), name='paper_number_once'), models.CheckConstraint(condition=models.Q(('valid_until', None), ('valid_until__gte', models.F('issued_on')), _connector='OR'), name='paper_days_in_order'), models.CheckConstraint(condition=models.Q(models.Q(('end_reason', ''), ('ended_on', None), ('state', 'issued')), models.Q(('ended_on__isnull', False), ('state', 'ended'), ('end_reason__in', ['used', 'lost', 'expired', 'corrected', 'withdrawn', 'returned'])), _connector='OR'), name='paper_end_is_dated'), models.UniqueConstraint(condition=models.Q(('kind', 'letter'), ('state', 'issued')), fields=('transfer',), name='paper_one_letter')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='PaperCounter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('letter', 'Letter of introduction'), ('slip', 'Return slip'), ('certificate', 'Membership certificate'), ('card', 'Activity card of a mobile member')], max_length=12)),
                ('year', models.PositiveSmallIntegerField()),
                ('last', models.PositiveIntegerField(default=0)),
                ('issuer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='branches.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('issuer', 'kind', 'year'), name='paper_counter_once')],
            },
        ),
        start_sequences("members", "Paper", "PaperCounter"),
    ]
