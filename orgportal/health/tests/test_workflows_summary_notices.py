"""When a period is summed up, who runs a branch or oversees a body is told once, with the figures."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import translation

from activities.choices import DutyState
from activities.models import Duty
from activities.tests.factories import make_activity
from branches.choices import PostKind
from branches.tests.factories import NOW, TODAY, make_organization
from conftest import World
from members.models import Post
from members.tests.factories import make_member, make_post, make_user
from orgportal.core import digests, reminders
from orgportal.core.models import Channel, Notification, Reminder, ReminderSettings, User
from orgportal.health import tasks
from orgportal.health.models import PeriodSummary, SummaryRun
from orgportal.health.rules.totals import Span
from orgportal.health.tests.factories import make_duty
from orgportal.health.workflows import summary_notices
from orgportal.health.workflows.summaries import make_summaries, revise_summaries

JAN, FEB = date(2026, 1, 1), date(2026, 2, 1)
FEBRUARY = Span(FEB, date(2026, 2, 28))
LONG_AGO = NOW - timedelta(days=60)


@pytest.fixture
def february(world: World) -> World:
    """A met, B and C said nothing; everybody has an address. January is summed up in the same go."""
    met = make_activity(world.a, world.li.user, held_on=date(2026, 2, 10), recorded_at=LONG_AGO)
    for branch in (world.a, world.b, world.c):
        state, record = (DutyState.ON_TIME, met) if branch == world.a else (DutyState.MISSING, None)
        make_duty(branch, state, month=FEB, activity=record, recorded_at=LONG_AGO, decided_at=LONG_AGO)
        make_duty(
            branch, month=date(2026, 1, 1), state=DutyState.EXCUSED, reason="防汛", recorded_at=LONG_AGO
        )
    make_duty(world.a)
    for name in ("li", "zhao", "qian", "wang"):
        User.objects.filter(user_name=name).update(email=f"{name}@example.cn")
    make_summaries(TODAY, at=NOW)
    return world


def told(**which: Any) -> set[tuple[str, str, str]]:
    """Rule, body and person of every notice planned for the portal."""
    rows = Reminder.objects.filter(channel=Channel.IN_APP, **which).select_related("recipient")
    return {(row.rule.removeprefix("health.summary_"), row.params["body"], row.recipient.user_name)
            for row in rows}  # fmt: skip


def mails_of(name: str) -> str:
    (found,) = [each for each in mail.outbox if each.to == [f"{name}@example.cn"]]
    return str(found.body)


@pytest.fixture
def sent(february: World) -> Iterator[World]:
    summary_notices.plan(TODAY, at=NOW)
    reminders.send_due(at=NOW + timedelta(days=1))
    digests.send_mails(at=NOW + timedelta(days=1))
    with translation.override("zh-hans"):
        yield february


def test_each_reads_the_body_they_run_or_oversee(february: World) -> None:
    summary_notices.plan(TODAY, at=NOW)

    # B and the organ's branch have nobody: their rows are in the digests of the bodies above them. Nobody
    # is in office at committee 2, so the level above it stands in.
    assert told() == {
        ("ready", february.a.name, "li"),
        ("ready", february.c.name, "wang"),
        ("below", february.committee_1.name, "zhao"),
        ("below", february.committee_2.name, "qian"),
        ("below", february.district.name, "qian"),
    }
    assert {row.params["period"]["period"][0] for row in Reminder.objects.all()} == {"2026-02-01"}
    assert SummaryRun.objects.exclude(told_at=NOW).count() == 0


def test_the_notice_has_figures_no_last_day_and_leads_to_the_summary(sent: World, as_: Any) -> None:
    notice = Notification.unscoped.get(recipient=sent.li.user)

    assert reminders.sentence(notice.rule, notice.params) == (
        f"{sent.a.name}：2026年2月健康情况报告已生成。应开展1项，已开展1项，缺失0项。"
    )
    assert notice.due_on is None
    page = as_("li").get("/inbox/").content.decode()
    assert notice.params["body"] in page
    assert f"/inbox/{notice.pk}/not-applicable/" not in page
    assert as_("li").get(f"/inbox/{notice.pk}/not-applicable/").status_code == 404
    assert as_("li").get(notice.url).status_code == 200


def test_the_mail_says_what_went_well_what_is_missing_and_what_is_due(sent: World) -> None:
    text = mails_of("li")

    assert "开展情况：应开展1项，已开展1项，其中按时1项。" in text
    assert "缺失：无。" in text
    assert "近期到期：主题党日（2026年3月31日前）。" in text
    assert "请于" not in text


def test_the_mail_of_a_branch_that_said_nothing_names_it(sent: World) -> None:
    lines = [line.strip() for line in mails_of("wang").splitlines()]

    missing = lines.index("缺失：")
    assert lines[missing + 1].startswith("– 主题党日：")
    assert "待处理：" in lines
    assert not [line for line in lines if line.startswith("近期到期")]


def test_the_mail_of_a_body_has_a_row_for_each_body_below(sent: World) -> None:
    lines = [line.strip() for line in mails_of("zhao").splitlines()]
    below = lines.index("所辖党组织：")

    assert lines[below + 1] == f"– {sent.a.name}：应开展1项，已开展1项"
    assert lines[below + 2].startswith(f"– {sent.b.name}：应开展1项，已开展0项；需要帮助：近期无活动1、缺失1")


def test_two_bodies_are_one_mail(sent: World) -> None:
    text = mails_of("qian")

    assert text.count("健康情况报告已生成") == 2
    assert len(mail.outbox) == 4


def test_planned_again_nothing_is_added(february: World, on_the_day: Any) -> None:
    first = tasks.plan_reminders()
    rows = set(Reminder.objects.values_list("pk", flat=True))

    assert first == len(rows) > 0
    assert summary_notices.plan(TODAY, at=NOW + timedelta(hours=1)) == 0
    # Even where a run is said not to be told yet, the key of each row keeps it from being told twice.
    SummaryRun.objects.update(told_at=None)
    summary_notices.plan(TODAY, at=NOW + timedelta(hours=2))
    assert set(Reminder.objects.values_list("pk", flat=True)) == rows


def test_killed_half_way_it_is_planned_whole_the_next_time(
    february: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = reminders.plan, [0]

    def dying(rows: Any) -> int:
        calls[0] += 1
        real(list(rows)[:3])
        raise KeyboardInterrupt

    monkeypatch.setattr(reminders, "plan", dying)
    with pytest.raises(KeyboardInterrupt):
        summary_notices.plan(TODAY, at=NOW)
    assert calls == [1]
    assert not Reminder.objects.exists()
    monkeypatch.setattr(reminders, "plan", real)

    summary_notices.plan(TODAY, at=NOW)

    assert len(told()) == 5


def test_a_second_planner_finds_the_run_told(february: World) -> None:
    run = SummaryRun.objects.get(starts_on=FEB)
    SummaryRun.objects.filter(pk=run.pk).update(told_at=NOW)

    assert summary_notices._tell(run.pk, TODAY, NOW) == 0


def revise(world: World, at: datetime) -> None:
    late = make_activity(world.c, world.li.user, held_on=date(2026, 2, 9), recorded_at=at)
    Duty.unscoped.filter(branch=world.c, starts_on=FEB).update(
        state=DutyState.LATE, activity=late, decided_at=at
    )
    revise_summaries(FEBRUARY, reason="补录二月主题党日", actor=world.qian.user, at=at)


def test_a_correction_is_told_again_with_its_reason_where_it_differs(sent: World) -> None:
    revise(sent, NOW + timedelta(days=1))

    summary_notices.plan(TODAY + timedelta(days=1), at=NOW + timedelta(days=1))

    again = {(body, who) for rule, body, who in told() if rule == "revised"}
    assert again == {
        (sent.c.name, "wang"), (sent.committee_2.name, "qian"), (sent.district.name, "qian"),
    }  # fmt: skip
    row = Reminder.objects.filter(rule=summary_notices.REVISED, recipient=sent.wang.user).first()
    assert row is not None
    assert reminders.sentence(row.rule, row.params) == (
        f"{sent.c.name}：2026年2月健康情况报告已更正，原因：补录二月主题党日。更正后应开展1项，已开展1项，缺失0项。"
    )


def test_what_was_said_anew_meanwhile_is_not_told_twice(february: World) -> None:
    summary_notices.plan(TODAY, at=NOW)
    revise(february, NOW + timedelta(hours=1))

    reminders.send_due(at=NOW + timedelta(days=1))

    rows = Reminder.objects.filter(channel=Channel.IN_APP, recipient=february.wang.user)
    assert [(row.state, row.outcome) for row in rows] == [("cancelled", "said_anew")]
    assert Notification.unscoped.filter(recipient=february.li.user).exists()


def test_who_left_office_is_not_told(february: World) -> None:
    summary_notices.plan(TODAY, at=NOW)
    Post.unscoped.filter(member__in=[february.li.pk, february.zhao.pk]).update(ends_on=TODAY)

    reminders.send_due(at=NOW + timedelta(days=1))

    rows = Reminder.objects.filter(outcome="not_in_office").select_related("recipient")
    assert {row.recipient.user_name for row in rows} == {"li", "zhao"}


def test_a_correction_of_a_branch_alone_reaches_who_stands_in(february: World) -> None:
    """The body above was not made again: there is no row of the branch to read there."""
    summary_notices.plan(TODAY, at=NOW)
    run = SummaryRun.objects.create(
        **FEBRUARY._asdict(), revision=2, reason="更名", known_at=NOW, started_at=NOW, finished_at=NOW
    )
    old = PeriodSummary.unscoped.get(organization=february.b, starts_on=FEB)
    old.pk, old.revision, old.reason = None, 2, run.reason
    old.save(force_insert=True)

    summary_notices.plan(TODAY, at=NOW)

    assert {each for each in told() if each[0] == "revised"} == {("revised", february.b.name, "zhao")}


def test_the_deputy_stands_in_for_the_secretary(february: World) -> None:
    deputy = make_member(february.b, "副书记", user=make_user("deputy", "副书记"))
    make_post(deputy, february.b, PostKind.DEPUTY_SECRETARY)

    summary_notices.plan(TODAY, at=NOW)

    assert ("ready", february.b.name, "deputy") in told()


def test_who_wants_none_gets_none(february: World) -> None:
    ReminderSettings.objects.create(
        user=february.li.user, choices={"summaries": {"in_app": "off", "email": "off"}}, changed_at=NOW
    )

    summary_notices.plan(TODAY, at=NOW)

    assert not Reminder.objects.filter(recipient=february.li.user).exists()


def test_old_corrections_fill_nobodys_mail(february: World) -> None:
    SummaryRun.objects.update(revision=2, reason="补录", finished_at=LONG_AGO)

    assert summary_notices.plan(TODAY, at=NOW) == 0


@pytest.mark.parametrize("more", [0, 3])
def test_planning_reads_as_often_for_many_branches(
    february: World, more: int, django_assert_num_queries: Any
) -> None:
    SummaryRun.objects.exclude(starts_on=FEB).delete()
    summary = PeriodSummary.unscoped.get(organization=february.a, starts_on=FEB)
    for number in range(more):
        branch = make_organization(february.committee_1, f"新支部{number}")
        member = make_member(branch, f"书记{number}", user=make_user(f"s{number}", f"书记{number}"))
        make_post(member, branch, PostKind.SECRETARY)
        summary.pk, summary.organization = None, branch
        summary.save(force_insert=True)

    with django_assert_num_queries(16):
        planned = summary_notices.plan(TODAY, at=NOW)

    assert planned == 10 + more
