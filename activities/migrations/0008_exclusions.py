from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0007_ledger_runs'),
    ]

    operations = [
        migrations.AddField(
            model_name='attendanceexception',
            name='agreed_on',
            field=models.DateField(blank=True, null=True, verbose_name='agreed on'),
        ),
        migrations.AddField(
            model_name='attendanceexception',
            name='agreed_under',
            field=models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='agreed by the body above'),
        ),
        migrations.AddField(
            model_name='attendanceexception',
            name='ground',
            field=models.CharField(blank=True, choices=[('unable', 'Too ill to express their will'), ('abroad', 'Abroad at own cost for over half a year'), ('sentenced', 'Serving a sentence or on probation within the Party'), ('bedridden', 'Bedridden or long ill'), ('posted', 'Moved, posted or studying away for over half a year'), ('retired', 'Retired and long back in the home area')], db_default='', default='', max_length=12, verbose_name='not counted, because'),
        ),
        migrations.AddConstraint(
            model_name='attendanceexception',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agreed_on', None), ('agreed_under', ''), ('ground', '')), models.Q(('agreed_on__isnull', False), ('ground__in', ['unable', 'abroad', 'sentenced', 'bedridden', 'posted', 'retired']), ('presence', 'leave'), models.Q(('agreed_under', ''), _negated=True)), _connector='OR'), name='exclusion_has_ground_and_basis'),
        ),
    ]
