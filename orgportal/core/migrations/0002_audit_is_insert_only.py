"""The audit trail refuses update, delete and truncate for everybody, the application's role included."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION core_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is insert-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER core_audit_insert_only BEFORE UPDATE OR DELETE ON core_auditentry
    FOR EACH ROW EXECUTE FUNCTION core_audit_refuse();
CREATE TRIGGER core_audit_no_truncate BEFORE TRUNCATE ON core_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION core_audit_refuse();
"""
BACKWARDS = """
DROP TRIGGER core_audit_insert_only ON core_auditentry;
DROP TRIGGER core_audit_no_truncate ON core_auditentry;
DROP FUNCTION core_audit_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
