"""One transfer from the member's phone to the new branch, across the pages of everybody concerned."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from branches.tests.factories import NOW
from members.models import Member, Transfer
from members.tasks import expire_transfers, plan_reminders
from orgportal.core import reminders
from orgportal.core.models import Notification

LIST = "/members/transfers/"


def press(world: Any, persona: str, transfer: Transfer, act: str, **words: str) -> int:
    transfer.refresh_from_db()
    client = world.client(persona)
    return client.post(f"{LIST}{transfer.pk}/{act}/", {"version": transfer.version, **words}).status_code


def seen(world: Any, persona: str, transfer: Transfer) -> str:
    page = world.client(persona).get(f"{LIST}{transfer.pk}/").content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_transfer_from_the_phone_to_the_new_branch(world: Any) -> None:
    days = [NOW + timedelta(days=count) for count in (0, 1, 3, 4, 16, 17)]
    with time_machine.travel(days[0], tick=False):
        asked = {"target_text": "丙社区", "reason": "job", "step": "confirm"}
        assert world.client("chen").post(f"{LIST}start/own/", asked).status_code == 302
        transfer = Transfer.unscoped.get()
        assert f"等待{world.a.name}办理" in seen(world, "chen", transfer)

    with time_machine.travel(days[1], tick=False):
        assert press(world, "li", transfer, "return", remark="请写明接收支部联系人") == 302
        assert "等待您办理" in seen(world, "chen", transfer)
        assert press(world, "chen", transfer, "resubmit") == 302
        assert press(world, "li", transfer, "release") == 302

    with time_machine.travel(days[2], tick=False):
        assert f"等待{world.committee_1.name}办理" in seen(world, "chen", transfer)
        assert press(world, "li", transfer, "accept") == 403
        assert press(world, "zhao", transfer, "approve") == 302

    with time_machine.travel(days[4], tick=False):
        plan_reminders()
        reminders.send_due(at=days[4])
        note = Notification.unscoped.get(reminder__isnull=False)
        assert (note.recipient, note.rule) == (world.wang.user, "members.transfer_waiting")
        assert "已超期" in seen(world, "chen", transfer)

    with time_machine.travel(days[5], tick=False):
        assert Member.unscoped.get(pk=world.chen.pk).branch == world.a
        assert press(world, "wang", transfer, "accept") == 302
        assert Member.unscoped.get(pk=world.chen.pk).branch == world.c
        assert f"陈党员的组织关系在{world.c.name}" in seen(world, "chen", transfer)
        assert press(world, "li", transfer, "withdraw") == 409
        assert expire_transfers(on="2027-01-01") == 0

    moves = list(transfer.steps.order_by("pk").values_list("move", flat=True))
    assert moves == ["start", "return", "resubmit", "release", "approve", "accept"]


def test_letter_nobody_takes_in_expires_and_the_member_stays(world: Any) -> None:
    with time_machine.travel(NOW, tick=False):
        asked = {"member": world.chen.pk, "target_text": "丙社区", "reason": "job", "step": "confirm"}
        assert world.client("li").post(f"{LIST}start/", asked).status_code == 302
        transfer = Transfer.unscoped.get()

    with time_machine.travel(NOW + timedelta(days=91), tick=False):
        assert expire_transfers() == 1
        assert f"陈党员的组织关系在{world.a.name}" in seen(world, "chen", transfer)
        assert press(world, "wang", transfer, "accept") == 409


pytestmark = pytest.mark.django_db
