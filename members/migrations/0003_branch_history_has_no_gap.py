"""Branch history has no gap and ends where the register says: checked at commit, whoever wrote."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION members_check_history() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    person bigint;
    current_branch bigint;
BEGIN
    IF TG_TABLE_NAME = 'members_member' THEN
        person := NEW.id;
    ELSIF TG_OP = 'DELETE' THEN
        person := OLD.member_id;
    ELSE
        person := NEW.member_id;
    END IF;
    IF EXISTS (
        SELECT 1 FROM (
            SELECT starts_on,
                   lag(ends_on) OVER (ORDER BY starts_on) AS previous_end,
                   row_number() OVER (ORDER BY starts_on) AS place
            FROM members_branchperiod WHERE member_id = person
        ) AS period
        WHERE place > 1 AND (previous_end IS NULL OR starts_on <> previous_end + 1)
    ) THEN
        RAISE EXCEPTION 'branch history of member % has a gap', person USING ERRCODE = 'check_violation';
    END IF;
    SELECT branch_id INTO current_branch FROM members_member WHERE id = person AND standing <> 'ended';
    IF current_branch IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM members_branchperiod
        WHERE member_id = person AND branch_id = current_branch AND ends_on IS NULL
    ) THEN
        RAISE EXCEPTION 'branch history of member % does not end in the branch of the register', person
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER members_history_of_period AFTER INSERT OR UPDATE OR DELETE ON members_branchperiod
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION members_check_history();
CREATE CONSTRAINT TRIGGER members_history_of_member AFTER INSERT OR UPDATE OF branch_id, standing ON members_member
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION members_check_history();
"""
BACKWARDS = """
DROP TRIGGER members_history_of_period ON members_branchperiod;
DROP TRIGGER members_history_of_member ON members_member;
DROP FUNCTION members_check_history();
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0002_path_follows_branch")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
