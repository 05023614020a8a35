"""A summary once written is never changed or deleted, by anybody: a correction is a new revision."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION health_summary_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'summaries are frozen: write a new revision' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER health_summary_frozen BEFORE UPDATE OR DELETE ON health_periodsummary
    FOR EACH ROW EXECUTE FUNCTION health_summary_refuse();
"""
BACKWARDS = """
DROP TRIGGER health_summary_frozen ON health_periodsummary;
DROP FUNCTION health_summary_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("health", "0002_digest_need_and_reason")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
