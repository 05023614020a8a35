"""The next level hears in one line how many of its branches still owe a duty."""

from datetime import UTC, date, datetime
from typing import Any

from activities.choices import DutyState
from activities.models import Duty
from members.models import Post
from orgportal.core import reminders as ground
from orgportal.core.models import Notification, Reminder
from orgportal.core.tests.asking import objection
from orgportal.health.tasks import plan_reminders
from orgportal.health.workflows import reminders

TODAY = date(2026, 3, 10)
NINE = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
DUE = date(2026, 2, 24)


def owe(branch: Any, rule: str = "themeday.freq", due_on: date = DUE, **fields: Any) -> Duty:
    return Duty.unscoped.create(
        **{
            "rule": rule, "branch": branch, "starts_on": due_on.replace(day=1), "ends_on": due_on,
            "due_on": due_on, "state": DutyState.MISSING, "recorded_at": NINE, "decided_at": NINE, **fields,
        }
    )  # fmt: skip


def test_one_line_for_each_duty_with_its_number_and_its_list(world: Any, as_: Any, on_the_day: Any) -> None:
    owe(world.a)
    owe(world.b)
    owe(world.c)
    owe(world.a, "lecture.freq", state=DutyState.EXCUSED)
    owe(world.b, "lecture.freq", due_on=date(2026, 2, 26))  # not yet

    plan_reminders()
    plan_reminders(on="2026-03-10")
    ground.send_due(at=NINE)

    told = {row.recipient.user_name: row for row in Notification.unscoped.select_related("recipient")}
    assert set(told) == {"zhao", "qian"}  # nobody oversees committee 2 but the district
    notice = told["zhao"]
    assert ground.sentence(notice.rule, notice.params) == (
        "东街道党工委：2个党支部对2026年2月24日到期的“主题党日”尚无任何说明。"
    )
    page = as_("zhao").get(notice.url).content.decode()
    assert page.count("data-id=") == 2


def test_asked_again_before_it_goes_out(world: Any) -> None:
    owed = owe(world.a)
    reminders.plan(TODAY, at=NINE)
    row = Reminder.objects.get(recipient=world.zhao.user)
    assert objection(reminders.objections, row, NINE) == ""
    assert reminders.place_of(row.subject) == world.committee_1.path

    Post.unscoped.filter(member=world.zhao).update(ends_on=date(2026, 3, 9))
    assert objection(reminders.objections, row, NINE) == "not_in_office"
    Duty.unscoped.filter(pk=owed.pk).update(state=DutyState.NOT_APPLICABLE)
    assert objection(reminders.objections, row, NINE) == "already_done"
    world.committee_1.dissolved_on = TODAY
    world.committee_1.save()
    assert objection(reminders.objections, row, NINE) == "already_done"
