"""As the secretary, log the 34-member meeting by hand and count: at most 12 clicks, choices and typed fields.

30 present, 4 on leave with reasons, two decisions each with owner and due date, chair and times: asserted in
the database, not on the page. The form is then opened on a phone.
"""

import sys
from datetime import timedelta

from drills._stack import DESK, PHONE, Hands, Stack, browser, demo_stack, signed_in

MOST = 12
FOUR_AWAY = "2 5 工作；9 病假；30 外出"
REASONS = {"work": 2, "illness": 1, "away": 1}


def log_meeting(stack: Stack, hands: Hands, owners: tuple[str, str], due: tuple[str, str]) -> None:
    """From the first screen to the saved record."""
    page = hands.page
    hands.click("a:has-text('记一次会议')")
    page.wait_for_selector("form#meeting")
    hands.type("input[name=starts_at]", "09:00")
    hands.type("input[name=ends_at]", "10:30")
    hands.type("textarea[name=away]", FOUR_AWAY)
    hands.type(
        "textarea[name=items]",
        f"研究困难党员帮扶事项 => 入户走访并登记 @{owners[0]} {due[0]}\n"
        f"安排下季度党课 => 拟定讲课人和题目 @{owners[1]} {due[1]}",
    )
    hands.click("form#meeting button[type=submit]:has-text('保存')")
    page.wait_for_url("**/saved/")


def check(stack: Stack, branch: str) -> int:
    """What the database holds of the newest record; returns its id."""
    ((pk, present, expected, chair, starts, ends, kind, state),) = stack.query(
        "SELECT a.id, present, expected, chair_id, starts_at, ends_at, a.kind, state"
        " FROM activities_activity a"
        " JOIN branches_organization o ON o.id = a.branch_id WHERE o.name = %s ORDER BY a.id DESC LIMIT 1",
        branch,
    )
    assert (present, expected, kind, state) == (30, 34, "general", "held"), (present, expected, kind, state)
    assert chair is not None
    assert (f"{starts:%H:%M}", f"{ends:%H:%M}") == ("09:00", "10:30")
    leave = dict(
        stack.query(
            "SELECT reason, count(*) FROM activities_attendanceexception"
            " WHERE activity_id = %s AND presence = 'leave' GROUP BY reason",
            pk,
        )
    )
    assert leave == REASONS, leave
    decisions = stack.query(
        "SELECT d.owner_id, d.due_on FROM activities_decision d"
        " JOIN activities_agendaitem i ON i.id = d.item_id WHERE i.activity_id = %s",
        pk,
    )
    assert len(decisions) == 2, decisions
    assert all(owner and due for owner, due in decisions), decisions
    return int(pk)


def main() -> int:
    with demo_stack() as stack, browser() as running:
        branch = stack.signin("secretary")["branch"]
        ((today,),) = stack.query("SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date")
        due = tuple(f"{today + timedelta(days=days):%Y-%m-%d}" for days in (20, 30))
        rows = stack.query(
            "SELECT m.name FROM members_member m JOIN branches_organization o ON o.id = m.branch_id"
            " WHERE o.name = %s AND m.standing <> 'ended' GROUP BY m.name HAVING count(*) = 1"
            " ORDER BY m.name LIMIT 2",
            branch,
        )
        owners = (rows[0][0], rows[1][0])
        with signed_in(running, stack, "secretary", size=DESK) as page:
            hands = Hands(page)
            log_meeting(stack, hands, owners, due)
            first = check(stack, branch)
            assert page.problems == [], page.problems  # type: ignore[attr-defined]
            print("\n".join(f"{place:2} {what}" for place, what in enumerate(hands.done, 1)))
            print(f"interactions: {hands.count} (at most {MOST}); record {first} holds all that was typed")
        with signed_in(running, stack, "secretary", size=PHONE) as page:
            page.locator("a:has-text('记一次会议')").first.click()
            page.wait_for_selector("form#meeting")
            wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
            assert not wide, "the form scrolls sideways on a phone"
        print("phone: the form is there and does not scroll sideways")
        print(f"meeting clicks: {hands.count} of {MOST}")
        return 0 if hands.count <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
