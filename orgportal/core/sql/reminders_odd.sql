-- Rows about whose reader there is something to know: gone, said "does not apply to me", chose for themselves,
-- or reached by no mail. Of most rows there is nothing, and they are not in the answer.
SELECT reminder.id, reader.is_active, waiver.id IS NOT NULL, chosen.choices, reader.email <> '', dead.id IS NOT NULL
FROM core_reminder AS reminder
JOIN core_user AS reader ON reader.id = reminder.recipient_id
LEFT JOIN core_remindersettings AS chosen ON chosen.user_id = reader.id
LEFT JOIN core_mailaddress AS dead
    ON dead.user_id = reader.id AND dead.address = reader.email AND dead.stopped_at IS NOT NULL
LEFT JOIN core_waiver AS waiver
    ON waiver.user_id = reader.id AND waiver.subject = reminder.subject AND waiver.due_on = reminder.due_on
   AND waiver.withdrawn_at IS NULL
WHERE reminder.id = ANY(%(ids)s)
  AND (NOT reader.is_active OR waiver.id IS NOT NULL OR chosen.id IS NOT NULL
       OR (reminder.channel = 'email' AND (reader.email = '' OR dead.id IS NOT NULL)))
