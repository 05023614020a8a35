"""Five meetings of last month, typed from the sheets they were signed on."""

from datetime import date, timedelta

from playwright.sync_api import Page

from drills._slow_hand import SlowHand
from drills._stack import Stack

# Kind, and how many of the sheet were away: a committee of five met in full.
FIVE = (("general", 3), ("committee", 0), ("lecture", 2), ("theme_day", 4), ("other", 1))
ITEMS = "学习文件精神 => 整理心得"


def five_from_paper(hand: SlowHand, stack: Stack) -> None:
    """From the first screen to five records; the numbers come from the printed sheet."""
    page = hand.page
    away = _numbers(page, stack)
    month = _last_month(stack)
    before = _held(stack, month)
    hand.click("nav a:has-text('组织生活')")
    hand.click("a:has-text('纸质补录')")
    hand.click(f"a:has-text('{month.year}年{month.month}月')")
    page.wait_for_selector("form#paper")
    while page.locator(".paper-row").count() < len(FIVE):
        hand.click("button[name=more]")
        page.wait_for_load_state()
    for place, (kind, absent) in enumerate(FIVE):
        hand.choose(f"[name=m-{place}-what]", kind)
        hand.type(f"[name=m-{place}-day]", str(_free_day(stack, month, kind)))
        if absent:
            hand.type(f"[name=m-{place}-away]", f"{' '.join(away[:absent])} 病假")
        hand.type(f"[name=m-{place}-items]", ITEMS)
        page.wait_for_selector(f"#reading-{place} .agenda", timeout=60_000)
    hand.click("form#paper button[type=submit]:has-text('全部保存')")
    page.wait_for_url("**/saved/**", timeout=60_000)
    after = _held(stack, month)
    assert len(after) == len(before) + len(FIVE), (len(before), len(after))
    leaves = sorted(leave for pk, leave in after.items() if pk not in before)
    assert leaves == sorted(absent for _kind, absent in FIVE), leaves
    print(f"paper: {hand.count} interactions for five meetings")


def _numbers(page: Page, stack: Stack) -> list[str]:
    """Numbers on the sheet of people who do not chair; reading the paper in one's hand is not counted."""
    chair = stack.signin("secretary")["name"]
    home = page.url
    page.goto(f"{stack.url}/activities/roster-sheet/")
    cells = page.locator(".sheet td").all_inner_texts()
    page.goto(home)
    people = zip(cells[0::3], cells[1::3], strict=True)
    return [number for number, name in people if number and name != chair]


def _last_month(stack: Stack) -> date:
    return (stack.today().replace(day=1) - timedelta(days=1)).replace(day=1)


def _held(stack: Stack, month: date) -> dict[int, int]:
    """Records of the branch in that month: how many were on leave, by id."""
    rows = stack.query(
        "SELECT a.id, cardinality(leave_ids) FROM activities_activity a"
        " JOIN branches_organization o ON o.id = a.branch_id"
        " WHERE o.name = %s AND a.state = 'held' AND date_trunc('month', held_on) = %s",
        stack.signin("secretary")["branch"],
        month,
    )
    return dict(rows)


def _free_day(stack: Stack, month: date, kind: str) -> int:
    """A day without a meeting of the kind: two on one day would rightly be asked about."""
    taken = stack.query(
        "SELECT extract(day FROM held_on)::int FROM activities_activity a"
        " JOIN branches_organization o ON o.id = a.branch_id"
        " WHERE o.name = %s AND a.kind = %s AND date_trunc('month', held_on) = %s",
        stack.signin("secretary")["branch"],
        kind,
        month,
    )
    return next(day for day in range(5, 29) if (day,) not in taken)
