"""Group robots: set up, sealed, one message a working day with counts alone, tried again, stopped."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from branches.tests.factories import NOW, TODAY
from conftest import World
from members.models import Member
from orgportal.core.errors import NotAllowed, Refused, StaleVersion
from orgportal.core.models import AuditEntry, Notification
from orgportal.core.tests.robot_stub import RobotStub
from orgportal.health.models import Robot, RobotMessage
from orgportal.health.queries.robots import counts_of, outcome_words
from orgportal.health.tasks import send_robots
from orgportal.health.tests.matrix import a_month
from orgportal.health.tests.reading import ids_of, numbers_of, text_of
from orgportal.health.workflows import robots
from orgportal.health.workflows.robots import Wiring

pytestmark = pytest.mark.usefixtures("on_the_day")
State = RobotMessage.State


@pytest.fixture
def stub(settings: Any) -> Iterator[RobotStub]:
    with RobotStub() as found:
        settings.WEBHOOK_HOSTS = [found.host]
        yield found


def set_up(world: World, stub: RobotStub, who: str = "qian", **changes: Any) -> Robot:
    body = changes.pop("body", world.district)
    said = {
        "name": "组织工作群",
        "style": "wecom",
        "language": "zh-hans",
        "address": f"http://{stub.host}/send?key=robot-key-1",
    }
    wiring = Wiring(**{**said, **changes})
    return robots.save_robot(body, None, wiring, actor=world.user(who), scope=world.scope(who), at=NOW)


def by(world: World, who: str = "qian") -> dict[str, Any]:
    return {"actor": world.user(who), "scope": world.scope(who), "at": NOW}


# --- what is said


def test_a_body_is_told_the_numbers_of_its_page_and_nobodys_name(
    world: World, stub: RobotStub, as_: Any, settings: Any
) -> None:
    a_month(world)
    settings.SITE_ADDRESS = "https://portal.example.cn"
    set_up(world, stub)

    assert send_robots() == 1

    (got,) = stub.taken
    text = got["json"]["text"]["content"]
    assert text == (
        "示范区委，2026年3月10日：长期无记录的党支部3个，逾期未办的组织关系转接1件，"
        "临近或逾期换届3个。 https://portal.example.cn/health/"
    )
    assert not [name for name in Member.unscoped.values_list("name", flat=True) if name in text]
    shown = [value for value, _ in numbers_of(as_("qian").get("/health/"))]
    counts = counts_of(world.district, TODAY)
    assert counts == {"silent": shown[0], "transfers": shown[2], "terms": shown[3]}


def test_counts_of_each_body_equal_what_its_overseer_reads(world: World, as_: Any) -> None:
    """The oracle of the crossing: no wider than the page of whoever oversees exactly this body."""
    a_month(world)
    for who, body in (
        ("qian", world.district),
        ("zhao", world.committee_1),
        ("wang", world.c),
        ("li", world.a),
    ):
        shown = [value for value, _ in numbers_of(as_(who).get("/health/"))][:4]
        counts = counts_of(body, TODAY)
        assert [counts.get(name, 0) for name in ("silent", "missing", "transfers", "terms")] == shown


def test_one_a_day_in_office_hours_of_a_working_day(world: World, stub: RobotStub) -> None:
    a_month(world)
    set_up(world, stub, style="generic", secret="S", language="en")
    saturday = NOW + timedelta(days=4)

    assert robots.send_messages(at=NOW - timedelta(hours=1)) == 0
    assert robots.send_messages(at=saturday) == 0
    assert [robots.send_messages(at=NOW + timedelta(hours=hour)) for hour in (0, 1, 2)] == [1, 0, 0]
    assert robots.send_messages(at=NOW + timedelta(days=1)) == 1
    first, second = (got["json"] for got in stub.taken)
    assert first["id"] != second["id"]
    assert first["text"].startswith("示范区委, 10 Mar 2026: branches without records 3, transfers")
    assert first["counts"]["silent"] == 3


def test_nothing_to_say_is_not_said(world: World, stub: RobotStub) -> None:
    set_up(world, stub, body=world.organ)

    assert robots.send_messages(at=NOW) == 0
    row = RobotMessage.objects.get()
    assert (row.state, row.outcome) == ("cancelled", "nothing_left")
    assert stub.taken == []


def test_without_open_hosts_nothing_happens(world: World, stub: RobotStub, settings: Any) -> None:
    a_month(world)
    set_up(world, stub)
    settings.WEBHOOK_HOSTS = []

    assert robots.send_messages(at=NOW) == 0
    assert not RobotMessage.objects.exists()


# --- tried again, given up, stopped


def test_refused_under_200_is_tried_again_under_the_same_id(world: World, stub: RobotStub) -> None:
    a_month(world)
    set_up(world, stub)
    stub.answer = b'{"errcode":45009,"errmsg":"freq out of limit"}'

    robots.send_messages(at=NOW)
    row = RobotMessage.objects.get()
    assert (row.state, row.outcome, row.attempts) == ("planned", "errcode_45009", 1)
    assert row.due_at == NOW + timedelta(minutes=2)
    stub.answer = b'{"errcode":0}'
    assert robots.send_messages(at=NOW + timedelta(minutes=1)) == 0
    assert robots.send_messages(at=NOW + timedelta(minutes=2)) == 1

    assert RobotMessage.objects.get().state == State.SENT
    assert {got["headers"]["X-Message-Id"] for got in stub.taken} == {str(row.key)}
    assert stub.taken[0]["raw"] == stub.taken[1]["raw"]


def test_tried_so_often_it_is_set_aside_and_sent_again_by_hand(world: World, stub: RobotStub) -> None:
    a_month(world)
    robot = set_up(world, stub)
    stub.status = 503
    for hour in range(8):
        robots.send_messages(at=NOW + timedelta(hours=hour))
    row = RobotMessage.objects.get()
    assert (row.state, row.outcome, row.attempts) == ("failed", "http_503", 8)

    stub.status = 200
    robots.retry_message(robot, **by(world))
    robots.send_messages(at=NOW)

    assert RobotMessage.objects.get().state == State.SENT
    with pytest.raises(Refused, match="robot_not_failed"):
        robots.retry_message(robot, **by(world))


def test_an_address_that_keeps_failing_is_stopped_and_started_again(world: World, stub: RobotStub) -> None:
    a_month(world)
    robot = set_up(world, stub)
    stub.answer = b'{"errcode":93000}'
    for day in range(3):
        robots.send_messages(at=NOW + timedelta(days=day))
    robot.refresh_from_db()
    assert (robot.failures, robot.outcome, robot.stopped_at) == (3, "errcode_93000", NOW + timedelta(days=2))
    told = Notification.unscoped.get()
    assert (told.recipient, told.rule, told.url) == (
        world.qian.user,
        "health.robot_stopped",
        f"/health/robots/{robot.pk}/",
    )

    assert robots.send_messages(at=NOW + timedelta(days=3)) == 0
    stub.answer = b'{"errcode":0}'
    robots.restart_robot(robot, **by(world))
    assert robots.send_messages(at=NOW + timedelta(days=3)) == 1
    robot.refresh_from_db()
    assert (robot.failures, robot.stopped_at) == (0, None)


def test_a_message_whose_worker_died_is_taken_up_and_in_the_end_set_aside(
    world: World, stub: RobotStub
) -> None:
    a_month(world)
    set_up(world, stub)
    robots.gather(NOW)
    RobotMessage.objects.update(claimed_until=NOW - timedelta(minutes=1), attempts=1)
    assert robots.send_messages(at=NOW) == 1
    assert RobotMessage.objects.get().state == State.SENT

    RobotMessage.objects.update(state="planned", claimed_until=NOW - timedelta(minutes=1), attempts=3)
    robots.send_messages(at=NOW)
    assert (RobotMessage.objects.get().state, RobotMessage.objects.get().outcome) == ("failed", "worker_lost")
    assert len(stub.taken) == 1


@pytest.mark.parametrize("change", ["remove", "stop"])
def test_what_waits_for_a_robot_out_of_use_is_cancelled(world: World, stub: RobotStub, change: str) -> None:
    a_month(world)
    robot = set_up(world, stub)
    robots.gather(NOW)
    if change == "remove":
        robots.remove_robot(robot, **by(world))
    else:
        Robot.unscoped.update(stopped_at=NOW)

    robots.send_messages(at=NOW)

    assert (RobotMessage.objects.get().state, RobotMessage.objects.get().outcome) == (
        "cancelled",
        "not_in_use",
    )
    assert stub.taken == []


def test_a_test_message_goes_at_any_hour_also_to_a_stopped_one(world: World, stub: RobotStub) -> None:
    robot = set_up(world, stub)
    Robot.unscoped.update(stopped_at=NOW)

    robots.test_robot(robot, **by(world))
    assert robots.send_messages(at=NOW + timedelta(hours=14)) == 1

    assert stub.taken[0]["json"]["text"]["content"] == "示范区委：这是一条测试消息，无须处理。"


# --- set up


def test_address_and_secret_lie_sealed_and_go_with_the_robot(world: World, stub: RobotStub) -> None:
    robot = set_up(world, stub, style="generic", secret="very-secret")
    row = Robot.unscoped.get()
    stored = bytes(row.address_sealed) + bytes(row.secret_sealed)
    assert (b"robot-key-1" in stored, b"very-secret" in stored, row.host) == (False, False, "127.0.0.1")
    assert "robot-key-1" not in str(AuditEntry.objects.get(action="robot.saved").changes)

    robots.remove_robot(robot, **by(world))

    row.refresh_from_db()
    assert (bytes(row.address_sealed), bytes(row.secret_sealed)) == (b"", b"")
    for act in (robots.test_robot, robots.restart_robot, robots.remove_robot):
        with pytest.raises(Refused, match="robot_removed"):
            act(row, **by(world))
    with pytest.raises(Refused, match="robot_removed"):
        robots.save_robot(world.district, row, Wiring("x", "wecom", "en"), **by(world))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"address": ""}, "robot_address_missing"),
        ({"address": "https://evil.example/"}, "robot_host_not_listed"),
        ({"style": "generic"}, "robot_secret_missing"),
    ],
)
def test_what_is_wrong_is_refused(world: World, stub: RobotStub, changes: dict[str, str], code: str) -> None:
    with pytest.raises(Refused, match=code):
        set_up(world, stub, **changes)
    assert not Robot.unscoped.exists()


def test_a_change_keeps_what_is_sealed_and_two_do_not_overwrite_each_other(
    world: World, stub: RobotStub
) -> None:
    robot = set_up(world, stub, style="generic", secret="S")
    Robot.unscoped.update(failures=2, stopped_at=NOW)
    kept = bytes(robot.address_sealed)

    changed = robots.save_robot(world.district, robot, Wiring("新群", "generic", "en"), **by(world))
    assert (changed.name, bytes(changed.address_sealed), changed.failures) == ("新群", kept, 2)
    with pytest.raises(StaleVersion):
        robots.save_robot(world.district, robot, Wiring("又一", "generic", "en"), **by(world))
    anew = Wiring("新群", "generic", "en", f"http://{stub.host}/2")
    assert robots.save_robot(world.district, changed, anew, **by(world)).stopped_at is None
    with pytest.raises(Refused, match="robot_name_taken"):
        set_up(world, stub, name="新群")
    with pytest.raises(NotAllowed):
        set_up(world, stub, "zhao")


def test_codes_in_words() -> None:
    assert outcome_words("") == ""
    assert outcome_words("errcode_93000") == "平台拒绝接收，错误码93000。"
    assert outcome_words("http_503") == "对方返回503。"
    assert outcome_words("nothing_left") == "当日没有需要发送的内容。"
    assert outcome_words("no_errcode") == "返回内容不是该平台的格式。"
    assert outcome_words("ConnectionRefusedError") == "无法连接对方（ConnectionRefusedError）。"


# --- pages and API


def fields(world: World, stub: RobotStub, **changes: Any) -> dict[str, Any]:
    said = {"organization": world.district.pk, "name": "群", "style": "wecom", "language": "zh-hans"}
    return {**said, "address": f"http://{stub.host}/send?key=robot-key-1", "secret": "", **changes}


def test_set_up_tested_and_seen_on_the_pages(world: World, stub: RobotStub, as_: Any) -> None:
    client = as_("qian")
    assert "未设置群机器人" in text_of(client.get("/health/robots/"))
    made = client.post("/health/robots/new/", fields(world, stub))
    robot = Robot.unscoped.get()
    assert made.url == f"/health/robots/{robot.pk}/"
    page = client.post(f"{made.url}test/", follow=True)
    assert "测试消息将在一分钟内发出" in text_of(page)
    stub.answer = b'{"errcode":93000}'
    send_robots()
    page = client.get(made.url)
    assert "平台拒绝接收，错误码93000。" in text_of(page)
    assert "robot-key-1" not in page.content.decode()
    assert "重新发送" in text_of(page)
    client.post(f"{made.url}retry/")
    Robot.unscoped.update(stopped_at=NOW)
    assert "已停用" in text_of(client.get("/health/robots/"))
    client.post(f"{made.url}start/")
    edit = client.get(f"{made.url}edit/").content.decode()
    assert "robot-key-1" not in edit
    (version,) = re.findall(r'name="version" value="(\d+)"', edit)
    client.post(f"{made.url}edit/", fields(world, stub, address="", name="二群", version=version))
    assert Robot.unscoped.get().name == "二群"
    stale = client.post(f"{made.url}edit/", fields(world, stub, address="", version=version))
    assert stale.status_code == 422
    assert "没有可重新发送" in text_of(client.post(f"{made.url}retry/", follow=True))
    assert client.post(f"{made.url}remove/").url == "/health/robots/"
    assert client.get(made.url).status_code == 404


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"address": "https://evil.example/"}, "WEBHOOK_HOSTS"),
        ({"address": ""}, "此项必填"),
        ({"style": "generic"}, "密钥"),
        ({"name": ""}, "此项必填"),
        ({"organization": 1}, "请选择"),
    ],
)
def test_wrong_input_is_told_at_its_field(
    world: World, stub: RobotStub, as_: Any, changes: dict[str, Any], told: str
) -> None:
    page = as_("qian").post("/health/robots/new/", fields(world, stub, **changes))

    assert page.status_code == 422
    assert told in text_of(page)


def test_switched_off_is_said(world: World, as_: Any, settings: Any) -> None:
    settings.WEBHOOK_HOSTS = []

    assert "本系统未启用群机器人" in text_of(as_("qian").get("/health/robots/"))


def test_the_list_takes_the_same_queries_for_one_and_three(
    world: World, stub: RobotStub, as_: Any, django_assert_num_queries: Any
) -> None:
    client = as_("qian")
    set_up(world, stub)
    for names in ((), ("二", "三")):
        for name in names:
            set_up(world, stub, name=name)
        client.get("/health/robots/")
        with django_assert_num_queries(10):
            found = ids_of(client.get("/health/robots/"))
    assert len(found) == 3


def test_the_same_over_the_api(world: World, stub: RobotStub, as_: Any) -> None:
    client, kind = as_("qian"), {"content_type": "application/json"}
    wrong = client.post("/api/v1/robots/", fields(world, stub, address="https://evil.example/"), **kind)
    assert (wrong.status_code, wrong.json()["code"]) == (409, "robot_host_not_listed")
    assert client.post("/api/v1/robots/", {}, **kind).status_code == 400
    made = client.post("/api/v1/robots/", fields(world, stub), **kind)
    assert made.status_code == 201
    assert not {"address", "secret", "address_sealed"} & set(made.json())
    address = reverse("api-health:robot-detail", args=[made.json()["id"]])
    assert client.get(address).json()["host"] == "127.0.0.1"
    assert [row["id"] for row in client.get("/api/v1/robots/").json()["results"]] == [made.json()["id"]]
    changed = client.put(address, fields(world, stub, address="", name="二群", version=1), **kind)
    assert (changed.status_code, changed.json()["name"]) == (200, "二群")
    assert client.put(address, fields(world, stub, address="", version=1), **kind).status_code == 412
    assert client.post(f"{address}test/").status_code == 204
    assert client.post(f"{address}retry/").json()["code"] == "robot_not_failed"
    assert as_("zhao").post("/api/v1/robots/", fields(world, stub), **kind).status_code == 400
    assert as_("chen").post("/api/v1/robots/", fields(world, stub), **kind).status_code == 403
