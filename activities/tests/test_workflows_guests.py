"""Guests of another branch: typed as they show themselves, credited at home, never looked up aloud."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from activities.models import Activity, ActivityRevision, Guest
from activities.rules.guests import MOST, parse_guests, write_guests
from activities.rules.people import Problem
from activities.rules.records import GuestLine
from activities.tests.pages import CREATE, typed
from activities.tests.test_workflows_meetings import amend, entry_for, record, void
from branches.tests.factories import NOW
from members.models import HostAttendance, LastSeen, NumberTry
from members.workflows.numbers import TRIES_AN_HOUR, count_tries
from orgportal.core.errors import Refused
from orgportal.core.models import AuditEntry

MARCH_5 = date(2026, 3, 5)


def wang(world: Any, name: str = "王外人") -> GuestLine:
    return GuestLine(world.wang.number, name)


def last_seen(member: Any) -> Any:
    return LastSeen.objects.filter(member=member).values_list("on", "evidence").first()


# --- the line


def test_guests_are_read_in_either_order_and_written_back() -> None:
    found, problems = parse_guests("P0100000123 王建国\n李 四，Ｐ0100000124；\n")

    assert (found, problems) == ([GuestLine("P0100000123", "王建国"), GuestLine("P0100000124", "李 四")], [])
    assert parse_guests(write_guests(found))[0] == found


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("王建国", Problem("guest_needs_both", "王建国", 1)),
        ("王建国（ ）", Problem("guest_needs_both", "王建国（ ）", 1)),
        (f"王建国（{'甲' * 61}）", Problem("guest_needs_both", f"王建国（{'甲' * 61}）", 1)),
        ("P1 P2 王建国", Problem("guest_needs_both", "P1 P2 王建国", 1)),
        (f"P{'1' * 20} 王建国", Problem("guest_needs_both", f"P{'1' * 20} 王建国", 1)),
        ("P1 王建国\nP1 王建国", Problem("guest_twice", "王建国", 2)),
    ],
)
def test_lines_that_cannot_be_are_named(text: str, problem: Problem) -> None:
    assert parse_guests(text)[1] == [problem]


def test_there_is_a_most() -> None:
    assert parse_guests("\n".join(f"P{n} 甲" for n in range(MOST + 1)))[1] == [
        Problem("guests_too_many", str(MOST))
    ]


def test_whoever_is_no_member_stands_by_name_and_as_what_they_came() -> None:
    found, problems = parse_guests("赵小明（入党积极分子）；孙 大娘：居民代表、楼长\n钱七(街道(三组)干部)")

    assert problems == []
    assert found == [
        GuestLine("", "赵小明", "入党积极分子"), GuestLine("", "孙 大娘", "居民代表、楼长"),
        GuestLine("", "钱七", "街道(三组)干部"),
    ]  # fmt: skip
    assert parse_guests(write_guests(found)) == (found, [])


# --- the record


def test_the_invited_stand_in_the_record_and_are_looked_up_nowhere(
    world: Any, as_: Any, on_the_day: Any
) -> None:
    client = as_("li")
    sent = typed(world, guests=f"{world.wang.number} 王外人\n赵小明（入党积极分子）")
    assert client.post(CREATE, sent).status_code == 302

    activity = Activity.unscoped.get()
    assert list(activity.guests.order_by("position").values_list("number", "name", "role")) == [
        (world.wang.number, "王外人", ""), ("", "赵小明", "入党积极分子"),
    ]  # fmt: skip
    assert (activity.expected, HostAttendance.objects.count(), NumberTry.objects.count()) == (4, 1, 1)
    for address in (
        activity.get_absolute_url(), reverse("activities:activity-print", args=[activity.pk]),
        reverse("activities:activity-amend", args=[activity.pk]),
    ):  # fmt: skip
        page = client.get(address).content.decode()
        assert re.search("赵小明 ?[(（]入党积极分子[)）]", page), address

    api = f"/api/v1/activities/{activity.pk}/"
    told = client.get(api).json()
    assert told["guests"][1] == {"number": "", "name": "赵小明", "role": "入党积极分子"}
    body = {
        "kind": "general", "title": "大会", "held_on": "2026-03-05", "chair_id": world.li.pk, "version": 1,
        "guests": [told["guests"][1], {"name": "钱七"}],
    }  # fmt: skip
    wrong = client.post(f"{api}amend/", body, content_type="application/json")
    assert wrong.status_code == 400
    assert "“钱七”应包括" in wrong.json()["guests"]["1"]["non_field_errors"][0]
    body["guests"] = body["guests"][:1]
    assert client.post(f"{api}amend/", body, content_type="application/json").status_code == 200
    assert not HostAttendance.objects.exists()
    revision = reverse("activities:revision-detail", kwargs={"pk": activity.pk, "version": 1})
    assert f"{world.wang.number} 王外人" in client.get(revision).content.decode()


def test_a_guest_is_credited_at_home_with_the_hosts_name(world: Any) -> None:
    activity = record(world, guests=(wang(world), GuestLine("P0000000000", "何来客")))

    assert last_seen(world.wang) == (MARCH_5, f"activities.activity:{activity.pk}")
    visit = HostAttendance.objects.get()
    assert (visit.member, visit.host, visit.on, visit.what) == (
        world.wang, world.a, MARCH_5, "支部党员大会",
    )  # fmt: skip
    assert list(activity.guests.order_by("position").values_list("name", flat=True)) == ["王外人", "何来客"]
    found = AuditEntry.objects.filter(action="member.number_typed").values_list("changes__found", flat=True)
    assert sorted(found) == [False, True]


def test_a_wrong_name_and_ones_own_member_are_credited_nowhere(world: Any) -> None:
    record(world, guests=(wang(world, "王某人"), GuestLine(world.sun.number, "孙党员")))

    assert not HostAttendance.objects.exists()
    assert last_seen(world.wang) is None


def test_amending_moves_the_credit_and_counts_only_new_numbers(world: Any) -> None:
    activity = record(world, guests=(wang(world),))
    assert NumberTry.objects.count() == 1

    amend(world, activity, entry_for(world, guests=(wang(world),), held_on=date(2026, 3, 4)))

    assert last_seen(world.wang) == (date(2026, 3, 4), f"activities.activity:{activity.pk}")
    assert NumberTry.objects.count() == 1
    amend(world, activity, entry_for(world, held_on=date(2026, 3, 4)), version=2)
    assert last_seen(world.wang) is None
    assert not Guest.objects.exists()
    assert ActivityRevision.objects.get(version=2).content["guests"] == [
        {"number": world.wang.number, "name": "王外人", "role": ""}
    ]


def test_voiding_takes_the_credit_back_to_the_visit_before(world: Any) -> None:
    first = record(world, guests=(wang(world),), held_on=date(2026, 3, 1))
    second = record(world, guests=(wang(world),), is_another=True)
    assert last_seen(world.wang) == (MARCH_5, f"activities.activity:{second.pk}")

    void(world, second)

    assert last_seen(world.wang) == (date(2026, 3, 1), f"activities.activity:{first.pk}")
    assert HostAttendance.objects.get().evidence == f"activities.activity:{first.pk}"


def test_too_many_numbers_within_the_hour_are_refused_and_nothing_is_recorded(world: Any) -> None:
    count_tries(TRIES_AN_HOUR, actor=world.user("li"), at=NOW - timedelta(minutes=1))

    with pytest.raises(Refused, match="number_too_often"):
        record(world, guests=(wang(world),))


# --- pages


def test_the_page_keeps_what_was_typed_and_says_nothing_of_who_it_is(
    world: Any, as_: Any, on_the_day: Any
) -> None:
    activity = record(world, guests=(wang(world), GuestLine("P0000000000", "何来客")))
    client = as_("li")

    page = client.get(activity.get_absolute_url()).content.decode()
    assert "王外人" in page
    assert "何来客" in page
    assert "丙社区" not in page
    amended = client.get(reverse("activities:activity-amend", args=[activity.pk])).content.decode()
    assert f"{world.wang.number} 王外人" in amended
    printed = client.get(reverse("activities:activity-print", args=[activity.pk])).content.decode()
    assert "列席人员" in printed
    home = as_("wang").get(reverse("members:own-mobile")).content.decode()
    assert "甲社区党支部" in home
    detail = client.get(f"/api/v1/activities/{activity.pk}/").json()
    assert detail["guests"][0] == {"number": world.wang.number, "name": "王外人", "role": ""}


def test_a_line_that_cannot_be_read_is_said_beside_the_field(world: Any, as_: Any, on_the_day: Any) -> None:
    address = f"{reverse('activities:activity-create')}?branch={world.a.pk}&kind=general"

    page = as_("li").post(address, {"guests": "王外人", "held_on": "2026-03-05"})

    assert page.status_code == 422
    assert "应包括党员编号和姓名；非党员请写姓名" in page.content.decode()
    assert not Activity.unscoped.exists()
