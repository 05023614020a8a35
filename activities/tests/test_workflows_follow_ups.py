"""Earlier follow-ups on the next agenda: closed, carried on, and open again where the record falls away."""

from datetime import date
from typing import Any

import pytest

from activities.choices import ActivityKind
from activities.models import AgendaItem, Decision
from activities.queries.carried import offered
from activities.rules.records import FollowUp, Item, TakenUp
from activities.tests.factories import make_activity
from activities.tests.test_workflows_meetings import amend, entry_for, record, void
from activities.workflows.decisions import Done, mark_done
from branches.tests.factories import NOW, make_group
from members.tests.factories import make_member
from orgportal.core.errors import Refused
from orgportal.core.models import AuditEntry, Notification

LATER = date(2026, 4, 1)


def decided(world: Any, text: str = "公示账目", due_on: date = date(2026, 3, 1), **fields: Any) -> Decision:
    on = fields.pop("held_on", date(2026, 2, 5))
    activity = make_activity(fields.pop("branch", world.a), world.li.user, [world.li], held_on=on, **fields)
    item = activity.items.create(position=1, topic="经费公开")
    decision: Decision = item.decisions.create(text=text, owner=world.chen, due_on=due_on)
    return decision


def taking_up(*said: TakenUp) -> tuple[Item, ...]:
    return tuple(Item("", taken_up=each) for each in said)


def test_what_is_due_is_offered_oldest_first(world: Any) -> None:
    group = make_group(world.a, "第一党小组")
    late, due = decided(world, "晚"), decided(world, "今天", date(2026, 3, 5))
    decided(world, "未到", date(2026, 3, 6))
    decided(world, "别处", branch=world.b)
    of_group = decided(world, "小组", kind=ActivityKind.GROUP, group=group)
    decided(world, "作废", state="void", reason="录错")
    decided(world, "以后", held_on=date(2026, 3, 9))
    ahead = decided(world, "提前", date(2026, 5, 1))
    double = make_member(world.a, "陈党员", merged_into=world.chen)
    Decision.unscoped.filter(pk=due.pk).update(owner=double)

    on, scope = date(2026, 3, 5), world.scope("li")
    found = offered(world.a, None, on, scope, {ahead.pk, late.pk})

    assert [each.id for each in found] == [late.pk, due.pk, ahead.pk]
    assert {each.owner_id for each in found} == {world.chen.pk}
    assert [each.id for each in offered(world.a, group, on, scope)] == [of_group.pk]
    assert offered(world.a, None, on, world.scope("wang")) == []


def test_one_is_closed_one_carried_on_and_one_discussed(world: Any) -> None:
    done, later, talked = decided(world, "甲"), decided(world, "乙"), decided(world, "丙")
    said = (TakenUp(done.pk, "已公示"), TakenUp(later.pk, due_on=LATER), TakenUp(talked.pk))

    row = record(world, items=(*taking_up(*said), Item("其他")))

    for each in (done, later, talked):
        each.refresh_from_db()
    assert (done.done_on, done.result, done.version) == (row.held_on, "已公示", 2)
    again = later.carried_to
    assert again is not None
    assert (again.text, again.owner, again.due_on, later.done_on) == ("乙", world.chen, LATER, None)
    assert (talked.done_on, talked.carried_to) == (None, None)
    assert set(Decision.objects.visible_to(world.scope("li")).open()) == {again, talked}
    topics = row.items.order_by("position").values_list("topic", "follow_up_id")
    assert list(topics) == [("甲", done.pk), ("乙", later.pk), ("丙", talked.pk), ("其他", None)]
    actions = AuditEntry.objects.filter(action__startswith="decision.").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == ["decision.done", "decision.carried"]
    assert Notification.unscoped.get(recipient=world.chen.user).params["due_on"] == "2026-04-01"
    with pytest.raises(Refused, match="already_carried"):
        mark_done(
            later, Done(row.held_on, "已公示"), seen_version=later.version, actor=world.user("li"),
            scope=world.scope("li"), at=NOW,
        )  # fmt: skip


@pytest.mark.parametrize("change", ["done", "elsewhere", "same_day"])
def test_what_is_open_no_more_is_refused_and_nothing_recorded(world: Any, change: str) -> None:
    decision = decided(world, **({"branch": world.b} if change == "elsewhere" else {}))
    if change == "done":
        Decision.unscoped.update(done_on=date(2026, 3, 2), result="已公示")
    day = date(2026, 3, 5) if change == "same_day" else LATER
    code = "follow_up_not_later" if change == "same_day" else "follow_up_not_open"

    with pytest.raises(Refused, match=code):
        record(world, items=taking_up(TakenUp(decision.pk, due_on=day)))

    assert not AgendaItem.objects.exclude(topic="经费公开").exists()


def test_an_amendment_keeps_what_it_keeps_and_opens_what_it_drops(world: Any) -> None:
    decision = decided(world)
    row = record(world, items=taking_up(TakenUp(decision.pk, due_on=LATER)))
    again = FollowUp("公示账目", world.chen.pk, date(2026, 4, 15))

    amend(world, row, entry_for(world, items=(Item("公示账目", "再议", (again,)),)))
    decision.refresh_from_db()
    assert (decision.carried_to.due_on, row.items.get().follow_up) == (date(2026, 4, 15), decision)
    amend(world, row, entry_for(world, items=(Item("其他"),)), version=2)

    decision.refresh_from_db()
    assert (decision.carried_to, list(Decision.unscoped.open())) == (None, [decision])


def test_a_voided_record_closed_nothing(world: Any) -> None:
    done, later = decided(world, "甲"), decided(world, "乙")
    kept = decided(world, "丙")
    row = record(world, items=taking_up(TakenUp(done.pk, "已公示"), TakenUp(later.pk, due_on=LATER)))
    Decision.unscoped.filter(pk=kept.pk).update(done_on=row.held_on, result="已完成")

    void(world, row)

    done.refresh_from_db()
    later.refresh_from_db()
    assert (done.done_on, done.result, later.carried_to) == (None, "", None)
    assert AuditEntry.objects.filter(action="decision.reopened").count() == 2
    assert Decision.unscoped.get(pk=kept.pk).result == "已完成"
