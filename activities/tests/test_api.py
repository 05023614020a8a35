"""The same workflows for programs."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from activities.api import urls as api_urls
from activities.choices import ActivityState, DutyState
from activities.models import Activity, Decision
from activities.tests.factories import make_activity
from activities.workflows.duties import open_duties
from members.tests.factories import make_member
from orgportal.core.models import User

pytestmark = pytest.mark.usefixtures("on_the_day")
As = Callable[[str], Any]
LIST = reverse("api-activities:activity-list")


def meeting(world: Any, **changes: Any) -> dict[str, Any]:
    return {
        "branch": world.a.pk,
        "kind": "general",
        "also_kinds": ["lecture"],
        "title": "第一季度支部党员大会",
        "held_on": "2026-03-05",
        "starts_at": "09:00",
        "ends_at": "10:30",
        "chair_id": world.li.pk,
        "absences": [{"member_id": world.sun.pk, "presence": "leave", "reason": "work"}],
        "items": [
            {
                "topic": "经费公开",
                "decisions": [{"text": "公示", "owner_id": world.chen.pk, "due_on": "2026-04-01"}],
            }
        ],
        **changes,
    }


def post(client: Any, url: str, data: dict[str, Any], **extra: Any) -> Any:
    return client.post(url, data, content_type="application/json", **extra)


def test_a_meeting_is_recorded_read_amended_and_voided(world: Any, as_: As) -> None:
    client = as_("li")

    created = post(client, LIST, meeting(world))
    assert created.status_code == 201
    pk = created.json()["id"]
    detail = client.get(reverse("api-activities:activity-detail", args=[pk])).json()
    assert (detail["present"], detail["expected"], detail["leave_ids"]) == (3, 4, [world.sun.pk])
    assert detail["items"][0]["decisions"][0]["owner_id"] == world.chen.pk
    assert detail["exceptions"] == [
        {
            "member_id": world.sun.pk,
            "presence": "leave",
            "reason": "work",
            "remark": "",
            "ground": "",
            "agreed_under": "",
            "agreed_on": None,
        }
    ]

    amend = reverse("api-activities:activity-amend", args=[pk])
    changed = post(client, amend, meeting(world, place="二楼", absences=[], version=1))
    assert (changed.status_code, changed.json()["version"], changed.json()["present"]) == (200, 2, 4)
    stale = post(client, amend, meeting(world, version=1))
    assert (stale.status_code, stale.json()) == (412, {"code": "stale_version", "version": 2})

    void = reverse("api-activities:activity-void", args=[pk])
    voided = post(client, void, {"reason": "录错", "version": 2})
    assert (voided.status_code, voided.json()["state"]) == (200, ActivityState.VOID)


def test_a_repeated_call_records_once(world: Any, as_: As) -> None:
    client, key = as_("li"), "0b5f2a0e-58a3-4f0c-8f0e-6d3d3f2f4a11"

    first = post(client, LIST, meeting(world), HTTP_IDEMPOTENCY_KEY=key)
    second = post(client, LIST, meeting(world), HTTP_IDEMPOTENCY_KEY=key)

    assert first.json() == second.json()
    assert Activity.unscoped.count() == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"held_on": "2026-03-11"}, "held_in_the_future"),
        ({"absences": [{"member_id": 1, "presence": "absent"}]}, "not_on_roster"),
        ({"ends_at": "08:00"}, "ends_before_it_starts"),
    ],
)
def test_a_refusal_is_a_code(world: Any, as_: As, changes: dict[str, Any], code: str) -> None:
    response = post(as_("li"), LIST, meeting(world, **changes))

    assert (response.status_code, response.json()["code"]) == (409, code)


def test_a_refused_meeting_names_every_field_in_the_callers_language(world: Any, as_: As) -> None:
    client = as_("li")
    wrong = meeting(world, ends_at="08:00", starts_at="09:00", chair_id=world.wang.pk, held_on="2026-03-11")

    told = post(client, LIST, wrong).json()
    assert told["code"] == "held_in_the_future"
    assert told["message"] == "该日期尚未到来，已召开的会议日期不能晚于今天。"
    assert [(each["code"], each["field"]) for each in told["faults"]] == [
        ("held_in_the_future", "held_on"), ("ends_before_it_starts", "ends_at"),
        ("chair_not_on_roster", "chair_id"),
    ]  # fmt: skip
    User.objects.filter(pk=world.li.user.pk).update(language="en")
    english = post(client, LIST, wrong).json()
    assert english["faults"][1]["message"] == "The meeting ends before it starts. Please check the two times."

    User.objects.filter(pk=world.li.user.pk).update(language="zh-hans")
    known = [world.chen.pk, world.li.pk, world.ran.pk, world.wang.pk]
    changed = post(client, LIST, meeting(world, roster_ids=known))
    # Whoever never belonged to the branch is not named, whatever id is sent.
    assert (changed.status_code, changed.json()["joined"], changed.json()["left"]) == (409, "孙党员", "—")
    assert "faults" not in changed.json()
    assert post(client, LIST, meeting(world, roster_ids=[*known[:3], world.sun.pk])).status_code == 201


def test_strangers_and_onlookers_do_not_record(world: Any, as_: As) -> None:
    assert post(as_("wang"), LIST, meeting(world)).status_code == 400
    assert post(as_("zhao"), LIST, meeting(world)).status_code == 403


def test_saying_that_no_meeting_was_held(world: Any, as_: As) -> None:
    url = reverse("api-activities:not-held-create")
    said = {
        "branch": world.a.pk,
        "kind": "theme_day",
        "on": "2026-03-05",
        "reason": "防汛",
        "is_excused": True,
    }

    response = post(as_("li"), url, said)

    assert (response.status_code, response.json()["state"]) == (201, ActivityState.EXCUSED)


def test_lists_filter_like_the_pages(world: Any, as_: As) -> None:
    open_duties(world.today)
    activity = make_activity(world.a, world.li.user, [world.li])
    item = activity.items.create(position=1, topic="议题")
    done = item.decisions.create(
        text="甲", owner=world.chen, due_on=date(2026, 3, 9), done_on=date(2026, 3, 9)
    )
    late = item.decisions.create(text="乙", owner=world.chen, due_on=date(2026, 3, 9))
    li = as_("li")

    def ids(client: Any, name: str, query: str) -> list[int]:
        response = client.get(f"{reverse(f'api-activities:{name}')}?{query}")
        return [row["id"] for row in response.json()["results"]]

    assert ids(li, "activity-list", "kind=general") == [activity.pk]
    assert ids(li, "activity-list", "kind=lecture") == []
    assert len(ids(li, "duty-list", f"state={DutyState.NOT_DUE}&rule=themeday.freq")) == 1
    assert len(ids(li, "duty-list", f"branch={world.b.pk}")) == 0
    assert ids(li, "decision-list", "") == [done.pk, late.pk]
    assert ids(as_("chen"), "decision-list", "state=overdue&mine=true") == [late.pk]
    assert ids(as_("sys"), "decision-list", "mine=true") == []
    assert li.get(reverse("api-activities:decision-list") + "?state=x").status_code == 400


def test_only_mine_takes_in_what_was_given_to_a_record_merged_away(world: Any, as_: As) -> None:
    double = make_member(world.a, "李书记", merged_into=world.li)
    item = make_activity(world.a, world.li.user, [world.li]).items.create(position=1, topic="议题")
    given = item.decisions.create(text="甲", owner=double, due_on=date(2026, 3, 9))
    item.decisions.create(text="乙", owner=world.chen, due_on=date(2026, 3, 9))

    answer = as_("li").get(f"{reverse('api-activities:decision-list')}?mine=true").json()

    assert [row["id"] for row in answer["results"]] == [given.pk]


def test_a_follow_up_is_marked_as_done(world: Any, as_: As) -> None:
    post(as_("li"), LIST, meeting(world))
    decision = Decision.unscoped.get()
    url = reverse("api-activities:decision-done", args=[decision.pk])

    response = post(as_("chen"), url, {"done_on": "2026-03-09", "result": "已公示", "version": 1})

    assert (response.status_code, response.json()["result"]) == (200, "已公示")
    assert post(as_("sun"), url, {}).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_queries_for_any_number_of_rows(
    world: Any, as_: As, django_assert_num_queries: Any, rows: int
) -> None:
    for number in range(rows):
        make_activity(world.a, world.li.user, [world.li], held_on=date(2026, 3, 1 + number))
    client = as_("li")

    with django_assert_num_queries(8):
        response = client.get(LIST)

    assert len(response.json()["results"]) == rows


def test_every_operation_of_the_room_refuses_in_words() -> None:
    silent = [entry.name for entry in api_urls.urlpatterns if not hasattr(entry.callback.cls, "refusals")]
    takes = [entry.name for entry in api_urls.urlpatterns if hasattr(entry.callback.cls, "post")]

    assert len(takes) > 30
    assert set(silent) & set(takes) == set()
