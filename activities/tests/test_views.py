"""The one page of a meeting, as the persons of the world use it."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from activities.choices import ActivityKind
from activities.models import Activity, Decision
from activities.tests.pages import CREATE, page, typed
from activities.workflows.duties import open_duties
from branches.choices import PostKind
from branches.tests.factories import make_group
from members.tests.factories import make_member, make_post

pytestmark = pytest.mark.usefixtures("on_the_day")
As = Callable[[str], Any]


def test_the_page_opens_on_the_own_branch_with_everybody_present(world: Any, as_: As) -> None:
    response = as_("li").get(CREATE)

    html = page(response)
    assert response.status_code == 200
    assert html.count("data-seat=") == 4
    assert html.count('value="here" checked') == 4
    assert 'value="2026-03-10"' in html
    assert f'<option value="{world.li.pk}" selected>' in html
    assert "2026年3月支部党员大会" in html


def test_a_meeting_is_recorded_and_the_next_page_says_what_it_answered(world: Any, as_: As) -> None:
    open_duties(world.today)
    client = as_("li")

    response = client.post(CREATE, typed(world))

    activity = Activity.unscoped.get()
    assert response.status_code == 302
    assert response["Location"] == reverse("activities:activity-saved", kwargs={"pk": activity.pk})
    assert (activity.present, activity.expected, activity.chair) == (3, 4, world.li)
    assert activity.exceptions.get().remark == "住院"
    assert Decision.unscoped.get().owner == world.chen
    saved = page(client.get(response["Location"]))
    assert activity.reference in saved
    assert reverse("activities:activity-void", kwargs={"pk": activity.pk}) in saved
    assert "state--on_time" in saved
    assert f"kind={ActivityKind.THEME_DAY}" in saved


def test_ticks_do_without_the_line(world: Any, as_: As) -> None:
    as_("li").post(
        CREATE, typed(world, away="", **{f"p-{world.sun.pk}": "work", f"p-{world.chen.pk}": "absent"})
    )

    activity = Activity.unscoped.get()
    assert (activity.leave_ids, activity.absent_ids) == ([world.sun.pk], [world.chen.pk])


def test_the_line_counts_more_than_a_tick(world: Any, as_: As) -> None:
    as_("li").post(CREATE, typed(world, **{f"p-{world.sun.pk}": "work"}))

    assert Activity.unscoped.get().exceptions.get().reason == "illness"


def test_boxes_do_as_well_as_lines(world: Any, as_: As) -> None:
    rows = {
        "row-0-topic": "学习", "row-0-decision": "交心得", "row-0-owner": str(world.sun.pk),
        "row-0-due_on": "2026-03-20", "row-1-topic": "其他", "row-1-decision": "", "row-1-owner": "",
        "row-1-due_on": "",
    }  # fmt: skip

    as_("li").post(CREATE, typed(world, items="", **rows))

    decision = Decision.unscoped.get()
    assert (decision.text, decision.owner, decision.due_on) == ("交心得", world.sun, date(2026, 3, 20))
    assert Activity.unscoped.get().items.count() == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"held_on": "2026-03-11"}, "该日期尚未到来"),
        ({"held_on": "3月11"}, "错误"),
        ({"ends_at": "08:00"}, "结束时间早于开始时间"),
        ({"away": "胡八 病假"}, "胡八"),
        ({"items": "甲 => 乙 @陈党员"}, "陈党员"),
        ({"row-0-topic": "", "row-0-decision": "公示"}, "议题"),
        ({"row-0-topic": "甲", "row-0-decision": "", "row-0-due_on": "2026-03-20"}, "决定"),
        ({"title": ""}, "错误"),
        ({"away": "1 2 3 4 缺席"}, "没有开会"),
        ({"chair": "999"}, "错误"),
        ({"p-999": "absent"}, "不在"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    world: Any, as_: As, changes: dict[str, str], words: str
) -> None:
    response = as_("li").post(CREATE, typed(world, **changes))

    html = page(response)
    assert response.status_code == 422
    assert words in html
    assert "error-summary" in html
    assert "党群活动室" in html
    assert not Activity.unscoped.exists()


def test_a_second_record_of_the_day_asks_first(world: Any, as_: As) -> None:
    client = as_("li")
    client.post(CREATE, typed(world))

    response = client.post(CREATE, typed(world))

    assert response.status_code == 422
    assert 'name="is_another"' in page(response)
    assert client.post(CREATE, typed(world, is_another="on")).status_code == 302
    assert Activity.unscoped.count() == 2


def test_a_double_click_records_one_meeting(world: Any, as_: As) -> None:
    client, key = as_("li"), str(uuid.uuid4())

    first = client.post(CREATE, typed(world), HTTP_IDEMPOTENCY_KEY=key)
    second = client.post(CREATE, typed(world), HTTP_IDEMPOTENCY_KEY=key)

    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert Activity.unscoped.count() == 1


def test_a_roster_that_changed_meanwhile_is_named_and_nothing_typed_is_lost(world: Any, as_: As) -> None:
    sent = typed(world)
    newcomer = make_member(world.a, "郑新来")

    response = as_("li").post(CREATE, sent)

    html = page(response)
    assert response.status_code == 422
    assert "郑新来" in html
    assert str(newcomer.pk) in html
    assert "公示一季度账目" in html


def test_the_preview_reads_what_is_typed_so_far(world: Any, as_: As) -> None:
    url = f"{reverse('activities:activity-preview')}?branch={world.a.pk}&kind=general"

    response = as_("li").post(
        url, typed(world, title="", away="孙党员 病假; 胡八 工作"), headers={"HX-Request": "true"}
    )

    html = page(response)
    assert response.status_code == 200
    assert 'data-count="present">3<' in html
    assert "胡八" in html
    assert "公示一季度账目" in html
    assert not Activity.unscoped.exists()


def test_the_preview_is_about_one_branch(world: Any, as_: As) -> None:
    make_post(world.li, world.b, PostKind.PUBLICITY)

    assert as_("li").post(reverse("activities:activity-preview"), {}).status_code == 404


def test_who_records_for_two_branches_chooses_first(world: Any, as_: As) -> None:
    make_post(world.li, world.b, PostKind.PUBLICITY)
    client = as_("li")

    assert f"?branch={world.b.pk}" in page(client.get(CREATE))
    assert "乙社区党支部" in page(client.get(f"{CREATE}?branch={world.b.pk}"))
    assert f"?branch={world.b.pk}" in page(client.get(reverse("activities:not-held-create")))


def test_a_group_leader_opens_on_the_own_group(world: Any, as_: As) -> None:
    group = make_group(world.a)
    make_group(world.a, "第二党小组")
    make_post(world.chen, world.a, PostKind.GROUP_LEADER, group=group)
    world.chen.group = group
    world.chen.save()

    html = page(as_("chen").get(CREATE))

    assert html.count("data-seat=") == 1
    assert "第一党小组" in html
    assert "第二党小组" not in html


def test_the_secretary_switches_between_groups(world: Any, as_: As) -> None:
    first, second = make_group(world.a), make_group(world.a, "第二党小组")

    html = page(as_("li").get(f"{CREATE}?kind=group&group={second.pk}"))

    assert f"group={first.pk}" in html
    assert "2026年3月第二党小组" in html


@pytest.mark.parametrize(("persona", "status"), [("zhao", 403), ("chen", 403), ("wang", 404)])
def test_strangers_and_onlookers_do_not_record(world: Any, as_: As, persona: str, status: int) -> None:
    assert as_(persona).get(f"{CREATE}?branch={world.a.pk}").status_code == status


def test_the_next_meeting_starts_from_the_last_one(world: Any, as_: As) -> None:
    client = as_("li")
    client.post(CREATE, typed(world))
    last = Activity.unscoped.get()

    plain = page(client.get(CREATE))
    copied = page(client.get(f"{CREATE}?copy={last.pk}"))

    assert 'value="党群活动室"' in plain
    assert 'value="09:00"' in plain
    assert "经费公开\n其他" not in plain
    assert "经费公开\n其他" in copied
    assert copied.count('value="illness" checked') == 1


def test_pages_speak_english_too(world: Any, as_: As) -> None:
    user = world.li.user
    user.language = "en"
    user.save()

    html = page(as_("li").get(CREATE))

    assert "Who was away, and why" in html
    assert "General branch meeting" in html
