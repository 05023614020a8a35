-- The first of what is due in the portal goes under a lease, in the order of the index; what another worker
-- holds is passed over. The try is counted here, committed before anything is told: a worker that dies leaves it.
WITH due AS (
    SELECT id, claimed_until FROM core_reminder
    WHERE state = 'planned' AND channel = 'in_app' AND planned_for <= %(at)s
      AND attempts BETWEEN %(least)s AND %(most)s
      AND (claimed_until IS NULL OR claimed_until < %(at)s)
    ORDER BY planned_for, id
    LIMIT %(limit)s
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE core_reminder AS reminder SET claimed_until = %(until)s, attempts = reminder.attempts + 1
FROM due
WHERE reminder.id = due.id
RETURNING reminder.id, rule, subject, recipient_id, due_on, step, channel, params, attempts,
          due.claimed_until IS NOT NULL
