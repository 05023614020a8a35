"""Joint activities on the pages and by the API: from the invitation to both records."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from activities.choices import ActivityKind, ActivityState, InvitationState
from activities.models import Activity, Invitation
from activities.tests.factories import make_activity
from activities.tests.matrix_joint import meeting, typed
from activities.tests.pages import page

DAY = date(2026, 3, 4)
pytestmark = pytest.mark.usefixtures("on_the_day")


@pytest.fixture
def host(world: Any) -> Activity:
    return make_activity(
        world.a, world.li.user, [world.li], kind=ActivityKind.THEME_DAY, title="义务植树", held_on=DAY,
        place="北山林场",
    )  # fmt: skip


def invite(world: Any, host: Activity, persona: str = "li", **typed: Any) -> Any:
    address = reverse("activities:joint", args=[host.pk])
    return world.client(persona).post(address, typed or {"target_text": world.c.name})


def at(name: str, invitation: Invitation) -> str:
    return reverse(f"activities:invitation-{name}", args=[invitation.pk])


def test_from_the_invitation_to_two_records_that_name_each_other(world: Any, host: Activity) -> None:
    li, wang = world.client("li"), world.client("wang")
    assert reverse("activities:joint", args=[host.pk]) in page(li.get(host.get_absolute_url()))

    assert invite(world, host).status_code == 302
    invitation = Invitation.unscoped.get()
    assert "1项联合活动邀请" in page(wang.get(reverse("activities:activity-list")))
    shown = page(wang.get(at("detail", invitation)))
    assert "北山林场" in shown
    assert host.get_absolute_url() not in shown
    form = page(wang.get(at("record", invitation)))
    assert ('value="北山林场"' in form, world.wang.name in form) == (True, True)
    saved = wang.post(at("record", invitation), typed(world))

    record = Activity.unscoped.get(branch=world.c)
    assert saved["Location"] == reverse("activities:activity-saved", args=[record.pk])
    assert world.a.name in page(wang.get(record.get_absolute_url()))
    ours = page(li.get(host.get_absolute_url()))
    assert (world.c.name in ours, "已参加" in ours) == (True, True)
    assert record.get_absolute_url() not in page(li.get(at("detail", invitation)))
    assert record.get_absolute_url() in page(wang.get(at("detail", invitation)))


def test_the_branch_is_searched_and_what_cannot_be_is_said_at_the_field(world: Any, host: Activity) -> None:
    nothing = invite(world, host, target_text="")
    unknown = invite(world, host, target_text="没有这个支部")
    several = invite(world, host, target_text="党支部")
    itself = invite(world, host, target_text=world.a.name)

    assert {answer.status_code for answer in (nothing, unknown, several, itself)} == {422}
    assert "请填写邀请哪个党支部" in page(nothing)
    assert "没有这个名称的党支部" in page(unknown)
    assert world.c.name in page(several)
    assert "这就是主办党支部" in page(itself)
    assert not Invitation.unscoped.exists()


def test_what_is_typed_stays_where_the_portal_refuses(world: Any, host: Activity) -> None:
    invite(world, host)
    invitation, wang = Invitation.unscoped.get(), world.client("wang")
    other_day = wang.post(at("record", invitation), {**typed(world), "held_on": "2026-03-05"})
    assert (other_day.status_code, "2026年3月4日" in page(other_day)) == (422, True)
    assert wang.post(at("decline", invitation), {"reason": ""}).status_code == 422
    assert wang.post(at("link", invitation), {"record": "x"}).status_code == 404
    make_activity(world.c, world.wang.user, [world.wang], kind=ActivityKind.THEME_DAY, held_on=DAY)
    own = Activity.unscoped.get(branch=world.c)
    assert f'value="{own.pk}"' in page(wang.get(at("detail", invitation)))

    Activity.unscoped.filter(pk=host.pk).update(state=ActivityState.VOID, reason="录错")

    assert "主办方的记录已作废" in page(wang.get(at("detail", invitation)))
    assert wang.post(at("link", invitation), {"record": own.pk}).status_code == 409
    assert wang.post(at("decline", invitation), {"reason": "改期"}).status_code == 422
    assert invite(world, host).status_code == 422
    assert world.client("li").post(at("withdraw", invitation)).status_code == 302
    assert Invitation.unscoped.get().state == InvitationState.WITHDRAWN


def test_answers_of_both_sides_stand_in_the_list(world: Any, host: Activity) -> None:
    assert "还没有联合活动" in page(world.client("li").get(reverse("activities:invitation-list")))
    invite(world, host)
    invitation = Invitation.unscoped.get()
    world.client("wang").post(at("decline", invitation), {"reason": "同日有支部活动"})
    late = world.client("li").post(at("withdraw", invitation), follow=True)

    assert "已不再有效" in page(late)
    assert "同日有支部活动" in page(world.client("li").get(reverse("activities:joint", args=[host.pk])))
    listed = reverse("activities:invitation-list")
    assert "义务植树" in page(world.client("wang").get(f"{listed}?state=declined"))
    assert "义务植树" not in page(world.client("wang").get(f"{listed}?state=open"))


def test_lists_cost_the_same_for_one_and_for_three(
    world: Any, host: Activity, django_assert_num_queries: Any
) -> None:
    wang, address = world.client("wang"), reverse("activities:invitation-list")
    invite(world, host)
    wang.get(address)
    with django_assert_num_queries(10):
        wang.get(address)
    for number in (1, 2):
        more = make_activity(world.b, world.li.user, kind="theme_day", title=f"{number}", held_on=DAY)
        Invitation.unscoped.create(
            activity=more, branch=world.c, invited_at=world.now, invited_by=world.li.user
        )
    with django_assert_num_queries(10):
        wang.get(address)


def test_programs_say_the_same_with_codes(world: Any, host: Activity, as_: Any) -> None:
    address = reverse("api-activities:invite", args=[host.pk])
    json = {"content_type": "application/json"}

    made = as_("li").post(address, {"branch": world.c.pk}, **json)
    facts = made.json()
    itself = as_("li").post(address, {"branch": world.a.pk}, **json)
    nobody = as_("li").post(address, {"branch": 1}, **json)
    record = reverse("api-activities:invitation-record", args=[facts["id"]])
    late = as_("wang").post(record, {**meeting(world), "held_on": "2026-03-05"}, **json)
    wrong = as_("wang").post(record, {**meeting(world), "chair_id": world.li.pk}, **json)
    done = as_("wang").post(record, meeting(world), **json)

    assert made.status_code == 201
    assert (facts["host"], facts["place"], facts["branch"]) == (world.a.name, "北山林场", world.c.name)
    assert (itself.status_code, itself.json()["code"]) == (409, "joint_own_branch")
    assert "主办党支部" in itself.json()["message"]
    (fault,) = wrong.json()["faults"]
    assert (fault["code"], fault["field"]) == ("chair_not_on_roster", "chair_id")
    assert "主持人" in fault["message"]
    assert nobody.json() == {"branch": ["does_not_exist"]}
    assert (late.status_code, late.json()["day"]) == (409, "2026-03-04")
    assert (done.status_code, done.json()["branch_id"]) == (201, world.c.pk)
    (listed,) = as_("li").get(reverse("api-activities:invitation-list")).json()["results"]
    assert (listed["state"], set(listed) - set(facts)) == ("taken_up", set())
