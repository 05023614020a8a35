-- Joined by hash: a million rows that carry lists of people are not worth sorting.
SET LOCAL enable_mergejoin = off;
-- Half of the lectures are held inside the general meeting of the same quarter, where there was one.
CREATE UNLOGGED TABLE scale_inside AS
SELECT l.number, g.number AS general
FROM scale_slot l
JOIN scale_slot g ON g.branch_id = l.branch_id AND g.starts_on = l.starts_on AND g.ends_on = l.ends_on
WHERE l.kind = 'lecture' AND g.kind = 'general' AND l.said = 'held' AND g.said = 'held' AND l.luck < 0.46;

ANALYZE scale_inside;

-- Entered within three days, one in twelve weeks later; whatever was entered is confirmed, nine in ten.
INSERT INTO activities_activity (
    id, branch_id, group_id, kind, also_kinds, state, title, held_on, starts_at, ends_at, place, chair_id, note, reason,
    present_ids, leave_ids, absent_ids, present, expected, voters_present, voters_expected, recorded_at, recorded_by_id,
    changed_at, confirmed_at, confirmed_by_id, locks_on, version)
SELECT %(first_activity)s + s.number, s.branch_id, s.group_id, s.kind,
       CASE WHEN i.general IS NULL THEN '{}' ELSE '{lecture}'::varchar[] END, s.said,
       CASE s.kind WHEN 'general' THEN '支部党员大会' WHEN 'committee' THEN '支部委员会会议' WHEN 'group' THEN '党小组会'
                   WHEN 'lecture' THEN '党课' WHEN 'theme_day' THEN '主题党日' WHEN 'org_life' THEN '组织生活会'
                   WHEN 'review' THEN '民主评议党员' ELSE '谈心谈话' END,
       s.held_on, CASE WHEN is_held THEN time '14:30' END, CASE WHEN is_held THEN time '16:00' END,
       CASE WHEN is_held THEN '党员活动室' ELSE '' END, CASE WHEN is_held THEN s.secretary_id END, '',
       CASE WHEN is_held THEN '' ELSE '农忙时节，经上级同意调整' END,
       coalesce(c.present_ids, '{}'), coalesce(c.leave_ids, '{}'), coalesce(c.absent_ids, '{}'),
       coalesce(cardinality(c.present_ids), 0), coalesce(c.expected, 0), coalesce(c.voters_present, 0),
       coalesce(c.voters, 0), entered, s.user_id, entered, confirmed, CASE WHEN confirmed IS NOT NULL THEN s.user_id END,
       (confirmed AT TIME ZONE %(time_zone)s)::date + 30, 1
FROM scale_slot s
LEFT JOIN scale_inside own ON own.number = s.number
LEFT JOIN scale_inside i ON i.general = s.number
CROSS JOIN LATERAL (
    SELECT s.said = 'held' AS is_held,
           least((s.held_on + CASE WHEN pg_temp.draw(s.number, 40) < 0.92 THEN pg_temp.pick(s.number, 41, 0, 3)
                                   ELSE pg_temp.pick(s.number, 42, 20, 60) END
                  + time '20:00') AT TIME ZONE %(time_zone)s, %(at)s) AS entered
    OFFSET 0  -- worked out once a row, not wherever it is named
) e
LEFT JOIN scale_circle c ON is_held AND c.branch_id = s.branch_id AND c.way = s.number %% 4
    AND c.circle = CASE s.kind WHEN 'committee' THEN -1 WHEN 'group' THEN s.group_id ELSE 0 END
CROSS JOIN LATERAL (
    SELECT CASE WHEN is_held AND pg_temp.draw(s.number, 43) < 0.9 THEN least(entered + interval '1 day', %(at)s) END
        AS confirmed
    OFFSET 0
) f
WHERE s.said IS NOT NULL AND own.number IS NULL;

ANALYZE activities_activity;

-- Each duty as activities.rules.duties.decide has it; a test holds the two against each other.
INSERT INTO activities_duty (
    rule, branch_id, group_id, starts_on, ends_on, due_on, is_owed, state, activity_id, reason, recorded_at, decided_at)
SELECT s.rule, s.branch_id, s.group_id, s.starts_on, s.ends_on, s.ends_on, s.is_owed,
       CASE WHEN a.state IN ('did_not_meet', 'excused') THEN a.state
            WHEN a.id IS NOT NULL AND s.is_owed AND s.starts_on >= %(since)s
                 AND (a.recorded_at AT TIME ZONE %(time_zone)s)::date > s.ends_on + %(grace)s THEN 'late'
            WHEN a.id IS NOT NULL THEN 'on_time'
            WHEN NOT s.is_owed THEN 'not_applicable'
            WHEN s.ends_on < %(since)s THEN 'no_data'
            WHEN %(on)s <= s.ends_on THEN 'not_due'
            WHEN s.starts_on < %(since)s THEN 'no_data'
            ELSE 'missing' END,
       a.id, coalesce(a.reason, ''), opened,
       coalesce(a.recorded_at, CASE WHEN %(on)s <= s.ends_on THEN opened
                                    ELSE (s.ends_on + 1 + time '00:05') AT TIME ZONE %(time_zone)s END)
FROM scale_slot s
LEFT JOIN scale_inside i ON i.number = s.number
LEFT JOIN activities_activity a ON a.id = %(first_activity)s + coalesce(i.general, s.number)
CROSS JOIN LATERAL (SELECT (s.starts_on + time '00:05') AT TIME ZONE %(time_zone)s AS opened OFFSET 0) o;
