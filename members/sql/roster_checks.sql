-- Every fault that needs the other lines or the register: (line, column, value, code).
-- %(roots)s: paths the loader may write to; NULL when the machine itself loads.
WITH placed AS (
    -- Each line with the body its code names, if that body is within reach.
    SELECT s.*, o.id AS branch_id, o.kind, o.dissolved_on
    FROM roster_staging AS s
    LEFT JOIN branches_organization AS o ON o.code = s.branch_code
        AND (%(roots)s::text[] IS NULL OR EXISTS (
            SELECT 1 FROM unnest(%(roots)s::text[]) AS root
            WHERE o.path >= root COLLATE "C" AND o.path < (root || '~') COLLATE "C"))
), bodies AS (
    -- Codes that name nothing, a body without members of its own, or one that is gone.
    SELECT line, 'branch_code' AS fault_column, branch_code AS value,
           CASE WHEN branch_id IS NULL THEN 'unknown_branch'
                WHEN kind <> 'branch' THEN 'not_a_branch'
                ELSE 'dissolved_branch' END AS code
    FROM placed WHERE branch_id IS NULL OR kind <> 'branch' OR dissolved_on IS NOT NULL
), groups AS (
    -- Party groups the branch does not have.
    SELECT line, 'group', group_name, 'unknown_group'
    FROM placed AS p
    WHERE group_name <> '' AND branch_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM branches_partygroup AS g
        WHERE g.branch_id = p.branch_id AND g.name = p.group_name AND g.ended_on IS NULL)
), in_file AS (
    -- The same identity number, member number, or name and birth, on another line.
    SELECT line, id_number_digest, number, name,
           count(*) OVER (PARTITION BY id_number_digest) AS same_id,
           count(*) OVER (PARTITION BY number) AS same_number,
           count(*) OVER (PARTITION BY name, birth_on) AS same_person
    FROM roster_staging
), in_register AS (
    -- Numbers that are taken.
    SELECT s.line, s.name, s.number, m.id_number_digest = s.id_number_digest AS same_id,
           m.number = s.number AS same_number
    FROM roster_staging AS s
    JOIN members_member AS m ON m.id_number_digest = s.id_number_digest
    UNION
    SELECT s.line, s.name, s.number, false, true
    FROM roster_staging AS s
    JOIN members_member AS m ON m.number = s.number
), look_alikes AS (
    -- Name and birth of somebody already in the register, without the same identity number.
    SELECT s.line, 'name', s.name, 'like_in_register'
    FROM roster_staging AS s
    WHERE EXISTS (
        SELECT 1 FROM members_member AS m
        WHERE m.name = s.name AND m.birth_on = s.birth_on
          AND m.id_number_digest IS DISTINCT FROM s.id_number_digest)
)
SELECT * FROM bodies
UNION ALL SELECT * FROM groups
UNION ALL SELECT line, 'id_number', '', 'id_twice_in_file' FROM in_file
    WHERE id_number_digest IS NOT NULL AND same_id > 1
UNION ALL SELECT line, 'member_number', number, 'number_twice_in_file' FROM in_file
    WHERE number IS NOT NULL AND same_number > 1
UNION ALL SELECT line, 'name', name, 'like_in_file' FROM in_file
    WHERE same_person > 1 AND (id_number_digest IS NULL OR same_id = 1)
UNION ALL SELECT line, 'id_number', '', 'id_in_register' FROM in_register WHERE same_id
UNION ALL SELECT line, 'member_number', number, 'number_in_register' FROM in_register WHERE same_number
UNION ALL SELECT * FROM look_alikes
ORDER BY 1, 2;
