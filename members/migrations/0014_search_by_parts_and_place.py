"""Search: name from each of its characters, pinyin, digits, each with the place (queries/search.py)."""

import django.contrib.postgres.indexes
import django.db.models.functions.comparison
import django.db.models.functions.text
import members.models.register
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0013_end_of_identity_numbers'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='member',
            name='member_by_initials',
        ),
        migrations.RemoveIndex(
            model_name='member',
            name='member_by_name',
        ),
        migrations.RemoveIndex(
            model_name='member',
            name='member_by_given_name',
        ),
        migrations.RemoveIndex(
            model_name='member',
            name='member_by_pinyin',
        ),
        migrations.RemoveIndex(
            model_name='member',
            name='member_by_mobile_end',
        ),
        migrations.AddField(
            model_name='member',
            name='reading',
            field=models.CharField(blank=True, max_length=120, verbose_name='pinyin'),
        ),
        migrations.AddIndex(
            model_name='member',
            index=models.Index(django.db.models.functions.comparison.Collate('name', 'C'), models.F('path'), models.F('id'), name='member_by_name'),
        ),
        migrations.AddIndex(
            model_name='member',
            index=models.Index(django.db.models.functions.comparison.Collate(django.db.models.functions.text.Substr('name', 2), 'C'), models.F('path'), models.F('id'), name='member_by_second'),
        ),
        migrations.AddIndex(
            model_name='member',
            index=models.Index(django.db.models.functions.comparison.Collate(django.db.models.functions.text.Substr('name', 3), 'C'), models.F('path'), models.F('id'), name='member_by_third'),
        ),
        migrations.AddIndex(
            model_name='member',
            index=django.contrib.postgres.indexes.GinIndex(members.models.register.Characters(django.db.models.functions.text.Substr('name', 4)), name='member_by_rest'),
        ),
        migrations.AddIndex(
            model_name='member',
            index=models.Index(models.F('initials'), models.F('path'), models.F('id'), name='member_by_initials'),
        ),
        migrations.AddIndex(
            model_name='member',
            index=models.Index(django.db.models.functions.text.Replace('name_key', models.Value(' '), models.Value('')), models.F('path'), models.F('id'), name='member_by_pinyin'),
        ),
        migrations.AddIndex(
            model_name='member',
            index=models.Index(django.db.models.functions.comparison.Collate(django.db.models.functions.text.Reverse('mobile'), 'C'), models.F('path'), models.F('id'), name='member_by_mobile_end'),
        ),
        migrations.AddIndex(
            model_name='member',
            index=models.Index(models.F('id_number_end'), models.F('path'), models.F('id'), name='member_by_id_end'),
        ),
    ]
