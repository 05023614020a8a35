"""Word templates of a body's own for the papers it issues."""

import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

from orgportal.core.sequences import start_sequences


class Migration(migrations.Migration):

    dependencies = [
        ('branches', '0001_initial'),
        ('members', '0020_own_corrections_and_confirmations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PaperTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('letter', 'Letter of introduction'), ('slip', 'Return slip'), ('certificate', 'Membership certificate')], max_length=12, verbose_name='kind')),
                ('edition', models.PositiveIntegerField(verbose_name='edition')),
                ('file_name', models.CharField(max_length=120, verbose_name='file name')),
                ('content', models.BinaryField()),
                ('size', models.PositiveIntegerField(verbose_name='size')),
                ('digest', models.CharField(max_length=64)),
                ('marks', models.JSONField(default=list)),
                ('state', models.CharField(choices=[('current', 'In use'), ('replaced', 'Replaced by a later one'), ('retired', 'Taken out of use')], max_length=8, verbose_name='state')),
                ('uploaded_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='paper_templates', to='branches.organization')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['letter', 'slip', 'certificate'])), name='paper_template_kind_known'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None), ('state', 'current')), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), ('state__in', ['replaced', 'retired'])), _connector='OR'), name='paper_template_end_is_dated'), models.UniqueConstraint(condition=models.Q(('state', 'current')), fields=('organization', 'kind'), name='paper_template_one_current'), models.UniqueConstraint(fields=('organization', 'kind', 'edition'), name='paper_template_edition_once')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        start_sequences("members", "PaperTemplate"),
    ]
