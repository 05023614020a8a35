"""Hands and eyes of the transfer states: moves through the pages, and what each state's page must say."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page

from drills._stack import PHONE, ROOT, Stack, signed_in
from drills.first_screens import AXE, looked_at

WAITS, OVER = re.compile("^等待(您|.+)办理$"), re.compile("^已办结：")
NEWEST = "SELECT max(id) FROM members_transfer WHERE member_id = %s"
LETTER = "SELECT max(id) FROM members_paper WHERE transfer_id = %s AND kind = 'letter'"


@dataclass(frozen=True, slots=True)
class Face:
    """What the page of a state has to say: its badges, what is next or how it ended, and who has it now."""

    badges: str  # with a space between
    says: tuple[str, ...]
    holder: str = ""  # the side that owns it: "" for an end, or for a paper, which waits for nobody

    def missing(self, text: str, title: str, worn: list[str], names: tuple[str, ...]) -> list[str]:
        """What the page does not say. `names`: the body or person that owns it, as this viewer reads it."""
        lacks = [badge for badge in self.badges.split() if badge not in worn]
        lacks += [words for words in self.says if words not in text]
        if self.holder and not WAITS.match(title):
            lacks.append(f"who has it now ({title!r})")
        if self.holder and not any(name in text for name in names):
            lacks.append(f"the owner's name, one of {names}")
        return lacks


@dataclass(slots=True)
class Walk:
    """Everybody signed in on a phone of their own, what was seen, and what was wrong with it."""

    stack: Stack
    shots: Path
    pages: dict[str, Page]
    names: dict[str, str]  # side -> its body, as the pages call it
    seen: dict[str, list[str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    # --- eyes

    def look(self, state: str, face: Face, path: str, by: str, hidden_from: str = "") -> None:
        """Opens the page as each of `by` and asks it everything; who must not see it gets a 404."""
        for who in by.split():
            wrong = looked_at(self.pages[who], self.stack.url + path)
            self._picture(who, state)
            wrong += [f"does not say {each}" for each in self._unsaid(who, face)]
            self.faults += [f"{state}, {who}: {each}" for each in wrong]
            self.seen.setdefault(state, []).append(who)
        for who in hidden_from.split():
            if (status := self._status(who, path)) != 404:
                self.faults.append(f"{state}: {who} gets {status} for what is not theirs to see")

    def _status(self, who: str, path: str) -> int:
        answer = self.pages[who].goto(self.stack.url + path)
        self.pages[who].problems.clear()  # type: ignore[attr-defined]
        return answer.status if answer else 0

    def _unsaid(self, who: str, face: Face) -> list[str]:
        page = self.pages[who]
        heading = page.locator("#now-title")
        title = heading.first.inner_text() if heading.count() else ""
        own = ("等待您办理",) if face.holder == who else ()
        worn = [badge.strip() for badge in page.locator("main .badge").all_inner_texts()]
        names = (self.names.get(face.holder, ""), *own)
        return face.missing(page.locator("main").inner_text(), title, worn, names)

    def _picture(self, who: str, state: str) -> None:
        number = list(self.seen).index(state) if state in self.seen else len(self.seen)
        name = f"{number + 1:02d}-{re.sub(r'[^a-z]+', '-', state)}-{who}.png"
        self.pages[who].screenshot(path=self.shots / name, full_page=True)

    # --- hands

    def start(self, who: str, member: int, target: str | dict[str, str], *, draft: bool = False) -> int:
        """The form, the check page, and the button; returns the transfer."""
        page, own = self.pages[who], who == "member"
        where = "own/" if own else f"?{urlencode({'member': member})}"
        page.goto(f"{self.stack.url}/members/transfers/start/{where}")
        if isinstance(target, str):
            page.fill("input[name=target_text]", target)
        else:
            page.locator("main details.more:not([open]) > summary").click()
            for name, words in target.items():
                page.fill(f"[name={name}]", words)
        page.locator("label.choice:has(input[name=reason][value=job])").click()
        page.locator("main form button[name=step]").click()
        page.locator(f"main form[method=post] button[value={'draft' if draft else 'confirm'}]").click()
        page.wait_for_url("**/transfers/*/?started=1")
        ((made,),) = self.stack.query(NEWEST, member)
        return int(made)

    def press(self, who: str, pk: int, move: str, **typed: Any) -> None:
        """A move from the transfer's page, as it is offered there: at once, asked twice, or with words."""
        page, path = self.pages[who], f"/members/transfers/{pk}/"
        page.goto(self.stack.url + path)
        asked = page.locator(f"main a[href$='{path}{move}/']")
        folded = page.locator(f"#move-{move} > summary")
        if asked.count():
            asked.first.click()
            self.fill_in(page, typed)
        elif folded.count():
            folded.click()
        page.locator(f"main form[action$='{path}{move}/'] button[type=submit]:visible").click()
        self._done(page, f"**{path}", move)

    def fill_in(self, page: Page, typed: dict[str, Any]) -> None:
        page.wait_for_load_state()
        for name, value in typed.items():
            choice = page.locator(f"label.choice:has(input[name={name}][value='{value}'])")
            if choice.count():
                choice.click()
            elif page.locator(f"select[name={name}]").count():
                page.locator(f"select[name={name}]").select_option(str(value))
            else:
                page.fill(f"[name={name}]", str(value))

    def send(self, who: str, path: str, then: str | re.Pattern[str], **typed: Any) -> str:
        """A page with one form: filled in, sent, and where one ends."""
        page = self.pages[who]
        page.goto(self.stack.url + path)
        self.fill_in(page, typed)
        page.locator("main form[method=post] button[type=submit]:visible").last.click()
        self._done(page, then, path)
        return page.url.removeprefix(self.stack.url)

    def _done(self, page: Page, address: str | re.Pattern[str], act: str) -> None:
        page.wait_for_load_state()
        try:
            page.wait_for_url(address, timeout=15_000)
        except Exception as late:
            said = page.locator("main").inner_text()[:600]
            raise AssertionError(f"{act} did not go through: {said}") from late

    # --- the clock

    def age(self, pk: int, **columns: str) -> None:
        """A transfer as it will stand some days on; no page has that day yet."""
        moved = ", ".join(f"{name} = {words}" for name, words in columns.items())
        self.stack.execute(f"UPDATE members_transfer SET {moved} WHERE id = %s", pk)

    def tick(self) -> None:
        """What beat asks of the worker each hour."""
        code = "from members.tasks import expire_transfers; expire_transfers()"
        command = [sys.executable, "manage.py", "shell", "-v0", "-c", code]
        subprocess.run(command, cwd=ROOT, env=self.stack.env, check=True)

    def letter(self, pk: int) -> int:
        ((paper,),) = self.stack.query(LETTER, pk)
        return int(paper)


@contextmanager
def walk(stack: Stack, running: Browser, shots: Path, people: dict[str, str]) -> Iterator[Walk]:
    """`people`: side -> user name."""
    with ExitStack() as open_pages:
        pages = {
            side: open_pages.enter_context(signed_in(running, stack, name, size=PHONE))
            for side, name in people.items()
        }
        for page in pages.values():
            page.add_init_script(AXE)
        yield Walk(stack, shots, pages, {})
