import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

from orgportal.core.sequences import start_sequences


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0005_guests_of_an_activity'),
        ('branches', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('epoch', models.PositiveIntegerField()),
                ('made_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('content_digest', models.CharField(blank=True, max_length=64)),
                ('content_at', models.DateTimeField(null=True)),
                ('branch', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='branches.organization')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'branch'), name='calendar_feed_once', nulls_distinct=False)],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        start_sequences("activities", "CalendarFeed"),
    ]
