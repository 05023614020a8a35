"""The check of branch history reads by index, also in a session that kept its plans from an empty register.

PL/pgSQL keeps a plan for the life of the session. One made while the tables were empty reads them from end to
end, and the first import after it costs the square of its rows: 4,000 members took 7 s, with indexes 0.6 s.
"""

import importlib

from django.db import migrations

FORWARDS = """
CREATE OR REPLACE FUNCTION members_check_history() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off AS $$
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
          -- The days of a member who had left the register and came back are no gap.
          AND NOT EXISTS (
            SELECT 1 FROM members_standingperiod
            WHERE member_id = person AND standing = 'ended'
              AND starts_on = period.previous_end + 1 AND ends_on = period.starts_on - 1
          )
    ) THEN
        RAISE EXCEPTION 'branch history of member % has a gap', person USING ERRCODE = 'check_violation';
    END IF;
    SELECT branch_id INTO current_branch FROM members_member WHERE id = person AND standing <> 'ended';
    -- By the member alone: an index of branches would do as well to a planner that sees no rows.
    IF current_branch IS NOT NULL AND current_branch IS DISTINCT FROM (
        SELECT branch_id FROM members_branchperiod WHERE member_id = person AND ends_on IS NULL
    ) THEN
        RAISE EXCEPTION 'branch history of member % does not end in the branch of the register', person
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
"""
BEFORE = importlib.import_module("members.migrations.0019_arrivals_on_paper").FORWARDS


class Migration(migrations.Migration):
    dependencies = [("members", "0030_what_was_on_record")]

    operations = [migrations.RunSQL(FORWARDS, BEFORE)]
