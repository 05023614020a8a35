"""Talks to group robots (群机器人): three styles of JSON, only to listed hosts, never redirected.

No library speaks all three, and each is one POST: the standard library carries it under our own limits.
"""

import base64
import hashlib
import hmac
import json
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from socket import SHUT_RDWR, socket
from threading import Timer
from typing import Any
from urllib.parse import quote_plus, urlsplit

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

SECONDS = 5
MOST_BYTES = 65536
LOOPBACK = {"127.0.0.1", "localhost"}


class Style(models.TextChoices):
    WECOM = "wecom", _("WeCom group robot")
    DINGTALK = "dingtalk", _("DingTalk group robot")
    GENERIC = "generic", _("JSON with signature")


class Verdict(Enum):
    """What an answer means for the message and for its address."""

    TAKEN = "taken"
    ADDRESS = "address"  # refused for good: the address or its secret is wrong
    LATER = "later"  # refused for now, or nobody there


@dataclass(frozen=True, slots=True)
class Answer:
    verdict: Verdict
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """What is said: under one id however often it is sent."""

    id: str
    text: str
    facts: Mapping[str, Any]


# Answers of the two platforms that no repeat will change: a wrong key, a wrong signature, a missing keyword.
FOR_GOOD = {
    Style.WECOM: {40058, 93000, 93004, 93008},
    Style.DINGTALK: {300001, 300005, 310000, 400101, 400102},
}


def objection_to(address: str) -> str:
    """Why nothing may be sent there; "" where it may. Asked when it is entered and at every sending."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return "robot_address_malformed"
    host = parts.hostname or ""
    if (
        not host
        or parts.username
        or parts.password
        or parts.fragment
        or parts.scheme not in {"https", "http"}
    ):
        return "robot_address_malformed"
    listed = {each.lower() for each in settings.WEBHOOK_HOSTS}
    if (f"{host}:{port}" if port else host) not in listed:
        return "robot_host_not_listed"
    is_tried_here = settings.PORTAL_MODE != "production" and host in LOOPBACK
    return "" if parts.scheme == "https" or is_tried_here else "robot_address_not_https"


def deliver(style: str, address: str, secret: str, message: Message, at: datetime) -> Answer:
    """One POST within SECONDS, whatever the other end does; the answer is judged as its platform means it."""
    if reason := objection_to(address):
        return Answer(Verdict.ADDRESS, reason)
    body = json.dumps(body_of(style, message), ensure_ascii=False, separators=(",", ":")).encode()
    parts = urlsplit(address)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if style == Style.DINGTALK and secret:
        stamp, signed = dingtalk_sign(secret, at)
        joint = "&" if parts.query else "?"
        target += f"{joint}timestamp={stamp}&sign={quote_plus(signed)}"
    headers = {"Content-Type": "application/json; charset=utf-8", "X-Message-Id": message.id}
    if style == Style.GENERIC:
        headers |= generic_headers(secret, body, at)
    try:
        status, said = _post(address, target, body, headers)
    except (OSError, HTTPException) as failure:
        return Answer(Verdict.LATER, type(failure).__name__)
    return judge(style, status, said)


def body_of(style: str, message: Message) -> dict[str, Any]:
    """The JSON each platform takes."""
    if style == Style.GENERIC:
        return {"id": message.id, "text": message.text, **message.facts}
    content = {"msgtype": "text", "text": {"content": message.text}}
    return content if style == Style.WECOM else {**content, "at": {"isAtAll": False}}


def dingtalk_sign(secret: str, at: datetime) -> tuple[str, str]:
    """DingTalk's own way: HMAC-SHA256 of "timestamp\\nsecret" under the secret, in base64."""
    stamp = str(int(at.timestamp() * 1000))
    digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    return stamp, base64.b64encode(digest).decode()


def generic_headers(secret: str, body: bytes, at: datetime) -> dict[str, str]:
    """When, and the HMAC-SHA256 of "timestamp.body": the other end can tell that it is us."""
    stamp = str(int(at.timestamp()))
    signed = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"X-Portal-Timestamp": stamp, "X-Portal-Signature": f"sha256={signed}"}


def judge(style: str, status: int, said: bytes) -> Answer:
    """2xx is taken; of the two platforms only with errcode 0, since they refuse under 200 as well."""
    if status in {408, 425, 429} or status >= 500:
        return Answer(Verdict.LATER, f"http_{status}")
    if not 200 <= status < 300:  # a redirect too: nobody is followed to where they send us
        return Answer(Verdict.ADDRESS, f"http_{status}")
    if style == Style.GENERIC:
        return Answer(Verdict.TAKEN)
    try:
        code = int(json.loads(said)["errcode"])
    except (ValueError, TypeError, KeyError):
        return Answer(Verdict.LATER, "no_errcode")
    if code == 0:
        return Answer(Verdict.TAKEN)
    verdict = Verdict.ADDRESS if code in FOR_GOOD[Style(style)] else Verdict.LATER
    return Answer(verdict, f"errcode_{code}")


def _post(address: str, target: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    parts = urlsplit(address)
    host = parts.hostname or ""
    line: HTTPConnection
    if parts.scheme == "https":
        line = HTTPSConnection(host, parts.port, timeout=SECONDS, context=ssl.create_default_context())
    else:
        line = HTTPConnection(host, parts.port, timeout=SECONDS)
    try:
        line.connect()
        # Each answer has its own time-out; one that comes byte by byte is cut off as well.
        timer = Timer(SECONDS, _cut, (line.sock,))
        timer.daemon = True
        timer.start()
        try:
            line.request("POST", target, body, headers)
            answer = line.getresponse()
            return answer.status, answer.read(MOST_BYTES)
        finally:
            timer.cancel()
    finally:
        line.close()


def _cut(sock: socket) -> None:
    with suppress(OSError):
        sock.shutdown(SHUT_RDWR)
