"""Brings transfers into every state there is and looks at each page as everybody who may see it.

Inside the portal, on paper out of it, on paper into it, and certificates. Moves go through the pages; only
what a clock does is done by the clock's own task, on a row whose days were moved.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser

from drills._stack import Stack
from drills._transfer_walk import Face, Walk, walk

TWO, ALL = "source member", "source target member"
ENDED = ("已办结：", "的组织关系在")
STATES: dict[str, Face] = {
    "draft of the member": Face("草稿", ("提交申请",), "member"),
    "submitted": Face("已提交支部", ("转出支部同意",), "source"),
    "returned by the branch": Face("退回修改", ("修改后重新提交",), "member"),
    "resubmitted": Face("已提交支部", ("转出支部同意",), "source"),
    "at the sending committee": Face("待转出方党委审批", ("转出方党委审批",), "committee"),
    "returned by the committee": Face("退回修改", ("修改后重新提交",), "source"),
    "resubmitted by the branch": Face("待转出方党委审批", ("转出方党委审批",), "committee"),
    "at the receiving branch": Face("待接收方确认", ("接收支部确认",), "target"),
    "overdue at the receiving branch": Face("待接收方确认", ("接收支部确认", "超期"), "target"),
    "returned by the receiving branch": Face("退回修改", ("修改后重新提交",), "source"),
    "refused": Face("已拒绝", ENDED),
    "withdrawn by the member": Face("已撤回", ENDED),
    "draft of the branch": Face("草稿", ("提交申请",), "source"),
    "withdrawn by the branch": Face("已撤回", ENDED),
    "expired": Face("已过期", ENDED),
    "cancelled": Face("已取消", ("已办结：", "该党员已不在册")),
    "accepted": Face("已接收", ENDED),
    "waiting for its letter": Face("待转出方党委审批", ("转出方党委开具介绍信",), "committee"),
    "letter issued": Face("待接收方确认 有效", ("持介绍信到接收方报到",), "member"),
    "letter lost": Face("待接收方确认 报失", ("重新开具介绍信",), "committee"),
    "letter reissued": Face("待接收方确认 有效 报失", ("持介绍信到接收方报到",), "member"),
    "slip awaited": Face("待接收方确认", ("确认回执",), "committee"),
    "returned from outside": Face("退回修改", ("修改后重新提交",), "source"),
    "refused outside": Face("已拒绝", ENDED),
    "letter past its validity": Face("待接收方确认 逾期未交", ("重新开具介绍信",), "committee"),
    "slip back-dated": Face("已接收", ENDED),
    "slip after the last day": Face("已接收", ENDED),
    "arrival registered": Face("待接收方确认", ("办理接收，或退回介绍信",), "target"),
    "arrival overdue": Face("待接收方确认", ("办理接收，或退回介绍信", "超期"), "target"),
    "arrival accepted": Face("已接收", ("打印回执",)),
    "arrival refused": Face("已拒绝", ("已办结：",)),
    "paper in force": Face("有效", ("有效期至",)),
    "paper lost and replaced": Face("报失", ("已重新开具",)),
    "paper used": Face("已办结", ("终止原因",)),
    "return slip": Face("有效", ("签发日期",)),
    "certificate in force": Face("有效", ("有效期至",)),
    "certificate past its day": Face("已过有效期", ("有效期至",)),
    "certificate handed back": Face("已交回", ("终止原因",)),
}  # fmt: skip
OUTSIDE = {"outside_body": "长春市南关区明珠社区党支部", "outside_committee": "中共长春市南关区委组织部"}
MEMBER = """
SELECT m.id, m.name, b.name, b.id, c.name FROM members_member m JOIN core_user u ON u.id = m.user_id
JOIN branches_organization b ON b.id = m.branch_id JOIN branches_organization c ON c.id = b.parent_id
WHERE u.user_name = %s
"""
OPEN = """
SELECT id FROM members_transfer WHERE member_id = %s
AND state IN ('draft', 'submitted', 'sent', 'at_receiver', 'returned')
"""
# A plain member without account, post, stay or anything under way: somebody who can be said to have died.
QUIET = """
SELECT m.id FROM members_member m WHERE m.branch_id = %s AND m.standing = 'formal' AND m.user_id IS NULL
AND m.mobile_state = '' AND m.joined_on < current_date - 3650
AND NOT EXISTS (SELECT 1 FROM members_post p WHERE p.member_id = m.id)
AND NOT EXISTS (SELECT 1 FROM members_transfer t WHERE t.member_id = m.id)
AND NOT EXISTS (SELECT 1 FROM members_case k WHERE k.member_id = m.id)
AND NOT EXISTS (SELECT 1 FROM members_standingchange s WHERE s.member_id = m.id)
ORDER BY m.id LIMIT 1
"""


@dataclass(slots=True)
class Scene:
    """The walk, the member it is about, and the branch that receives."""

    walk: Walk
    member: int
    branch: int
    target: str
    target_branch: int

    def look(self, state: str, pk: int, by: str, **more: Any) -> None:
        self.walk.look(state, STATES[state], f"/members/transfers/{pk}/", by, **more)

    def paper(self, state: str, pk: int, by: str, **more: Any) -> None:
        self.walk.look(state, STATES[state], f"/members/papers/{pk}/", by, **more)

    def arrival(self, state: str, path: str, by: str, **more: Any) -> None:
        self.walk.look(state, STATES[state], path, by, **more)

    def press(self, who: str, pk: int, *moves: str, **typed: Any) -> None:
        for move in moves:
            self.walk.press(who, pk, move, **typed)


# --- inside the portal


def there_and_back(scene: Scene) -> None:
    """From the member's draft to the refusal, with every return on the way."""
    press, look = scene.press, scene.look
    pk = scene.walk.start("member", scene.member, scene.target, draft=True)
    look("draft of the member", pk, "member", hidden_from="source committee target")
    press("member", pk, "submit")
    look("submitted", pk, ALL)
    press("source", pk, "return", remark="请补填党费交至月份。")
    look("returned by the branch", pk, ALL)
    press("member", pk, "resubmit")
    look("resubmitted", pk, ALL)
    press("source", pk, "release")
    look("at the sending committee", pk, f"{ALL} committee")
    press("committee", pk, "return", remark="接收支部名称有误，请核对。")
    look("returned by the committee", pk, ALL)
    press("source", pk, "resubmit")
    look("resubmitted by the branch", pk, f"{ALL} committee")
    press("committee", pk, "approve")
    look("at the receiving branch", pk, f"{ALL} committee")
    scene.walk.age(pk, state_since="now() - interval '30 days'")
    look("overdue at the receiving branch", pk, f"{ALL} committee")
    press("target", pk, "return", remark="入党志愿书缺第三页。")
    look("returned by the receiving branch", pk, ALL)
    press("source", pk, "resubmit")
    press("committee", pk, "approve")
    press("target", pk, "refuse", grounds="not_here", remark="该同志不在本社区居住。")
    look("refused", pk, f"{ALL} committee")


def other_ends(scene: Scene) -> None:
    """Withdrawn by either, expired by the clock, and cancelled because its member is gone."""
    walk, look = scene.walk, scene.look
    pk = walk.start("member", scene.member, scene.target)
    scene.press("member", pk, "withdraw")
    look("withdrawn by the member", pk, ALL)
    pk = walk.start("source", scene.member, scene.target, draft=True)
    look("draft of the branch", pk, "source", hidden_from="member target")
    scene.press("source", pk, "submit")
    scene.press("source", pk, "withdraw")
    look("withdrawn by the branch", pk, ALL)
    pk = walk.start("source", scene.member, scene.target)
    walk.age(pk, valid_until="current_date - 1")
    walk.tick()
    look("expired", pk, ALL)
    ((gone,),) = walk.stack.query(QUIET, scene.branch)
    pk = walk.start("source", gone, scene.target)
    scene.press("committee", pk, "approve")
    walk.send(
        "source", f"/members/{gone}/standing/death/", "**/standing/*/",
        effect_on=ago(1), document="死亡证明",
    )  # fmt: skip
    walk.tick()
    look("cancelled", pk, "source target committee")


# --- on paper, out


def on_paper(scene: Scene) -> None:
    """A letter lost, issued anew and handed in; sent back and refused outside."""
    press, look, letter = scene.press, scene.look, scene.walk.letter
    sides = "source member committee"
    pk = scene.walk.start("member", scene.member, OUTSIDE)
    press("source", pk, "release")
    look("waiting for its letter", pk, sides)
    press("committee", pk, "issue", days=60)
    look("letter issued", pk, sides)
    first = letter(pk)
    scene.paper("paper in force", first, sides, hidden_from="target")
    press("member", pk, "lose", remark="乘车时遗失")
    look("letter lost", pk, sides)
    press("committee", pk, "reissue", days=30, remark="遗失补开")
    look("letter reissued", pk, sides)
    scene.paper("paper lost and replaced", first, sides)
    press("member", pk, "hand-in")
    look("slip awaited", pk, sides)
    press("committee", pk, "return", remark="对方要求补充廉政意见。")
    look("returned from outside", pk, sides)
    press("source", pk, "resubmit")
    press("committee", pk, "issue", days=30)
    press("committee", pk, "refuse", grounds="wrong_target", remark="对方已不设该支部。")
    look("refused outside", pk, sides)


def slip_of_before(scene: Scene) -> None:
    """A slip that says the member was accepted some days ago."""
    press, letter = scene.press, scene.walk.letter
    pk = scene.walk.start("member", scene.member, OUTSIDE)
    press("source", pk, "release")
    press("committee", pk, "issue", days=30)
    press("member", pk, "hand-in")
    issued_before(scene, pk, days=12, term=30)
    press("committee", pk, "confirm", accepted_on=ago(8), slip_number="南组回字12号")
    scene.look("slip back-dated", pk, "source committee")
    scene.paper("paper used", letter(pk), "source committee")


def slip_too_late(scene: Scene, member: int) -> None:
    """A letter nobody handed in, and its slip when the last day is long over."""
    pk = scene.walk.start("source", member, OUTSIDE)
    scene.press("committee", pk, "issue", days=30)
    issued_before(scene, pk, days=40, term=30)
    scene.walk.tick()
    scene.look("letter past its validity", pk, "source other committee")
    scene.press(
        "committee", pk, "confirm",
        accepted_on=ago(2), slip_number="南组回字31号", remark="对方逾期接收，已电话核实。",
    )  # fmt: skip
    scene.look("slip after the last day", pk, "source committee")


def issued_before(scene: Scene, pk: int, *, days: int, term: int) -> None:
    """The letter as if it had been issued so many days ago."""
    scene.walk.age(pk, valid_until=f"current_date - {days - term}", sent_on=f"current_date - {days}")
    scene.walk.stack.execute(
        "UPDATE members_paper SET issued_on = current_date - %s, valid_until = current_date - %s"
        " WHERE id = %s", days, days - term, scene.walk.letter(pk),
    )  # fmt: skip


def ago(days: int) -> date:
    """By the portal's calendar, whatever the machine's."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date() - timedelta(days=days)


# --- on paper, in


def arrivals(scene: Scene) -> None:
    register, sides = scene.walk.send, "target above"
    path = register("target", "/members/arrivals/add/", ARRIVAL, **typed_letter(1))
    scene.arrival("arrival registered", path, sides, hidden_from="source")
    scene.walk.stack.execute(
        "UPDATE members_arrival SET registered_at = now() - interval '25 days' WHERE id = %s", number_in(path)
    )
    scene.arrival("arrival overdue", path, sides)
    page = scene.walk.pages["target"]
    page.locator("form[action$='/accept/'] button[type=submit]").click()
    page.wait_for_selector("main a[href$='/print.pdf']")
    scene.arrival("arrival accepted", path, sides)
    ((slip,),) = scene.walk.stack.query("SELECT slip_id FROM members_arrival WHERE id = %s", number_in(path))
    scene.paper("return slip", slip, sides)
    path = register("target", "/members/arrivals/add/", ARRIVAL, **typed_letter(2))
    page.locator("#refuse > summary").click()
    scene.walk.fill_in(page, {"grounds": "not_here", "remark": "该同志不在本社区居住。"})
    page.locator("form[action$='/refuse/'] button[type=submit]").click()
    page.wait_for_load_state()
    scene.arrival("arrival refused", path, sides)


ARRIVAL = re.compile(r"/arrivals/\d+/$")
NUMBERS = ("990000198603120040", "990000199108230052")  # of an area that was never assigned


def typed_letter(serial: int) -> dict[str, Any]:
    born = NUMBERS[serial - 1][6:14]
    return {
        "letter_number": f"南组介字〔2026〕{80 + serial}号", "letter_body": "中共长春市南关区委组织部",
        "issued_on": ago(30), "valid_until": ago(-30), "from_branch": "明珠社区党支部",
        "name": ("周晓岚", "秦立新")[serial - 1], "id_number": NUMBERS[serial - 1],
        "birth_on": f"{born[:4]}-{born[4:6]}-{born[6:]}", "gender": ("female", "male")[serial - 1],
        "education": "college", "occupation": "worker", "standing": "formal",
        "joined_on": "2012-06-30", "confirmed_on": "2013-06-30",
    }  # fmt: skip


def number_in(path: str) -> int:
    return int(path.rstrip("/").rpartition("/")[2])


# --- certificates


def certificates(scene: Scene, member: int) -> None:
    sides = "source other committee"
    path = scene.walk.send(
        "source", f"/members/{member}/certificate/", "**/papers/*/",
        to="中共吉林省委党校", purpose="参加三个月培训", valid_until=ago(-60),
    )  # fmt: skip
    pk = number_in(path)
    scene.paper("certificate in force", pk, sides, hidden_from="target")
    shift = (
        "UPDATE members_paper SET issued_on = current_date - 70, valid_until = current_date - 5 WHERE id = %s"
    )
    scene.walk.stack.execute(shift, pk)
    scene.paper("certificate past its day", pk, sides)
    scene.walk.send("source", f"{path}end/", "**/papers/*/", reason="returned", note="培训结束")
    scene.paper("certificate handed back", pk, sides)


# --- all of it


def people_of(stack: Stack, target_user: str, above_user: str) -> dict[str, str]:
    """Who plays which side: `above` is the receiving committee, `moved` has arrived already."""
    return {
        "source": "secretary", "committee": "organiser", "target": target_user, "above": above_user,
        "member": "member", "other": "recorder", "moved": "member2",
    }  # fmt: skip


def see_states(
    stack: Stack, running: Browser, shots: Path, *, target: tuple[str, str, str], accepted: int
) -> Walk:
    """`target`: the receiving branch, its secretary, its committee's organiser; `accepted` went there."""
    branch, secretary, organiser = target
    people = people_of(stack, secretary, organiser)
    with walk(stack, running, shots, people) as walked:
        facts = {side: stack.query(MEMBER, name)[0] for side, name in people.items()}
        member, other = facts["member"], facts["other"]
        walked.names.update(
            member=member[1], other=other[1], source=member[2], committee=member[4], target=branch
        )
        scene = Scene(walked, member[0], member[3], branch, facts["target"][3])
        for (pk,) in stack.query(OPEN, scene.member):
            scene.press("member", pk, "withdraw")
        there_and_back(scene)
        other_ends(scene)
        scene.look("accepted", accepted, "source target committee moved")
        on_paper(scene)
        slip_of_before(scene)
        certificates(scene, other[0])
        slip_too_late(scene, other[0])
        arrivals(scene)
    return walked
