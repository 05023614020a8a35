-- Why somebody was on leave, at general meetings of the last quarter.
INSERT INTO activities_attendanceexception (activity_id, member_id, presence, reason, remark)
SELECT a.id, member_id, 'leave', (ARRAY['work', 'illness', 'away', 'family'])[pg_temp.pick(member_id, 50, 1, 4)], ''
FROM activities_activity a, unnest(a.leave_ids) AS member_id
WHERE a.kind = 'general' AND a.held_on > %(on)s::date - 92;

-- One item and one decision of every general meeting, with an owner and a day for one in three.
INSERT INTO activities_agendaitem (activity_id, position, topic, discussion)
SELECT id, 1, '学习文件精神，研究支部近期工作', '' FROM activities_activity WHERE kind = 'general' AND state = 'held';
ANALYZE activities_agendaitem;

INSERT INTO activities_decision (item_id, position, text, owner_id, due_on, done_on, result, version)
SELECT i.id, 1, '按计划完成', CASE WHEN is_owned THEN a.chair_id END, CASE WHEN is_owned THEN a.held_on + 30 END,
       CASE WHEN is_owned AND done_on <= %(on)s THEN done_on END, CASE WHEN is_owned AND done_on <= %(on)s THEN '已完成' ELSE '' END, 1
FROM activities_agendaitem i
JOIN activities_activity a ON a.id = i.activity_id
CROSS JOIN LATERAL (
    SELECT pg_temp.draw(i.id, 51) < 0.33 AS is_owned,
           CASE WHEN pg_temp.draw(i.id, 52) < 0.93 THEN a.held_on + pg_temp.pick(i.id, 53, 3, 40) END AS done_on
) d;

-- The last activity each was seen at.
INSERT INTO members_lastseen (member_id, source, "on", evidence)
SELECT DISTINCT ON (member_id) member_id, 'attendance', last.held_on, 'activities.activity:' || last.id
FROM (
    SELECT DISTINCT ON (branch_id, kind) id, held_on, present_ids FROM activities_activity
    WHERE kind IN ('theme_day', 'general') AND state = 'held' ORDER BY branch_id, kind, held_on DESC, id DESC
) AS last, unnest(last.present_ids) AS member_id
ORDER BY member_id, last.held_on DESC, last.id DESC;

-- One campaign of the province, joined by all, pledged by nine in ten.
INSERT INTO activities_campaign (
    organization_id, title, aim, basis, state, starts_on, ends_on, recorded_at, recorded_by_id, version)
SELECT id, '创先争优活动', '立足岗位作贡献', '', 'running', %(on)s::date - 120, %(on)s::date + 200, %(began)s, %(officer)s, 1
FROM branches_organization WHERE parent_id IS NULL;
INSERT INTO activities_participation (campaign_id, branch_id, joined_on)
SELECT c.id, b.id, c.starts_on + 5 FROM activities_campaign c, scale_branch b;
INSERT INTO activities_pledge (
    participation_id, text, due_on, progress, progress_note, state, recorded_at, changed_at, version)
SELECT p.id, '公开承诺：服务群众，争当先锋', c.ends_on, 40, '', 'open', c.starts_on + 20 + time '09:00',
       c.starts_on + 20 + time '09:00', 1
FROM activities_participation p JOIN activities_campaign c ON c.id = p.campaign_id
WHERE pg_temp.draw(p.id, 54) < 0.9;

DROP TABLE scale_branch, scale_calendar, scale_move, scale_circle, scale_slot, scale_inside;
