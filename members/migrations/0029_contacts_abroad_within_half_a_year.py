"""Stays abroad planned from before for a contact later than the rule has it come back within half a year.

The next contact counts from the latest one that stands, or from the first day away (党员教育管理工作条例第七章:
at least once in half a year). What the log says of each contact stays as it was typed. Not reversed: what was
planned too late is not planned so again.
"""

from django.db import migrations

WITHIN_HALF_A_YEAR = """
WITH latest AS (
    SELECT spell.id, coalesce(max(contact."on"), spell.starts_on) AS since
    FROM members_mobilespell spell
    LEFT JOIN members_contact contact ON contact.spell_id = spell.id AND contact.void_reason = ''
    WHERE spell.state = 'abroad' AND spell.ends_on IS NULL
    GROUP BY spell.id
)
UPDATE members_mobilespell spell
SET next_contact_on = (latest.since + interval '6 months')::date, version = spell.version + 1
FROM latest
WHERE spell.id = latest.id AND spell.next_contact_on > (latest.since + interval '6 months')::date
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0028_files_end_with_the_membership")]

    operations = [migrations.RunSQL(WITHIN_HALF_A_YEAR, migrations.RunSQL.noop)]
