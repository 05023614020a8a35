import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.core.serializers.json
import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

from orgportal.core.sequences import start_sequences


class Migration(migrations.Migration):

    dependencies = [
        ('branches', '0001_initial'),
        ('members', '0009_standing_changes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MobileSpell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('', 'Not mobile'), ('out', 'Away (mobile member)'), ('abroad', 'Abroad')], max_length=8, verbose_name='where')),
                ('reason', models.CharField(choices=[('work', 'Work away from home'), ('firm', 'The firm was reformed or went bankrupt'), ('graduated', 'Not settled since graduation'), ('job', 'Change of job'), ('study', 'Study'), ('home', 'Change of home'), ('other', 'Other reason')], max_length=12, verbose_name='reason')),
                ('place', models.CharField(max_length=40, verbose_name='place')),
                ('starts_on', models.DateField(verbose_name='away since')),
                ('expected_on', models.DateField(blank=True, null=True, verbose_name='expected back')),
                ('ends_on', models.DateField(null=True)),
                ('end_kind', models.CharField(blank=True, choices=[('returned', 'Came back'), ('moved_on', 'Went on to another place'), ('transferred', 'The affiliation was transferred'), ('membership', 'The membership ended'), ('mistake', 'Entered by mistake')], max_length=12)),
                ('next_contact_on', models.DateField(blank=True, null=True, verbose_name='next contact')),
                ('recorded_at', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('contact_person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='kept_in_touch', to='members.member')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='spells', to='members.member')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Inflow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, verbose_name='member number')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('state', models.CharField(choices=[('announced', 'Announced by the home branch'), ('registered', 'Registered, not confirmed by the home branch yet'), ('matched', 'Matched with the home branch'), ('ended', 'Ended')], max_length=12)),
                ('since', models.DateField(verbose_name='here since')),
                ('expected_on', models.DateField(blank=True, null=True, verbose_name='expected to leave')),
                ('ended_on', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='inflows', to='branches.organization')),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='inflows', to='members.member')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('spell', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='inflows', to='members.mobilespell')),
            ],
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('method', models.CharField(choices=[('phone', 'Phone'), ('message', 'Message'), ('video', 'Video call'), ('visit', 'Visit'), ('meeting', 'Met when home')], max_length=8, verbose_name='how')),
                ('on', models.DateField(verbose_name='on')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('next_on', models.DateField(blank=True, null=True, verbose_name='next contact')),
                ('void_reason', models.CharField(blank=True, max_length=200)),
                ('recorded_at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='members.member')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('spell', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='members.mobilespell')),
            ],
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='NumberTry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='ContactProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('stop', 'Stop the membership'), ('strike', 'Strike off as left of own accord')], max_length=8)),
                ('counts_from', models.DateField()),
                ('due_on', models.DateField()),
                ('evidence', models.JSONField(default=list, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('state', models.CharField(choices=[('open', 'Open'), ('dismissed', 'Set aside'), ('overtaken', 'Overtaken by events'), ('decided', 'Decided by a meeting')], default='open', max_length=12)),
                ('opened_on', models.DateField()),
                ('closed_on', models.DateField(null=True)),
                ('reason', models.CharField(blank=True, choices=[('found', 'Contact was found'), ('excused', 'Cannot take part for a good reason'), ('searching', 'The search is not finished'), ('wrong_data', 'The records are incomplete')], max_length=12)),
                ('remark', models.CharField(blank=True, max_length=200)),
                ('rests_until', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='members.member')),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'due_on'], name='proposal_by_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['stop', 'strike'])), name='proposal_kind_known'), models.CheckConstraint(condition=models.Q(models.Q(('closed_on', None), ('state', 'open')), models.Q(('closed_on__isnull', False), ('state__in', ['open', 'dismissed', 'overtaken', 'decided']), models.Q(('state', 'open'), _negated=True)), _connector='OR'), name='proposal_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'dismissed'), _negated=True), models.Q(models.Q(('reason', ''), _negated=True), ('closed_by__isnull', False), ('rests_until__isnull', False)), _connector='OR'), name='proposal_set_aside_has_reason'), models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('member',), name='proposal_one_open')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='HostAttendance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('what', models.CharField(max_length=120)),
                ('evidence', models.CharField(max_length=120)),
                ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='branches.organization')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='host_attendances', to='members.member')),
            ],
            options={
                'indexes': [models.Index(fields=['member', '-on'], name='host_attendance_by_member'), models.Index(fields=['evidence'], name='host_attendance_by_record')],
                'constraints': [models.UniqueConstraint(fields=('member', 'evidence'), name='host_attendance_once')],
            },
        ),
        migrations.AddIndex(
            model_name='mobilespell',
            index=models.Index(condition=models.Q(('ends_on', None)), fields=['next_contact_on'], name='spell_contact_due'),
        ),
        migrations.AddIndex(
            model_name='mobilespell',
            index=models.Index(condition=models.Q(('ends_on', None)), fields=['contact_person'], name='spell_by_contact'),
        ),
        migrations.AddConstraint(
            model_name='mobilespell',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('out', 'abroad'))), name='spell_state_known'),
        ),
        migrations.AddConstraint(
            model_name='mobilespell',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ['work', 'firm', 'graduated', 'job', 'study', 'home', 'other'])), name='spell_reason_known'),
        ),
        migrations.AddConstraint(
            model_name='mobilespell',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='spell_dates_in_order'),
        ),
        migrations.AddConstraint(
            model_name='mobilespell',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('end_kind', ''), ('ends_on', None)), models.Q(('end_kind__in', ['returned', 'moved_on', 'transferred', 'membership', 'mistake']), ('ends_on__isnull', False)), _connector='OR'), name='spell_end_is_said'),
        ),
        migrations.AddConstraint(
            model_name='mobilespell',
            constraint=models.CheckConstraint(condition=models.Q(('member', models.F('contact_person')), _negated=True), name='spell_contact_is_another'),
        ),
        migrations.AddConstraint(
            model_name='mobilespell',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('end_kind', 'mistake'), _negated=True), expressions=[('member', '='), (models.Func(models.F('starts_on'), models.F('ends_on'), models.Value('[]'), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='spell_no_overlap'),
        ),
        migrations.AddIndex(
            model_name='inflow',
            index=models.Index(fields=['host', 'state'], name='inflow_by_host'),
        ),
        migrations.AddConstraint(
            model_name='inflow',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['announced', 'registered', 'matched', 'ended'])), name='inflow_state_known'),
        ),
        migrations.AddConstraint(
            model_name='inflow',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_on__isnull', False), ('state', 'ended')), models.Q(models.Q(('state', 'ended'), _negated=True), ('ended_on', None)), _connector='OR'), name='inflow_end_is_dated'),
        ),
        migrations.AddConstraint(
            model_name='inflow',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['announced', 'matched']), _negated=True), ('spell__isnull', False), _connector='OR'), name='inflow_match_has_spell'),
        ),
        migrations.AddConstraint(
            model_name='inflow',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('announced', 'registered', 'matched'))), fields=('host', 'number'), name='inflow_once_in_host'),
        ),
        migrations.AddConstraint(
            model_name='inflow',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('announced', 'registered', 'matched'))), fields=('spell',), name='inflow_one_host'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(fields=['member', '-on', '-id'], name='contact_by_member'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.CheckConstraint(condition=models.Q(('method__in', ['phone', 'message', 'video', 'visit', 'meeting'])), name='contact_method_known'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.CheckConstraint(condition=models.Q(('next_on', None), ('next_on__gt', models.F('on')), _connector='OR'), name='contact_next_is_later'),
        ),
        migrations.AddIndex(
            model_name='numbertry',
            index=models.Index(fields=['user', 'at'], name='number_try_by_user'),
        ),
        start_sequences(
            "members", "MobileSpell", "Inflow", "Contact", "ContactProposal", "HostAttendance", "NumberTry"
        ),
    ]
