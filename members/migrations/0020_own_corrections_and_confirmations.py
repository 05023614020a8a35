"""What members correct or ask to have corrected, and the yearly look at the own data."""

import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

from orgportal.core.sequences import start_sequences


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0019_arrivals_on_paper'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Confirmation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('seen_version', models.PositiveIntegerField()),
                ('is_by_branch', models.BooleanField()),
                ('how', models.CharField(blank=True, max_length=200, verbose_name='how the member was asked')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='confirmations', to='members.member')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('member', 'year'), name='confirmation_once_a_year'), models.CheckConstraint(condition=models.Q(('is_by_branch', False), models.Q(('how', ''), _negated=True), _connector='OR'), name='confirmation_for_a_member_says_how')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(choices=[('mobile', 'Mobile'), ('employer', 'Employer'), ('name', 'Name'), ('gender', 'Gender'), ('birth_on', 'Date of birth'), ('id_number', 'Identity number'), ('ethnicity', 'Ethnic group'), ('education', 'Education'), ('occupation', 'Occupation'), ('joined_on', 'Joined on'), ('confirmed_on', 'Confirmed on'), ('other', 'Something else')], max_length=16)),
                ('held', models.CharField(blank=True, max_length=200)),
                ('wanted', models.CharField(blank=True, max_length=200, verbose_name='what it should say')),
                ('wanted_sealed', models.BinaryField(null=True)),
                ('why', models.CharField(blank=True, max_length=300, verbose_name='how you know')),
                ('state', models.CharField(choices=[('made', 'Corrected by the member'), ('open', 'Waiting for the branch'), ('accepted', 'Corrected'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn')], max_length=12)),
                ('asked_at', models.DateTimeField()),
                ('due_on', models.DateField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answer', models.CharField(blank=True, max_length=300, verbose_name='answer')),
                ('version', models.PositiveIntegerField(default=1)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='members.member')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['due_on'], name='correction_waiting'), models.Index(fields=['member', '-asked_at'], name='correction_by_member')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['made', 'open', 'accepted', 'declined', 'withdrawn'])), name='correction_state_known'), models.CheckConstraint(condition=models.Q(('field__in', ['mobile', 'employer', 'name', 'gender', 'birth_on', 'id_number', 'ethnicity', 'education', 'occupation', 'joined_on', 'confirmed_on', 'other'])), name='correction_field_known'), models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('member', 'field'), name='correction_one_open'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('state__in', ('open', 'made'))), models.Q(models.Q(('state__in', ('open', 'made')), _negated=True), ('answered_at__isnull', False)), _connector='OR'), name='correction_answer_is_dated'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'declined'), _negated=True), models.Q(('answer', ''), _negated=True), _connector='OR'), name='correction_decline_has_reason')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        start_sequences("members", "Confirmation", "Correction"),
    ]
