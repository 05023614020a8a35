"""Handing over a branch: what is open in it, read where it is kept; notes written, struck out, never lost."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from activities.models import Activity, Decision, Invitation
from activities.tests.factories import make_activity
from branches.models import HandoverNote, Organization
from branches.tests.factories import NOW
from branches.workflows.handover import LONGEST, strike_note, write_note
from conftest import World
from members.choices import Standing, TransferState
from members.tests.factories import make_member, make_term, make_transfer
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.models import AuditEntry
from orgportal.core.scoping import Grant
from orgportal.health.queries.handover import hand_over_of
from orgportal.health.tests.factories import make_duty

pytestmark = pytest.mark.usefixtures("on_the_day")


def write(world: World, text: str = "公章在社区三楼保险柜", who: str = "li", **changes: Any) -> HandoverNote:
    branch = changes.pop("branch", world.a)
    return write_note(branch, text, actor=world.user(who), scope=world.scope(who), at=NOW)


def address(world: World) -> str:
    return f"/health/branches/{world.a.pk}/hand-over/"


def decided(world: World, text: str, due_on: date, **changes: Any) -> Decision:
    activity = make_activity(world.a, world.li.user, held_on=date(2026, 2, 1))
    item = activity.items.create(position=1, topic="安排")
    return Decision.unscoped.create(item=item, text=text, owner=world.chen, due_on=due_on, **changes)


def test_everything_open_is_there(world: World) -> None:
    duty = make_duty(world.a, "missing", month=date(2026, 1, 1))
    make_duty(world.b, "missing", month=date(2026, 1, 1))
    late = decided(world, "补交整改报告", date(2026, 3, 1))
    decided(world, "已办", date(2026, 3, 1), done_on=date(2026, 3, 2))
    transfer = make_transfer(world.sun, world.b, state=TransferState.SENT, state_since=NOW, started_at=NOW)
    make_term(world.a, due_on=date(2026, 6, 1))
    waiting = make_member(world.a, "白预备", standing=Standing.PROBATIONARY)
    planned = make_activity(
        world.a, world.li.user, state="planned", held_on=date(2026, 3, 20), title="三月支部党员大会"
    )

    found = hand_over_of(world.a, world.scope("li"), world.today)

    assert [row.pk for row in found.duties] == [duty.pk]
    assert [row.pk for row in found.follow_ups] == [late.pk]
    assert [row.pk for row in found.transfers] == [transfer.pk]
    assert [row.pk for row in found.meetings] == [planned.pk]
    assert [each.member.pk for each in found.probationers] == [waiting.pk]
    html = world.client("li").get(address(world)).content.decode()
    for words in ("补交整改报告", "已逾期", "孙党员", "2026年6月1日", "三月支部党员大会", "白预备", "李书记"):
        assert words in html, words


def test_records_and_invitations_that_wait_are_there(world: World) -> None:
    passed = make_activity(
        world.a, world.li.user, state="planned", held_on=date(2026, 3, 3), title="二月党课"
    )
    put_off = make_activity(
        world.a, world.li.user, state="postponed", held_on=date(2026, 3, 5), title="三月党日", reason="防汛"
    )
    sent_back = make_activity(world.a, world.li.user, held_on=date(2026, 2, 5), title="退回的大会")
    Activity.unscoped.filter(pk=sent_back.pk).update(returned_at=NOW)
    joint = make_activity(
        world.b,
        world.wang.user,
        state="planned",
        held_on=date(2026, 3, 28),
        kind="theme_day",
        title="联合党日",
    )
    asked = Invitation.unscoped.create(
        activity=joint, branch=world.a, state="open", invited_at=NOW, invited_by=world.wang.user
    )
    make_activity(world.a, world.li.user, held_on=date(2026, 2, 1))

    found = hand_over_of(world.a, world.scope("li"), world.today)

    assert [row.pk for row in found.returned] == [sent_back.pk]
    assert [row.pk for row in found.invitations] == [asked.pk]
    assert found.unconfirmed == 1
    assert [row.pk for row in found.meetings] == [passed.pk, put_off.pk]
    html = world.client("li").get(address(world)).content.decode()
    for words in ("尚无记录", "三月党日", "退回的大会", "1 份记录待主持人确认", "联合党日"):
        assert words in html, words
    told = world.client("li").get(f"/api/v1/branches/{world.a.pk}/hand-over/").json()
    assert (told["returned"], told["unconfirmed"], told["invitations"]) == ([sent_back.pk], 1, [asked.pk])


def test_a_recorder_is_shown_until_when(world: World) -> None:
    html = world.client("li").get(address(world)).content.decode()

    assert "冉记录，至2026年12月31日" in html
    assert "没有未办事项" in html


@pytest.mark.parametrize("rows", [1, 3])
def test_it_costs_the_same_for_any_number_of_rows(
    world: World, rows: int, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        decided(world, f"事项{number}", date(2026, 3, 20))
        make_duty(world.a, "missing", month=date(2025, 11 + number // 2, 1 + number))
        write(world, f"备注{number}")
        member = make_member(world.a, f"党员{number}", standing=Standing.PROBATIONARY)
        make_transfer(member, world.b, state=TransferState.SENT, state_since=NOW, started_at=NOW)
    client = world.client("li")
    client.get(address(world))

    with django_assert_num_queries(25):
        client.get(address(world))


# --- notes


def test_a_note_is_written_on_the_page(world: World) -> None:
    client = world.client("li")

    answer = client.post(address(world), {"text": " 公章在三楼\n钥匙在冉记录处 "})

    assert answer["Location"] == address(world)
    note = HandoverNote.unscoped.get()
    assert (note.text, note.recorded_by) == ("公章在三楼\n钥匙在冉记录处", world.user("li"))
    assert "公章在三楼" in client.get(address(world)).content.decode()
    assert "公章在三楼" in world.client("zhao").get(address(world)).content.decode()


@pytest.mark.parametrize("text", ["", "   ", "长" * (LONGEST + 1)])
def test_an_empty_or_endless_note_is_refused_at_its_field(world: World, text: str) -> None:
    answer = world.client("li").post(address(world), {"text": text})

    assert answer.status_code == 422
    assert "error-summary" in answer.content.decode()
    assert not HandoverNote.unscoped.exists()


@pytest.mark.parametrize(("text", "code"), [("  ", "note_is_empty"), ("长" * (LONGEST + 1), "note_is_long")])
def test_the_workflow_refuses_it_too(world: World, text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        write(world, text)

    assert refused.value.code == code


def test_only_who_runs_the_branch_writes(world: World) -> None:
    for persona in ("zhao", "ran", "wang"):
        with pytest.raises(NotAllowed):
            write(world, who=persona)

    assert world.client("zhao").post(address(world), {"text": "备注"}).status_code == 403


def test_bodies_above_and_closed_branches_take_no_notes(world: World) -> None:
    with pytest.raises(Refused) as above:
        write_note(
            world.committee_1, "备注", actor=world.user("li"),
            scope=everywhere(world), at=NOW,
        )  # fmt: skip
    seen_before = world.scope("li")
    Organization.unscoped.filter(pk=world.a.pk).update(dissolved_on=world.today)
    with pytest.raises(Refused) as closed:
        write_note(world.a, "备注", actor=world.user("li"), scope=seen_before, at=NOW)

    assert (above.value.code, closed.value.code) == ("only_branches_hand_over", "already_dissolved")


def everywhere(world: World) -> Any:
    scope = world.scope("li")
    return replace(scope, grants=(*scope.grants, Grant(world.district.path, frozenset({"handover.write"}))))


def test_a_note_is_struck_once_and_kept(world: World) -> None:
    note = write(world)
    client = world.client("li")

    client.post(f"{address(world)}{note.pk}/strike/")
    again = client.post(f"{address(world)}{note.pk}/strike/", follow=True)

    note.refresh_from_db()
    assert (note.is_struck, note.struck_by) == (True, world.user("li"))
    html = again.content.decode()
    assert note.text not in html
    assert "已经划去" in html
    actions = AuditEntry.objects.filter(action__startswith="handover").order_by("pk")
    assert [each.action for each in actions] == ["handover.note", "handover.strike"]


def test_a_note_of_another_branch_is_not_there(world: World) -> None:
    note = write(world, who="wang", branch=world.c)

    assert world.client("li").post(f"{address(world)}{note.pk}/strike/").status_code == 404
    with pytest.raises(NotAllowed):
        strike_note(note, actor=world.user("li"), scope=world.scope("li"), at=NOW)


def test_who_struck_it_is_always_known(world: World) -> None:
    note = write(world)

    for changes in (
        {"struck_at": NOW},
        {"struck_at": NOW - timedelta(days=1), "struck_by": world.user("li")},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            HandoverNote.unscoped.filter(pk=note.pk).update(**changes)


def test_programs_read_write_and_strike(world: World) -> None:
    client = world.client("li")
    url = f"/api/v1/branches/{world.a.pk}/hand-over/"

    made = client.post(url, {"text": "公章在三楼"}, content_type="application/json")
    found = client.get(url).json()
    struck = client.post(f"{url}{made.json()['id']}/strike/", {}, content_type="application/json")

    assert made.status_code == 201
    assert found["on"] == "2026-03-10"
    assert [note["text"] for note in found["notes"]] == ["公章在三楼"]
    assert struck.status_code == 200
    assert client.get(url).json()["notes"] == []
    assert client.post(url, {"text": " "}, content_type="application/json").status_code == 400
