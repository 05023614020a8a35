"""Amending, voiding, and saying that no meeting was held."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from activities.choices import ActivityKind, ActivityState
from activities.models import Activity, Decision, Duty
from activities.tests.factories import make_activity
from activities.tests.pages import CREATE, page, typed
from activities.workflows.duties import open_duties
from branches.choices import PostKind
from branches.tests.factories import make_group
from members.tests.factories import make_post

pytestmark = pytest.mark.usefixtures("on_the_day")
As = Callable[[str], Any]


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
    assert re.search(r'name="pick-place"\s+value="theirs" checked', html)
    assert re.search(r'name="pick-title"\s+value="mine" checked', html)
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


def test_who_only_looks_on_in_a_branch_changes_nothing_there(world: Any, as_: As) -> None:
    make_post(world.li, world.b, PostKind.DISCIPLINE)
    activity = make_activity(world.b, world.wang.user, [])
    client = as_("li")

    assert client.get(activity.get_absolute_url()).status_code == 200
    assert client.get(amend_url(activity)).status_code == 403
    assert client.get(f"{CREATE}?branch={world.b.pk}").status_code == 403


def test_a_day_that_does_not_exist_is_said(world: Any, as_: As) -> None:
    assert as_("li").post(CREATE, typed(world, held_on="2026-13-45")).status_code == 422


def test_without_a_leader_the_group_s_last_chair_is_proposed(world: Any, as_: As) -> None:
    group, second = make_group(world.a), make_group(world.a, "第二党小组")
    for member in (world.chen, world.sun):
        member.group = group
        member.save()
    make_activity(world.a, world.li.user, [world.sun], kind=ActivityKind.GROUP, group=group, chair=world.sun)
    client = as_("li")

    assert f'<option value="{world.sun.pk}" selected>' in page(client.get(f"{CREATE}?kind=group"))

    open_duties(world.today)
    sent = {"answer": "did_not_meet", "on": "2026-03-09", "reason": "防汛"}
    saved = client.post(f"{reverse('activities:not-held-create')}?kind=theme_day", sent)
    assert f"kind=group&amp;group={second.pk}" in page(client.get(saved["Location"]))


def test_a_branch_above_reads_follow_ups_but_does_not_close_them(world: Any, as_: As) -> None:
    as_("li").post(CREATE, typed(world))
    decision = Decision.unscoped.get()

    assert as_("zhao").get(reverse("activities:decision-done", args=[decision.pk])).status_code == 403


def test_two_who_logged_the_same_meeting_put_both_side_by_side(world: Any, as_: As) -> None:
    li, ran = as_("li"), as_("ran")
    li.post(CREATE, typed(world))
    first = Activity.unscoped.get()
    mine = typed(world, place="二楼", note="补记", chair=str(world.ran.pk))

    asked = ran.post(CREATE, mine)

    assert asked.status_code == 422
    assert re.search(rf'name="beside"\s+value="1"\s+formaction="{amend_url(first)}"', page(asked))
    both = ran.post(amend_url(first), {**mine, "beside": "1", "version": str(first.version)})
    html = page(both)
    assert both.status_code == 409
    # What the record has not is taken from mine; what both say stays as it stands unless one chooses.
    assert re.search(r'name="pick-note"\s+value="mine" checked', html)
    assert re.search(r'name="pick-place"\s+value="theirs" checked', html)
    assert 'name="beside"' not in html
    chosen = {**mine, "version": "1", "pick-place": "theirs", "pick-chair": "theirs", "pick-note": "mine"}
    assert ran.post(amend_url(first), chosen).status_code == 302
    row = Activity.unscoped.get()
    assert (row.place, row.note, row.version) == ("党群活动室", "补记", 2)
