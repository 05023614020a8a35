"""Pages and operations of a record's life, and the follow-ups the next meeting takes up."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from activities.models import Activity, Decision
from activities.tests.factories import make_activity
from activities.tests.pages import CREATE, page, typed
from branches.tests.factories import NOW
from members.tests.factories import make_member

pytestmark = pytest.mark.usefixtures("on_the_day")
As = Callable[[str], Any]
LIST = reverse("activities:activity-list")
FOLLOW_UPS = reverse("activities:decision-list")
BACK = {"reason": "counts", "remark": "第2项表决票数与到会人数不符"}


def url(name: str, row: Activity) -> str:
    return reverse(f"activities:activity-{name}", args=[row.pk])


def api(name: str, row: Activity) -> str:
    return reverse(f"api-activities:activity-{name}", args=[row.pk])


def post(client: Any, address: str, data: dict[str, Any]) -> Any:
    return client.post(address, data, content_type="application/json")


def recorded(world: Any, as_: As, **changes: Any) -> Activity:
    as_("ran").post(CREATE, typed(world, **changes))
    return Activity.unscoped.latest("pk")


def lock(row: Activity) -> None:
    Activity.unscoped.filter(pk=row.pk).update(locks_on=NOW.date())


def decided(world: Any, text: str, due_on: date = date(2026, 3, 1)) -> Decision:
    before = make_activity(world.a, world.li.user, [world.li], held_on=date(2026, 2, 5))
    item = before.items.create(position=1, topic="经费公开")
    decision: Decision = item.decisions.create(text=text, owner=world.chen, due_on=due_on)
    return decision


def test_from_the_chair_s_list_to_sent_back_and_confirmed_again(world: Any, as_: As) -> None:
    row, li, zhao = recorded(world, as_), as_("li"), as_("zhao")
    html = page(li.get(FOLLOW_UPS))
    assert f'data-record="{row.pk}"' in html
    assert "等待主持人确认" in page(li.get(row.get_absolute_url()))
    assert row.title in page(li.get("/"))

    answer = li.post(url("confirm", row), {"version": "1"})
    assert (answer.status_code, answer["Location"]) == (302, row.get_absolute_url())
    assert f'data-record="{row.pk}"' not in page(li.get(FOLLOW_UPS))
    shown = page(li.get(row.get_absolute_url()))
    assert "主持人已确认" in shown
    assert url("return", row) not in shown

    assert url("return", row) in page(zhao.get(row.get_absolute_url()))
    assert zhao.post(url("return", row), {**BACK, "remark": "", "version": "2"}).status_code == 422
    assert zhao.post(url("return", row), {**BACK, "reason": "", "version": "2"}).status_code == 422
    assert zhao.post(url("return", row), {**BACK, "version": "1"}).status_code == 422
    assert zhao.post(url("return", row), {**BACK, "version": "2"}).status_code == 302
    assert f'data-id="{row.pk}"' in page(li.get(f"{LIST}?life=returned"))
    assert row.title in page(li.get("/"))
    html = page(li.get(row.get_absolute_url()))
    assert BACK["remark"] in html
    assert url("amend", row) in html
    assert url("amend", row) not in page(zhao.get(row.get_absolute_url()))

    li.post(url("amend", row), typed(world, place="二楼", version="3"))
    row.refresh_from_db()
    assert (row.returned_at, row.confirmed_by) == (None, world.li.user)
    history = page(li.get(row.get_absolute_url()))
    assert all(words in history for words in ("已退回", "主持人已确认", "修改前的内容", BACK["remark"]))


def test_a_locked_record_says_why_it_is_not_changed(world: Any, as_: As) -> None:
    li = as_("li")
    li.post(CREATE, typed(world))
    row = Activity.unscoped.get()
    lock(row)

    html = page(li.get(row.get_absolute_url()))
    assert "已锁定" in html
    assert "上级党组织退回" in html
    assert url("amend", row) not in html
    assert url("void", row) not in html
    for name in ("amend", "void"):
        answer = li.get(url(name, row), follow=True)
        assert answer.redirect_chain == [(row.get_absolute_url(), 302)]
        assert "3月10日锁定" in page(answer)
    answer = li.post(url("amend", row), typed(world, place="二楼", version="1"))
    assert answer.status_code == 422
    assert "3月10日锁定" in page(answer)
    assert 'value="二楼"' in page(answer)
    assert li.post(url("void", row), {"reason": "录错", "version": "1"}).status_code == 422
    # A meeting typed without network comes this way: it is a second one, never a change of the first.
    assert li.post(CREATE, typed(world, place="二楼")).status_code == 422
    row.refresh_from_db()
    assert (Activity.unscoped.count(), row.place, row.version) == (1, "党群活动室", 1)
    assert f'data-id="{row.pk}"' in page(li.get(f"{LIST}?life=locked"))
    assert f'data-id="{row.pk}"' not in page(li.get(f"{LIST}?life=confirmed"))


def test_a_chair_without_posts_reads_the_record_while_it_waits(world: Any, as_: As) -> None:
    row, chen = recorded(world, as_, chair=str(world.chen.pk)), as_("chen")

    html = page(chen.get(url("confirm", row)))
    assert "公示一季度账目" in html
    assert chen.get(row.get_absolute_url()).status_code == 403
    assert row.title in page(chen.get("/"))
    assert chen.post(url("confirm", row), {"version": ""}).status_code == 422
    # Put right while the page was open: shown anew, not confirmed unseen.
    as_("ran").post(url("amend", row), typed(world, chair=str(world.chen.pk), place="二楼", version="1"))
    answer = chen.post(url("confirm", row), {"version": "1"}, follow=True)
    assert answer.redirect_chain == [(url("confirm", row), 302)]
    assert "二楼" in page(answer)
    answer = chen.post(url("confirm", row), {"version": "2"}, follow=True)
    assert answer.redirect_chain == [(FOLLOW_UPS, 302)]
    assert row.title in page(answer)
    assert chen.get(url("confirm", row)).status_code == 404


def test_a_record_confirmed_meanwhile_is_shown_and_a_second_press_says_so(world: Any, as_: As) -> None:
    row, li = recorded(world, as_), as_("li")
    li.post(url("confirm", row), {"version": "1"})

    assert li.get(url("confirm", row))["Location"] == row.get_absolute_url()
    assert "已经确认" in page(li.post(url("confirm", row), {"version": "1"}, follow=True))


def test_an_amendment_over_a_confirmation_compares_with_what_was_seen(world: Any, as_: As) -> None:
    row, ran = recorded(world, as_), as_("ran")
    as_("li").post(url("confirm", row), {"version": "1"})

    answer = ran.post(url("amend", row), typed(world, place="二楼", version="1"))

    assert answer.status_code == 409
    assert "二楼" in page(answer)


def test_the_recorder_notes_a_confirmation_on_paper(world: Any, as_: As) -> None:
    old, ran = make_member(world.a, "老支书"), as_("ran")
    row = make_activity(world.a, world.ran.user, [old], chair=old)
    address = reverse("activities:activity-confirm-on-paper", args=[row.pk])
    assert address in page(ran.get(row.get_absolute_url()))

    assert ran.post(address, {"on": "2026-03-11", "version": "1"}).status_code == 422
    assert ran.post(address, {"on": "2026-03-09", "version": "1"}).status_code == 302

    html = page(ran.get(row.get_absolute_url()))
    assert "书面确认" in html
    assert address not in html


def test_the_operations_do_the_same(world: Any, as_: As) -> None:
    row, li, zhao = recorded(world, as_), as_("li"), as_("zhao")
    waiting = li.get(reverse("api-activities:to-confirm-list")).json()["results"]
    assert [(each["id"], each["life"]) for each in waiting] == [(row.pk, "to_confirm")]

    assert post(li, api("confirm", row), {"version": 5}).status_code == 412
    done = post(li, api("confirm", row), {"version": 1}).json()
    assert (done["life"], done["locks_on"], done["steps"][0]["move"]) == (
        "confirmed",
        "2026-04-09",
        "confirm",
    )
    again = post(li, api("confirm", row), {"version": 1})
    assert (again.status_code, again.json()["code"]) == (409, "already_confirmed")
    assert again.json()["message"] == "该记录已经确认。"
    lock(row)
    entry = {
        "kind": "general", "title": "更正", "held_on": "2026-03-05", "chair_id": world.li.pk, "version": 2
    }  # fmt: skip
    for name, data in (("amend", entry), ("void", {"reason": "录错", "version": 2})):
        answer = post(li, api(name, row), data)
        told = answer.json()
        assert (answer.status_code, told["code"], told["day"]) == (409, "record_locked", "2026-03-10")
        assert "3月10日锁定" in told["message"]
    assert post(zhao, api("return", row), {**BACK, "remark": " ", "version": 2}).status_code == 400
    assert post(zhao, api("return", row), {"remark": "缺", "version": 2}).status_code == 400
    back = post(zhao, api("return", row), {**BACK, "version": 2}).json()
    assert (back["life"], back["confirmed_at"], back["steps"][-1]["reason"]) == ("returned", None, "counts")
    rows = li.get(f"{reverse('api-activities:activity-list')}?life=returned").json()["results"]
    assert [each["id"] for each in rows] == [row.pk]
    assert li.get(f"{reverse('api-activities:activity-list')}?life=x").status_code == 400


def test_a_paper_confirmation_by_a_program(world: Any, as_: As) -> None:
    old = make_member(world.a, "老支书")
    row = make_activity(world.a, world.ran.user, [old], chair=old)

    done = post(as_("ran"), api("confirm-on-paper", row), {"on": "2026-03-08", "version": 1}).json()

    assert (done["life"], done["paper_on"]) == ("confirmed", "2026-03-08")


# --- follow-ups on the next agenda


def test_due_follow_ups_are_offered_and_taken_up_without_scripts(world: Any, as_: As) -> None:
    done, later, left = decided(world, "甲事"), decided(world, "乙事"), decided(world, "丙事")
    decided(world, "丁事", date(2026, 5, 1))
    li = as_("li")
    html = page(li.get(CREATE))
    assert all(f'name="f-{each.pk}-on_agenda"' in html for each in (done, later, left))
    assert "丁事" not in html

    said = {
        f"f-{done.pk}-on_agenda": "on", f"f-{done.pk}-result": "已公示",
        f"f-{later.pk}-due_on": "2026-04-20",
    }  # fmt: skip
    preview = page(li.post(reverse("activities:activity-preview"), typed(world, **said)))
    assert all(words in preview for words in ("甲事", "落实结果：已公示", "乙事", "4月20日"))
    wrong = li.post(CREATE, typed(world, **said, **{f"f-{done.pk}-due_on": "2026-04-20"}))
    assert wrong.status_code == 422
    assert "carried__row--open" in page(wrong)
    assert li.post(CREATE, typed(world, **said)).status_code == 302

    row = Activity.unscoped.latest("pk")
    html = page(li.get(row.get_absolute_url()))
    assert all(words in html for words in ("甲事", "乙事", "经费公开", "2月5日决定"))
    later.refresh_from_db()
    assert later.carried_to is not None
    open_ones = page(li.get(FOLLOW_UPS))
    assert ("甲事" in open_ones, "4月20日" in open_ones, "丙事" in open_ones) == (False, True, True)
    carried = page(li.get(f"{FOLLOW_UPS}?state=carried"))
    assert (f'data-id="{later.pk}"' in carried, f'data-id="{left.pk}"' in carried) == (True, False)
    facts = li.get(reverse("api-activities:activity-detail", args=[row.pk])).json()
    assert [item["follow_up_id"] for item in facts["items"]] == [done.pk, later.pk, None, None]


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [("result", "已公示", "已经落实或结转"), ("due_on", "2026-03-05", "应晚于本次会议")],
)
def test_what_is_wrong_with_a_follow_up_is_said(
    world: Any, as_: As, column: str, value: str, words: str
) -> None:
    decision = decided(world, "甲事")
    if column == "result":
        Decision.unscoped.filter(pk=decision.pk).update(done_on=date(2026, 3, 2), result="已公示")

    answer = as_("li").post(CREATE, typed(world, **{f"f-{decision.pk}-{column}": value}))

    assert answer.status_code == 422
    assert words in page(answer)


def test_a_program_takes_up_follow_ups(world: Any, as_: As) -> None:
    done, later = decided(world, "甲事"), decided(world, "乙事")
    entry = {
        "branch": world.a.pk, "kind": "general", "title": "大会", "held_on": "2026-03-05",
        "chair_id": world.li.pk,
        "items": [
            {"taken_up": {"decision_id": done.pk, "result": "已公示"}},
            {"taken_up": {"decision_id": later.pk, "due_on": "2026-04-20"}},
        ],
    }  # fmt: skip
    address, li = reverse("api-activities:activity-list"), as_("li")

    assert post(li, address, {**entry, "items": [{"topic": ""}]}).status_code == 400
    made = post(li, address, entry).json()
    again = post(li, address, {**entry, "held_on": "2026-03-06"})

    assert [item["topic"] for item in made["items"]] == ["甲事", "乙事"]
    assert (again.status_code, again.json()["code"]) == (409, "follow_up_not_open")
    rows = li.get(f"{reverse('api-activities:decision-list')}?state=carried").json()["results"]
    assert [(row["id"], row["due_on"]) for row in rows] == [(later.pk, str(later.due_on))]
    assert rows[0]["carried_to_id"] == Decision.unscoped.get(due_on="2026-04-20").pk
    assert later.due_on + timedelta(days=50) == date(2026, 4, 20)
