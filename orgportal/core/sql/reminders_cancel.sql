-- Each with its own reason; what was settled meanwhile stays as it is.
UPDATE core_reminder AS reminder
SET state = 'cancelled', settled_at = %(at)s, outcome = objected.reason, claimed_until = NULL
FROM unnest(%(ids)s::bigint[], %(reasons)s::text[]) AS objected (id, reason)
WHERE reminder.id = objected.id AND reminder.state NOT IN ('sent', 'cancelled', 'failed')
