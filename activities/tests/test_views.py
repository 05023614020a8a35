"""The pages, as the persons of the world use them."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from activities.choices import ActivityKind, ActivityState
from activities.models import Activity, Decision, Duty
from activities.tests.factories import make_activity
from activities.workflows.duties import open_duties
from branches.choices import PostKind
from branches.tests.factories import make_group
from members.tests.factories import make_member, make_post

pytestmark = pytest.mark.usefixtures("on_the_day")
CREATE = reverse("activities:activity-create")
As = Callable[[str], Any]


def typed(world: Any, **changes: Any) -> dict[str, Any]:
    ids = [world.chen.pk, world.li.pk, world.ran.pk, world.sun.pk]
    return {
        "held_on": "2026-03-05",
        "starts_at": "09:00",
        "ends_at": "10:30",
        "place": "党群活动室",
        "chair": str(world.li.pk),
        "recorder": str(world.ran.pk),
        "title": "第一季度支部党员大会",
        "away": "孙党员 病假：住院",
        "items": "经费公开 => 公示一季度账目 @陈党员 4-1\n其他",
        "note": "",
        "roster": ",".join(map(str, ids)),
        **{f"p-{pk}": "here" for pk in ids},
        **changes,
    }


def page(response: Any) -> str:
    return str(response.content.decode())


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
        ({"held_on": "2026-03-11"}, "这一天还没有到"),
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

    response = as_("li").post(url, typed(world, title="", away="孙党员 病假; 胡八 工作"))

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
    assert "经费公开" not in plain
    assert "经费公开" in copied
    assert copied.count('value="illness" checked') == 1


def amend_url(activity: Activity) -> str:
    return reverse("activities:activity-amend", kwargs={"pk": activity.pk})


def test_amending_shows_the_record_and_saves_it(world: Any, as_: As) -> None:
    client = as_("li")
    client.post(CREATE, typed(world))
    activity = Activity.unscoped.get()

    html = page(client.get(amend_url(activity)))
    assert "公示一季度账目 @陈党员 2026-04-01" in html
    assert "4 病假: 住院" in html or "病假: 住院" in html

    response = client.post(amend_url(activity), typed(world, place="二楼", version="1"))
    assert response.status_code == 302
    shown = page(client.get(response["Location"]))
    assert "二楼" in shown
    revision = reverse("activities:revision-detail", kwargs={"pk": activity.pk, "version": 1})
    assert revision in shown
    assert "党群活动室" in page(client.get(revision))


def test_an_older_revision_is_shown_beside_the_next_one(world: Any, as_: As) -> None:
    client = as_("li")
    client.post(CREATE, typed(world))
    activity = Activity.unscoped.get()
    client.post(amend_url(activity), typed(world, place="二楼", version="1"))
    client.post(amend_url(activity), typed(world, place="三楼", version="2"))

    html = page(client.get(reverse("activities:revision-detail", kwargs={"pk": activity.pk, "version": 1})))

    assert "二楼" in html
    assert "三楼" not in html


def test_amending_refuses_what_recording_refuses(world: Any, as_: As) -> None:
    client = as_("li")
    client.post(CREATE, typed(world))
    activity = Activity.unscoped.get()

    assert client.post(amend_url(activity), typed(world, version="1", ends_at="08:00")).status_code == 422
    response = client.post(amend_url(activity), typed(world, version="1", roster="1,2"))
    assert response.status_code == 422
    assert "名单" in page(response)


def test_two_people_amending_choose_part_by_part(world: Any, as_: As) -> None:
    li, ran = as_("li"), as_("ran")
    li.post(CREATE, typed(world))
    activity = Activity.unscoped.get()
    ran.post(
        amend_url(activity), typed(world, place="二楼", away="陈党员 出差", items="改过的议题", version="1")
    )

    response = li.post(amend_url(activity), typed(world, note="补记", title="改过的名称", version="1"))

    html = page(response)
    assert response.status_code == 409
    assert "二楼" in html
    assert "补记" in html
    assert 'name="pick-place" value="theirs" checked' in html
    assert 'name="pick-title" value="mine" checked' in html
    picks = {
        "pick-place": "theirs", "pick-attendance": "theirs", "pick-items": "theirs", "pick-title": "mine",
        "pick-note": "mine",
    }  # fmt: skip
    again = typed(world, note="补记", title="改过的名称", version="2", **picks)
    assert li.post(amend_url(activity), again).status_code == 302
    activity.refresh_from_db()
    assert (activity.place, activity.title, activity.note) == ("二楼", "改过的名称", "补记")
    assert (activity.leave_ids, activity.version) == ([world.chen.pk], 3)
    assert [item.topic for item in activity.items.all()] == ["改过的议题"]


def test_a_voided_entry_stays_visible_with_its_reason(world: Any, as_: As) -> None:
    client = as_("li")
    client.post(CREATE, typed(world))
    activity = Activity.unscoped.get()
    url = reverse("activities:activity-void", kwargs={"pk": activity.pk})
    assert client.get(url).status_code == 200
    assert client.post(url, {"reason": "", "version": "1"}).status_code == 422

    response = client.post(url, {"reason": "录错支部", "version": "1"})

    assert response.status_code == 302
    assert "录错支部" in page(client.get(response["Location"]))
    assert client.post(url, {"reason": "再来", "version": "2"}).status_code == 422
    assert client.get(amend_url(activity)).status_code == 404
    assert str(activity.pk) in page(client.get(reverse("activities:activity-list")))


def test_saying_no_meeting_was_held(world: Any, as_: As) -> None:
    client = as_("li")
    url = f"{reverse('activities:not-held-create')}?branch={world.a.pk}&kind=theme_day&on=2026-02-28"
    assert 'value="2026-02-28"' in page(client.get(url))

    sent = {"answer": "excused", "on": "2026-02-28", "reason": "春节期间，经街道同意"}
    response = client.post(url, sent)

    activity = Activity.unscoped.get()
    assert response.status_code == 302
    assert (activity.kind, activity.state) == (ActivityKind.THEME_DAY, ActivityState.EXCUSED)
    assert "春节期间" in page(client.get(response["Location"]))
    assert Duty.unscoped.get(rule="themeday.freq").state == "excused"
    refused = client.post(url, {**sent, "on": "2026-03-11"})
    assert refused.status_code == 422


def test_the_record_on_paper_has_lines_to_sign_on(world: Any, as_: As) -> None:
    client = as_("li")
    client.post(CREATE, typed(world, note="第一段\n第二段"))
    activity = Activity.unscoped.get()

    html = page(client.get(reverse("activities:activity-print", kwargs={"pk": activity.pk})))

    assert html.count("signatures__line") == 2
    assert "住院" in html
    assert "第二段" in html


def ids_on(html: str) -> list[int]:
    return [int(part.split('"')[0]) for part in html.split('data-id="')[1:]]


def test_the_list_filters_by_its_address(world: Any, as_: As) -> None:
    mine = make_activity(world.a, world.li.user, [world.li], also_kinds=[ActivityKind.LECTURE], place="东楼")
    theme = make_activity(
        world.a,
        world.li.user,
        [world.li],
        kind=ActivityKind.THEME_DAY,
        held_on=date(2026, 2, 1),
        title="植树",
    )
    other = make_activity(world.b, world.li.user, [])
    client = as_("zhao")

    def shown(query: str) -> list[int]:
        return ids_on(page(client.get(f"{reverse('activities:activity-list')}?{query}")))

    assert shown("") == [other.pk, mine.pk, theme.pk]
    assert shown("kind=lecture") == [mine.pk]
    assert shown("q=植树") == [theme.pk]
    assert shown("q=东楼") == [mine.pk]
    assert shown("since=2026-03-01&until=2026-03-31") == [other.pk, mine.pk]
    assert shown(f"branch={world.b.pk}") == [other.pk]
    assert shown("state=void") == []


@pytest.mark.parametrize("query", ["", "?q=没有的"])
def test_an_empty_list_says_why_and_what_next(world: Any, as_: As, query: str) -> None:
    html = page(as_("li").get(reverse("activities:activity-list") + query))

    assert ("empty--no_result" in html) is bool(query)
    assert "empty" in page(as_("zhao").get(reverse("activities:activity-list")))


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("activity-list", 9), ("month", 8), ("decision-list", 10)])
def test_lists_cost_the_same_queries_for_any_number_of_rows(
    world: Any, as_: As, django_assert_num_queries: Any, rows: int, name: str, queries: int
) -> None:
    for number in range(rows):
        activity = make_activity(world.a, world.li.user, [world.li], held_on=date(2026, 3, 1 + number))
        item = activity.items.create(position=1, topic="议题")
        item.decisions.create(text="决定", owner=world.chen, due_on=date(2026, 3, 20))
    client = as_("li")

    with django_assert_num_queries(queries):
        html = page(client.get(reverse(f"activities:{name}")))

    assert len(ids_on(html)) == rows


@pytest.mark.parametrize("people", [1, 3])
def test_a_record_costs_the_same_queries_for_any_number_of_people(
    world: Any, as_: As, django_assert_num_queries: Any, people: int
) -> None:
    activity = make_activity(world.a, world.li.user, [world.li])
    for number in range(people):
        activity.exceptions.create(member=make_member(world.a), presence="leave", reason="work")
        item = activity.items.create(position=number + 1, topic="议题")
        item.decisions.create(text="决定", owner=world.chen, due_on=date(2026, 3, 20))

    client = as_("li")
    with django_assert_num_queries(17):
        assert client.get(activity.get_absolute_url()).status_code == 200
    with django_assert_num_queries(15):
        assert client.get(CREATE).status_code == 200


def test_the_month_shows_what_was_held_on_which_day(world: Any, as_: As) -> None:
    march = make_activity(world.a, world.li.user, [world.li])
    february = make_activity(world.a, world.li.user, [world.li], held_on=date(2026, 2, 25))
    client = as_("li")
    url = reverse("activities:month")

    assert ids_on(page(client.get(url))) == [march.pk]
    assert ids_on(page(client.get(f"{url}?month=2026-02"))) == [february.pk]
    assert ids_on(page(client.get(f"{url}?month=13"))) == [march.pk]
    assert "?month=2025-12" in page(client.get(f"{url}?month=2026-01"))


def test_follow_ups_show_what_is_open_and_take_what_came_of_it(world: Any, as_: As) -> None:
    as_("li").post(CREATE, typed(world, items="甲 => 乙 @陈党员 2026-03-08\n丙 => 丁 @李书记 2026-04-08"))
    mine = Decision.unscoped.get(text="乙")
    url, done = reverse("activities:decision-list"), reverse("activities:decision-done", args=[mine.pk])
    chen = as_("chen")

    assert ids_on(page(chen.get(url))) == [mine.pk]
    assert len(ids_on(page(as_("li").get(url)))) == 2
    assert ids_on(page(as_("li").get(f"{url}?state=overdue"))) == [mine.pk]
    assert len(ids_on(page(as_("li").get(f"{url}?mine=on")))) == 1
    assert chen.get(done).status_code == 200
    assert chen.post(done, {"done_on": "2026-03-11", "result": "已公示", "version": "1"}).status_code == 422
    assert chen.post(done, {"done_on": "2026-03-09", "result": "已公示", "version": "1"}).status_code == 302
    assert ids_on(page(chen.get(url))) == []
    assert ids_on(page(chen.get(f"{url}?state=done"))) == [mine.pk]
    assert as_("wang").get(done).status_code == 404


def test_a_follow_up_is_opened_again(world: Any, as_: As) -> None:
    as_("li").post(CREATE, typed(world))
    decision = Decision.unscoped.get()
    Decision.unscoped.update(done_on=date(2026, 3, 9), result="已公示")
    url = reverse("activities:decision-reopen", args=[decision.pk])

    assert as_("li").post(url, {"version": "7"}).status_code == 302
    assert Decision.unscoped.get().done_on is not None
    as_("li").post(url, {"version": "1"})
    assert Decision.unscoped.get().done_on is None


def test_pages_speak_english_too(world: Any, as_: As) -> None:
    user = world.li.user
    user.language = "en"
    user.save()

    html = page(as_("li").get(CREATE))

    assert "Who was away, and why" in html
    assert "General branch meeting" in html
