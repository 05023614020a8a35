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
