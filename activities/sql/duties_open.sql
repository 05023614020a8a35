-- Duties that are not there yet, as decided. An opener that was faster keeps its row.
INSERT INTO activities_duty (
    rule, branch_id, group_id, starts_on, ends_on, due_on, is_owed, state, activity_id, reason,
    recorded_at, decided_at)
SELECT d.rule, d.branch_id, d.group_id, d.starts_on, d.ends_on, d.due_on, d.is_owed, d.state, d.activity_id,
       d.reason, %(at)s, %(at)s
FROM json_to_recordset(%(rows)s) AS d(
    rule text, branch_id bigint, group_id bigint, starts_on date, ends_on date, due_on date, is_owed boolean,
    state text, activity_id bigint, reason text)
ON CONFLICT DO NOTHING
