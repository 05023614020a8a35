"""The yearly look: who is reminded on which day, what stops a reminder, and many confirmed by the branch."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from members.choices import Standing
from members.models import Confirmation, Member, Post
from members.queries.own import unconfirmed
from members.tests.factories import make_member
from members.tests.merging import merge
from members.tests.test_workflows_register import by, code_of
from members.tests.transfer_pages import text
from members.workflows import confirm_reminders, reminders
from members.workflows import own as work
from orgportal.core.errors import NotAllowed
from orgportal.core.models import AuditEntry, Reminder, User
from orgportal.core.reminders import objections, sentence

LAST = date(2026, 3, 31)
BEFORE = LAST - timedelta(days=14)
MANY = reverse("members:confirmation-many")


def at(day):
    return datetime(day.year, day.month, day.day, 8, tzinfo=ZoneInfo("Asia/Shanghai"))


def planned(day, rule):
    reminders.plan(day, at=at(day))
    return list(Reminder.objects.filter(rule=rule, channel="in_app").order_by("pk"))


def confirmed(world, *names):
    for name in names:
        member = getattr(world, name)
        Confirmation.unscoped.create(
            member=member, year=2026, seen_version=1, by=world.user("li"), is_by_branch=False, at=world.now
        )


def of_a(rows, world):
    names = {world.user(name).pk: name for name in ("li", "ran", "chen", "sun", "wang")}
    return {names[row.recipient_id] for row in rows if row.recipient_id in names}


def why_not(*rows: Reminder) -> tuple[str, ...]:
    found = objections(rows, at(LAST))
    return tuple(found.get(row.pk, "") for row in rows)


def test_members_with_an_account_are_reminded_until_they_confirm(world):
    confirmed(world, "sun")
    make_member(world.a, "无账号")
    Member.unscoped.filter(pk=world.ran.pk).update(standing=Standing.ENDED)

    rows = planned(BEFORE, confirm_reminders.DUE)

    assert of_a(rows, world) == {"li", "chen", "wang"}
    assert {(row.due_on, row.step, row.url) for row in rows} == {(LAST, -14, reverse("members:own"))}
    assert planned(BEFORE, confirm_reminders.DUE) == rows
    assert "2026年度信息核对" in sentence(rows[0].rule, rows[0].params)


def test_what_was_confirmed_under_a_merged_number_counts_for_the_person(world):
    double = make_member(world.a, "陈党员")
    Confirmation.unscoped.create(
        member=double, year=2026, seen_version=1, by=world.user("li"), is_by_branch=True, how="电话",
        at=world.now,
    )  # fmt: skip
    merge(world, double)

    assert of_a(planned(BEFORE, confirm_reminders.DUE), world) == {"li", "ran", "sun", "wang"}
    assert world.chen not in unconfirmed(world.scope("li"), 2026)
    again = work.confirm(Member.unscoped.get(pk=world.chen.pk), seen_version=0, **by(world, "chen"))
    assert again.member == double


def test_the_secretary_reads_how_many_are_open_and_no_name(world):
    confirmed(world, "sun")

    rows = planned(BEFORE, confirm_reminders.OPEN)

    mine = next(row for row in rows if row.recipient_id == world.user("li").pk)
    assert (mine.params["body"], mine.params["count"]) == ("甲社区党支部", 3)
    assert len([row for row in rows if row.recipient_id == world.user("li").pk]) == 1
    assert "尚有3名党员" in sentence(mine.rule, mine.params)
    assert "陈党员" not in str(mine.params)


@pytest.mark.parametrize(
    ("day", "steps", "told"),
    [
        (LAST - timedelta(days=62), set(), set()),
        (LAST - timedelta(days=61), {-60}, set()),
        (LAST - timedelta(days=57), {-60}, set()),
        (LAST - timedelta(days=56), set(), set()),
        (LAST, {0}, {0}),
        (LAST + timedelta(days=14), set(), {14}),
        (LAST + timedelta(days=60), set(), set()),
    ],
)
def test_steps_are_those_of_the_provisions_and_each_is_planned_about_its_day(world, day, steps, told):
    assert {row.step for row in planned(day, confirm_reminders.DUE)} == steps
    assert {row.step for row in planned(day, confirm_reminders.OPEN)} == told


def test_nothing_goes_out_once_it_is_done_or_no_longer_theirs(world):
    member = next(r for r in planned(LAST, confirm_reminders.DUE) if r.recipient_id == world.user("chen").pk)
    told = next(r for r in planned(LAST, confirm_reminders.OPEN) if r.recipient_id == world.user("li").pk)
    assert why_not(member, told) == ("", "")

    spare = User.objects.create(user_name="spare", created_at=world.now)
    Member.unscoped.filter(pk=world.chen.pk).update(user=spare)
    Post.unscoped.filter(member=world.li).update(ends_on=date(2026, 3, 30))
    assert why_not(member, told) == ("not_in_office", "not_in_office")

    confirmed(world, "li", "ran", "chen", "sun")
    assert why_not(member, told) == ("already_done", "already_done")


# --- many by the branch


def many(world, picked, how="电话", persona="li"):
    return work.confirm_many(picked, how=how, **by(world, persona))


def test_many_are_confirmed_each_with_its_line_and_its_mark(world):
    Member.unscoped.filter(pk=world.ran.pk).update(standing=Standing.ENDED)

    done = many(world, [(world.chen, 1), (world.sun, 7), (world.ran, 1)])

    assert [(each.member.name, each.code) for each in done] == [
        ("陈党员", ""), ("孙党员", "stale_version"), (world.ran.name, done[2].code),
    ]  # fmt: skip
    assert done[2].code
    made = Confirmation.unscoped.get()
    assert (made.member, made.is_by_branch, made.how) == (world.chen, True, "电话")
    assert AuditEntry.objects.filter(action="member.confirmed_for").count() == 1


def test_many_need_words_and_the_right(world):
    assert code_of(many, world, [(world.chen, 1)], how=" ") == "confirmation_says_how"
    with pytest.raises(NotAllowed):
        many(world, [(world.chen, 1)], persona="zhao")


def test_the_page_confirms_those_ticked(world, as_, on_the_day):
    client, address = as_("li"), reverse("members:confirmation-list")
    assert f'value="{world.chen.pk}:1"' in client.get(address).content.decode()

    picks = [f"{world.chen.pk}:1", f"{world.sun.pk}:9", "x"]
    told = text(client.post(MANY, {"pick": picks, "how": "入户走访"}, follow=True))

    assert "已代1名党员核对确认" in told
    assert "孙党员" in told
    assert Confirmation.unscoped.get().how == "入户走访"
    assert "请勾选党员" in text(client.post(MANY, {"how": "电话"}, follow=True))
    assert "请勾选党员" in text(client.post(MANY, {"pick": picks}, follow=True))
    assert client.post(MANY, {"pick": ["999999999:1"], "how": "电话"}).status_code == 404
