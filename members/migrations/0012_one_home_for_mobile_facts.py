from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("members", "0011_spells_from_the_register")]

    operations = [
        migrations.RemoveField(
            model_name='member',
            name='mobile_place',
        ),
        migrations.RemoveField(
            model_name='member',
            name='mobile_since',
        ),
        migrations.RemoveField(
            model_name='member',
            name='next_contact_on',
        ),
    ]
