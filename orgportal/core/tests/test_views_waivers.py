""" "Not applicable": said with a reason, read above, taken back; the matter is not told this person again."""

from datetime import date, timedelta
from typing import Any

import pytest

from activities.workflows import reminders as planner
from activities.workflows.duties import open_duties
from branches.tests.factories import NOW
from conftest import World
from orgportal.core import inbox, reminders
from orgportal.core.errors import Refused
from orgportal.core.models import AuditEntry, Notification, Reminder, Waiver
from orgportal.core.workflows import waivers

DUE = date(2026, 3, 31)
LIST = "/inbox/not-applicable/"


@pytest.fixture
def notice(world: World) -> Notification:
    """Li is reminded of the theme day of March."""
    open_duties(world.today)
    planner.plan(DUE, at=NOW + timedelta(days=20))
    first = Reminder.objects.filter(recipient=world.user("li"))[0]
    Reminder.objects.exclude(subject=first.subject).delete()
    reminders.send_due(at=NOW + timedelta(days=22))
    found: Notification = Notification.unscoped.get(recipient=world.user("li"))
    return found


def test_said_with_a_reason_it_is_not_told_again(world: World, notice: Notification) -> None:
    client = world.client("li")
    page = f"/inbox/{notice.pk}/not-applicable/"
    assert page in client.get("/inbox/").content.decode()
    assert client.get(page).status_code == 200
    assert client.post(page, {"reason": " "}).status_code == 422

    listed = client.post(page, {"reason": "由联合党支部统一召开"}, follow=True).content.decode()

    assert "由联合党支部统一召开" in listed
    notice.refresh_from_db()
    assert notice.read_at is not None
    planner.plan(DUE + timedelta(days=7), at=NOW + timedelta(days=27))
    Reminder.objects.exclude(subject=notice.reminder.subject).delete()
    reminders.send_due(at=NOW + timedelta(days=29))
    assert Notification.unscoped.filter(recipient=world.user("li")).count() == 1
    assert Reminder.objects.latest("pk").outcome == "not_applicable"
    assert client.post(page, {"reason": "再说一次"}).status_code == 422
    assert AuditEntry.objects.filter(action="reminder.waived").count() == 1


def test_those_above_read_the_reason_and_strangers_do_not(world: World, notice: Notification) -> None:
    waivers.waive(notice, "由联合党支部统一召开", actor=world.user("li"), at=NOW)

    told = Notification.unscoped.get(rule="core.waived")
    assert told.recipient == world.user("zhao")
    assert "由联合党支部统一召开" in reminders.sentence(told.rule, told.params)
    seen = {name: "由联合党支部统一召开" in world.client(name).get(LIST).content.decode()
            for name in ("li", "zhao", "qian", "wang", "chen")}  # fmt: skip
    assert seen == {"li": True, "zhao": True, "qian": True, "wang": False, "chen": False}


def test_taken_back_it_is_told_after_all(world: World, notice: Notification) -> None:
    waiver = waivers.waive(notice, "由联合党支部统一召开", actor=world.user("li"), at=NOW)
    later = NOW + timedelta(days=29)
    planner.plan(DUE + timedelta(days=7), at=NOW + timedelta(days=27))
    Reminder.objects.exclude(subject=waiver.subject).delete()
    reminders.send_due(at=later)
    address = f"{LIST}{waiver.pk}/withdraw/"

    assert "只有标记人本人可以撤销" in world.client("zhao").post(address, follow=True).content.decode()
    assert world.client("wang").post(address).status_code == 404
    assert "已撤销" in world.client("li").post(address, follow=True).content.decode()
    assert "已经撤销过了" in world.client("li").post(address, follow=True).content.decode()

    Reminder.objects.filter(state="planned").update(planned_for=later)
    reminders.send_due(at=later)
    assert Notification.unscoped.filter(recipient=world.user("li")).count() == 2
    assert not Waiver.unscoped.standing().exists()


def test_a_notice_that_reminds_of_nothing_is_not_waived(world: World) -> None:
    user = world.user("li")
    inbox.notify([user.pk], "core.feedback_answered", "a", params={}, url="/feedback/", at=NOW)
    notice = Notification.unscoped.get()

    assert world.client("li").get(f"/inbox/{notice.pk}/not-applicable/").status_code == 404
    with pytest.raises(Refused, match="not_a_reminder"):
        waivers.waive(notice, "无关", actor=user, at=NOW)


def test_a_matter_of_ones_own_is_told_to_nobody(world: World) -> None:
    user = world.user("chen")
    row = Reminder.objects.create(
        rule="members.confirm_due", subject="members.confirmation:1", recipient=user, due_on=DUE, step=0,
        channel="in_app", planned_for=NOW, params={"year": 2026, "due_on": {"day": "2026-03-31"}}, url="/",
        recorded_at=NOW,
    )  # fmt: skip
    notice = Notification.unscoped.create(
        recipient=user, rule=row.rule, params=row.params, reminder=row, key="k", created_at=NOW
    )

    waiver = waivers.waive(notice, "已当面核对", actor=user, at=NOW)

    assert waiver.path == ""
    assert Notification.unscoped.count() == 1


@pytest.mark.parametrize(
    ("subject", "is_here"),
    [("members.probation:{}", True), ("members.probation:9999999", False), ("members.case:1", False)],
)
def test_where_a_reminder_of_the_register_is_about(world: World, subject: str, *, is_here: bool) -> None:
    from_roof: Any = waivers.bridges.place_of(subject.format(world.chen.pk))

    assert from_roof == (world.a.path if is_here else "")


# --- the same for programs

API = "/api/v1/waivers/"
JSON = {"content_type": "application/json"}


def test_a_program_says_lists_and_takes_back(world: World, notice: Notification) -> None:
    client = world.client("li")
    (told,) = client.get("/api/v1/notices/").json()["results"]
    assert (told["id"], told["may_be_waived"], told["read_at"]) == (notice.pk, True, None)
    assert told["text"] == reminders.sentence(notice.rule, notice.params)
    assert client.post(API, {"notice": notice.pk, "reason": " "}, **JSON).status_code == 400

    said = client.post(API, {"notice": notice.pk, "reason": "由联合党支部统一召开"}, **JSON)

    assert (said.status_code, said.json()["reason"], said.json()["is_own"]) == (
        201,
        "由联合党支部统一召开",
        True,
    )
    again = client.post(API, {"notice": notice.pk, "reason": "再说一次"}, **JSON)
    assert (again.status_code, again.json()["code"]) == (409, "already_waived")
    above = world.client("zhao").get(API).json()["results"]
    assert [(row["text"], row["who"], row["is_own"]) for row in above] == [
        (told["text"], world.user("li").display_name, False)
    ]
    address = f"{API}{said.json()['id']}/withdraw/"
    refused = world.client("zhao").post(address, **JSON).json()
    assert (refused["code"], "只有标记人本人" in refused["message"]) == ("not_yours", True)
    assert client.post(address, **JSON).status_code == 200
    assert client.post(address, **JSON).json()["code"] == "already_withdrawn"
    assert client.get(API).json() == {"results": [], "next_after": None}


def test_a_notice_that_reminds_of_nothing_is_not_waived_by_a_program(world: World) -> None:
    user, client = world.user("li"), world.client("li")
    inbox.notify([user.pk], "core.feedback_answered", "a", params={}, url="/feedback/", at=NOW)
    (told,) = client.get("/api/v1/notices/").json()["results"]

    assert told["may_be_waived"] is False
    assert client.post(API, {"notice": told["id"], "reason": "无关"}, **JSON).status_code == 404
    assert client.post(f"/api/v1/notices/{told['id']}/read/", **JSON).status_code == 204
    assert client.get("/api/v1/notices/").json()["results"][0]["read_at"] is not None


@pytest.mark.parametrize("count", [1, 3])
def test_lists_for_programs_cost_the_same_for_one_and_three(
    world: World, count: int, django_assert_num_queries: Any
) -> None:
    user, client = world.user("chen"), world.client("chen")
    for number in range(count):
        Waiver.unscoped.create(
            user=user, rule="members.term_ending", subject=f"members.term:{number}", due_on=DUE,
            params={"body": "甲", "due_on": ""}, reason="试", created_at=NOW,
        )  # fmt: skip
        inbox.notify([user.pk], "core.feedback_answered", f"{number}", params={}, url="/", at=NOW)
    client.get(API)

    with django_assert_num_queries(8):
        assert len(client.get(API).json()["results"]) == count
    with django_assert_num_queries(8):
        assert len(client.get("/api/v1/notices/").json()["results"]) == count


def test_a_long_inbox_is_read_page_by_page(world: World) -> None:
    user, client = world.user("chen"), world.client("chen")
    for number in range(101):
        inbox.notify([user.pk], "core.feedback_answered", f"{number}", params={}, url="/", at=NOW)

    first = client.get("/api/v1/notices/").json()
    rest = client.get(f"/api/v1/notices/?after={first['next_after']}").json()

    assert (len(first["results"]), len(rest["results"]), rest["next_after"]) == (100, 1, None)
    assert client.get("/api/v1/notices/?after=x").status_code == 400
    assert client.post("/api/v1/notices/read/", **JSON).status_code == 204
    assert not Notification.unscoped.unread().filter(recipient=user).exists()
