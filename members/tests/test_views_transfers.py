import html
import re
from datetime import timedelta
from typing import Any

import pytest

from branches.choices import PostKind
from members.choices import Standing
from members.models import Member, Post, Transfer
from members.tests.factories import make_member, make_post, make_transfer
from members.tests.transfer_pages import HELD, LIST, buttons, ids, page, send, text
from members.tests.transfers import act, add_yang, begin, in_state
from members.workflows import transfer as work

pytestmark = pytest.mark.usefixtures("on_the_day")
# --- the queues


@pytest.fixture
def busy(world: Any) -> dict[str, Transfer]:
    """One transfer for each queue of Li, secretary of A."""
    dead = make_member(world.a, "已转出")
    return {
        "todo": make_transfer(world.chen, world.c, state="submitted"),
        "waiting": make_transfer(
            world.sun, world.c, state="sent", sent_on=world.today,
            state_since=world.now - timedelta(days=12),
        ),
        "coming": make_transfer(world.wang, world.a, state="sent", sent_on=world.today),
        "ended": make_transfer(dead, world.c, state="withdrawn", ended_at=world.now),
    }  # fmt: skip


@pytest.mark.parametrize("queue", ["todo", "waiting", "coming", "ended"])
def test_each_queue_shows_its_own(world: Any, busy: dict[str, Transfer], queue: str) -> None:
    assert ids(page(world, "li", f"{LIST}?queue={queue}")) == {busy[queue].pk}


def test_list_opens_at_the_first_queue_with_something_in_it(world: Any, busy: dict[str, Transfer]) -> None:
    assert ids(page(world, "li", LIST)) == {busy["todo"].pk}
    assert ids(page(world, "wang", LIST)) == {busy["coming"].pk}


def test_queues_say_how_many_wait_too_long(world: Any, busy: dict[str, Transfer]) -> None:
    words = text(page(world, "li", LIST))

    for said in ("待我办理 1 ", "等待他人办理 1（1件超期）", "即将转入 1 ", "已办结 1 "):
        assert said in words


def test_committee_step_waits_for_its_own_organiser(world: Any, busy: dict[str, Transfer]) -> None:
    assert ids(page(world, "zhao", f"{LIST}?queue=todo")) == {busy["waiting"].pk}
    assert ids(page(world, "qian", f"{LIST}?queue=todo")) == set()


def test_queue_of_the_database_and_owner_of_the_rules_agree(world: Any) -> None:
    add_yang(world)
    cases = [
        make_transfer(
            make_member(world.a, f"党员{number}"), target, state=state, sent_on=sent, started_by=world.li.user
        )
        for number, (state, sent, target) in enumerate(
            (state, sent, target)
            for state in ("draft", "submitted", "sent", "at_receiver", "returned")
            for sent in (None, world.today)
            for target in (world.b, world.c)
        )
    ]
    own = make_transfer(world.chen, world.c, state="returned")

    for persona in ("li", "zhao", "wang", "chen", "yang"):
        scope = world.scope(persona)
        rows = Transfer.objects.visible_to(scope)
        found = set(rows.to_do(scope).values_list("pk", flat=True))
        held = HELD[persona]
        expected = {
            row.pk
            for row in rows.with_parties()
            if work.rules.side_of(row.case) == held
            and (persona not in {"wang", "yang"} or row.target == getattr(world, persona).branch)
        }
        assert found == expected, persona
        others = [*rows.waiting(scope).values_list("pk"), *rows.coming(scope).values_list("pk")]
        assert sorted([*((pk,) for pk in found), *others]) == sorted(rows.open().values_list("pk"))
    assert own.pk in {row.pk for row in Transfer.objects.visible_to(world.scope("chen"))}
    assert len(cases) == 20


def test_filters_stay_in_the_address(world: Any, busy: dict[str, Transfer]) -> None:
    other = make_transfer(make_member(world.a, "吴海燕"), world.c, state="submitted", reason="home")

    assert ids(page(world, "li", f"{LIST}?queue=todo&q=吴")) == {other.pk}
    assert ids(page(world, "li", f"{LIST}?queue=todo&reason=job")) == {busy["todo"].pk}


@pytest.mark.parametrize(
    ("queue", "words"),
    [
        ("todo", "没有待办的转接"),
        ("waiting", "没有等待他人办理的转接"),
        ("coming", "没有正在转入的党员"),
        ("ended", "还没有办结的转接"),
        ("todo&q=无此人", "没有符合条件的结果"),
    ],
)
def test_empty_queue_says_what_would_be_there(world: Any, queue: str, words: str) -> None:
    assert words in text(page(world, "li", f"{LIST}?queue={queue}"))


def test_swap_gets_the_rows_alone(world: Any, busy: dict[str, Transfer]) -> None:
    response = page(world, "li", LIST, headers={"HX-Request": "true"})

    assert ids(response) == {busy["todo"].pk}
    assert b"<html" not in response.content


def test_second_page_begins_after_the_first(world: Any) -> None:
    made = [
        make_transfer(
            make_member(world.a, f"党员{number:02}"), world.c, state="submitted",
            state_since=world.now - timedelta(microseconds=number),
        )
        for number in range(52)
    ]  # fmt: skip

    first = page(world, "li", f"{LIST}?queue=todo")
    (onward,) = re.findall(r'rel="next"\s+href="([^"]+)"', first.content.decode())
    second = page(world, "li", LIST + html.unescape(onward))

    assert (len(ids(first)), len(ids(second))) == (50, 2)
    assert ids(first) | ids(second) == {row.pk for row in made}


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_for_one_row_and_three(
    world: Any, django_assert_num_queries: Any, rows: int
) -> None:
    for number in range(rows):
        make_transfer(make_member(world.a, f"党员{number}"), world.c, state="submitted")
    client = world.client("li")

    with django_assert_num_queries(20):
        client.get(f"{LIST}?queue=todo")


def test_member_comes_straight_to_the_own_transfer(world: Any) -> None:
    transfer = begin(world, "chen", world.c)

    response = page(world, "chen", LIST)

    assert (response.status_code, response.headers["Location"]) == (302, transfer.get_absolute_url())
    assert page(world, "sun", LIST).status_code == 200
    assert "/members/transfers/start/own/" in page(world, "sun", LIST).content.decode()


# --- one transfer


def test_page_says_who_acts_since_when_until_when_and_whom_to_phone(world: Any) -> None:
    world.a.phone = "0469-3330011"
    world.a.save()
    transfer = begin(world, "chen", world.c, remark="已调动")

    words = text(page(world, "chen", transfer.get_absolute_url()))

    for said in (world.a.name, "2026年3月20日", "2026年6月8日", "0469-3330011", transfer.reference, "已调动"):
        assert said in words


def test_the_other_side_reads_whom_to_ring(world: Any) -> None:
    world.committee_1.phone = "0469-3330022"
    world.committee_1.save()
    transfer = begin(world, "chen", world.c)

    words = text(page(world, "chen", transfer.get_absolute_url()))

    assert "经办人：李书记" in words
    assert "咨询：东街道党工委 0469-3330022" in words  # the branch has no number of its own


def test_a_branch_without_anybody_names_who_stands_in(world: Any) -> None:
    make_post(world.wang, world.committee_2, PostKind.OFFICER)
    Post.unscoped.filter(organization=world.c).delete()
    transfer = make_transfer(world.chen, world.c, state="at_receiver", sent_on=world.today)

    words = text(page(world, "li", transfer.get_absolute_url()))

    assert "丙社区党支部目前无人可以办理，由西街道党工委的王外人代为办理。" in words


def test_a_tree_without_anybody_says_so(world: Any) -> None:
    transfer = make_transfer(world.chen, world.c, state="at_receiver", sent_on=world.today)
    Post.unscoped.filter(member__in=[world.wang, world.qian]).delete()

    assert "目前没有任何有账号的任职人员可以办理" in text(page(world, "li", transfer.get_absolute_url()))


def test_the_own_branch_is_rung_for_a_member_who_has_to_act(world: Any) -> None:
    world.a.phone = "0469-3330011"
    world.a.save()
    transfer = make_transfer(world.chen, world.c, state="returned")

    words = text(page(world, "li", transfer.get_absolute_url()))

    assert "咨询：甲社区党支部 0469-3330011" in words
    assert "经办人" not in words


@pytest.mark.parametrize("state", ["draft", "submitted", "sent", "at_receiver", "returned", "accepted",
                                   "withdrawn", "refused", "expired", "cancelled"])  # fmt: skip
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_page_of_every_state_in_both_languages(world: Any, state: str, language: str) -> None:
    transfer = in_state(world, state, world.c)
    world.chen.user.language = language
    world.chen.user.save()

    assert page(world, "chen", transfer.get_absolute_url()).status_code == 200


def test_ended_page_says_why(world: Any) -> None:
    transfer = in_state(world, "at_receiver", world.c)
    send(world, "wang", transfer, "refuse", grounds="not_here", remark="不在本辖区")

    words = text(page(world, "chen", transfer.get_absolute_url()))

    assert "不在本辖区" in words
    assert world.a.name in words


def test_cancelled_page_says_because_of_what(world: Any) -> None:
    transfer = in_state(world, "sent", world.c)
    Member.unscoped.filter(pk=world.chen.pk).update(standing=Standing.ENDED)
    work.lapse(transfer.pk, on=world.today, at=world.now)

    assert "该党员已不在册" in text(page(world, "li", transfer.get_absolute_url()))


def test_where_somebody_belongs_is_not_said_once_it_is_past(world: Any) -> None:
    transfer = in_state(world, "withdrawn", world.c)
    said = "陈党员的组织关系在甲社区党支部"
    assert said in text(page(world, "li", transfer.get_absolute_url()))

    Member.unscoped.filter(pk=world.chen.pk).update(standing=Standing.ENDED)

    assert said not in text(page(world, "li", transfer.get_absolute_url()))


@pytest.mark.parametrize(
    ("starter", "returned_by", "first"),
    [
        ("chen", "li", ["修改后重新提交 陈党员", "转出支部同意", "转出方党委审批", "接收支部确认"]),
        ("chen", "zhao", ["修改后重新提交 甲社区党支部", "转出方党委审批", "接收支部确认"]),
    ],
)
def test_the_steps_ahead_begin_with_who_has_it(
    world: Any, starter: str, returned_by: str, first: list[str]
) -> None:
    transfer = begin(world, starter, world.c)
    if returned_by == "zhao":
        transfer = act(world, "li", transfer, "release")
    send(world, returned_by, transfer, "return", remark="请补充")

    words = text(page(world, "li", transfer.get_absolute_url()))

    ahead = words[words.index("后续步骤") :]
    places = [ahead.find(each) for each in first]
    assert -1 not in places
    assert places == sorted(places)
    assert ("转出支部同意" in ahead) is (len(first) == 4)


@pytest.mark.parametrize(("persona", "status"), [("sun", 404), ("ran", 404), ("wang", 200), ("zhao", 200)])
def test_page_is_for_both_sides_and_the_member_alone(world: Any, persona: str, status: int) -> None:
    transfer = begin(world, "chen", world.c)

    assert page(world, persona, transfer.get_absolute_url()).status_code == status


def test_buttons_come_from_the_table(world: Any) -> None:
    transfer = in_state(world, "at_receiver", world.c)

    found = {
        persona: buttons(page(world, persona, transfer.get_absolute_url()), transfer)
        for persona in ("wang", "li", "chen")
    }

    assert found == {"wang": {"accept", "return", "refuse"}, "li": {"withdraw"}, "chen": {"withdraw"}}


@pytest.mark.parametrize("rows", [1, 3])
def test_page_costs_the_same_for_one_step_and_three(
    world: Any, django_assert_num_queries: Any, rows: int
) -> None:
    transfer = begin(world, "chen", world.c)
    for name in ("release", "approve")[: rows - 1]:
        act(world, "zhao", transfer, name)
    client = world.client("wang")

    with django_assert_num_queries(20):
        client.get(transfer.get_absolute_url())


# --- moves


def test_acceptance_by_one_press(world: Any) -> None:
    transfer = in_state(world, "at_receiver", world.c)

    response = send(world, "wang", transfer, "accept")

    assert (response.status_code, response.headers["Location"]) == (302, transfer.get_absolute_url())
    assert Member.unscoped.get(pk=world.chen.pk).branch == world.c


@pytest.mark.parametrize("name", ["return", "refuse"])
def test_words_are_asked_for_before_a_return_or_refusal(world: Any, name: str) -> None:
    transfer = in_state(world, "at_receiver", world.c)

    asked = page(world, "wang", f"{LIST}{transfer.pk}/{name}/")
    bare = send(world, "wang", transfer, name)

    assert (asked.status_code, bare.status_code) == (200, 422)
    transfer.refresh_from_db()
    assert transfer.state == "at_receiver"


def test_somebody_was_faster(world: Any) -> None:
    transfer = in_state(world, "at_receiver", world.c)
    act(world, "li", transfer, "withdraw")

    late = send(world, "wang", transfer, "accept")
    asked = page(world, "wang", f"{LIST}{transfer.pk}/refuse/")
    odd = send(world, "wang", transfer, "accept", version="x")

    assert [response.status_code for response in (late, asked, odd)] == [409, 409, 409]
    assert "已有他人先行办理" in text(late)
    assert "已撤回" in text(late) or transfer.get_state_display() in text(late)


def test_move_without_the_right_is_forbidden_and_an_unknown_one_not_found(world: Any) -> None:
    transfer = in_state(world, "at_receiver", world.c)

    assert send(world, "li", transfer, "accept").status_code == 403
    assert send(world, "sun", transfer, "accept").status_code == 404
    assert send(world, "li", transfer, "fly").status_code == 404


def test_double_press_moves_once(world: Any) -> None:
    transfer = in_state(world, "submitted", world.c)
    client, key = world.client("li"), "5e0c8e3a-6c76-4d6e-9f0b-0a1b2c3d4e5f"

    answers = [
        client.post(f"{LIST}{transfer.pk}/release/", {"version": 1}, headers={"Idempotency-Key": key})
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert transfer.steps.count() == 1
