"""A version of a text once written is never changed or deleted: notices hold it. Only its body may move."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION core_remindertext_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'texts are kept: write a new version' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER core_remindertext_kept BEFORE UPDATE OF key, version, zh, en, taken_from, written_at, written_by_id
    ON core_remindertext FOR EACH ROW EXECUTE FUNCTION core_remindertext_refuse();
CREATE TRIGGER core_remindertext_stays BEFORE DELETE ON core_remindertext
    FOR EACH ROW EXECUTE FUNCTION core_remindertext_refuse();
"""
BACKWARDS = """
DROP TRIGGER core_remindertext_stays ON core_remindertext;
DROP TRIGGER core_remindertext_kept ON core_remindertext;
DROP FUNCTION core_remindertext_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0009_reminder_texts")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
