from django.db import migrations

# What the register said of members away becomes the spell they are in. Back again, only running spells are kept.
FORWARD = """
    INSERT INTO members_mobilespell (
        member_id, state, reason, place, starts_on, end_kind, next_contact_on, recorded_at, version)
    SELECT id, mobile_state, 'other', left(mobile_place, 40), coalesce(mobile_since, recorded_at::date), '',
           next_contact_on, recorded_at, 1
    FROM members_member WHERE mobile_state <> ''
"""
BACK = """
    UPDATE members_member m
    SET mobile_since = s.starts_on, mobile_place = s.place, next_contact_on = s.next_contact_on
    FROM members_mobilespell s WHERE s.member_id = m.id AND s.ends_on IS NULL;
    DELETE FROM members_mobilespell;
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0010_mobile_spells")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
