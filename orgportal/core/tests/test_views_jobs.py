"""The jobs page shows how the machinery runs, nothing of people; what was set aside is dealt with there."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from branches.tests.factories import NOW
from conftest import World
from orgportal.core import jobs, outbox
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.models import AuditEntry, Channel, Heartbeat, JobRun, OutboxEvent, Reminder
from orgportal.core.workflows import dead_letters

URL = "/desks/system/jobs/"
PLANNER = f"{URL}members.plan_reminders/"


def ran(job: str, at: datetime = NOW, state: str = "done", **more: Any) -> JobRun:
    ended = None if state == "running" else at
    return JobRun.objects.create(job=job, state=state, started_at=at, finished_at=ended, **more)


def parked(key: str = "1", **more: Any) -> OutboxEvent:
    return OutboxEvent.objects.create(
        topic="members.changed", key=key, payload={"branch_id": 9_000_001}, created_at=NOW, parked_at=NOW,
        claimed_until=NOW, attempts=5, error="ValueError: 不给看", **more,
    )  # fmt: skip


def notice_set_aside(world: World) -> Reminder:
    return Reminder.objects.create(
        rule="members.term_ending", subject="members.term:1", recipient=world.user("li"),
        due_on=date(2026, 3, 12), step=0, channel=Channel.IN_APP, planned_for=NOW, url="/", recorded_at=NOW,
        state="failed", outcome="RuntimeError: 不给看", settled_at=NOW, attempts=5,
    )  # fmt: skip


def page(world: World, url: str = URL) -> str:
    answer = world.client("sys").get(url)
    assert answer.status_code == 200
    return str(answer.content.decode())


def actions() -> list[tuple[str, Any]]:
    found = AuditEntry.objects.filter(action__startswith="job.").order_by("id")
    return list(found.values_list("action", "changes"))


# --- the list


def test_every_job_of_the_roof_has_its_words_and_its_hour() -> None:
    with translation.override("en"):
        found = {name: (str(job.when), job.every) for name, job in jobs.jobs().items()}

    assert set(found) == set(jobs.labels())
    assert found["core.sweep_outbox"] == ("Every minute", 60)
    assert found["members.plan_reminders"] == ("Every hour", 3600)
    assert found["health.assess_all"] == ("01:00", 86_400)
    assert found["members.run_batch"] == ("After a save", None)
    assert [name for name, job in jobs.jobs().items() if job.takes_day] == [
        "activities.keep_duties", "members.expire_transfers", "members.apply_standing",
        "members.propose_out_of_contact", "members.plan_reminders", "activities.plan_reminders",
        "health.plan_reminders",
        "health.note_nudges", "health.assess_all", "health.make_summaries", "health.freeze_coverage",
    ]  # fmt: skip


def test_a_tick_of_another_length_says_so() -> None:
    assert jobs._clock(5.0) == ("5 s", 5)


def test_nothing_has_run_yet(world: World) -> None:
    text = page(world)

    for words in ("后台任务", "没有搁置的事项", "发出到期的站内提醒", "core.tick", "每分钟"):
        assert words in text


def test_the_list_says_how_each_job_runs(world: World, on_the_day: Any) -> None:
    Heartbeat.objects.create(name="tick", at=NOW - timedelta(seconds=40))
    ran("core.tick", NOW - timedelta(minutes=30))
    ran("core.send_mails", NOW - timedelta(seconds=5))
    ran("members.run_batch", NOW - timedelta(days=9))
    ran("health.assess_all", NOW, state="failed", error="ValueError at a.py:1")
    lines = {line.job.name: line for line in jobs.lines(NOW)}

    assert [(lines[name].is_late, lines[name].seconds_since) for name in (
        "core.tick", "core.send_mails", "members.run_batch", "health.assess_all",
    )] == [(True, 1800), (False, 5), (False, 9 * 86_400), (False, None)]  # fmt: skip
    assert (lines["health.assess_all"].failed, lines["core.tick"].failed) == (1, 0)
    text = page(world)
    for words in ("久未运行", "30 分钟前", "5 秒前", "9 天前", "ValueError at a.py:1", "失败"):
        assert words in text


def test_progress_is_read_from_the_cursor(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from orgportal.health.models import SummaryRun  # noqa: PLC0415  a higher floor, as the roof wires it

    SummaryRun.objects.create(
        starts_on=date(2026, 2, 1), ends_on=date(2026, 2, 28), known_at=NOW, started_at=NOW, bodies=3
    )

    assert '<progress value="3" max="7"></progress> 3/7' in " ".join(page(world).split())


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_ran(
    world: World, django_assert_num_queries: Any, count: int
) -> None:
    for number in range(count):
        parked(str(number))
        ran("core.tick", NOW + timedelta(minutes=number))
        ran("core.send_mails", NOW, state="parked", message_id=str(number))
    client = world.client("sys")
    client.get(URL)

    with django_assert_num_queries(19):
        client.get(URL)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, ""), (-3, "0 seconds ago"), (119, "119 seconds ago"), (120, "2 minutes ago"),
     (7200, "2 hours ago"), (200_000, "2 days ago")],
)  # fmt: skip
def test_how_long_ago_in_words(seconds: int | None, words: str) -> None:
    with translation.override("en"):
        assert jobs.since_words(seconds) == words


# --- one job


def test_history_is_filtered_in_the_address(world: World) -> None:
    for number, state in enumerate(("done", "failed", "vanished")):
        ran("core.tick", NOW + timedelta(days=number), state=state, error="KeyError" if number else "")
    ran("core.send_mails", NOW)

    def shown(query: str) -> list[str]:
        rows = JobRun.objects.order_by("-id")
        text = page(world, f"{URL}core.tick/{query}")
        return [row.state for row in rows if f'data-id="{row.pk}"' in text]

    assert shown("") == ["vanished", "failed", "done"]
    assert shown("?state=failed") == ["failed"]
    assert shown("?first=2026-03-11") == ["vanished", "failed"]
    assert shown("?last=2026-03-10") == ["done"]
    assert shown("?state=nonsense") == ["vanished", "failed", "done"]


def test_history_comes_in_pages_and_as_a_part(world: World) -> None:
    for number in range(51):
        ran("core.tick", NOW + timedelta(minutes=number), counts={"opened": number, "": 1})
    client = world.client("sys")

    part = client.get(f"{URL}core.tick/", HTTP_HX_REQUEST="true").content.decode()

    assert "<html" not in part
    assert part.count("data-id=") == 50
    assert 'rel="next"' in part
    assert "<code>opened</code> 50" in " ".join(part.split())


def test_quiet_runs_and_kills_are_told_in_words(world: World) -> None:
    ran("core.tick", NOW, hour=NOW, runs=60)
    ran("core.tick", NOW, state="vanished", error="worker_lost")
    text = page(world, f"{URL}core.tick/")

    assert "运行 60 次" in text
    assert "发送程序" not in text.partition("worker_lost")[2]
    assert "worker_lost" not in text


def test_no_such_job_is_404(world: World) -> None:
    client = world.client("sys")

    for address in (f"{URL}no.such/", f"{URL}set-aside/nothing/1/discard/"):
        assert client.get(address).status_code == 404
    for address in (f"{URL}no.such/again/", f"{URL}core.tick/again/", f"{URL}set-aside/nothing/1/retry/"):
        assert client.post(address).status_code == 404


# --- run again


def test_a_job_is_run_again_for_a_day_once_and_the_trail_says_who(world: World, on_the_day: Any) -> None:
    client = world.client("sys")

    for _ in range(2):
        answer = client.post(f"{PLANNER}again/", {"on": "2026-03-09", "sure": "on"})
        assert (answer.status_code, answer["Location"]) == (302, PLANNER)

    assert list(OutboxEvent.objects.values_list("topic", "key", "payload")) == [
        (
            "jobs.asked",
            "members.plan_reminders:2026-03-09",
            {"job": "members.plan_reminders", "on": "2026-03-09"},
        )
    ]
    assert actions() == [("job.asked", {"job": "members.plan_reminders", "on": "2026-03-09"})] * 2
    assert outbox.deliver(at=NOW) == 1
    assert JobRun.objects.get(job="members.plan_reminders").on == date(2026, 3, 9)
    assert "2026年3月9日" in page(world, PLANNER)


@pytest.mark.parametrize(
    ("typed", "words"),
    [({"on": "2026-03-11", "sure": "on"}, "请选择今天或以前的日期"), ({"on": "x", "sure": "on"}, "id_on"),
     ({"on": "2026-03-09"}, "id_sure")],
)  # fmt: skip
def test_a_day_to_come_or_no_second_look_is_refused(
    world: World, on_the_day: Any, typed: dict[str, str], words: str
) -> None:
    answer = world.client("sys").post(f"{PLANNER}again/", typed)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not OutboxEvent.objects.exists()


def test_the_workflow_refuses_jobs_without_a_day_and_other_people(world: World) -> None:
    with pytest.raises(Refused, match="job_takes_no_day"):
        dead_letters.run_again("core.tick", date(2026, 3, 9), actor=world.user("sys"), at=NOW)
    with pytest.raises(NotAllowed):
        dead_letters.run_again("members.plan_reminders", date(2026, 3, 9), actor=world.user("sec"), at=NOW)


# --- set aside


def test_what_was_set_aside_is_listed_without_its_contents(world: World) -> None:
    event = parked()
    ran("health.assess_all", state="parked", error="worker_lost", on=date(2026, 3, 9))
    notice_set_aside(world)
    text = page(world)

    for words in (
        "保存后更新支部健康情况",
        f"members.changed #{event.pk}",
        "ValueError",
        "2026年3月9日",
        "另有 1 条",
    ):
        assert words in text
    assert "不给看" not in text
    assert "9000001" not in text


def test_promises_are_tried_again_singly_and_all_at_once(world: World) -> None:
    one, two, three = parked("1"), parked("2"), parked("3")
    OutboxEvent.objects.create(topic="members.changed", key="1", payload={}, created_at=NOW)  # an equal wish
    client = world.client("sys")

    client.post(f"{URL}set-aside/promise/{one.pk}/retry/")
    one.refresh_from_db()
    assert (one.parked_at, one.attempts, one.error) == (None, 0, "")
    assert dead_letters.parked_promises().count() == 2

    client.post(f"{URL}set-aside/promise/all/retry/")
    assert not dead_letters.parked_promises().exists()
    assert actions() == [
        ("job.retried", {"kind": "promise", "what": {"members.changed": 1}}),
        ("job.retried", {"kind": "promise", "what": {"members.changed": 2}}),
    ]
    client.post(f"{URL}set-aside/promise/{two.pk}/retry/")
    assert len(actions()) == 2
    assert three.pk


def test_discarding_asks_for_a_reason_and_keeps_it_in_the_trail(world: World) -> None:
    event = parked()
    client, address = world.client("sys"), f"{URL}set-aside/promise/{event.pk}/discard/"

    assert "保存后更新支部健康情况" in client.get(address).content.decode()
    refused = client.post(address, {"reason": " "})
    assert refused.status_code == 422
    assert "id_reason" in refused.content.decode()
    assert client.post(address, {"reason": "支部已撤销"}).status_code == 302

    event.refresh_from_db()
    assert event.discarded_at is not None
    assert actions() == [
        ("job.discarded", {"kind": "promise", "what": {"members.changed": 1}, "reason": "支部已撤销"})
    ]
    assert outbox.deliver(at=NOW + timedelta(days=30)) == 0
    assert client.get(address).status_code == 302


def test_a_job_that_killed_its_worker_is_tried_again_or_discarded(world: World) -> None:
    runs = [ran("health.assess_all", state="parked", on=day) for day in (date(2026, 3, 9), None)]
    client = world.client("sys")

    client.post(f"{URL}set-aside/run/{runs[0].pk}/retry/")
    client.post(f"{URL}set-aside/run/{runs[1].pk}/retry/")
    assert [event.payload for event in OutboxEvent.objects.order_by("id")] == [
        {"job": "health.assess_all", "on": "2026-03-09"}, {"job": "health.assess_all", "on": ""},
    ]  # fmt: skip

    last = ran("health.assess_all", state="parked")
    client.post(f"{URL}set-aside/run/{last.pk}/discard/", {"reason": "修复后另行运行"})
    assert not dead_letters.parked_runs().exists()


def test_notices_of_a_rule_are_tried_again_or_discarded(world: World) -> None:
    row = notice_set_aside(world)
    client = world.client("sys")
    address = f"{URL}set-aside/notices/members.term_ending/"

    client.post(f"{address}retry/")
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("planned", 0)
    Reminder.objects.update(state="failed")
    client.post(f"{address}discard/", {"reason": "已当面通知"})
    row.refresh_from_db()

    assert (row.state, row.outcome) == ("cancelled", "discarded")
    assert f"{address}discard/" not in page(world, "/desks/system/sends/")


def test_nothing_is_found_under_a_number_that_is_none(world: World) -> None:
    parked()

    assert dead_letters.retry("promise", "x", actor=world.user("sys"), at=NOW) == 0
    with pytest.raises(Refused, match="reason_missing"):
        dead_letters.discard("promise", "all", " ", actor=world.user("sys"), at=NOW)
