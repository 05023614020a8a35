"""Calendar addresses over HTTP as a phone uses them: made on the page, read by two unrelated parsers.

A secretary and a member of the demo make their addresses. What `icalendar` reads is held field by field
against what `vobject` reads and against the API: subject, hours in Shanghai and in UTC, place, state,
version. Then 304, renewing, switching off, a post that ends, a transfer away. Prints the figure last;
non-zero when short.

    ./portal drill calendar
"""

import re
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import vobject
from icalendar import Calendar

from drills._stack import Stack, demo_stack
from drills._visitor import Visitor

SHANGHAI = ZoneInfo("Asia/Shanghai")
PAGE = "/activities/calendars/"
ADDRESS = re.compile(r'value="(http[^"]+\.ics)"')
DAY_ONLY, OPEN_END = "主题党日", "座谈会"
LONG = "学习贯彻；讨论,表决\\第一项" + "党员大会议题" * 14
CALLED_OFF = ("postponed", "cancelled", "did_not_meet", "excused", "void")
# A plan is confirmed once it has its hour.
STATES = {"held": "CONFIRMED", **dict.fromkeys(CALLED_OFF, "CANCELLED")}
PLAN = """
INSERT INTO activities_activity (branch_id, kind, also_kinds, state, title, held_on, starts_at, ends_at,
    place, note, reason, present_ids, leave_ids, absent_ids, present, expected, voters_present,
    voters_expected, recorded_at, recorded_by_id, changed_at, version)
SELECT %s, 'general', '{}', 'planned', %s, %s, %s, %s, '党群活动室',
    '', '', '{}', '{}', '{}', 0, 0, 0, 0, now(), id, now(), 1
FROM core_user WHERE user_name = 'secretary' RETURNING id
"""
WHO = """
SELECT m.branch_id, m.id FROM members_member m JOIN core_user u ON u.id = m.user_id WHERE u.user_name = %s
"""
TASK = """
UPDATE activities_decision SET owner_id = %s, due_on = current_date + 5, done_on = NULL, result = ''
WHERE id = (
    SELECT d.id FROM activities_decision d
    JOIN activities_agendaitem i ON i.id = d.item_id JOIN activities_activity a ON a.id = i.activity_id
    WHERE a.branch_id = %s AND a.state = 'held' ORDER BY d.id DESC LIMIT 1)
"""
# As the register stands once a transfer has been accepted.
TRANSFER = """
UPDATE members_branchperiod SET ends_on = current_date - 1 WHERE member_id = %(m)s AND ends_on IS NULL;
INSERT INTO members_branchperiod (member_id, branch_id, starts_on, reason, recorded_at)
SELECT m.id, o.id, current_date, 'transferred', now()
FROM members_member m JOIN branches_organization o
    ON o.kind = 'branch' AND o.id <> m.branch_id AND o.dissolved_on IS NULL
WHERE m.id = %(m)s ORDER BY o.id LIMIT 1;
UPDATE members_member m SET branch_id = p.branch_id, group_id = NULL, path = o.path
FROM members_branchperiod p JOIN branches_organization o ON o.id = p.branch_id
WHERE m.id = %(m)s AND p.member_id = m.id AND p.ends_on IS NULL
"""
NO_POST = """
UPDATE members_post p SET ends_on = current_date - 1
FROM members_member m JOIN core_user u ON u.id = m.user_id
WHERE p.member_id = m.id AND u.user_name = 'secretary' AND (p.ends_on IS NULL OR p.ends_on >= current_date)
"""
WINDOW = "SELECT (%s::date - interval '6 months')::date, (%s::date + interval '12 months')::date"
LEAST = 300


@dataclass
class Tally:
    """What was compared and what did not hold."""

    compared: int = 0
    wrong: list[str] = field(default_factory=list)

    def hold(self, what: str, found: Any, wanted: Any) -> None:
        self.compared += 1
        if found != wanted:
            self.wrong.append(f"{what}: {found!r}, not {wanted!r}")


def fetch(address: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    """Without a session."""
    request = urllib.request.Request(address, headers={k.replace("_", "-"): v for k, v in headers.items()})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read(), dict(answer.headers)
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read(), dict(refused.headers)


def subscribe(visitor: Visitor, form: str, **fields: Any) -> str:
    """Press the button; the address stands on the answer, once."""
    status, answer, _ = visitor.send(form, fields, page=PAGE)
    found = ADDRESS.search(answer)
    assert status == 200, (status, answer[:2000])
    assert found, "no address on the page"
    return found[1]


# --- two readers


def utc(value: date) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def by_icalendar(content: bytes) -> dict[str, dict[str, Any]]:
    found = {}
    for event in Calendar.from_ical(content).walk("VEVENT"):
        end = event.get("dtend")
        found[str(event["uid"])] = {
            "title": str(event["summary"]),
            "starts": utc(event["dtstart"].dt),
            "ends": utc(end.dt) if end else None,
            "place": str(event.get("location", "")),
            "status": str(event["status"]),
            "version": int(event["sequence"]),
            "url": str(event.get("url", "")),
        }
    return found


def by_vobject(content: bytes) -> dict[str, dict[str, Any]]:
    found = {}
    for event in vobject.readOne(content.decode()).contents.get("vevent", []):

        def said(name: str, default: Any = "", event: Any = event) -> Any:
            part = getattr(event, name, None)
            return part.value if part else default

        found[said("uid")] = {
            "title": said("summary"),
            "starts": utc(said("dtstart")),
            "ends": utc(said("dtend", None)),
            "place": said("location"),
            "status": said("status"),
            "version": int(said("sequence")),
            "url": said("url"),
        }
    return found


def both(tally: Tally, address: str) -> dict[str, dict[str, Any]]:
    """What the two readers agree on."""
    status, content, headers = fetch(address)
    tally.hold("status", status, 200)
    tally.hold("type", headers["Content-Type"], "text/calendar; charset=utf-8")
    tally.hold("longest line", max(map(len, content.split(b"\r\n"))) <= 75, True)
    tally.hold(
        "zones", [str(z["tzid"]) for z in Calendar.from_ical(content).walk("VTIMEZONE")], ["Asia/Shanghai"]
    )
    ours, theirs = by_icalendar(content), by_vobject(content)
    tally.hold("uids", sorted(ours), sorted(theirs))
    for uid, facts in ours.items():
        for name, value in facts.items():
            tally.hold(f"{uid} {name}", theirs.get(uid, {}).get(name), value)
    return ours


# --- what the API says of the same


def listed(visitor: Visitor, address: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        joint = "&" if "?" in address else "?"
        page = orjson.loads(visitor.get(f"{address}{joint}after={after}")[1])
        rows, after = rows + page["results"], page["next_after"]
    return rows


def hour(on: date, at: str | None) -> datetime | None:
    if at is None:
        return None
    return datetime.combine(on, datetime.strptime(at[:5], "%H:%M").time(), SHANGHAI).astimezone(UTC)  # noqa: DTZ007


def expected(url: str, row: dict[str, Any]) -> dict[str, Any]:
    """The event of a record, worked out from the API alone."""
    on = date.fromisoformat(row["held_on"])
    starts, ends = hour(on, row["starts_at"]), hour(on, row["ends_at"])
    return {
        "title": row["title"],
        "starts": starts or on,
        "ends": ends if starts else on + timedelta(days=1),
        "place": row["place"],
        "status": STATES.get(row["state"]) or ("CONFIRMED" if starts else "TENTATIVE"),
        "version": row["version"],
        "url": f"{url}/activities/{row['id']}/",
    }


def compare_branch(tally: Tally, stack: Stack, visitor: Visitor, branch: int, found: dict[str, Any]) -> None:
    """Every record and every open duty of the window, and nothing else."""
    today = stack.today()
    ((since, until),) = stack.query(WINDOW, today, today)
    rows = listed(visitor, f"/api/v1/activities/?branch={branch}")
    rows = [row for row in rows if since <= date.fromisoformat(row["held_on"]) <= until]
    wanted: dict[str, dict[str, Any]] = {}
    for row in rows:
        whole = orjson.loads(visitor.get(f"/api/v1/activities/{row['id']}/")[1])
        wanted[f"activity-{row['id']}@orgportal"] = expected(stack.url, whole)
    duties = listed(visitor, f"/api/v1/duties/?branch={branch}")
    duties = [each for each in duties if each["state"] in {"not_due", "missing"}]
    days = {f"duty-{each['id']}@orgportal": date.fromisoformat(each["due_on"]) for each in duties}
    days = {uid: day for uid, day in days.items() if since <= day <= until}
    tally.hold("entries of the branch", sorted(found), sorted({**wanted, **days}))
    for uid, facts in wanted.items():
        for name, value in facts.items():
            tally.hold(f"{uid} {name} by the API", found.get(uid, {}).get(name), value)
    for uid, day in days.items():
        tally.hold(f"{uid} day by the API", found.get(uid, {}).get("starts"), day)
    print(f"branch: {len(wanted)} records, {len(days)} open duties")


def compare_own(tally: Tally, visitor: Visitor, member: int, found: dict[str, Any]) -> None:
    """The follow-ups are those the API lists as one's own and open."""
    rows = listed(visitor, "/api/v1/decisions/?state=open")
    mine = {f"follow-up-{r['id']}@orgportal": r for r in rows if r["owner_id"] == member}
    shown = {uid for uid in found if uid.startswith("follow-up")}
    tally.hold("own follow-ups", shown, set(mine))
    for uid in shown & set(mine):
        tally.hold(f"{uid} day", found[uid]["starts"], date.fromisoformat(mine[uid]["due_on"]))
        tally.hold(f"{uid} title", found[uid]["title"], f"待办：{mine[uid]['text']}")
    meetings = [uid for uid in found if uid.startswith("activity")]
    tally.hold("no link to what a member cannot open", {found[uid]["url"] for uid in meetings}, {""})
    print(f"member: {len(meetings)} activities, {len(shown)} follow-ups")


# --- the life of an address


def conditional(tally: Tally, stack: Stack, address: str, branch: int) -> None:
    _, _, headers = fetch(address)
    tag, day = headers["ETag"], headers["Last-Modified"]
    tally.hold("Cache-Control", headers["Cache-Control"], "private, no-cache")
    tally.hold("same mark", fetch(address, If_None_Match=tag)[0], 304)
    tally.hold("same day", fetch(address, If_Modified_Since=day)[0], 304)
    stack.execute("UPDATE activities_activity SET version = version + 1 WHERE branch_id = %s", branch)
    tally.hold("other mark", fetch(address, If_None_Match=tag)[0], 200)


def renewed(tally: Tally, visitor: Visitor, old: str) -> str:
    page = visitor.get(PAGE)[1].decode()
    forms = re.findall(rf'action="({PAGE}\d+/renew/)"', page)
    assert len(forms) == 1, forms
    new = subscribe(visitor, forms[0])
    tally.hold("old address", fetch(old)[0], 404)
    tally.hold("new address", fetch(new)[0], 200)
    tally.hold("nobody's address", fetch(re.sub(r"[\w-]+\.ics", f"{'x' * 43}.ics", new))[0], 404)
    return new


def left(tally: Tally, stack: Stack, member: int, own: str, branch: str) -> None:
    """Nothing is left of the old branch after a transfer, and nothing of the branch after the post."""
    ((old,),) = stack.query("SELECT branch_id FROM members_member WHERE id = %s", member)
    stack.execute(TRANSFER, m=member)
    shown = [int(found[1]) for uid in both(tally, own) if (found := re.match(r"activity-(\d+)@", uid))]
    of = stack.query("SELECT branch_id FROM activities_activity WHERE id = ANY(%s)", shown)
    tally.hold("of the old branch after a transfer", [branch for (branch,) in of if branch == old], [])
    tally.hold("the new branch's plans after a transfer", len(shown) > 0, True)
    stack.execute(NO_POST)
    tally.hold("branch calendar after the post", both(tally, branch), {})


def switched_off(visitor: Visitor, address: str) -> int:
    page = visitor.get(PAGE)[1].decode()
    visitor.send(re.findall(rf'action="({PAGE}\d+/end/)"', page)[0], {}, page=PAGE)
    return fetch(address)[0]


def plan(stack: Stack, branch: int, member: int) -> None:
    """Three plans, one of them long and full of signs, and a follow-up of the member's."""
    today = stack.today()
    for title, starts, ends in ((LONG, "19:30", "21:00"), (DAY_ONLY, None, None), (OPEN_END, "08:15", None)):
        stack.query(PLAN, branch, title, today + timedelta(days=9), starts, ends)
    stack.execute(TASK, member, branch)


def play(stack: Stack, tally: Tally) -> None:
    secretary, person = (
        Visitor(stack.url, line["user_name"], line["password"])
        for line in (stack.signin("secretary"), stack.signin("member"))
    )
    ((branch, _),), ((own_branch, member),) = stack.query(WHO, "secretary"), stack.query(WHO, "member")
    assert branch == own_branch
    plan(stack, branch, member)
    of_branch = subscribe(secretary, f"{PAGE}make/", branch=branch)
    own = subscribe(person, f"{PAGE}make/")
    compare_branch(tally, stack, secretary, branch, both(tally, of_branch))
    mine = both(tally, own)
    compare_own(tally, person, member, mine)
    titles = {facts["title"] for facts in mine.values()}
    tally.hold("plans in the member's calendar", titles >= {LONG, DAY_ONLY, OPEN_END}, True)
    conditional(tally, stack, of_branch, branch)
    left(tally, stack, member, own, renewed(tally, secretary, of_branch))
    tally.hold("switched off", switched_off(person, own), 404)


def main() -> int:
    tally = Tally()
    with demo_stack() as stack:
        play(stack, tally)
    for line in tally.wrong[:40]:
        print(f"WRONG {line}")
    print(f"calendar: {tally.compared} comparisons (at least {LEAST}), {len(tally.wrong)} wrong")
    return 1 if tally.wrong or tally.compared < LEAST else 0


if __name__ == "__main__":
    sys.exit(main())
