"""Pages of decisions about a standing, and the same through the API."""

from datetime import date

import pytest
from django.urls import reverse

from activities.choices import ActivityKind
from activities.tests.factories import make_activity
from members.choices import ChangeState, Standing
from members.models import ContactProposal, Member, StandingChange
from members.tests.factories import make_member

pytestmark = pytest.mark.usefixtures("on_the_day")


@pytest.fixture
def new(world):
    return make_member(
        world.a, "艾新", standing=Standing.PROBATIONARY, confirmed_on=None, joined_on=date(2025, 2, 1),
        since=date(2025, 2, 1),
    )  # fmt: skip


def entry(member, kind):
    return reverse("members:change-enter", args=[member.pk, kind])


def page(member):
    return reverse("members:standing-of", args=[member.pk])


def text_of(response):
    return response.content.decode()


CONFIRM = {"decided_on": "2026-03-10", "effect_on": "2026-02-01", "document": "决议4号", "version": 1}


def test_confirmation_across_both_desks(world, as_, new):
    make_activity(
        world.a, world.li.user, kind=ActivityKind.GENERAL, held_on=date(2026, 3, 5), title="三月党员大会"
    )
    li, zhao = as_("li"), as_("zhao")

    shown = text_of(li.get(page(new)))
    assert "预备期已于2026年2月1日期满" in shown
    assert "中国共产党章程" in shown
    form = text_of(li.get(entry(new, "confirm")))
    assert "三月党员大会" in form
    assert 'value="2026-02-01"' in form
    change_url = li.post(entry(new, "confirm"), CONFIRM).url
    assert "批准前党籍不变" in text_of(li.get(change_url))
    assert "待我办理" in text_of(zhao.get(reverse("members:change-list")))

    approve = f"{change_url}approve/"
    assert zhao.get(approve).status_code == 200
    assert zhao.post(approve, {"version": 1, "approval": ""}).status_code == 422
    assert zhao.post(approve, {"version": 1, "approval": "批复2号"}).url == change_url
    assert zhao.post(approve, {"version": 1, "approval": "批复2号"}).status_code == 409
    assert zhao.post(approve, {"version": "", "approval": "批复2号"}).status_code == 409
    assert zhao.get(approve).status_code == 409
    assert zhao.get(f"{change_url}take_effect/").status_code == 404

    assert Member.unscoped.get(pk=new.pk).confirmed_on == date(2026, 2, 1)
    assert "批复2号" in text_of(li.get(page(new)))


def test_a_meeting_can_be_picked_instead_of_a_day(world, as_, new):
    meeting = make_activity(world.a, world.li.user, kind=ActivityKind.GENERAL, held_on=date(2026, 3, 5))
    values = {"meeting": meeting.pk, "effect_on": "2026-02-01", "version": 1}

    url = as_("li").post(entry(new, "confirm"), values).url

    assert reverse("activities:activity-detail", args=[meeting.pk]) in text_of(as_("li").get(url))


def test_what_is_wrong_is_said_and_nothing_is_entered(world, as_, new):
    early = as_("li").post(entry(new, "confirm"), {**CONFIRM, "effect_on": "2026-01-01"})
    stale = as_("li").post(entry(new, "confirm"), {**CONFIRM, "version": 9})
    twice = as_("li").post(entry(new, "extend"), {**CONFIRM, "extend_months": 5})
    no_day = as_("li").post(entry(new, "suspend"), {"version": 1, "effect_on": "2026-03-10"})

    assert "预备期于2026年2月1日期满" in text_of(early)
    assert [each.status_code for each in (early, stale, twice, no_day)] == [422] * 4
    assert as_("li").get(entry(new, "nonsense")).status_code == 404
    assert not StandingChange.unscoped.exists()


def test_an_extension_asks_for_months_and_a_death_for_the_day(world, as_, new):
    form = text_of(as_("li").get(entry(new, "extend")))
    death = text_of(as_("li").get(entry(world.chen, "death")))
    committee = text_of(as_("zhao").get(entry(new, "extend")))

    assert "extend_months" in form
    assert 'name="effect_on"' not in form
    assert 'name="approval"' in committee
    assert 'name="decided_on"' not in death
    values = {"effect_on": "2026-03-01", "document": "死亡证明", "version": 1}
    assert as_("li").post(entry(world.chen, "death"), values).status_code == 302
    assert Member.unscoped.get(pk=world.chen.pk).standing == Standing.ENDED
    assert entry(world.chen, "death") not in text_of(as_("li").get(page(world.chen)))


def test_a_coming_change_is_shown_as_coming_everywhere(world, as_):
    values = {
        "decided_on": "2026-03-10",
        "effect_on": "2026-04-01",
        "document": "决议",
        "version": 1,
        "ground": "lost",
    }

    url = as_("li").post(entry(world.chen, "stop"), values).url

    member = reverse("members:member-detail", args=[world.chen.pk])
    assert "待生效" in text_of(as_("li").get(url))
    assert url in text_of(as_("li").get(member))
    assert url in text_of(as_("li").get(reverse("members:change-list")))
    assert entry(world.chen, "death") in text_of(as_("li").get(page(world.chen)))
    assert entry(world.chen, "resigned") not in text_of(as_("li").get(page(world.chen)))
    assert as_("chen").get(url).status_code == 200


def test_ones_own_standing_offers_nothing(world, as_):
    assert entry(world.li, "stop") not in text_of(as_("li").get(page(world.li)))


def test_right_to_see_is_no_right_to_enter(world, as_):
    make_member(world.a, "看")
    from_discipline = as_("ran")

    assert from_discipline.get(entry(world.chen, "stop")).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_probation_list_costs_the_same_for_one_and_three(world, as_, rows, django_assert_num_queries):
    for number in range(rows):
        make_member(
            world.a, f"艾新{number}", standing=Standing.PROBATIONARY, confirmed_on=None,
            joined_on=date(2025, 5, 1), since=date(2025, 5, 1),
        )  # fmt: skip
    client = as_("li")
    url = reverse("members:probation-list")
    client.get(url)

    with django_assert_num_queries(11):
        text = text_of(client.get(url))

    assert text.count("data-id=") == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_list_of_decisions_costs_the_same_for_one_and_three(world, as_, rows, django_assert_num_queries):
    for number in range(rows):
        member = make_member(world.a if number else world.b, f"停{number}")
        StandingChange.unscoped.create(
            member=member, kind="struck_off", state=ChangeState.PROPOSED, decided_on=world.today,
            document="文", effect_on=world.today, entered_by=world.li.user, entered_at=world.now,
        )  # fmt: skip
    client = as_("zhao")
    url = reverse("members:change-list")
    client.get(url)

    with django_assert_num_queries(10):
        text = text_of(client.get(url))

    assert text.count("待我办理") == rows


def test_a_stop_shows_what_the_clock_of_lost_contact_proposes(world, as_):
    row = ContactProposal.unscoped.create(
        member=world.chen, kind="stop", counts_from=date(2025, 8, 1), due_on=date(2026, 2, 1),
        opened_on=date(2026, 2, 1), recorded_at=world.now,
    )  # fmt: skip

    assert row.get_absolute_url() in text_of(as_("li").get(entry(world.chen, "stop")))
    assert row.get_absolute_url() not in text_of(as_("li").get(entry(world.chen, "resigned")))


@pytest.mark.parametrize("name", ["members:change-list", "members:probation-list"])
def test_empty_lists_say_so(world, as_, name):
    assert "empty--first_use" in text_of(as_("wang").get(reverse(name)))


# --- API


def test_api_enters_lists_and_moves(world, as_, new):
    body = {**CONFIRM, "member": new.pk, "kind": "confirm"}
    made = as_("li").post(reverse("api-members:change-list"), body, content_type="application/json")
    pk = made.json()["id"]

    assert (made.status_code, made.json()["moves"]) == (201, ["withdraw"])
    listed = as_("zhao").get(reverse("api-members:change-list"), {"state": "proposed"}).json()["results"]
    assert [row["id"] for row in listed] == [pk]
    approve = reverse("api-members:change-approve", args=[pk])
    without = as_("zhao").post(approve, {"approval": "2号"}, content_type="application/json")
    assert (without.status_code, without.json()) == (428, {"code": "version_required"})
    done = as_("zhao").post(approve, {"version": 1, "approval": "2号"}, content_type="application/json")
    assert done.json()["state"] == ChangeState.IN_FORCE


def test_api_refuses_with_a_code_and_its_days(world, as_, new):
    body = {**CONFIRM, "member": new.pk, "kind": "confirm", "effect_on": "2026-01-01"}

    answer = as_("li").post(reverse("api-members:change-list"), body, content_type="application/json")

    assert (answer.status_code, answer.json()) == (409, {"code": "probation_not_served", "day": "2026-02-01"})


def test_api_lists_probationers(world, as_, new):
    rows = as_("li").get(reverse("api-members:probation-list")).json()["results"]

    assert [(row["id"], row["due_on"], row["days_left"], row["change_id"]) for row in rows] == [
        (new.pk, "2026-02-01", -37, None)
    ]


def test_the_page_of_a_strike_says_that_a_file_leads_there_and_opens_one(world, as_):
    url = reverse("members:change-enter", args=[world.chen.pk, "struck_off"])
    opens = reverse("members:case-open", args=[world.chen.pk])
    today = date.today()  # noqa: DTZ011
    values = {
        "version": 1, "document": "决议5号", "decided_on": today.isoformat(), "effect_on": today.isoformat(),
    }  # fmt: skip

    text = text_of(as_("li").get(url))
    assert ("只能由经批准的处置档案产生" in text, opens in text) == (True, True)
    assert opens not in text_of(as_("li").get(url.replace("struck_off", "resigned")))
    refused = as_("li").post(url, values)
    assert (refused.status_code, "需要经批准的处置档案" in text_of(refused)) == (422, True)


def test_the_api_refuses_a_strike_without_a_file(world, as_):
    body = {
        "member": world.chen.pk, "version": 1, "kind": "advised_out", "decided_on": "2026-03-10",
        "effect_on": "2026-03-10", "document": "决议",
    }  # fmt: skip
    answer = as_("li").post(reverse("api-members:change-list"), body, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (409, "change_needs_file")
