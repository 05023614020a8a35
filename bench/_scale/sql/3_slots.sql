-- Who is asked to a meeting: the branch, its committee, each group; members who were here all year. Four ways it
-- may turn out for each, of which every meeting has one: 85 in a hundred there, 8 on leave, 7 absent.
CREATE UNLOGGED TABLE scale_circle AS
WITH people AS (
    SELECT m.id, m.branch_id, m.group_id, m.standing = 'formal' AS votes
    FROM members_member m
    WHERE NOT EXISTS (SELECT 1 FROM scale_move v WHERE v.member_id = m.id)
), asked AS (
    SELECT branch_id, 0::bigint AS circle, id, votes FROM people
    UNION ALL
    SELECT branch_id, group_id, id, votes FROM people WHERE group_id IS NOT NULL
    UNION ALL
    SELECT p.organization_id, -1, p.member_id, true FROM members_post p JOIN scale_branch b ON b.id = p.organization_id
), circle AS (
    SELECT branch_id, circle, array_agg(id) AS ids, array_agg(votes) AS votes FROM asked GROUP BY branch_id, circle
)
SELECT c.branch_id, c.circle, way, cardinality(c.ids) AS expected, turned_out.*
FROM circle c, generate_series(0, 3) AS way
CROSS JOIN LATERAL (
    SELECT (count(*) FILTER (WHERE votes))::int AS voters,
           (count(*) FILTER (WHERE votes AND luck < 0.85))::int AS voters_present,
           coalesce(array_agg(id) FILTER (WHERE luck < 0.85), '{}') AS present_ids,
           coalesce(array_agg(id) FILTER (WHERE luck >= 0.85 AND luck < 0.93), '{}') AS leave_ids,
           coalesce(array_agg(id) FILTER (WHERE luck >= 0.93), '{}') AS absent_ids
    FROM (
        SELECT id, votes, pg_temp.draw(id, 20 + way) AS luck FROM unnest(c.ids, c.votes) AS member (id, votes) OFFSET 0
    ) AS asked
) AS turned_out;

ANALYZE scale_circle;

-- One line for each duty of the year: what the branch owes, whether it binds, and what was said, on which day.
CREATE UNLOGGED TABLE scale_slot AS
WITH owed AS (
    SELECT row_number() OVER (ORDER BY b.number, c.number, g.id) AS number, b.id AS branch_id, b.secretary_id, b.user_id, c.number AS calendar, c.rule,
           c.kind, g.id AS group_id, c.starts_on, c.ends_on,
           b.form = ANY(c.forms) AND b.sector = ANY(c.sectors) AND (b.has_committee OR NOT c.needs_committee)
               AND greatest(b.established_on, g.founded_on) <= c.starts_on AS is_owed,
           greatest(c.starts_on, b.established_on, g.founded_on, %(since)s) AS low,
           -- One branch in twenty-five has fallen silent some weeks ago.
           least(c.ends_on, %(on)s::date - 1,
                 CASE WHEN pg_temp.draw(b.id, 30) < 0.04
                      THEN %(on)s::date - pg_temp.pick(b.id, 31, 20, 120) END) AS high
    FROM scale_branch b
    JOIN scale_calendar c ON b.established_on <= c.ends_on
    LEFT JOIN branches_partygroup g ON c.per_group AND g.branch_id = b.id AND g.founded_on <= c.ends_on
    WHERE g.id IS NOT NULL OR NOT c.per_group
), drawn AS (
    SELECT *, pg_temp.draw(branch_id * 4096 + calendar + coalesce(group_id, 0) * 64, 32) AS luck,
           pg_temp.draw(branch_id * 4096 + calendar + coalesce(group_id, 0) * 64, 33) AS when_drawn
    FROM owed OFFSET 0  -- drawn once a row, not wherever it is named
)
SELECT number, branch_id, secretary_id, user_id, rule, kind, group_id, starts_on, ends_on, is_owed, luck,
       CASE WHEN NOT is_owed OR high < low THEN NULL
            -- A period under way is answered as far as it has come.
            WHEN when_drawn * (ends_on - low + 1) > high - low + 1 THEN NULL
            WHEN luck < 0.93 THEN 'held' WHEN luck < 0.95 THEN 'did_not_meet' WHEN luck < 0.965 THEN 'excused' END AS said,
       low + least(floor(when_drawn * (ends_on - low + 1))::int, high - low) AS held_on
FROM drawn;

ANALYZE scale_slot;
