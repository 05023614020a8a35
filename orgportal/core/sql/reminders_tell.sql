-- A notice for each row that is still planned, and the row is sent: one statement, so one of them is never
-- without the other. A row somebody settled meanwhile is passed over; that is asked by the states it is not in,
-- or the index of all that waits would be read for each batch.
WITH told AS (
    UPDATE core_reminder SET state = 'sent', settled_at = %(at)s, outcome = '', claimed_until = NULL
    WHERE id = ANY(%(ids)s) AND state NOT IN ('sent', 'cancelled', 'failed')
    RETURNING id, recipient_id, rule, params, url, due_on
)
INSERT INTO core_notification (
    recipient_id, rule, params, text_id, url, due_on, reminder_id, key, created_at)
SELECT recipient_id, rule, params, worded.text_id, url, CASE WHEN rule = ANY(%(news)s) THEN NULL ELSE due_on END,
       told.id, 'reminder:' || told.id, %(at)s
FROM told
LEFT JOIN unnest(%(worded)s::bigint[], %(texts)s::bigint[]) AS worded (id, text_id) ON worded.id = told.id
ORDER BY told.due_on, told.id
ON CONFLICT DO NOTHING
