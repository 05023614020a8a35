"""A whole transfer between two committees by hand on phones: the member and four people, each counted.

The member starts it, the sending secretary releases, the sending committee approves, the receiving committee
looks on, the receiving secretary accepts; in between the member sees where it is and reports the arrival.
Clicks, choices and typed fields are counted from the first screen. Then every state a transfer, a letter, an
arrival and a certificate can be in is brought about, and its page looked at as everybody who may see it: on a
phone of 360 px, by axe, and for who has it now and what is next. `--shots DIR` says where the pictures go.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.sync_api import Browser, Page

from drills._stack import PHONE, Hands, Stack, browser, demo_stack, signed_in
from drills._transfer_states import STATES, see_states
from drills._transfer_walk import Walk

MEMBER = "member2"
# Interactions at most (product.md 3).
BARS = {"member looks": 1, "member reports": 5, "receiving secretary accepts": 4}
TARGET = """
SELECT b.name, s.user_name, o.user_name FROM branches_organization b
JOIN members_post p ON p.organization_id = b.id AND p.kind = 'secretary' AND p.ends_on IS NULL
JOIN members_member m ON m.id = p.member_id JOIN core_user s ON s.id = m.user_id
JOIN branches_organization c ON c.id = b.parent_id AND c.kind IN ('committee', 'work_committee')
JOIN members_post q ON q.organization_id = c.id AND q.kind = 'organiser' AND q.ends_on IS NULL
JOIN members_member n ON n.id = q.member_id JOIN core_user o ON o.id = n.user_id
WHERE b.kind = 'branch' AND b.dissolved_on IS NULL AND m.branch_id = b.id AND c.id <> (
  SELECT h.parent_id FROM branches_organization h JOIN members_member d ON d.branch_id = h.id
  JOIN core_user u ON u.id = d.user_id WHERE u.user_name = %s)
  AND (SELECT count(*) FROM branches_organization x WHERE x.name LIKE '%%' || b.name || '%%') = 1
ORDER BY b.id LIMIT 1
"""
STATE = """
SELECT t.id, t.state FROM members_transfer t JOIN members_member m ON m.id = t.member_id
JOIN core_user u ON u.id = m.user_id WHERE u.user_name = %s ORDER BY t.id DESC LIMIT 1
"""


@dataclass(slots=True)
class Run:
    """The stack, the browser, where pictures go, and what each person needed."""

    stack: Stack
    browser: Browser
    shots: Path
    counts: dict[str, int]

    @contextmanager
    def person(self, user_name: str, act: str) -> Iterator[Hands]:
        """One person at a phone; what they do is counted under that name."""
        with signed_in(self.browser, self.stack, user_name, size=PHONE) as page:
            hands = Hands(page)
            yield hands
            assert page.problems == [], page.problems  # type: ignore[attr-defined]
            self.counts[act] = hands.count
            print(f"{act}: {hands.count}\n  " + "\n  ".join(hands.done))

    def keep(self, page: Page, name: str) -> None:
        page.wait_for_load_state()
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wide, f"{name} scrolls sideways at 360 px"
        page.screenshot(path=self.shots / f"{name}.png", full_page=True)

    def state(self) -> tuple[int, str]:
        ((pk, state),) = self.stack.query(STATE, MEMBER)
        return pk, state


def clear_the_way(run: Run) -> None:
    """The demo member has a transfer already: it is withdrawn first, uncounted."""
    pk, _state = run.state()
    with signed_in(run.browser, run.stack, MEMBER, size=PHONE) as page:
        page.goto(f"{run.stack.url}/members/transfers/{pk}/withdraw/")
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(f"**/transfers/{pk}/")
        run.keep(page, "0-withdrawn")


def start(run: Run, target: str) -> int:
    with run.person(MEMBER, "member starts") as hands:
        hands.click("main a[href$='/transfers/start/own/']")
        run.keep(hands.page, "1-form")
        hands.type("input[name=target_text]", target)
        hands.click("label.choice:has(input[name=reason][value=job])")
        hands.click("main form button[name=step]")
        hands.page.wait_for_load_state()
        run.keep(hands.page, "1-check")
        hands.click("main form[method=post] button[value=confirm]")
        hands.page.wait_for_url("**/transfers/*/?started=1")
        run.keep(hands.page, "1-submitted")
    pk, state = run.state()
    assert state == "submitted", state
    return pk


def to_transfers(hands: Hands) -> None:
    """By the bar at the bottom, or the menu that holds what does not fit into it."""
    if not hands.page.locator(".bottom-bar > a[href='/members/transfers/']").count():
        hands.click(".bottom-bar__more > summary")
    hands.click(".bottom-bar a[href='/members/transfers/']")
    hands.page.wait_for_url("**/transfers/**")


def press(run: Run, user_name: str, act: str, pk: int, move: str) -> None:
    """From the first screen to the transfer, and its one button."""
    with run.person(user_name, act) as hands:
        on_start = hands.page.locator(f"main a[href^='/members/transfers/{pk}/']")
        if not on_start.count():
            to_transfers(hands)
        hands.click(f"main a[href^='/members/transfers/{pk}/']")
        hands.page.wait_for_url(f"**/transfers/{pk}/")
        run.keep(hands.page, f"2-{move}-before")
        if move == "accept":
            hands.click("#move-accept > summary")
        hands.click(f"form[action$='/{pk}/{move}/'] button[type=submit]:visible")
        hands.page.wait_for_selector(".messages .alert")
        run.keep(hands.page, f"2-{move}-after")


def report(run: Run, pk: int) -> None:
    """The member sees where it is and says that they have arrived."""
    with run.person(MEMBER, "member looks") as hands:
        run.keep(hands.page, "3-member-start")
        hands.click(f"main a[href='/members/transfers/{pk}/']")
        hands.page.wait_for_selector("#way")
        run.keep(hands.page, "3-member-transfer")
    with run.person(MEMBER, "member reports") as hands:
        hands.click(f"main form[action$='/{pk}/report/arrived/'] button")
        hands.page.wait_for_url(f"**/transfers/{pk}/")
        run.keep(hands.page, "3-member-arrived")
    told = run.stack.query(
        "SELECT count(*) FROM members_transferstep WHERE transfer_id = %s AND move = 'report-arrived'", pk
    )
    assert told == [(1,)], told


def look_on(run: Run, user_name: str, pk: int) -> None:
    """The receiving committee finds it among those that are coming."""
    with run.person(user_name, "receiving committee looks") as hands:
        to_transfers(hands)
        if not hands.page.locator(f"main a[href='/members/transfers/{pk}/']").count():
            hands.click("main a[href*='queue=coming']")
        hands.page.wait_for_selector(f"main a[href='/members/transfers/{pk}/']")
        run.keep(hands.page, "4-receiving-committee")


def play(run: Run) -> Walk:
    ((target, secretary, committee),) = run.stack.query(TARGET, MEMBER)
    password = run.stack.signin("secretary")["password"]
    more = tuple({"user_name": name, "password": password} for name in (secretary, committee))
    run.stack = replace(run.stack, signins=(*run.stack.signins, *more))
    clear_the_way(run)
    pk = start(run, target)
    press(run, "secretary", "sending secretary releases", pk, "release")
    assert run.state() == (pk, "sent"), run.state()
    press(run, "organiser", "sending committee approves", pk, "approve")
    assert run.state() == (pk, "at_receiver"), run.state()
    report(run, pk)
    look_on(run, committee, pk)
    press(run, secretary, "receiving secretary accepts", pk, "accept")
    assert run.state() == (pk, "accepted"), run.state()
    return see_states(run.stack, run.browser, run.shots, target=(target, secretary, committee), accepted=pk)


def states_seen(walked: Walk) -> int:
    """How many states nobody saw, or saw something wrong in."""
    for state, eyes in walked.seen.items():
        print(f"{state}: {', '.join(eyes)}")
    print("\n".join(walked.faults))
    missing = [state for state in STATES if state not in walked.seen]
    print(
        f"states seen {len(STATES) - len(missing)} of {len(STATES)}"
        + "".join(f"; not {each}" for each in missing)
    )
    return len(missing) + len(walked.faults)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shots", type=Path, help="folder for a picture of each state's page")
    shots = parser.parse_args().shots or Path(tempfile.mkdtemp(prefix="transfer-states-"))
    shots.mkdir(parents=True, exist_ok=True)
    counts: dict[str, int] = {}
    with demo_stack() as stack, browser() as running:
        wrong = states_seen(play(Run(stack, running, shots, counts)))
    print(f"pictures in {shots}")
    over = {act: most for act, most in BARS.items() if counts[act] > most}
    print("; ".join(f"{act} {count}" for act, count in counts.items()))
    print("transfer clicks: " + ", ".join(f"{act} {counts[act]} of {most}" for act, most in BARS.items()))
    return 1 if over or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
