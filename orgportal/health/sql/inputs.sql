-- What health knows of each branch standing on %(as_of)s: one row a branch, in path order.
-- Facts true on that day as known at %(known_at)s; %(day_end)s is the earlier of that moment and the day's end.
-- Only branches inside %(roots)s and the path range [%(path_from)s, %(path_below)s). Each fact table is read
-- once and grouped by branch before it is joined.
WITH bodies AS MATERIALIZED (
    -- The denominator: branches founded by that day and not dissolved before it, inside the caller's scope.
    SELECT o.id, o.path, o.parent_id, o.name, o.form, o.sector, o.has_committee, o.established_on
    FROM branches_organization o
    WHERE o.kind = 'branch'
      AND o.established_on <= %(as_of)s
      AND (o.dissolved_on IS NULL OR o.dissolved_on >= %(as_of)s)
      AND o.path >= %(path_from)s AND o.path < %(path_below)s
      -- A job's one root is "": said apart, or the planner takes it that few branches are left.
      AND ('' = ANY(%(roots)s::text[]) OR EXISTS (
          SELECT 1 FROM unnest(%(roots)s::text[]) AS root
          WHERE o.path >= root COLLATE "C" AND o.path < (root || '~') COLLATE "C"
      ))
), people AS (
    -- Members whose affiliation was here that day, by their standing that day; who was away, and whose next
    -- contact had passed. The next contact has no history: it is read as the spell has it now.
    SELECT p.branch_id,
           count(*) FILTER (WHERE s.standing = 'formal') AS formal,
           count(*) FILTER (WHERE s.standing = 'probationary') AS probationary,
           count(a.id) AS mobile,
           count(a.id) FILTER (WHERE a.next_contact_on IS NULL) AS contact_unknown,
           json_agg(json_build_array(a.id, a.next_contact_on))
               FILTER (WHERE a.next_contact_on < %(as_of)s)::text AS contacts_overdue
    FROM members_branchperiod p
    JOIN bodies b ON b.id = p.branch_id
    JOIN members_standingperiod s ON s.member_id = p.member_id
        AND s.starts_on <= %(as_of)s AND (s.ends_on IS NULL OR s.ends_on >= %(as_of)s)
        AND s.standing IN ('formal', 'probationary') AND s.recorded_at <= %(known_at)s
    LEFT JOIN members_mobilespell a ON a.member_id = p.member_id
        AND a.starts_on <= %(as_of)s AND (a.ends_on IS NULL OR a.ends_on >= %(as_of)s)
        AND a.end_kind <> 'mistake' AND a.recorded_at <= %(known_at)s
    WHERE p.starts_on <= %(as_of)s AND (p.ends_on IS NULL OR p.ends_on >= %(as_of)s)
      AND p.recorded_at <= %(known_at)s
    GROUP BY p.branch_id
), duty_states AS (
    -- Duties as decided by activities and stored; nothing is judged again here. A decision later than the
    -- known moment is undone: the record it rests on counts if it was known, else nothing was said.
    -- One line for each rule and state; the duties themselves where somebody may have to act. No aggregate
    -- asks for an order, or all duties would be sorted by it: the few lists are put in order by their reader.
    SELECT d.branch_id, d.rule, d.state,
           count(*) AS number,
           count(*) FILTER (WHERE d.due_on >= %(period_from)s AND d.due_on <= %(as_of)s) AS in_period,
           min(d.due_on) AS first_due_on,
           max(d.due_on) AS last_due_on,
           min(d.starts_on) AS first_starts_on,
           array_agg(d.id) FILTER (WHERE d.state IN ('missing', 'did_not_meet')) AS ids,
           array_agg(d.due_on) FILTER (WHERE d.state IN ('missing', 'did_not_meet')) AS due_days
    FROM (
        -- Codes, not words: compared byte by byte.
        SELECT d.id, d.branch_id, d.rule COLLATE "C" AS rule, d.starts_on, d.due_on,
               CASE
                   WHEN d.decided_at < %(day_end)s OR (d.due_on <= %(as_of)s AND d.decided_at <= %(known_at)s)
                       THEN d.state
                   -- Few come this far: each looks its record up, where EXISTS would first read all records.
                   WHEN (
                       SELECT true FROM activities_activity a
                       WHERE a.id = d.activity_id AND a.held_on <= %(as_of)s AND a.recorded_at <= %(known_at)s
                   ) THEN d.state
                   -- Held later though never owed: until then it did not apply.
                   WHEN NOT d.is_owed THEN 'not_applicable'
                   WHEN d.state IN ('not_applicable', 'no_data') THEN d.state
                   WHEN d.due_on <= %(as_of)s AND d.due_on < (%(known_at)s AT TIME ZONE %(time_zone)s)::date
                       THEN 'missing'
                   ELSE 'not_due'
               END COLLATE "C" AS state
        FROM activities_duty d
        JOIN bodies b ON b.id = d.branch_id
        WHERE d.due_on >= %(window_from)s AND d.starts_on <= %(as_of)s AND d.recorded_at <= %(known_at)s
        OFFSET 0  -- or the state would be worked out again wherever it is named above
    ) d
    GROUP BY d.branch_id, d.rule, d.state
), duties AS (
    SELECT branch_id,
           min(first_starts_on) FILTER (WHERE state <> 'no_data') AS first_duty_on,
           json_agg(json_build_array(rule, state, number, in_period, first_due_on, last_due_on, ids, due_days)
                   )::text AS lines
    FROM duty_states
    GROUP BY branch_id
), records AS (
    -- The last record of any kind: held, did not meet or excused. A voided or planned entry says nothing.
    SELECT a.branch_id,
           max(a.held_on) AS last_record_on,
           count(*) FILTER (WHERE a.state = 'held' AND a.held_on >= %(period_from)s) AS held_in_period
    FROM activities_activity a
    JOIN bodies b ON b.id = a.branch_id
    WHERE a.state IN ('held', 'did_not_meet', 'excused')
      AND a.held_on >= %(window_from)s AND a.held_on <= %(as_of)s AND a.recorded_at <= %(known_at)s
    GROUP BY a.branch_id
), terms AS (
    -- The term of office running that day: at most one a branch, by constraint.
    SELECT t.organization_id AS branch_id, t.id, t.starts_on, t.due_on, t.extension_basis
    FROM members_term t
    JOIN bodies b ON b.id = t.organization_id
    WHERE t.starts_on <= %(as_of)s AND (t.ended_on IS NULL OR t.ended_on >= %(as_of)s)
      AND t.recorded_at <= %(known_at)s
), seats AS (
    -- Each kind of post that was ever held: whether somebody holds it that day, else the day after the last left.
    SELECT p.organization_id AS branch_id, p.kind,
           bool_or(p.ends_on IS NULL OR p.ends_on >= %(as_of)s) AS is_held,
           max(p.ends_on) + 1 AS vacant_since
    FROM members_post p
    JOIN bodies b ON b.id = p.organization_id
    WHERE p.cancelled_on IS NULL AND p.starts_on <= %(as_of)s AND p.recorded_at <= %(known_at)s
    GROUP BY p.organization_id, p.kind
), posts AS (
    SELECT branch_id,
           bool_or(is_held) FILTER (WHERE kind = 'secretary') AS is_held,
           max(vacant_since) FILTER (WHERE kind = 'secretary') AS vacant_since,
           json_agg(json_build_array(kind, is_held, vacant_since) ORDER BY kind)
               FILTER (WHERE kind <> 'secretary')::text AS others
    FROM seats
    GROUP BY branch_id
), in_flight AS (
    -- Transfers under way that day, in the state they were in then (their later steps taken back); and those
    -- whose letter had run out by then.
    SELECT t.id, t.member_id, t.source_id, t.target_id, t.started_at,
           coalesce(t.ended_at < %(day_end)s, false) AS has_ended,
           coalesce(t.sent_on, (t.started_at AT TIME ZONE %(time_zone)s)::date) AS left_on,
           coalesce(s.to_state, t.state) AS state,
           coalesce(s.at, t.state_since) AS since,
           t.started_by_id = m.user_id AND t.sent_on IS NULL AS is_members_own
    FROM members_transfer t
    JOIN members_member m ON m.id = t.member_id
    LEFT JOIN LATERAL (
        SELECT step.to_state, step.at
        FROM members_transferstep step
        WHERE step.transfer_id = t.id AND step.at < %(day_end)s
        ORDER BY step.at DESC, step.id DESC
        LIMIT 1
    ) s ON t.state_since >= %(day_end)s
    WHERE t.started_at < %(day_end)s
      AND (t.ended_at IS NULL OR t.ended_at >= %(day_end)s OR t.state = 'expired')
), transfers AS (
    -- Those this branch owns (members.rules.side_of): requests of its members, what came back to it, and
    -- arrivals it has to take in. What a member has to mend waits for the member.
    SELECT w.branch_id,
           json_agg(json_build_array(w.id, (w.since AT TIME ZONE %(time_zone)s)::date)
                    ORDER BY w.since, w.id)::text AS waiting
    FROM (
        SELECT f.source_id AS branch_id, f.id, f.since FROM in_flight f
        WHERE f.state = 'submitted'
           OR (f.state IN ('draft', 'returned') AND f.is_members_own IS NOT TRUE)
        UNION ALL
        SELECT f.target_id, f.id, f.since FROM in_flight f WHERE f.state = 'at_receiver'
    ) w
    JOIN bodies b ON b.id = w.branch_id
    GROUP BY w.branch_id
), transit AS (
    -- Members this branch sent off who are not taken in yet; and those whose letter ran out, who are still on
    -- its register, and for whom nobody has started again: they are in nobody's hands.
    SELECT f.source_id AS branch_id,
           json_agg(json_build_array(f.id, f.left_on) ORDER BY f.left_on, f.id)
               FILTER (WHERE f.state <> 'expired')::text AS on_the_way,
           json_agg(json_build_array(f.id, f.left_on) ORDER BY f.left_on, f.id)
               FILTER (WHERE f.state = 'expired')::text AS lapsed
    FROM in_flight f
    JOIN bodies b ON b.id = f.source_id
    WHERE f.state IN ('sent', 'at_receiver')
       OR (f.state = 'expired' AND f.has_ended
           AND NOT EXISTS (
               SELECT 1 FROM members_transfer again
               WHERE again.member_id = f.member_id AND again.started_at > f.started_at
                 AND again.started_at < %(day_end)s
           )
           AND EXISTS (
               SELECT 1 FROM members_branchperiod p
               JOIN members_standingperiod s ON s.member_id = p.member_id
                   AND s.starts_on <= %(as_of)s AND (s.ends_on IS NULL OR s.ends_on >= %(as_of)s)
                   AND s.standing IN ('formal', 'probationary') AND s.recorded_at <= %(known_at)s
               WHERE p.member_id = f.member_id AND p.branch_id = f.source_id
                 AND p.starts_on <= %(as_of)s AND (p.ends_on IS NULL OR p.ends_on >= %(as_of)s)
                 AND p.recorded_at <= %(known_at)s
           ))
    GROUP BY f.source_id
), lost AS (
    -- Clocks of lost contact that were open that day, by the branch the member was in.
    SELECT p.branch_id,
           json_agg(json_build_array(c.id, c.counts_from) ORDER BY c.counts_from, c.id)::text AS clocks
    FROM members_contactproposal c
    JOIN members_branchperiod p ON p.member_id = c.member_id
        AND p.starts_on <= %(as_of)s AND (p.ends_on IS NULL OR p.ends_on >= %(as_of)s)
        AND p.recorded_at <= %(known_at)s
    JOIN bodies b ON b.id = p.branch_id
    WHERE c.opened_on <= %(as_of)s AND (c.closed_on IS NULL OR c.closed_on > %(as_of)s)
      AND c.recorded_at <= %(known_at)s
    GROUP BY p.branch_id
), hosted AS (
    -- Members of elsewhere the branch looks after, and those of them whose two ends have not met. On which day
    -- they met has no history: it is read as it stands.
    SELECT i.host_id AS branch_id,
           count(*) AS number,
           json_agg(json_build_array(i.id, (i.recorded_at AT TIME ZONE %(time_zone)s)::date)
                    ORDER BY (i.recorded_at AT TIME ZONE %(time_zone)s)::date, i.id)
               FILTER (WHERE i.state IN ('announced', 'registered'))::text AS waiting
    FROM members_inflow i
    JOIN bodies b ON b.id = i.host_id
    WHERE i.recorded_at < %(day_end)s AND (i.ended_on IS NULL OR i.ended_on > %(as_of)s)
    GROUP BY i.host_id
), gaps AS (
    -- Members of that day without an identity number on record, as the register stands now.
    SELECT p.branch_id, array_agg(m.id ORDER BY m.id) AS unnumbered
    FROM members_member m
    JOIN members_branchperiod p ON p.member_id = m.id
        AND p.starts_on <= %(as_of)s AND (p.ends_on IS NULL OR p.ends_on >= %(as_of)s)
        AND p.recorded_at <= %(known_at)s
    JOIN bodies b ON b.id = p.branch_id
    JOIN members_standingperiod s ON s.member_id = m.id
        AND s.starts_on <= %(as_of)s AND (s.ends_on IS NULL OR s.ends_on >= %(as_of)s)
        AND s.standing IN ('formal', 'probationary') AND s.recorded_at <= %(known_at)s
    WHERE m.id_number_digest IS NULL
    GROUP BY p.branch_id
), follow_ups AS (
    -- What meetings decided, with an owner and a day, and nobody has reported done.
    SELECT a.branch_id,
           json_agg(json_build_array(d.id, d.due_on) ORDER BY d.due_on, d.id)::text AS overdue
    FROM activities_decision d
    JOIN activities_agendaitem i ON i.id = d.item_id
    JOIN activities_activity a ON a.id = i.activity_id
    JOIN bodies b ON b.id = a.branch_id
    -- Carried on at a later meeting, it goes on under that one's decision.
    LEFT JOIN activities_decision later ON later.id = d.carried_to_id
    LEFT JOIN activities_agendaitem later_item ON later_item.id = later.item_id
    LEFT JOIN activities_activity carried ON carried.id = later_item.activity_id
        AND carried.held_on <= %(as_of)s AND carried.recorded_at <= %(known_at)s
    WHERE d.due_on < %(as_of)s AND (d.done_on IS NULL OR d.done_on > %(as_of)s) AND carried.id IS NULL
      AND a.state = 'held' AND a.recorded_at <= %(known_at)s
    GROUP BY a.branch_id
), campaigns AS (
    -- Running campaigns the branch takes part in, and those without a public pledge of its own. A pledge has
    -- no day but that of its entry: one entered since is not held against the day.
    SELECT p.branch_id,
           count(*) AS joined,
           json_agg(json_build_array(c.id, p.joined_on) ORDER BY p.joined_on, c.id)
               FILTER (WHERE g.id IS NULL)::text AS without_pledge
    FROM activities_participation p
    JOIN bodies b ON b.id = p.branch_id
    JOIN activities_campaign c ON c.id = p.campaign_id
        AND c.state IN ('running', 'ended') AND c.starts_on <= %(as_of)s AND c.ends_on >= %(as_of)s
        AND c.recorded_at <= %(known_at)s
    LEFT JOIN activities_pledge g ON g.participation_id = p.id AND g.member_id IS NULL
        AND g.recorded_at <= %(known_at)s
    WHERE p.joined_on <= %(as_of)s
    GROUP BY p.branch_id
)
SELECT b.id, b.path, b.parent_id, b.name, b.form, b.sector, b.has_committee, b.established_on,
       coalesce(people.formal, 0), coalesce(people.probationary, 0), coalesce(people.mobile, 0),
       coalesce(people.contact_unknown, 0), coalesce(people.contacts_overdue, '[]'),
       duties.first_duty_on, coalesce(duties.lines, '[]'),
       records.last_record_on, coalesce(records.held_in_period, 0),
       terms.id, terms.starts_on, terms.due_on, coalesce(terms.extension_basis, ''),
       posts.is_held, posts.vacant_since,
       coalesce(transfers.waiting, '[]'), coalesce(follow_ups.overdue, '[]'),
       coalesce(campaigns.joined, 0), coalesce(campaigns.without_pledge, '[]'),
       coalesce(posts.others, '[]'), coalesce(transit.on_the_way, '[]'), coalesce(transit.lapsed, '[]'),
       coalesce(lost.clocks, '[]'), coalesce(hosted.number, 0), coalesce(hosted.waiting, '[]'),
       coalesce(gaps.unnumbered, '{}')
FROM bodies b
LEFT JOIN people ON people.branch_id = b.id
LEFT JOIN duties ON duties.branch_id = b.id
LEFT JOIN records ON records.branch_id = b.id
LEFT JOIN terms ON terms.branch_id = b.id
LEFT JOIN posts ON posts.branch_id = b.id
LEFT JOIN transfers ON transfers.branch_id = b.id
LEFT JOIN transit ON transit.branch_id = b.id
LEFT JOIN lost ON lost.branch_id = b.id
LEFT JOIN hosted ON hosted.branch_id = b.id
LEFT JOIN gaps ON gaps.branch_id = b.id
LEFT JOIN follow_ups ON follow_ups.branch_id = b.id
LEFT JOIN campaigns ON campaigns.branch_id = b.id
ORDER BY b.path
