"""What may be looked at: also a stay away, the mobile number to get in touch, a paper that is printed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0021_word_templates_of_papers")]

    operations = [
        migrations.AlterField(
            model_name="look",
            name="kind",
            field=models.CharField(
                choices=[
                    ("page", "Opened the member page"),
                    ("reveal", "Revealed the identity number"),
                    ("export", "Exported a list"),
                    ("print", "Printed a list"),
                    ("paper", "Printed a paper on the member"),
                    ("stay", "Opened the stay away, with the mobile number"),
                    ("phone", "Opened the mobile number to get in touch"),
                ],
                max_length=8,
            ),
        ),
    ]
