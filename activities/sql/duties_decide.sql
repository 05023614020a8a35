-- Duties, locked by the caller, that came out differently.
UPDATE activities_duty AS d
SET state = r.state, activity_id = r.activity_id, reason = r.reason, is_owed = r.is_owed, decided_at = %(at)s
FROM json_to_recordset(%(rows)s) AS r(
    id bigint, state text, activity_id bigint, reason text, is_owed boolean)
WHERE d.id = r.id
