-- Rows arrive as one document. What is already planned, sent or cancelled under the same key stays as it is.
INSERT INTO core_reminder (
    rule, subject, recipient_id, due_on, step, channel, planned_for, params, url, state, attempts, settled_at,
    outcome, recorded_at)
SELECT rule, subject, recipient_id, due_on, step, channel, planned_for, params, url, state, 0, settled_at,
       outcome, recorded_at
FROM json_to_recordset(%(rows)s) AS planned (
    rule text, subject text, recipient_id bigint, due_on date, step smallint, channel text,
    planned_for timestamptz, params jsonb, url text, state text, settled_at timestamptz, outcome text,
    recorded_at timestamptz)
ON CONFLICT (rule, subject, recipient_id, due_on, step, channel) DO NOTHING
