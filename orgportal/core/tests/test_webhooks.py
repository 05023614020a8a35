"""What each platform is sent, to the byte, over a real local server; what never is; what answers mean."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from socket import socket
from time import monotonic
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from orgportal.core import webhooks
from orgportal.core.tests.robot_stub import RobotStub
from orgportal.core.webhooks import Answer, Message, Style, Verdict, deliver, judge, objection_to

AT = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
MESSAGE = Message(
    "5f1e0c1e-0000-4000-8000-000000000001", "甲支部：缺2项", {"on": "2026-03-10", "counts": {"missing": 2}}
)
SECRET = "SEC000"


@pytest.fixture
def robot(settings: Any) -> Iterator[RobotStub]:
    with RobotStub() as stub:
        settings.WEBHOOK_HOSTS = [stub.host]
        yield stub


def test_wecom_takes_text_and_no_signature(robot: RobotStub) -> None:
    answer = deliver(Style.WECOM, f"http://{robot.host}/cgi-bin/webhook/send?key=693a", SECRET, MESSAGE, AT)

    assert answer == Answer(Verdict.TAKEN)
    (got,) = robot.taken
    assert got["path"] == "/cgi-bin/webhook/send?key=693a"
    assert got["raw"].decode() == '{"msgtype":"text","text":{"content":"甲支部：缺2项"}}'
    assert got["headers"]["Content-Type"] == "application/json; charset=utf-8"
    assert got["headers"]["X-Message-Id"] == MESSAGE.id


def test_dingtalk_is_signed_in_its_own_way(robot: RobotStub) -> None:
    deliver(Style.DINGTALK, f"http://{robot.host}/robot/send?access_token=ab", SECRET, MESSAGE, AT)

    (got,) = robot.taken
    assert got["json"] == {"msgtype": "text", "text": {"content": "甲支部：缺2项"}, "at": {"isAtAll": False}}
    asked = parse_qs(urlsplit(got["path"]).query)
    stamp = str(int(AT.timestamp()) * 1000)
    signed = hmac.new(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), hashlib.sha256).digest()
    assert asked == {
        "access_token": ["ab"], "timestamp": [stamp], "sign": [base64.b64encode(signed).decode()]
    }  # fmt: skip


def test_dingtalk_without_secret_is_not_signed_and_an_address_without_query_gets_one(
    robot: RobotStub,
) -> None:
    deliver(Style.DINGTALK, f"http://{robot.host}/send", "", MESSAGE, AT)
    deliver(Style.DINGTALK, f"http://{robot.host}", SECRET, MESSAGE, AT)

    assert robot.taken[0]["path"] == "/send"
    assert robot.taken[1]["path"].startswith("/?timestamp=1773104400000&sign=")


def test_generic_json_carries_id_facts_and_hmac(robot: RobotStub) -> None:
    robot.status, robot.answer = 204, b""

    answer = deliver(Style.GENERIC, f"http://{robot.host}/in", SECRET, MESSAGE, AT)

    assert answer == Answer(Verdict.TAKEN)
    (got,) = robot.taken
    assert got["json"] == {
        "id": MESSAGE.id, "text": "甲支部：缺2项", "on": "2026-03-10", "counts": {"missing": 2}
    }  # fmt: skip
    stamp = got["headers"]["X-Portal-Timestamp"]
    signed = hmac.new(SECRET.encode(), stamp.encode() + b"." + got["raw"], hashlib.sha256).hexdigest()
    assert stamp == str(int(AT.timestamp()))
    assert got["headers"]["X-Portal-Signature"] == f"sha256={signed}"


@pytest.mark.parametrize(
    ("style", "status", "said", "expected"),
    [
        (Style.WECOM, 200, {"errcode": 0}, Answer(Verdict.TAKEN)),
        (Style.WECOM, 200, {"errcode": 93000}, Answer(Verdict.ADDRESS, "errcode_93000")),
        (Style.WECOM, 200, {"errcode": 45009}, Answer(Verdict.LATER, "errcode_45009")),
        (Style.DINGTALK, 200, {"errcode": 310000}, Answer(Verdict.ADDRESS, "errcode_310000")),
        (Style.DINGTALK, 200, {"errcode": 130101}, Answer(Verdict.LATER, "errcode_130101")),
        (Style.DINGTALK, 200, {"errcode": "0"}, Answer(Verdict.TAKEN)),
        (Style.WECOM, 200, {"message": "hello"}, Answer(Verdict.LATER, "no_errcode")),
        (Style.WECOM, 200, ["errcode"], Answer(Verdict.LATER, "no_errcode")),
        (Style.GENERIC, 404, {}, Answer(Verdict.ADDRESS, "http_404")),
        (Style.GENERIC, 302, {}, Answer(Verdict.ADDRESS, "http_302")),
        (Style.GENERIC, 429, {}, Answer(Verdict.LATER, "http_429")),
        (Style.WECOM, 503, {}, Answer(Verdict.LATER, "http_503")),
    ],
)
def test_what_an_answer_means(style: str, status: int, said: Any, expected: Answer) -> None:
    assert judge(style, status, json.dumps(said).encode()) == expected


def test_nobody_is_followed_to_where_they_send_us(robot: RobotStub) -> None:
    robot.status = 307

    assert deliver(Style.GENERIC, f"http://{robot.host}/", SECRET, MESSAGE, AT) == Answer(
        Verdict.ADDRESS, "http_307"
    )
    assert len(robot.taken) == 1


def test_nobody_there_and_an_answer_byte_by_byte_are_left_for_later(
    robot: RobotStub, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "SECONDS", 1)
    robot.drips = True
    begun = monotonic()

    cut = deliver(Style.WECOM, f"http://{robot.host}/", SECRET, MESSAGE, AT)

    assert cut.verdict == Verdict.LATER
    assert monotonic() - begun < 4
    settings.WEBHOOK_HOSTS = ["127.0.0.1:1"]
    assert deliver(Style.WECOM, "http://127.0.0.1:1/", "", MESSAGE, AT) == Answer(
        Verdict.LATER, "ConnectionRefusedError"
    )
    # Encrypted to the outside; no server of the tests has a certificate anybody trusts.
    settings.WEBHOOK_HOSTS = [robot.host]
    assert deliver(Style.WECOM, f"https://{robot.host}/", "", MESSAGE, AT).verdict == Verdict.LATER


def test_what_is_closed_already_is_not_cut() -> None:
    closed = socket()
    closed.close()
    webhooks._cut(closed)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1", ""),
        ("https://QYAPI.weixin.qq.com/x", ""),
        ("https://oapi.dingtalk.com:8443/x", ""),
        ("https://oapi.dingtalk.com/x", "robot_host_not_listed"),
        ("https://evil.example/qyapi.weixin.qq.com", "robot_host_not_listed"),
        ("https://qyapi.weixin.qq.com.evil.example/", "robot_host_not_listed"),
        ("https://qyapi.weixin.qq.com:22/", "robot_host_not_listed"),
        ("https://qyapi.weixin.qq.com@evil.example/", "robot_address_malformed"),
        ("https://a:b@qyapi.weixin.qq.com/", "robot_address_malformed"),
        ("https://169.254.169.254/latest", "robot_host_not_listed"),
        ("http://127.0.0.1:6379/", "robot_host_not_listed"),
        ("http://qyapi.weixin.qq.com/", "robot_address_not_https"),
        ("file:///etc/passwd", "robot_address_malformed"),
        ("gopher://qyapi.weixin.qq.com/", "robot_address_malformed"),
        ("https://[bad", "robot_address_malformed"),
        ("https://qyapi.weixin.qq.com:99999/", "robot_address_malformed"),
        ("", "robot_address_malformed"),
        ("http://127.0.0.1:9/", ""),
    ],
)
def test_only_listed_hosts_and_encrypted(settings: Any, address: str, reason: str) -> None:
    settings.WEBHOOK_HOSTS = ["qyapi.weixin.qq.com", "oapi.dingtalk.com:8443", "127.0.0.1:9"]

    assert objection_to(address) == reason


def test_in_production_the_machine_itself_is_reached_encrypted_or_not_at_all(settings: Any) -> None:
    settings.PORTAL_MODE, settings.WEBHOOK_HOSTS = "production", ["127.0.0.1:9"]

    assert objection_to("http://127.0.0.1:9/") == "robot_address_not_https"
    assert deliver(Style.WECOM, "http://127.0.0.1:9/", "", MESSAGE, AT) == Answer(
        Verdict.ADDRESS, "robot_address_not_https"
    )
