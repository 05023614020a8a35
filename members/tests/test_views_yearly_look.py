"""Who has not looked the own data over: what an officer filters by, counts by branch, pages."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.models import Member
from members.queries import yearly_look
from members.tests.factories import make_member, make_user
from members.tests.transfer_pages import ids, text
from orgportal.core.models import Reminder

pytestmark = pytest.mark.usefixtures("on_the_day")
LIST = "/members/confirmations/"


def reminded(world: Any, member: Member, days_ago: int, state: str = "sent", year: int = 2026) -> None:
    at = world.now - timedelta(days=days_ago)
    due_on = world.today.replace(year=year, month=3, day=31)
    Reminder.objects.create(
        rule="members.confirm_due", subject=f"members.confirmation:{member.pk}", recipient=member.user,
        due_on=due_on, step=-60 + days_ago % 3, channel="inbox", planned_for=at, url="/members/own/",
        state=state, settled_at=at if state == "sent" else None, recorded_at=at,
    )  # fmt: skip


def found(world: Any, query: str, persona: str = "zhao") -> set[int]:
    return ids(world.client(persona).get(f"{LIST}?{query}"))


def test_an_officer_narrows_to_a_body(world: Any) -> None:
    here = {world.li.pk, world.chen.pk, world.sun.pk, world.ran.pk}
    other = make_member(world.b, "乙党员")

    assert found(world, f"body={world.a.pk}") == here
    assert found(world, f"body={world.b.pk}") == {other.pk} | set(
        Member.unscoped.filter(branch=world.b).values_list("pk", flat=True)
    )
    assert found(world, f"body={world.committee_1.pk}") >= here | {other.pk}
    assert found(world, f"body={world.c.pk}") == set()


def test_since_when_reminded(world: Any) -> None:
    reminded(world, world.chen, 40)
    reminded(world, world.chen, 2)
    reminded(world, world.sun, 14)
    reminded(world, world.li, 13, state="planned")
    reminded(world, world.ran, 20, year=2025)

    def asked(value: str) -> set[int]:
        return found(world, f"body={world.a.pk}&reminded={value}")

    assert asked("1") == {world.chen.pk, world.sun.pk}
    assert asked("14") == {world.chen.pk, world.sun.pk}
    assert asked("30") == {world.chen.pk}
    assert asked("no") == {world.li.pk, world.ran.pk}
    assert "2026年1月29日" in text(world.client("zhao").get(f"{LIST}?reminded=30"))


def test_with_and_without_an_account_and_by_pinyin(world: Any) -> None:
    none = make_member(world.a, "无账号")

    assert found(world, "account=no&q=无账号") == {none.pk}
    assert none.pk not in found(world, "account=yes")
    assert found(world, "q=wzh") == {none.pk}


def test_what_cannot_be_read_narrows_to_nothing(world: Any) -> None:
    assert found(world, "reminded=soon") == set()
    assert found(world, "body=999999") == set()
    assert "没有符合条件的结果" in text(world.client("zhao").get(f"{LIST}?q=查无此人"))


def test_counts_by_branch_follow_the_filters_and_lead_to_the_list(world: Any) -> None:
    make_member(world.b, "乙一")
    make_member(world.b, "乙二")
    page = world.client("zhao").get(f"{LIST}?view=branches&q=乙")

    assert ids(page) == {world.b.pk}
    assert f"body={world.b.pk}" in page.content.decode()
    assert "view" not in page.content.decode().partition(f"body={world.b.pk}")[0].rpartition("href")[2]
    everybody = ids(world.client("zhao").get(f"{LIST}?view=branches"))
    assert everybody == {world.a.pk, world.b.pk}
    assert ids(world.client("li").get(f"{LIST}?view=branches")) == {world.a.pk}
    assert found(world, "view=branches", "wang") == {world.c.pk}


def test_each_count_is_what_its_list_holds(world: Any) -> None:
    scope, today = world.scope("zhao"), world.today
    rows = yearly_look.waiting(scope, today)

    for branch in yearly_look.branches_of(rows, scope.roots_for("member.view"), scope):
        counted = branch.waiting  # type: ignore[attr-defined]
        assert counted == len(found(world, f"body={branch.pk}"))


def test_the_list_and_the_counts_come_in_pages(world: Any) -> None:
    for number in range(52):
        make_member(world.a, f"党员{number:02}")
    first = world.client("zhao").get(f"{LIST}?body={world.a.pk}")

    assert len(ids(first)) == 50
    assert f"body={world.a.pk}&amp;after=" in first.content.decode()


def test_counts_cost_the_same_for_one_branch_and_two(world: Any) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            world.client("zhao").get(f"{LIST}?view=branches")
        return len(asked)

    Member.unscoped.filter(branch=world.b, user=None).update(standing="ended")
    cost()
    few = cost()
    make_member(world.b, "乙一", user=make_user("yiyi"))

    assert cost() == few


def test_confirming_for_some_comes_back_to_the_filtered_list(world: Any) -> None:
    place = f"{LIST}many/?body={world.a.pk}"
    sent = world.client("li").post(place, {"pick": [f"{world.chen.pk}:1"], "how": "电话"})

    assert sent["Location"] == f"{LIST}?body={world.a.pk}"


def test_by_program_with_the_same_filters(world: Any) -> None:
    reminded(world, world.chen, 40)
    address = f"/api/v1/confirmations/?body={world.a.pk}&reminded=30"

    found = world.client("zhao").get(address).json()["results"]

    assert [(row["id"], row["reminded_at"][:10]) for row in found] == [(world.chen.pk, "2026-01-29")]
