"""The page without network: the same for everybody, kept whole, and names only for those who record."""

import json
import re
from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from activities.forms.kept import kept_for, months_around
from activities.models import Activity, LeaveRequest
from activities.tests.factories import make_activity
from activities.tests.pages import CREATE, page, typed
from activities.tests.plans import MARCH, plan
from branches.choices import PostKind
from branches.tests.factories import NOW, make_group, make_organization
from members.tests.factories import make_member, make_person, make_post

pytestmark = pytest.mark.usefixtures("on_the_day")
As = Callable[[str], Any]
OFFLINE, KEPT, WORKER = "/activities/offline/", "/activities/offline/kept/", "/service-worker.js"


def kept(client: Any) -> Any:
    return json.loads(client.get(KEPT).content)


def shell(client: Any) -> dict[str, Any]:
    source = page(client.get(WORKER))
    found = re.match(r"const SHELL = (.+);\n", source)
    assert found
    return dict(json.loads(found[1]))


def test_the_page_is_the_same_for_everybody(as_: As) -> None:
    drawn = {persona: page(as_(persona).get(OFFLINE)) for persona in ("anon", "li", "chen", "sys")}

    assert len(set(drawn.values())) == 1
    assert "李书记" not in drawn["li"]
    assert "csrfmiddlewaretoken" not in drawn["li"]
    assert 'data-user=""' in drawn["li"]


def test_the_worker_keeps_every_part_of_the_page_under_its_version(as_: As) -> None:
    client = as_("li")

    answer, told, drawn = client.get(OFFLINE), shell(client), page(client.get(OFFLINE))

    assert told["version"] == answer["X-Offline-Shell"]
    assert told["page"] == OFFLINE
    assert set(re.findall(r'(?:href|src)="(/static/[^"]+)"', drawn)) == set(told["parts"])
    assert [part for part in told["parts"] if finders.find(part.removeprefix("/static/")) is None] == []


def test_the_worker_comes_from_the_root_and_is_asked_for_anew(as_: As) -> None:
    answer = as_("anon").get(WORKER)

    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert (answer["Service-Worker-Allowed"], answer["Cache-Control"]) == ("/", "no-cache")


def test_the_manifest_is_chinese_first_and_names_icons_that_are_there(as_: As) -> None:
    answer = as_("anon").get("/manifest.webmanifest")

    told = json.loads(answer.content)
    assert answer["Content-Type"] == "application/manifest+json"
    assert (told["name"], told["lang"], told["start_url"]) == ("基层党支部管理", "zh-hans", OFFLINE)
    assert {icon["purpose"] for icon in told["icons"]} == {"any", "maskable"}
    assert all(finders.find(icon["src"].removeprefix("/static/")) for icon in told["icons"])


def test_a_secretary_is_told_the_own_branch_and_no_other(world: Any, as_: As) -> None:
    told = kept(as_("li"))

    (branch,) = told["branches"]
    assert (told["user"], branch["id"]) == (world.li.user.pk, world.a.pk)
    assert {each["name"] for each in branch["people"]} == {"李书记", "冉记录", "陈党员", "孙党员"}
    assert world.wang.name not in json.dumps(told, ensure_ascii=False)
    assert set(branch["people"][0]) == {"id", "name", "votes"}


def test_the_token_told_opens_the_ordinary_road(world: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.li.user, backend="orgportal.core.accounts.UserNameOrMobileBackend")
    sent = {**typed(world), "idempotency_key": "1a2b3c4d-0000-4000-8000-000000000001"}

    refused = client.post(CREATE, sent)
    answer = client.post(CREATE, sent, headers={"X-CSRFToken": kept(client)["token"]})

    assert (refused.status_code, answer.status_code) == (403, 302)
    assert Activity.unscoped.count() == 1


def test_a_sitting_starts_as_the_ordinary_page_does(world: Any, as_: As) -> None:
    make_activity(
        world.a, world.li.user, [world.li], place="活动室", starts_at="09:00", ends_at="10:30", chair=world.li
    )

    (branch,) = kept(as_("li"))["branches"]
    sitting = next(each for each in branch["sittings"] if each["kind"] == "general")
    html = page(as_("li").get(CREATE))

    assert sitting["roster"] == [world.chen.pk, world.li.pk, world.ran.pk, world.sun.pk]
    assert f'value="{",".join(map(str, sitting["roster"]))}"' in html
    assert (sitting["place"], sitting["starts_at"], sitting["ends_at"]) == ("活动室", "09:00", "10:30")
    assert (sitting["chair"], sitting["recorder"]) == (world.li.pk, world.ran.pk)
    assert sitting["title"].replace("{month}", "2026年3月") == "2026年3月支部党员大会"
    assert "2026年3月支部党员大会" in html
    assert ["lecture", "党课"] in sitting["also"]


def test_a_sitting_knows_its_plans_and_who_asked_for_leave(world: Any, as_: As) -> None:
    meant = plan(world, date(2026, 3, 6), title="参观", starts_at=time(9))
    late = plan(world, date(2026, 4, 6), state="postponed", reason="防汛", **dict.fromkeys(MARCH))
    plan(world, date(2026, 3, 7), state="cancelled", reason="防汛")
    said = {"for_day": meant.held_on, "reason": "illness", "asked_at": NOW}
    LeaveRequest.unscoped.create(activity=meant, member=world.sun, remark="住院", **said)
    LeaveRequest.unscoped.create(activity=meant, member=world.li, **said)
    LeaveRequest.unscoped.create(activity=meant, member=world.chen, **{**said, "for_day": date(2026, 3, 5)})

    (branch,) = kept(as_("li"))["branches"]
    first, second = next(each for each in branch["sittings"] if each["kind"] == "theme_day")["plans"]

    assert (first["seen"], first["on"], first["starts_at"]) == (f"{meant.pk}:1", "2026-03-06", "09:00")
    assert (first["since"], first["until"], first["is_postponed"]) == ("2026-03-01", "2026-03-31", False)
    assert first["marks"] == {str(world.sun.pk): "illness", str(world.li.pk): "illness"}
    assert (first["away"], first["asked"]) == ("4 病假: 住院", ["李书记（生病）", "孙党员（生病 · 住院）"])
    assert (second["seen"], second["since"], second["is_postponed"]) == (f"{late.pk}:1", None, True)


def test_the_leader_of_a_group_is_told_their_group_alone(world: Any, as_: As) -> None:
    group = make_group(world.a, "第一党小组")
    leader = make_person(world.a, "zu", "祖组长", group=group)
    make_post(leader, world.a, PostKind.GROUP_LEADER, group=group)
    make_member(world.a, "组员", group=group)
    client = as_("anon")
    client.force_login(leader.user, backend="orgportal.core.accounts.UserNameOrMobileBackend")

    (branch,) = kept(client)["branches"]

    assert [(each["kind"], each["group"]) for each in branch["sittings"]] == [("group", group.pk)]
    assert branch["sittings"][0]["title"] == "{month}第一党小组"


def test_whoever_records_nowhere_is_told_nothing(as_: As) -> None:
    assert as_("chen").get(KEPT).status_code == 403
    assert as_("anon").get(KEPT).status_code == 302


def test_at_most_five_branches_are_kept(world: Any) -> None:
    for number in range(6):
        make_post(world.li, make_organization(world.committee_1, f"第{number}党支部"), PostKind.SECRETARY)

    assert len(kept_for(world.scope("li"), world.today)) == 5


def test_months_reach_a_year_back_and_a_quarter_ahead() -> None:
    months = list(months_around(date(2026, 3, 10)))

    assert (months[0], months[-1], len(months)) == ("2025-03", "2026-06", 16)


def test_row_numbers_mean_what_the_page_showed(world: Any, as_: As) -> None:
    """A name corrected since has moved in the list; the number typed has not."""
    shown = [world.sun.pk, world.chen.pk, world.li.pk, world.ran.pk]

    sent = typed(world, away="1 病假", roster=",".join(map(str, shown)), items="账目 => 公示 @2 4-1")
    as_("li").post(CREATE, sent)

    activity = Activity.unscoped.get()
    assert activity.leave_ids == [world.sun.pk]
    assert activity.items.get().decisions.get().owner == world.chen


@pytest.mark.parametrize("roster", ["", "7", "9" * 5000, "1,1,1,1"])
def test_a_roster_that_is_none_is_refused_in_words(world: Any, as_: As, roster: str) -> None:
    response = as_("li").post(CREATE, typed(world, away="", roster=roster))

    assert response.status_code == 422
    assert not Activity.unscoped.exists()


def test_the_record_page_says_that_it_is_available_without_network(as_: As) -> None:
    assert f'href="{OFFLINE}"' in page(as_("li").get(CREATE))
