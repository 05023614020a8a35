-- What the branches of a finished period add up to, for every body above them: one row a body.
-- In two steps: from a branch to the body directly above it, and from there, a few lines each, to all above.
-- Of each branch the newest revision up to %(revision)s counts.
WITH newest AS MATERIALIZED (
    SELECT DISTINCT ON (s.organization_id) s.organization_id AS id, left(o.path, -4) AS parent, s.is_silent,
           s.totals
    FROM health_periodsummary s
    JOIN branches_organization o ON o.id = s.organization_id AND o.kind = 'branch'
    WHERE s.starts_on = %(starts_on)s AND s.ends_on = %(ends_on)s AND s.revision <= %(revision)s
    ORDER BY s.organization_id, s.revision DESC
), at_parent AS MATERIALIZED (
    SELECT n.parent, t.key, sum(t.value::int) AS number
    FROM newest n, jsonb_each_text(n.totals) AS t
    GROUP BY n.parent, t.key
), silent_at_parent AS MATERIALIZED (
    SELECT parent, array_agg(id) AS ids FROM newest WHERE is_silent GROUP BY parent
), sums AS (
    SELECT left(p.parent, step) AS path, p.key, sum(p.number) AS number
    FROM at_parent p, generate_series(4, length(p.parent), 4) AS step
    GROUP BY 1, 2
), silent AS (
    SELECT left(p.parent, step) AS path, array_agg(id ORDER BY id) AS ids
    FROM silent_at_parent p, generate_series(4, length(p.parent), 4) AS step, unnest(p.ids) AS id
    GROUP BY 1
)
SELECT s.path, json_object_agg(s.key, s.number)::text, coalesce(max(q.ids), '{}')
FROM sums s LEFT JOIN silent q ON q.path = s.path
GROUP BY s.path
