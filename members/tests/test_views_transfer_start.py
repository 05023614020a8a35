import re
from typing import Any

import pytest

from members.models import Transfer
from members.tests.factories import make_member
from members.tests.transfer_pages import LIST, hidden, offered, page, text, wrong
from members.tests.transfers import begin, in_state

pytestmark = pytest.mark.usefixtures("on_the_day")
# --- starting


ASK = {"step": "check", "target_text": "丙社区", "reason": "job"}


def test_member_starts_in_two_pages(world: Any) -> None:
    client = world.client("chen")

    check = client.get(f"{LIST}start/own/", ASK)
    done = client.post(f"{LIST}start/own/", {**hidden(check), "step": "confirm"})

    transfer = Transfer.unscoped.get()
    assert check.status_code == 200
    assert done.headers["Location"] == f"{transfer.get_absolute_url()}?started=1"
    assert (transfer.state, transfer.target, transfer.is_by_member) == ("submitted", world.c, True)
    assert transfer.reference in text(client.get(done.headers["Location"]))


def test_branch_starts_for_a_member_of_its_own(world: Any) -> None:
    client = world.client("li")

    check = client.get(f"{LIST}start/", {**ASK, "member_text": "chen", "dues_paid_to": "2026-03"})
    done = client.post(f"{LIST}start/", {**hidden(check), "step": "confirm"})

    assert done.status_code == 302
    transfer = Transfer.unscoped.get()
    assert (transfer.member, transfer.state, str(transfer.dues_paid_to)) == (world.chen, "sent", "2026-03-01")


def test_draft_is_kept(world: Any) -> None:
    client = world.client("chen")
    check = client.get(f"{LIST}start/own/", ASK)

    client.post(f"{LIST}start/own/", {**hidden(check), "step": "draft"})

    assert Transfer.unscoped.get().state == "draft"


def test_change_leads_back_to_the_filled_form(world: Any) -> None:
    response = page(world, "chen", f"{LIST}start/own/?step=edit&target_text=丙社区&reason=home")

    assert response.status_code == 200
    assert 'value="丙社区"' in response.content.decode()
    assert f'value="{world.c.pk}"' in response.content.decode()


@pytest.mark.parametrize(
    ("asked", "errors"),
    [
        ({"target_text": ""}, {"target_text"}),
        ({"target_text": "无此支部"}, {"target_text"}),
        ({"target_text": "社区"}, {"target_text"}),
        ({"reason": ""}, {"reason"}),
        ({"reason": "whim"}, {"reason"}),
        ({"dues_paid_to": "soon"}, {"dues_paid_to"}),
    ],
)
def test_messy_answers_are_asked_again(world: Any, asked: dict[str, str], errors: set[str]) -> None:
    response = world.client("chen").get(f"{LIST}start/own/", {**ASK, **asked})

    assert response.status_code == 422
    assert wrong(response) == errors


def test_several_matches_are_offered_and_one_chosen(world: Any) -> None:
    client = world.client("chen")
    several = client.get(f"{LIST}start/own/", {**ASK, "target_text": "社区"})
    chosen = client.get(f"{LIST}start/own/", {**ASK, "target_text": "社区", "target": world.b.pk})

    assert offered(several, "target") == {world.a.pk, world.b.pk, world.c.pk}
    assert hidden(chosen)["target"] == str(world.b.pk)


def test_full_name_is_taken_although_others_contain_it(world: Any) -> None:
    world.b.name = "丙社区党支部第二支部"
    world.b.save()

    response = world.client("chen").get(f"{LIST}start/own/", {**ASK, "target_text": "丙社区党支部"})

    assert hidden(response)["target"] == str(world.c.pk)


def test_blocked_start_offers_no_button(world: Any) -> None:
    response = world.client("chen").get(f"{LIST}start/own/", {**ASK, "target_text": "甲社区"})
    forced = world.client("chen").post(
        f"{LIST}start/own/",
        {**ASK, "target_text": "甲社区", "step": "confirm"},
    )

    assert 'value="confirm"' not in response.content.decode()
    assert forced.status_code == 422
    assert Transfer.unscoped.count() == 0


def test_rival_start_shows_the_open_one(world: Any) -> None:
    first = begin(world, "chen", world.c)
    answers = {"member": world.chen.pk, "target": world.b.pk, "target_text": "乙社区", "reason": "job"}

    response = world.client("li").post(f"{LIST}start/", {**answers, "step": "confirm"})

    assert response.status_code == 409
    assert first.reference in text(response)


def test_rival_draft_is_named_but_not_shown(world: Any) -> None:
    begin(world, "chen", world.c, keep_draft=True)
    answers = {"member": world.chen.pk, "target": world.b.pk, "target_text": "乙社区", "reason": "job"}

    response = world.client("li").post(f"{LIST}start/", {**answers, "step": "confirm"})

    assert response.status_code == 409
    assert "只有本人可见的草稿" in text(response)


def test_member_of_another_branch_cannot_be_picked(world: Any) -> None:
    response = world.client("li").get(f"{LIST}start/", {**ASK, "member": world.wang.pk})

    assert wrong(response) == {"member_text"}


def test_start_comes_filled_from_the_member_page(world: Any) -> None:
    own = page(world, "li", f"{LIST}start/?member={world.chen.pk}")
    strange = page(world, "li", f"{LIST}start/?member={world.wang.pk}")

    assert 'value="陈党员"' in own.content.decode()
    assert "王外人" not in strange.content.decode()


def test_long_roster_is_searched_instead_of_listed(world: Any) -> None:
    for number in range(61):
        make_member(world.a, f"党员{number}")

    listed = page(world, "li", f"{LIST}start/")
    found = page(world, "li", f"{LIST}members/?member_text=党员6")

    assert offered(listed, "member") == set()
    assert set(re.findall(r"<span>(党员\d+)", found.content.decode())) == {"党员6", "党员60"}


def test_branches_are_found_by_characters_initials_and_code(world: Any) -> None:
    def found(typed: str) -> set[int]:
        response = page(world, "chen", f"{LIST}branches/?target_text={typed}")
        return offered(response, "target")

    assert found("丙") == found("bsqdzb") == found(world.c.code) == {world.c.pk}
    assert found("") == set()


def test_accounts_without_a_member_have_no_own_transfer(world: Any) -> None:
    assert page(world, "sys", f"{LIST}start/own/").status_code == 403
    assert page(world, "ran", f"{LIST}start/").status_code == 403


# --- correcting


def test_returned_transfer_is_corrected_on_a_page(world: Any) -> None:
    transfer = in_state(world, "returned", world.c)
    client = world.client("li")
    address = f"{LIST}{transfer.pk}/correct/"

    form = client.get(address)
    answers = {"version": 1, "target_text": "乙社区", "reason": "home", "remark": ""}
    done = client.post(address, answers)
    late = client.post(address, answers)

    assert offered(form, "target") == {world.c.pk}
    assert (done.status_code, late.status_code) == (302, 409)
    transfer.refresh_from_db()
    assert (transfer.target, transfer.reason) == (world.b, "home")


def test_correction_to_the_own_branch_is_refused_in_words(world: Any) -> None:
    transfer = in_state(world, "returned", world.c)

    response = world.client("li").post(
        f"{LIST}{transfer.pk}/correct/", {"version": 1, "target_text": "甲社区", "reason": "job"}
    )

    assert response.status_code == 422
    assert "组织关系已在这个支部" in text(response)


def test_nobody_corrects_what_is_on_its_way(world: Any) -> None:
    transfer = in_state(world, "sent", world.c)

    assert page(world, "li", f"{LIST}{transfer.pk}/correct/").status_code == 409


@pytest.mark.parametrize("field", ["member", "target"])
def test_a_number_that_is_none_picks_nobody(world: Any, field: str) -> None:
    picked = page(world, "li", f"{LIST}start/?{field}=²")
    again = page(world, "li", f"{LIST}start/?step=check&target_text=社区&reason=job&{field}=²")

    assert (picked.status_code, again.status_code) == (200, 422)
