import django.db.models.deletion
from django.db import migrations, models

from orgportal.core.sequences import start_sequences


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0004_participation_managers'),
    ]

    operations = [
        migrations.CreateModel(
            name='Guest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('number', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=60)),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='guests', to='activities.activity')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('activity', 'position'), name='guest_position')],
            },
        ),
        start_sequences("activities", "Guest"),
    ]
