from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0008_exclusions'),
    ]

    operations = [
        migrations.AddField(
            model_name='decision',
            name='majority',
            field=models.CharField(blank=True, choices=[('ordinary', 'Ordinary vote'), ('election', 'Election')], db_default='', default='', max_length=12, verbose_name='majority'),
        ),
        migrations.AddField(
            model_name='decision',
            name='outcome',
            field=models.CharField(blank=True, choices=[('passed', 'Passed'), ('not_passed', 'Not passed'), ('no_quorum', 'Not valid')], db_default='', default='', max_length=12, verbose_name='outcome'),
        ),
        migrations.AddField(
            model_name='decision',
            name='outcome_basis',
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='decision',
            name='votes_abstained',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='abstentions'),
        ),
        migrations.AddField(
            model_name='decision',
            name='votes_against',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='votes against'),
        ),
        migrations.AddField(
            model_name='decision',
            name='votes_for',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='votes for'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('majority', ''), ('outcome', ''), ('outcome_basis__isnull', True), ('votes_abstained', None), ('votes_against', None), ('votes_for', None)), models.Q(('majority__in', ['ordinary', 'election']), ('votes_abstained__isnull', False), ('votes_against__isnull', False), ('votes_for__isnull', False), models.Q(models.Q(('outcome', ''), ('outcome_basis__isnull', True)), models.Q(('outcome__in', ['passed', 'not_passed', 'no_quorum']), ('outcome_basis__isnull', False)), _connector='OR')), _connector='OR'), name='decision_vote_whole'),
        ),
    ]
