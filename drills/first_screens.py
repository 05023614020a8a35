"""Each user's first screen answers "what do I do now?", and every page reached passes axe, in both languages
and at both sizes. `--shots DIR` keeps the screenshots, `--users a,b` looks through the eyes of these only.
"""

import argparse
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, Page

from drills._stack import DESK, PHONE, Stack, browser, demo_stack, signed_in

USERS = ("secretary", "recorder", "member", "organiser", "officer", "system", "security", "audit")
LANGUAGES = ("zh-hans", "en")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = Path(AXE_FILE_PATH).read_text(encoding="utf-8")
# Only what is wrong is described and sent back: naming each node that passed takes longer than the checks.
FAULTS = """async (options) => (await axe.run(document, options)).violations
    .map((rule) => [rule.id, rule.nodes[0].html.slice(0, 120)])"""
PERIODS = ("book", "quarter", "year", "talks", "duties")
# Rooms two steps from the first screen; of a list the first record is opened as well. {branch} is the user's
# own, {record} the last meeting it held, {planned} the next it plans.
ROOMS = {
    "secretary": (
        "/members/cases/",
        "/members/papers/",
        "/members/arrivals/",
        "/members/mobile/",
        "/members/corrections/",
        "/members/confirmations/",
        "/members/transfers/together/",
        "/activities/",
        "/activities/{record}/amend/",
        "/activities/{record}/void/",
        "/activities/{record}/papers/record/",
        "/activities/{record}/papers/sign_in/",
        "/activities/{record}/files/",
        "/activities/{record}/joint/",
        "/activities/{planned}/",
        "/activities/{planned}/plan/move/",
        "/activities/plan/{branch}/",
        "/activities/plan/{branch}/lay-out/",
        "/activities/plan/{branch}/add/",
        "/activities/invitations/",
        "/activities/paper/",
        "/activities/not-held/",
        "/activities/follow-ups/",
        "/activities/calendars/",
        "/activities/offline/",
        "/activities/ledgers/",
        *(f"/activities/ledgers/{{branch}}/{kind}/" for kind in PERIODS),
        "/health/branches/{branch}/hand-over/",
        "/health/summaries/",
        "/inbox/settings/",
        "/inbox/not-applicable/",
        "/holidays/",
    ),
    "officer": (
        "/members/standing/",
        "/members/standing/probation/",
        "/members/mobile/?list=lost",
        "/activities/ledgers/",
        "/activities/ledgers/layouts/{root}/",
        "/activities/ledgers/layouts/{root}/record/",
        "/health/summaries/?kind=above",
        "/health/summaries/matrix/",
        "/health/summaries/matrix/?duty=each",
        "/health/units/",
        "/health/units/quarters/",
        "/health/nudges/",
        "/health/nudges/received/",
        "/health/robots/",
        "/health/robots/new/",
        "/branches/texts/",
        "/branches/{root}/texts/",
        "/branches/{root}/texts/mail.opening/",
        "/branches/units/",
        "/branches/units/add/",
    ),
    "member": (
        "/members/own/mobile/",
        "/activities/calendars/",
        "/activities/{planned}/leave/",
        "/inbox/settings/",
    ),
    "system": ("/holidays/", "/desks/system/sends/", "/desks/system/jobs/"),
}
OWN_PLACES = """SELECT m.branch_id AS branch,
    (SELECT id FROM branches_organization WHERE parent_id IS NULL ORDER BY id LIMIT 1) AS root,
    (SELECT max(id) FROM activities_activity WHERE branch_id = m.branch_id AND state = 'held') AS record,
    (SELECT id FROM activities_activity WHERE branch_id = m.branch_id AND state = 'planned'
     AND kind = 'theme_day' AND held_on > current_date ORDER BY held_on LIMIT 1) AS planned
    FROM members_member m JOIN core_user u ON u.id = m.user_id WHERE u.user_name = %s"""
PLACES = ("branch", "root", "record", "planned")
MOST_PAGES = 14  # a user's pages reached from the first screen: its navigation and the first of each list


def member_sees_transfer(running: Browser, stack: Stack) -> int:
    """Interactions from sign-in until the member reads where the transfer is."""
    with signed_in(running, stack, "member") as page:
        text = page.locator("main").inner_text()
        assert "转接" in text, text[:400]
        ((target,),) = stack.query(
            "SELECT o.name FROM members_transfer t JOIN branches_organization o ON o.id = t.target_id"
            " JOIN members_member m ON m.id = t.member_id JOIN core_user u ON u.id = m.user_id"
            " WHERE u.user_name = 'member' ORDER BY t.id DESC LIMIT 1"
        )
        assert target in text, f"{target} is not on the member's first screen"
        return 0


def officer_sees_silent(running: Browser, stack: Stack) -> tuple[int, int]:
    """(silent branches the database holds, those named on the officer's first screen without scrolling)."""
    silent = {
        name
        for (name,) in stack.query(
            "SELECT o.name FROM health_currentassessment a JOIN branches_organization o ON o.id = a.branch_id"
            " WHERE a.is_silent"
        )
    }
    with signed_in(running, stack, "officer", size={"width": 1366, "height": 768}) as page:
        named = [
            link.inner_text().strip() for link in page.locator("main table a").all() if _is_above_fold(link)
        ]
        shown = [name for name in named if name in silent]
        assert shown, "no silent branch on the first screen"
        assert str(len(silent)) in page.locator("main").inner_text()
        return len(silent), len(shown)


def _is_above_fold(link: object) -> bool:
    box = link.bounding_box()  # type: ignore[attr-defined]
    return box is not None and box["y"] < 768


def pages_of(page: Page, stack: Stack) -> Iterator[str]:
    """The first screen, what its navigation and content lead to, within the portal, each once."""
    found = {"/": None}
    for link in page.locator("nav a[href], main a[href]").all():
        href = (link.get_attribute("href") or "").replace(stack.url, "").partition("#")[0]
        path = re.sub(r"/\d+/", "/0/", href.partition("?")[0])
        if href.startswith("/") and path not in {
            re.sub(r"/\d+/", "/0/", key.partition("?")[0]) for key in found
        }:
            found[href] = None
    yield from list(found)[:MOST_PAGES]


def rooms_of(user_name: str, stack: Stack) -> list[str]:
    """The rooms of the user, each by its address."""
    rows = stack.query(OWN_PLACES, user_name)
    own = dict(zip(PLACES, rows[0], strict=True)) if rows else {}
    return [room.format(**own) for room in ROOMS.get(user_name, ())]


def first_record(page: Page, known: list[str]) -> list[str]:
    """The address of the first record on a list, unless there is none or it is known already."""
    link = page.locator("main tbody a[href]").first
    href = (link.get_attribute("href") or "") if link.count() else ""
    return [href] if href.startswith("/") and href not in known else []


def looked_at(page: Page, url: str) -> list[str]:
    """What is wrong with the page at this address: its status, its width, its console, axe."""
    answer = page.goto(url)
    if answer is None or answer.status >= 400:
        page.problems.clear()  # type: ignore[attr-defined]
        return [str(answer and answer.status)]
    wrong = ["scrolls sideways"] if page.evaluate("document.documentElement.scrollWidth > innerWidth") else []
    found = page.evaluate(FAULTS, {"runOnly": TAGS, "resultTypes": ["violations"]})
    wrong += [f"{rule}: {html}" for rule, html in found]
    wrong += [f"console: {text}" for text in page.problems]  # type: ignore[attr-defined]
    page.problems.clear()  # type: ignore[attr-defined]
    return wrong


def crawl(
    running: Browser, stack: Stack, users: list[str], shots: Path | None
) -> tuple[Counter[str], list[str]]:
    """(pages looked at by user, what was wrong with them) over users × languages × sizes."""
    looked: Counter[str] = Counter()
    wrong: list[str] = []
    for user_name, language, size in product(users, LANGUAGES, (DESK, PHONE)):
        with signed_in(running, stack, user_name, size=size, language=language) as page:
            # Before each page's own scripts, so no page waits for half a megabyte to be sent again.
            page.add_init_script(AXE)
            rooms = rooms_of(user_name, stack)
            paths = list(dict.fromkeys([*pages_of(page, stack), *rooms]))
            for path in paths:
                place = f"{user_name} {language} {size['width']} {path}"
                wrong += [f"{place}: {fault}" for fault in looked_at(page, stack.url + path)]
                looked[user_name] += 1
                if path in rooms:
                    paths += first_record(page, paths)
                if shots:
                    name = re.sub(r"\W+", "-", place).strip("-")
                    page.screenshot(path=str(shots / f"{name}.png"), full_page=True)
    return looked, wrong


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shots", type=Path, help="keep a picture of each page in this folder")
    parser.add_argument(
        "--users", type=lambda text: text.split(","), default=list(USERS), help="a,b: these only"
    )
    options = parser.parse_args()
    if unknown := set(options.users) - set(USERS):
        parser.error(f"no such user: {', '.join(sorted(unknown))}")
    if options.shots:
        options.shots.mkdir(parents=True, exist_ok=True)
    return options


def main() -> int:
    options = _options()
    with demo_stack() as stack, browser() as running:
        clicks = member_sees_transfer(running, stack)
        print(f"member: transfer status after {clicks} interactions from sign-in (at most 1)")
        silent, shown = officer_sees_silent(running, stack)
        print(f"officer: {silent} silent branches counted, the first {shown} named on the first screen")
        began = time.monotonic()
        looked, wrong = crawl(running, stack, options.users, options.shots)
    print("\n".join(wrong))
    print(", ".join(f"{user_name} {pages}" for user_name, pages in looked.items()))
    seconds = time.monotonic() - began
    print(f"first screens: {looked.total()} pages in {seconds:.0f} s, {len(wrong)} faults")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
