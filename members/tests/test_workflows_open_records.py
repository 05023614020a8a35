"""What is open about a member is said before the transfer, at the release and at the acceptance."""

from datetime import date
from typing import Any

import pytest

from activities.choices import ActivityState
from activities.models import AgendaItem, Decision
from activities.tests.factories import make_activity
from branches.choices import PostKind
from members.models import Correction, Member, Transfer
from members.queries.open_records import open_records
from members.rules.transfer_check import Open
from members.tests.factories import make_member, make_person, make_post
from members.tests.mobile import call, send_away
from members.tests.transfers import OUTSIDE, act, add_yang, begin, details
from members.workflows import batches, cards
from members.workflows.batch_preview import verdicts
from members.workflows.transfer import objections
from orgportal.core import bridges

pytestmark = pytest.mark.usefixtures("on_the_day")
DUES = date(2026, 3, 1)
ALONG = [
    "transfer_posts_end", "transfer_posts_cancelled", "transfer_follow_ups_stay",
    "transfer_corrections_along", "transfer_stay_ends", "transfer_card_ends", "transfer_contacts_along",
]  # fmt: skip
OUT = [
    "transfer_all_posts_end", "transfer_posts_cancelled", "transfer_follow_ups_stay",
    "transfer_corrections_first", "transfer_stay_ends", "transfer_card_ends", "transfer_contacts_stay",
]  # fmt: skip
SAID = ["组织生活待办", "更正申请", "外出", "活动证", "联系记录"]


def follow_up(world: Any, owner: Member, **fields: Any) -> Decision:
    state = fields.pop("state", ActivityState.HELD)
    activity = make_activity(world.a, world.li.user, [world.li], state=state, **fields.pop("activity", {}))
    item = AgendaItem.objects.create(activity=activity, position=1, topic="议题")
    return Decision.unscoped.create(item=item, text="写总结", owner=owner, due_on=date(2026, 4, 1), **fields)


def fill(world: Any, member: Member) -> None:
    """Everything that can be open about somebody of A."""
    make_post(member, world.a, PostKind.PUBLICITY)
    make_post(member, world.a, PostKind.DISCIPLINE, starts_on=date(2026, 4, 1))
    make_post(member, world.a, PostKind.ORGANISATION, ends_on=date(2026, 1, 31))
    follow_up(world, member)
    follow_up(world, member, done_on=date(2026, 3, 6), result="已办")
    Correction.unscoped.create(
        member=member, field="education", wanted="大学", why="毕业证", state="open", asked_at=world.now,
        due_on=date(2026, 3, 20),
    )  # fmt: skip
    cards.issue(send_away(world, member), actor=world.user("li"), scope=world.scope("li"), at=world.now)
    call(world, date(2026, 3, 2), member)


def codes(world: Any, target: Any, **more: Any) -> list[str]:
    stated = details(target, dues_paid_to=DUES, **more)
    return [each.code for each in objections(Member.unscoped.get(pk=world.chen.pk), stated, at=world.now)]


def test_each_open_record_is_said_with_what_becomes_of_it(world: Any) -> None:
    before = codes(world, world.c)
    fill(world, world.chen)

    assert before == []
    assert codes(world, world.c) == ALONG
    assert codes(world, None, outside=OUTSIDE) == OUT


def test_what_is_said_to_end_or_to_move_along_does_so(world: Any) -> None:
    fill(world, world.chen)
    transfer = act(world, "zhao", begin(world, "li", world.c), "approve")

    act(world, "wang", transfer, "accept")

    after = open_records([world.chen.pk], world.today, leaving=())[world.chen.pk]
    assert after == Open(follow_ups=1, corrections=1, has_contacts=True)
    chen = Member.unscoped.get(pk=world.chen.pk)
    assert world.scope("wang").may("member.view", chen)
    assert list(Correction.objects.visible_to(world.scope("wang")).open()) == [chen.corrections.get()]  # type: ignore[attr-defined]
    kept = Decision.objects.visible_to(world.scope("li")).filter(owner=chen, done_on=None)
    assert kept.count() == 1
    assert not Decision.objects.visible_to(world.scope("wang")).filter(owner=chen).exists()


def test_a_post_elsewhere_ends_only_with_the_leaving_and_past_and_cancelled_ones_do_not_count(
    world: Any,
) -> None:
    make_post(world.chen, world.committee_1, PostKind.ORGANISER)
    make_post(world.chen, world.a, PostKind.PUBLICITY, starts_on=date(2026, 4, 1), cancelled_on=DUES)

    assert codes(world, world.b) == []
    assert codes(world, None, outside=OUTSIDE) == ["transfer_all_posts_end"]


def test_follow_ups_of_a_merged_record_count_and_those_of_a_voided_meeting_do_not(world: Any) -> None:
    alias = make_member(world.a, "陈旧名", standing="ended", merged_into=world.chen)
    follow_up(world, alias)
    follow_up(world, world.chen, activity={"title": "作废", "reason": "重复录入"}, state=ActivityState.VOID)
    follow_up(world, world.sun)

    assert bridges.follow_ups_open([world.chen.pk, world.li.pk]) == {world.chen.pk: 1}


@pytest.mark.parametrize(("persona", "state"), [("li", "submitted"), ("wang", "at_receiver")])
def test_page_and_api_say_it_at_the_release_and_at_the_acceptance(
    world: Any, persona: str, state: str
) -> None:
    fill(world, world.chen)
    transfer = begin(world, "chen", world.c, dues_paid_to=DUES)
    if state == "at_receiver":
        transfer = act(world, "zhao", act(world, "li", transfer, "release"), "approve")
    client = world.client(persona)

    page = client.get(transfer.get_absolute_url()).content.decode()
    told = client.get(f"/api/v1/transfers/{transfer.pk}/").json()

    assert transfer.state == state
    assert [each["code"] for each in told["said"]] == ALONG
    assert not any(each["is_blocking"] for each in told["said"])
    assert [word for word in SAID if word not in page] == []


def test_before_the_start_page_and_api_say_the_same(world: Any) -> None:
    fill(world, world.chen)
    client = world.client("li")
    asked = {"member": world.chen.pk, "reason": "job", "dues_paid_to": "2026-03-01"}

    def check(**more: Any) -> Any:
        address = "/api/v1/transfers/check/"
        return client.post(address, {**asked, **more}, content_type="application/json")

    inside, nowhere = check(target=world.c.pk), check()
    own = check(target=world.a.pk).json()
    page = client.get(
        f"/members/transfers/start/?step=check&member={world.chen.pk}&target={world.c.pk}&reason=job"
        f"&target_text={world.c.name}&dues_paid_to=2026-03"
    ).content.decode()

    assert (inside.status_code, inside.json()["is_possible"]) == (200, True)
    assert [each["code"] for each in inside.json()["said"]] == ALONG
    assert (own["is_possible"], own["said"][0]["code"]) == (False, "transfer_own_branch")
    assert (nowhere.status_code, nowhere.json()["code"]) == (409, "transfer_needs_one_target")
    assert [word for word in SAID if word not in page] == []
    assert not Transfer.unscoped.exists()
    theirs = world.client("chen").post(
        "/api/v1/transfers/check/", {**asked, "target": world.c.pk}, content_type="application/json"
    )
    assert [each["code"] for each in theirs.json()["said"]] == ALONG


@pytest.mark.parametrize("many", [1, 3])
def test_a_batch_says_it_of_each_row_at_the_same_cost(
    world: Any, many: int, django_assert_num_queries: Any
) -> None:
    add_yang(world)
    people = [make_person(world.a, f"grad{number}", f"毕业{number}") for number in range(many)]
    for each in people:
        make_post(each, world.a, PostKind.RECORDER, ends_on=date(2026, 5, 1))
        follow_up(world, each, activity={"title": f"{each.name}的会"})
    stated = details(world.b, dues_paid_to=DUES)
    who = {"actor": world.user("li"), "scope": world.scope("li"), "at": world.now}
    starts = batches.prepare_start(people, stated, **who)
    papers = [begin(world, "li", world.b, each, dues_paid_to=DUES) for each in people]
    moves = batches.prepare_moves(papers, actor=world.user("yang"), at=world.now)
    li, yang = world.scope("li"), world.scope("yang")

    with django_assert_num_queries(10):
        before = verdicts(starts, li, world.today)
    with django_assert_num_queries(8):
        after = verdicts(moves, yang, world.today)

    said = ["transfer_posts_end", "transfer_follow_ups_stay"]
    assert [[found.code for found in each.found][-2:] for each in before] == [said] * many
    assert [[found.code for found in each.found] for each in after] == [said] * many
    assert all(each.is_possible for each in after)
