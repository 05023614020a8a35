import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from orgportal.core.sequences import start_sequences


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0014_search_by_parts_and_place'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CardCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('on', models.DateField()),
                ('card', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='card_checks', to='members.paper')),
                ('checked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('card', 'year'), name='card_check_once_a_year')],
            },
        ),
        start_sequences("members", "CardCheck"),
    ]
