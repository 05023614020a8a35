"""Many records confirmed in one press, each by whom it is for; and taken back until they are locked."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activities.choices import LifeMove, LifeState, ReturnReason
from activities.models import Activity
from activities.queries.life import waiting_in_all
from activities.tests.factories import make_activity
from activities.tests.pages import page
from activities.workflows.confirming import confirm_all, take_back, take_back_all
from activities.workflows.life import SentBack, confirm, moves_for, send_back
from branches.tests.factories import NOW
from members.tests.factories import make_member
from orgportal.core.errors import NotAllowed
from orgportal.core.models import AuditEntry, Notification

pytestmark = pytest.mark.usefixtures("on_the_day")
As = Callable[[str], Any]
TODAY = NOW.date()
MANY = reverse("activities:confirm-many")
BACK = reverse("activities:take-back-many")


def by(world: Any, persona: str) -> dict[str, Any]:
    return {"actor": world.user(persona), "scope": world.scope(persona), "at": NOW}


def waits(world: Any, day: int, chair: Any, branch: Any = None, **fields: Any) -> Activity:
    """A record from before anybody confirmed: recorded by the recorder, for the chair to confirm."""
    on = date(2026, 2, day)
    return make_activity(branch or world.a, world.ran.user, [world.ran], held_on=on, chair=chair, **fields)


def box(row: Activity, version: int = 1) -> str:
    return f"{row.pk}:{version}"


def chosen(html: str) -> list[str]:
    """The values of the ticked boxes."""
    parts = html.split('name="records"')[1:]
    return [part.split('value="')[1].split('"')[0] for part in parts if " checked" in part.split(">")[0]]


def life(row: Activity) -> LifeState | None:
    row.refresh_from_db()
    return row.life(TODAY)


def test_one_press_confirms_what_is_ticked_and_names_the_rest_with_why(world: Any, as_: As) -> None:
    old = make_member(world.a, "老支书")
    own, other = waits(world, 3, world.li, title="一月大会"), waits(world, 4, world.li)
    paper, theirs = waits(world, 5, old, title="支部会"), waits(world, 6, world.chen, title="陈主持的会")
    unnamed, far = waits(world, 7, None), waits(world, 8, world.wang, world.c, title="别处的会")
    li = as_("li")
    html = page(li.get(MANY))
    assert chosen(html) == [box(own), box(other), box(paper)]
    assert "另有1条" in html
    assert "1条记录未写明主持人" in html
    assert MANY in page(li.get(reverse("activities:decision-list")))
    assert MANY in page(li.get(reverse("activities:activity-list") + "?life=to_confirm"))
    assert MANY not in page(li.get(reverse("activities:activity-list")))

    # Somebody saved `other` meanwhile; chen's and the far one are not on the page but sent all the same.
    Activity.unscoped.filter(pk=other.pk).update(version=2)
    sent = [box(row) for row in (own, other, paper, theirs, far)]
    answer = li.post(MANY, {"records": sent, "on": "2026-02-20"})

    assert answer.status_code == 422
    html = page(answer)
    assert [life(row) for row in (own, paper)] == [LifeState.CONFIRMED] * 2
    assert [life(row) for row in (other, theirs, unnamed, far)] == [LifeState.TO_CONFIRM] * 4
    assert (own.confirmed_by, own.paper_on, paper.paper_on) == (world.li.user, None, date(2026, 2, 20))
    assert "已确认2条记录" in html
    assert "陈主持的会：陈党员已有账号" in html
    assert "3条记录保持原状" in html
    # Out of sight nothing of it is said; what changed has to be looked at before it is ticked.
    assert ("别处的会" in html, chosen(html)) == (False, [])

    assert li.post(MANY, {"records": [box(other, 2)]})["Location"] == f"{MANY}?just=1"
    assert chosen(page(li.get(f"{MANY}?just=1"))) != []
    assert chosen(page(li.get(MANY))) == []


def test_what_was_pressed_is_taken_back_until_it_is_locked(world: Any, as_: As) -> None:
    kept, slip = waits(world, 3, world.li), waits(world, 4, world.li)
    li = as_("li")
    li.post(MANY, {"records": [box(kept), box(slip)]})
    html = page(li.get(f"{MANY}?just=1"))
    assert chosen(html) == [box(slip, 2), box(kept, 2)]
    assert BACK in page(li.get(slip.get_absolute_url()))

    assert li.post(BACK, {"records": [box(slip, 2)]}).status_code == 302
    assert (life(slip), life(kept)) == (LifeState.TO_CONFIRM, LifeState.CONFIRMED)
    assert (slip.confirmed_by, slip.locks_on) == (None, None)
    assert "撤回确认" in page(li.get(slip.get_absolute_url()))
    printed = page(li.get(reverse("activities:activity-print", args=[slip.pk])))
    assert "已撤回确认" in printed
    assert AuditEntry.objects.filter(action="activity.confirmation_taken_back", target_id=slip.pk).exists()
    # Whoever took their own word back is not told of it.
    assert not Notification.unscoped.filter(rule="activities.record_to_confirm").exists()

    Activity.unscoped.filter(pk=kept.pk).update(locks_on=TODAY)
    late = li.post(BACK, {"records": [box(kept, 2)]})
    assert (late.status_code, "3月10日锁定" in page(late)) == (422, True)
    assert BACK not in page(li.get(kept.get_absolute_url()))


@pytest.mark.parametrize(
    "records", [[], ["x"], ["1"], ["1:"], [f"{10**18}:1"], [f"{n}:1" for n in range(1, 102)]]
)
def test_a_press_with_nothing_or_too_much_chosen_says_so(world: Any, as_: As, records: list[str]) -> None:
    row, li = waits(world, 3, world.li), as_("li")

    for address in (MANY, BACK):
        answer = li.post(address, {"records": records})
        assert answer.status_code == 422
        assert ("最多100条" if len(records) > 1 else "请至少选择一条") in page(answer)
    assert life(row) == LifeState.TO_CONFIRM


def test_who_sees_what_to_settle(world: Any, as_: As) -> None:
    double = make_member(world.a, "陈党员", merged_into=world.chen)
    own, paper = waits(world, 3, double), waits(world, 4, make_member(world.a, "老支书"))

    assert [row.pk for row in waiting_in_all(world.scope("chen"), 100).rows] == [own.pk]
    assert [row.pk for row in waiting_in_all(world.scope("ran"), 100).rows] == [paper.pk]
    assert waiting_in_all(world.scope("ran"), 100).others == 1
    assert waiting_in_all(world.scope("zhao"), 100).rows == []
    # A closed account is none.
    world.chen.user.is_active = False
    world.chen.user.save()
    assert len(waiting_in_all(world.scope("li"), 1).rows) == 1
    assert len(waiting_in_all(world.scope("li"), 100).rows) == 2
    assert "没有等待您确认的记录" in page(as_("sun").get(MANY))


def test_only_whoever_gave_a_confirmation_takes_it_back_and_the_chair_is_asked_again(world: Any) -> None:
    old = make_member(world.a, "老支书")
    row = waits(world, 3, old)
    confirm_all({row.pk: 1}, None, **by(world, "ran"))
    row.refresh_from_db()
    assert row.paper_on == TODAY
    assert LifeMove.TAKE_BACK in moves_for(row, world.scope("ran"), TODAY)
    assert LifeMove.TAKE_BACK not in moves_for(row, world.scope("li"), TODAY)
    left = take_back_all({row.pk: 2}, **by(world, "li")).left
    assert [each.refusal.code for each in left] == ["confirm_not_yours"]
    with pytest.raises(NotAllowed):
        take_back(row, seen_version=2, **by(world, "li"))
    # By then the chair signs in.
    Activity.unscoped.filter(pk=row.pk).update(chair=world.chen)

    take_back_all({row.pk: 2}, **by(world, "ran"))

    assert life(row) == LifeState.TO_CONFIRM
    assert list(row.steps.order_by("pk").values_list("move", flat=True)) == ["confirm-on-paper", "take-back"]
    told = Notification.unscoped.get(rule="activities.record_to_confirm")
    assert told.recipient == world.chen.user


def test_a_return_the_confirmation_answered_is_open_again(world: Any) -> None:
    row = waits(world, 3, world.li)
    confirm(row, seen_version=1, **by(world, "li"))
    send_back(row, SentBack(ReturnReason.COUNTS, "票数不符"), seen_version=2, **by(world, "zhao"))
    Activity.unscoped.filter(pk=row.pk).update(returned_at=None)
    later = {**by(world, "li"), "at": NOW + timedelta(hours=1)}
    confirm(row, seen_version=3, **later)
    assert row.steps.get(move="return").closed_at == later["at"]

    take_back_all({row.pk: 4}, **later)

    assert row.steps.get(move="return").closed_at is None


def test_the_page_costs_the_same_for_one_and_for_three(world: Any, as_: As) -> None:
    li, counts = as_("li"), []
    old = make_member(world.a, "老支书")
    for day in (3, 6, 9):
        waits(world, day, world.li)
        waits(world, day + 1, old)
        done = waits(world, day + 2, world.li)
        confirm(done, seen_version=1, **by(world, "li"))
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert li.get(MANY).status_code == 200
        counts.append(len(seen))

    # The first page also fills what is remembered of the session.
    assert counts[2] == counts[1] <= counts[0]


def test_a_program_confirms_many_and_takes_them_back(world: Any, as_: As) -> None:
    own, theirs = waits(world, 3, world.li), waits(world, 4, world.chen)
    far = waits(world, 5, world.wang, world.c)
    li = as_("li")
    address = reverse("api-activities:confirm-many")

    def send(to: str, *rows: tuple[int, int], **more: Any) -> Any:
        said = {"records": [{"id": pk, "version": version} for pk, version in rows], **more}
        return li.post(to, said, content_type="application/json")

    answer = send(address, (own.pk, 1), (theirs.pk, 1), (far.pk, 1), on="2026-02-20")
    assert answer.status_code == 200
    assert answer.json()["done"] == [own.pk]
    codes = [(each["id"], each["code"]) for each in answer.json()["left"]]
    assert codes == [(theirs.pk, "chair_signs_in"), (far.pk, "record_out_of_sight")]
    assert "陈党员" in answer.json()["left"][0]["message"]
    assert send(address).status_code == 400

    back = reverse("api-activities:take-back-many")
    assert send(back, (own.pk, 2)).json() == {"done": [own.pk], "left": []}
    assert life(own) == LifeState.TO_CONFIRM
