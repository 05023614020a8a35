ANALYZE members_member, members_post, scale_branch, scale_calendar;

-- Who moved within the year: formal members without post who live here, from a branch that stood then.
CREATE UNLOGGED TABLE scale_move AS
SELECT m.id AS member_id, m.branch_id AS target_id, b.user_id AS target_user, s.id AS source_id,
       s.user_id AS source_user, s.established_on AS source_since, m.joined_on,
       %(since)s::date + pg_temp.pick(m.id, 1, 10, 330) AS moved_on
FROM members_member m
JOIN scale_branch b ON b.id = m.branch_id
JOIN scale_branch s ON s.number = (b.number + 1 + pg_temp.pick(m.id, 2, 0, %(branches)s - 2)) %% %(branches)s
WHERE pg_temp.draw(m.id, 3) < 0.01 AND m.standing = 'formal' AND m.mobile_state = '' AND m.user_id IS NULL
  AND m.joined_on < %(since)s::date - 400 AND b.established_on < %(since)s AND s.established_on < %(since)s
  AND NOT EXISTS (SELECT 1 FROM members_post p WHERE p.member_id = m.id);

ANALYZE scale_move;

-- In no order: the index of an exclusion constraint is made in half the time.
INSERT INTO members_branchperiod (member_id, branch_id, starts_on, ends_on, reason, recorded_at)
SELECT member_id, branch_id, starts_on, ends_on, reason, recorded_at
FROM (
    SELECT m.id, m.branch_id, greatest(m.joined_on, b.established_on), NULL::date, 'loaded', %(began)s
    FROM members_member m JOIN scale_branch b ON b.id = m.branch_id
    WHERE NOT EXISTS (SELECT 1 FROM scale_move v WHERE v.member_id = m.id)
    UNION ALL
    SELECT member_id, source_id, greatest(joined_on, source_since), moved_on - 1, 'loaded', %(began)s FROM scale_move
    UNION ALL
    SELECT member_id, target_id, moved_on, NULL, 'transferred', moved_on + time '09:00' FROM scale_move
) AS p (member_id, branch_id, starts_on, ends_on, reason, recorded_at)
ORDER BY pg_temp.draw(member_id, 8), starts_on;

INSERT INTO members_standingperiod (
    member_id, standing, end_kind, restriction, starts_on, ends_on, basis, ground, recorded_at)
SELECT member_id, standing, '', '', starts_on, ends_on, '', '', %(began)s
FROM (
    SELECT id, 'probationary', joined_on, confirmed_on - 1 FROM members_member
    UNION ALL
    SELECT id, 'formal', confirmed_on, NULL FROM members_member WHERE confirmed_on IS NOT NULL
) AS p (member_id, standing, starts_on, ends_on)
ORDER BY pg_temp.draw(member_id, 9), starts_on;

-- Accepted moves of the year, and as many again as are on their way: one in five hundred members.
INSERT INTO members_transfer (
    member_id, source_id, target_id, outside_body, outside_committee, outside_address, outside_postcode,
    outside_phone, state, reason, remark, started_by_id, started_at, state_since, sent_on, valid_until, slip_number,
    ended_at, refusal, version)
SELECT member_id, source_id, target_id, '', '', '', '', '', 'accepted', 'job', '', source_user,
       moved_on - 9 + time '10:00', moved_on + time '09:00', moved_on - 8, moved_on + 82, '',
       moved_on + time '09:00', '', 4
FROM scale_move
UNION ALL
SELECT m.id, b.id, t.id, '', '', '', '', '', o.state, 'home', '', b.user_id,
       o.day + time '10:00', o.day + 1 + time '10:00', CASE WHEN o.state <> 'submitted' THEN o.day + 1 END, o.day + 91,
       '', NULL, '', CASE o.state WHEN 'submitted' THEN 2 WHEN 'sent' THEN 3 ELSE 4 END
FROM members_member m
JOIN scale_branch b ON b.id = m.branch_id
JOIN scale_branch t ON t.number = (b.number + 1 + pg_temp.pick(m.id, 4, 0, %(branches)s - 2)) %% %(branches)s
CROSS JOIN LATERAL (
    SELECT (ARRAY['submitted', 'sent', 'at_receiver'])[pg_temp.pick(m.id, 5, 1, 3)] AS state,
           %(on)s::date - pg_temp.pick(m.id, 6, 2, 40) AS day
) o
WHERE pg_temp.draw(m.id, 7) < 0.002 AND m.standing = 'formal' AND m.user_id IS NULL AND m.mobile_state = ''
  AND NOT EXISTS (SELECT 1 FROM scale_move v WHERE v.member_id = m.id)
  AND NOT EXISTS (SELECT 1 FROM members_post p WHERE p.member_id = m.id);

INSERT INTO members_transferstep (transfer_id, move, from_state, to_state, actor_id, remark, details, at)
SELECT t.id, s.move, s.from_state, s.to_state, t.started_by_id, '', '{}', t.started_at + s.place * interval '1 hour'
FROM members_transfer t
JOIN (VALUES (1, 'start', '', 'draft', 1), (2, 'submit', 'draft', 'submitted', 2),
             (3, 'release', 'submitted', 'sent', 3), (4, 'approve', 'sent', 'at_receiver', 4),
             (5, 'accept', 'at_receiver', 'accepted', 5)) AS s(place, move, from_state, to_state, rank)
  ON s.rank <= CASE t.state WHEN 'submitted' THEN 2 WHEN 'sent' THEN 3 WHEN 'at_receiver' THEN 4 ELSE 5 END
ORDER BY t.id, s.place;

-- Who lives away, looked after by the branch's secretary, and the last time they were in touch.
INSERT INTO members_mobilespell (
    member_id, state, reason, place, starts_on, end_kind, contact_person_id, next_contact_on, recorded_at,
    recorded_by_id, version)
SELECT m.id, m.mobile_state, 'work', CASE m.mobile_state WHEN 'abroad' THEN '新加坡' ELSE '浙江省杭州市' END,
       greatest(m.joined_on, %(on)s::date - pg_temp.pick(m.id, 11, 30, 700)), '', b.secretary_id,
       %(on)s::date + pg_temp.pick(m.id, 12, -20, 150), %(began)s, b.user_id, 1
FROM members_member m JOIN scale_branch b ON b.id = m.branch_id WHERE m.mobile_state <> '';

INSERT INTO members_contact (
    member_id, spell_id, by_id, method, "on", note, next_on, void_reason, recorded_at, recorded_by_id)
SELECT s.member_id, s.id, s.contact_person_id, 'phone', %(on)s::date - pg_temp.pick(s.id, 13, 21, 29), '',
       s.next_contact_on, '', %(on)s::date - 20 + time '09:00', s.recorded_by_id
FROM members_mobilespell s;

INSERT INTO members_lastseen (member_id, source, "on", evidence)
SELECT member_id, 'contact', "on", 'members.contact:' || id FROM members_contact;
