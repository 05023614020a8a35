"""What sleeping triggers would have refused, or the portal repeats in two places: nothing may be found."""

from collections.abc import Sequence

from django.db import connection

# Each gives rows that must not be.
INVARIANTS = {
    "a home history with a gap": """
        SELECT member_id FROM (
            SELECT member_id, starts_on, lag(ends_on) OVER w AS previous_end, row_number() OVER w AS place
            FROM members_branchperiod WINDOW w AS (PARTITION BY member_id ORDER BY starts_on)
        ) AS period WHERE place > 1 AND (previous_end IS NULL OR starts_on <> previous_end + 1)""",
    "a home history that ends elsewhere": """
        SELECT m.id FROM members_member m
        LEFT JOIN members_branchperiod p
            ON p.member_id = m.id AND p.ends_on IS NULL AND p.branch_id = m.branch_id
        WHERE m.standing <> 'ended' AND p.id IS NULL""",
    "a standing the periods do not have": """
        SELECT m.id FROM members_member m
        LEFT JOIN members_standingperiod s
            ON s.member_id = m.id AND s.ends_on IS NULL AND s.standing = m.standing
        WHERE s.id IS NULL""",
    "a mobile state without its spell": """
        SELECT m.id FROM members_member m
        FULL JOIN (SELECT * FROM members_mobilespell WHERE ends_on IS NULL) s ON s.member_id = m.id
        WHERE coalesce(m.mobile_state, '') <> coalesce(s.state, '')""",
    "a body whose path is not its parent's and four digits": """
        SELECT o.id FROM branches_organization o LEFT JOIN branches_organization p ON p.id = o.parent_id
        WHERE o.path <> coalesce(p.path, '') || right(o.path, 4) OR (p.id IS NULL AND length(o.path) <> 4)""",
    "a member in a group of another branch": """
        SELECT m.id FROM members_member m JOIN branches_partygroup g ON g.id = m.group_id
        WHERE g.branch_id <> m.branch_id""",
    "an accepted transfer the history does not show": """
        SELECT t.id FROM members_transfer t
        LEFT JOIN members_branchperiod p ON p.member_id = t.member_id AND p.branch_id = t.target_id
            AND p.reason = 'transferred' AND p.starts_on = (t.ended_at AT TIME ZONE 'Asia/Shanghai')::date
        WHERE t.state = 'accepted' AND p.id IS NULL""",
    "a record before its branch, or after it was entered": """
        SELECT a.id FROM activities_activity a JOIN branches_organization o ON o.id = a.branch_id
        WHERE a.held_on < o.established_on
           OR a.held_on > (a.recorded_at AT TIME ZONE 'Asia/Shanghai')::date""",
    "a duty met by a record that does not speak to it": """
        SELECT d.id FROM activities_duty d JOIN activities_activity a ON a.id = d.activity_id
        WHERE a.branch_id <> d.branch_id OR a.group_id IS DISTINCT FROM d.group_id
           OR a.held_on NOT BETWEEN d.starts_on AND d.ends_on""",
}


class Unsound(Exception):
    """The data is not what the portal would have written."""


def faults() -> dict[str, int]:
    """How many rows break each invariant; only those that some do."""
    found = {}
    with connection.cursor() as cursor:
        for name, sql in INVARIANTS.items():
            cursor.execute(f"SELECT count(*) FROM ({sql}) AS broken")
            found[name] = cursor.fetchone()[0]
    return {name: number for name, number in found.items() if number}


def demand() -> None:
    if found := faults():
        raise Unsound(found)


def counts(tables: Sequence[str]) -> dict[str, int]:
    with connection.cursor() as cursor:
        found = {}
        for table in ("branches_organization", *tables):
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
        return found
