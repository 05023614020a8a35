-- Staging to register: persons in tree order, then where they are and what they are, with dates.
ALTER TABLE roster_staging
    ADD COLUMN id bigint NOT NULL DEFAULT nextval(pg_get_serial_sequence('members_member', 'id'));

INSERT INTO members_member (
    id, number, branch_id, path, group_id, name, name_key, initials, gender, birth_on, ethnicity, education,
    occupation, employer, mobile, id_number_sealed, id_number_digest, id_number_end, reading, standing, joined_on,
    confirmed_on, mobile_state, recorded_at, version)
SELECT s.id,
       coalesce(s.number, 'P' || lpad((s.id >> 40)::text, 2, '0')
                              || lpad((s.id & ((1::bigint << 40) - 1))::text, 8, '0')),
       o.id, o.path, g.id, s.name, s.name_key, s.initials, s.gender, s.birth_on, s.ethnicity, s.education,
       s.occupation, s.employer, s.mobile, s.id_number_sealed, s.id_number_digest, s.id_number_end,
       '', s.standing, s.joined_on, s.confirmed_on, s.mobile_state, %(at)s, 1
FROM roster_staging AS s
JOIN branches_organization AS o ON o.code = s.branch_code
LEFT JOIN branches_partygroup AS g
    ON g.branch_id = o.id AND g.name = s.group_name AND g.ended_on IS NULL
ORDER BY o.path, s.name_key, s.id;

INSERT INTO members_branchperiod (member_id, branch_id, starts_on, reason, recorded_at)
SELECT s.id, o.id, coalesce(s.since, greatest(s.joined_on, o.established_on)), 'loaded', %(at)s
FROM roster_staging AS s
JOIN branches_organization AS o ON o.code = s.branch_code;

WITH present AS (
    -- The day the present standing began.
    SELECT id, standing, joined_on, confirmed_on,
           CASE standing WHEN 'formal' THEN confirmed_on WHEN 'suspended' THEN standing_since
                         ELSE joined_on END AS since
    FROM roster_staging
), periods AS (
    SELECT id, 'probationary' AS standing, joined_on AS starts_on,
           least(confirmed_on, since) - 1 AS ends_on
    FROM present WHERE standing <> 'probationary' AND least(confirmed_on, since) > joined_on
    UNION ALL
    -- Confirmed before being stopped.
    SELECT id, 'formal', confirmed_on, since - 1
    FROM present WHERE standing = 'suspended' AND confirmed_on < since
    UNION ALL
    SELECT id, standing, since, NULL FROM present
)
INSERT INTO members_standingperiod (
    member_id, standing, end_kind, restriction, starts_on, ends_on, basis, ground, recorded_at)
SELECT id, standing, '', '', starts_on, ends_on, '', '', %(at)s FROM periods;

-- Who lives away: since the day the file names, else since it was loaded. When the next contact is due it does not
-- say: unknown until somebody plans it.
INSERT INTO members_mobilespell (
    member_id, state, reason, place, starts_on, end_kind, recorded_at, version)
SELECT s.id, s.mobile_state, 'other', s.mobile_place, coalesce(s.mobile_since, %(on)s), '', %(at)s, 1
FROM roster_staging AS s WHERE s.mobile_state <> '';

ANALYZE members_member, members_branchperiod, members_standingperiod;

SELECT DISTINCT o.id FROM roster_staging AS s JOIN branches_organization AS o ON o.code = s.branch_code
ORDER BY o.id;
