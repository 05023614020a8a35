from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0011_mail_confirmations'),
    ]

    operations = [
        # Over a million reminders this takes longer than a page may.
        migrations.RunSQL("SET LOCAL statement_timeout = 0", migrations.RunSQL.noop),
        migrations.RemoveIndex(
            model_name='reminder',
            name='reminder_due',
        ),
        migrations.AddIndex(
            model_name='reminder',
            index=models.Index(condition=models.Q(('state', 'planned')), fields=['channel', 'planned_for', 'id'], name='reminder_waiting'),
        ),
    ]
