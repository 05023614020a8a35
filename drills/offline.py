"""Five days without network: 30 meetings typed on a phone, and every one of them recorded once.

Meanwhile the tab is killed with half a meeting in it, the service worker stopped and unregistered, the branch
renamed, a meeting entered at the office too, the session ended, the phone's clock set wrong. Once there is
a network again, answers are lost after the portal has committed, and the tab is killed while it sends. Then
the database is held against what was typed, field by field; what was refused stands in the list with the
portal's words and is put right in the ordinary form.

    ./portal drill offline
"""

import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import BrowserContext, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from drills._offline_plans import DAYS, Plan, plans
from drills._stack import PHONE, Stack, browser, demo_stack, signed_in
from drills._visitor import Visitor
from drills._weak_wire import Wire, weak_wire

OFFLINE = "/activities/offline/"
LOCAL = ZoneInfo("Asia/Shanghai")
MEMBERS = 1500
NEW_NAME = "北山社区更名党支部"
LOST_ANSWERS = 4
# A branch nobody has come to or left lately, with no record of these days: what is refused then is planned.
STEADY = """SELECT u.user_name, o.name FROM members_post p
  JOIN branches_organization o ON o.id = p.organization_id AND o.kind = 'branch' AND o.dissolved_on IS NULL
  JOIN members_member s ON s.id = p.member_id JOIN core_user u ON u.id = s.user_id
  WHERE p.kind = 'secretary' AND p.ends_on IS NULL AND s.branch_id = o.id
    AND (SELECT count(*) FROM members_member m WHERE m.branch_id = o.id AND m.standing <> 'ended') >= 16
    AND NOT EXISTS (SELECT 1 FROM members_branchperiod b WHERE b.branch_id = o.id
      AND (b.starts_on > %s OR b.ends_on > %s))
    AND NOT EXISTS (SELECT 1 FROM members_standingperiod t JOIN members_member m ON m.id = t.member_id
      WHERE m.branch_id = o.id AND (t.starts_on > %s OR t.ends_on > %s))
    AND NOT EXISTS (SELECT 1 FROM activities_activity a
      WHERE a.branch_id = o.id AND a.state <> 'planned' AND a.held_on > %s)
  ORDER BY o.path LIMIT 1"""


@dataclass
class Phone:
    """The secretary's browser behind the wire."""

    page: Page
    stack: Stack
    wire: Wire
    who: str
    killed: int = 0
    stopped: int = 0
    troubles: list[str] = field(default_factory=list)

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    def open(self) -> None:
        self.page.goto(self.stack.url + OFFLINE, wait_until="load")
        self.page.wait_for_selector("[data-part=work]:not([hidden]), [data-part=ask]:not([hidden])")

    def kill_tab(self) -> None:
        """A new tab first: a browser without any ends."""
        old, self.page = self.page, self.context.new_page()
        old.close()
        self.killed += 1
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))

    def stop_workers(self) -> None:
        wire = self.context.new_cdp_session(self.page)
        wire.send("ServiceWorker.enable")
        wire.send("ServiceWorker.stopAllWorkers")
        wire.detach()
        self.stopped += 1

    def go_dark(self) -> None:
        self.context.set_offline(True)
        self.wire.cut()

    def go_light(self) -> None:
        self.wire.mend()
        self.context.set_offline(False)

    def clock(self, day: date) -> None:
        self.context.clock.set_fixed_time(datetime.combine(day, clock_time(20, 0), LOCAL))

    def listed(self, state: str = "") -> list[dict[str, str]]:
        """What the queue shows: title, state and the portal's words."""
        rows: list[dict[str, str]] = self.page.locator("[data-entry]").evaluate_all(
            "rows => rows.map(row => ({ state: row.dataset.state,"
            " title: row.querySelector('[data-title]').textContent,"
            " note: row.querySelector('[data-note]').textContent,"
            " said: row.querySelector('[data-said]').innerText }))"
        )
        return [row for row in rows if state in {"", row["state"]}]


def typed_in_five_days(phone: Phone, todo: list[Plan], today: date) -> None:
    for step in range(DAYS):
        phone.clock(today - timedelta(days=DAYS - 1 - step))
        phone.stop_workers()
        phone.kill_tab()
        phone.open()
        for plan in todo[step * 6 : step * 6 + 6]:
            if plan.held_on > today:
                phone.clock(plan.held_on)
            plan.type(phone.page)
            if plan.number % 6 == 3:
                _killed_while_typing(phone, plan)
            phone.page.click("#offline-meeting button[type=submit]")
            expect(phone.page.locator("[data-title]", has_text=plan.title)).to_have_count(1)
        print(f"day {step + 1}: {len(phone.listed('waiting'))} wait")
    phone.clock(today)


def _killed_while_typing(phone: Phone, plan: Plan) -> None:
    expect(phone.page.locator("[data-part=draft]")).to_contain_text("草稿已保存")
    # The last letters are saved after a pause of the hand.
    time.sleep(2.5)
    phone.kill_tab()
    phone.open()
    expect(phone.page.locator("#offline-meeting [name=title]")).to_have_value(plan.title)


def meanwhile(stack: Stack, taken: Plan, who: str) -> None:
    """The branch is renamed by the district, one of the meetings entered at the office, the session ended."""
    officer = Visitor(stack.url, **_credentials(stack, "officer"))
    address = f"/branches/{taken.branch}/rename/"
    order = {
        "name": NEW_NAME,
        "short_name": "更名支部",
        "on": f"{_today(stack):%Y-%m-%d}",
        "basis": "批复1号",
        "step": "do",
    }
    officer.send(address, order)
    ((name,),) = stack.query("SELECT name FROM branches_organization WHERE id = %s", taken.branch)
    assert name == NEW_NAME, name
    office = Visitor(stack.url, **_credentials(stack, who))
    page = f"/activities/new/?branch={taken.branch}&kind={taken.kind}"
    drawn = office.get(page)[1].decode()
    roster = re.search(r'name="roster"\s+value="([\d,]+)"', drawn)
    assert roster, "no roster on the page"
    meeting = {
        "held_on": f"{taken.held_on:%Y-%m-%d}", "title": "办公室先记的会议", "roster": roster.group(1),
        "chair": str(taken.people["chair"]),
    }  # fmt: skip
    status, _, ended = office.send(page, meeting)
    assert ended.endswith("/saved/"), (status, ended)
    stack.execute("DELETE FROM django_session")


def sent_on_a_bad_line(phone: Phone) -> None:
    """Signed in again; answers get lost, the tab dies, the worker goes: the queue is emptied all the same."""
    phone.go_light()
    phone.page.wait_for_selector("[data-part=signin]:not([hidden])", timeout=60_000)
    assert len(phone.listed("waiting")) == 30, Counter(row["state"] for row in phone.listed())
    phone.page.click("[data-part=signin] a")
    phone.wire.swallow = LOST_ANSWERS
    _sign_in(phone)
    # Each lost answer stops the list; the hand presses again.
    _press_until(phone, lambda: len(phone.listed("sent")) >= 5)
    phone.kill_tab()
    phone.wire.swallow = 1
    phone.stop_workers()
    phone.open()
    phone.page.evaluate("navigator.serviceWorker.getRegistration().then(one => one && one.unregister())")
    _press_until(phone, lambda: not phone.listed("waiting"))


def _press_until(phone: Phone, holds: Callable[[], bool]) -> None:
    button = phone.page.locator("[data-part=send]")
    deadline = time.monotonic() + 400
    while not holds():
        assert time.monotonic() < deadline, phone.listed()
        if button.is_visible():
            with suppress(PlaywrightTimeout):  # gone with the last that waited
                button.click(timeout=2000)
        time.sleep(1)


def put_right(phone: Phone, refused: Plan, today: date) -> None:
    """Opened in the ordinary form with everything in it, corrected, saved."""
    row = phone.page.locator("[data-entry]", has=phone.page.locator("[data-title]", has_text=refused.title))
    row.locator("[data-act=ordinary]").click()
    for _ in range(4):
        phone.page.wait_for_selector(".error-summary, .alert--success", timeout=60_000)
        if phone.page.locator(".alert--success").count():
            break
        assert phone.page.input_value("form#meeting [name=title]") == refused.title
        if refused.held_on > today:
            refused.held_on = today
            phone.page.fill("form#meeting [name=held_on]", f"{today:%Y-%m-%d}")
        if phone.page.locator("[name=is_another]").count():
            phone.page.check("[name=is_another]")
        phone.page.click("form#meeting button[type=submit]:has-text('保存')")
        phone.page.wait_for_load_state("load")
    phone.open()
    expect(phone.page.locator("[data-state=conflict] [data-title]", has_text=refused.title)).to_have_count(0)


def verdict(phone: Phone, todo: list[Plan]) -> tuple[list[str], list[Plan]]:
    """What is wrong, and which plans stand as refused in the list with a reason."""
    listed = {row["title"]: row["said"] for row in phone.listed("conflict")}
    wrong, refused = [], []
    for plan in todo:
        rows = plan.rows(phone.stack)
        if len(rows) > 1:
            wrong.append(f"{plan.title}: {len(rows)} times")
        elif rows:
            wrong += plan.differences(phone.stack)
        elif listed.get(plan.title):
            refused.append(plan)
        else:
            wrong.append(f"{plan.title}: lost")
    return wrong, refused


def with_steady_secretary(stack: Stack) -> tuple[Stack, str]:
    """The demo with one more sign-in, whose password is everybody's there."""
    since = _today(stack) - timedelta(days=DAYS + 1)
    ((user_name, branch),) = stack.query(STEADY, *[since] * 5)
    print(f"branch: {branch}")
    line = {**stack.signin("secretary"), "branch": branch, "user_name": user_name}
    return replace(stack, signins=(*stack.signins, line)), user_name


def main() -> int:
    with demo_stack(members=MEMBERS) as demo, weak_wire(demo.url) as wire, browser() as running:
        stack, who = with_steady_secretary(demo)
        near = replace(stack, url=wire.url)
        with signed_in(running, near, who, size=PHONE) as page:
            return _drilled(Phone(page, near, wire, who), stack)


def _drilled(phone: Phone, stack: Stack) -> int:
    today = _today(stack)
    todo = plans(today)
    todo[-1].held_on = today + timedelta(days=2)  # the phone's clock runs ahead
    taken = todo[7]
    phone.open()
    phone.page.click("[data-do=keep]")
    expect(phone.page.locator("[data-part=said]")).to_contain_text("已就绪", timeout=60_000)
    phone.go_dark()
    typed_in_five_days(phone, todo, today)
    meanwhile(stack, taken, phone.who)
    sent_on_a_bad_line(phone)
    wrong, refused = verdict(phone, todo)
    told = {row["title"]: f"{row['note']}: {row['said']}" for row in phone.listed("conflict")}
    for plan in refused:
        print(f"told: {told[plan.title]}")
    for plan in refused:
        put_right(phone, plan, today)
    later, left = verdict(phone, todo)
    wrong += later + phone.troubles
    is_met = {todo[-1].number, taken.number} <= {plan.number for plan in refused} and not left
    is_hard = phone.wire.swallowed >= LOST_ANSWERS
    for line in wrong:
        print(f"WRONG {line}")
    print(
        f"tab killed {phone.killed} times, worker stopped {phone.stopped} times,"
        f" {phone.wire.swallowed} answers lost after the commit, {phone.wire.sent} sendings"
    )
    print(
        f"offline: 30 typed in {DAYS} days, {30 - len(refused)} recorded as typed, {len(refused)} refused"
        f" with a reason and put right, {len(left)} left, {len(wrong)} lost, doubled or changed"
    )
    return 0 if is_met and is_hard and not wrong else 1


def _sign_in(phone: Phone) -> None:
    line = phone.stack.signin(phone.who)
    phone.page.fill("input[name=username]", line["user_name"])
    phone.page.fill("input[name=password]", line["password"])
    phone.page.press("input[name=password]", "Enter")
    phone.page.wait_for_url(f"**{OFFLINE}")


def _credentials(stack: Stack, user_name: str) -> dict[str, Any]:
    line = stack.signin(user_name)
    return {"user_name": line["user_name"], "password": line["password"]}


def _today(stack: Stack) -> date:
    ((today,),) = stack.query("SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date")
    assert isinstance(today, date)
    return today


if __name__ == "__main__":
    sys.exit(main())
