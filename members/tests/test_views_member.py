"""One member's page: who may read it, what it leaves behind, what can be done on it."""

import re
from datetime import date

import pytest
from django.urls import reverse

from branches.choices import PostKind
from members.choices import LookKind
from members.models import Look, Member
from members.tests.factories import make_member, make_post, make_transfer
from members.tests.test_workflows_loader import id_number
from orgportal.core.models import AuditEntry
from orgportal.core.sealing import blind, seal, unseal

pytestmark = pytest.mark.usefixtures("on_the_day")


def page_of(member) -> str:
    return reverse("members:member-detail", args=[member.pk])


@pytest.fixture
def numbered(world):
    """Chen with an identity number in the register."""
    number = id_number(date(1980, 5, 17), 1)
    Member.unscoped.filter(pk=world.chen.pk).update(
        id_number_sealed=seal(number), id_number_digest=blind(number)
    )
    return number


def test_page_masks_the_number_and_leaves_a_look(world, as_, numbered):
    text = as_("li").get(page_of(world.chen)).content.decode()

    assert numbered not in text
    assert f"{numbered[:3]}{'*' * 11}{numbered[-4:]}" in text
    look = Look.objects.get()
    assert (look.member, look.looker, look.kind) == (world.chen, world.li.user, LookKind.PAGE)
    assert look.looker_post == "secretary|甲社区党支部"


def test_an_officers_look_names_the_post_by_which_they_may(world, as_):
    as_("zhao").get(page_of(world.chen))

    assert Look.objects.get().looker_post == "organiser|东街道党工委"


def test_ones_own_page_leaves_no_look(world, as_):
    assert as_("li").get(page_of(world.li)).status_code == 200
    assert not Look.objects.exists()


@pytest.mark.parametrize(("persona", "status"), [("chen", 404), ("ran", 404), ("wang", 404), ("sys", 404)])
def test_page_of_a_colleague_is_not_found(world, as_, persona, status):
    assert as_(persona).get(page_of(world.sun)).status_code == status


def test_a_plain_members_own_page_is_the_own_data_page(world, as_):
    assert as_("chen").get(page_of(world.chen)).url == reverse("members:own")


def test_page_tells_of_an_open_transfer(world, as_):
    make_transfer(world.chen, world.b, state="sent")

    assert world.b.name in as_("li").get(page_of(world.chen)).content.decode()


@pytest.mark.parametrize("posts", [1, 3])
def test_page_costs_the_same_however_long_the_history(world, as_, django_assert_num_queries, posts):
    for kind in (PostKind.PUBLICITY, PostKind.DISCIPLINE, PostKind.COMMITTEE_MEMBER)[:posts]:
        make_post(world.chen, world.a, kind)
    client = as_("li")
    client.get(page_of(world.chen))

    with django_assert_num_queries(36):
        client.get(page_of(world.chen))


# --- reveal


def reveal(client, member, purpose="办理医保"):
    return client.post(reverse("members:member-reveal", args=[member.pk]), {"purpose": purpose})


def test_reveal_shows_the_number_once_and_is_logged(world, as_, numbered):
    client = as_("li")

    assert numbered in reveal(client, world.chen).content.decode()

    assert numbered not in client.get(page_of(world.chen)).content.decode()
    look = Look.objects.get(kind=LookKind.REVEAL)
    assert (look.looker, look.purpose) == (world.li.user, "办理医保")
    entry = AuditEntry.objects.get(action="member.revealed")
    assert entry.changes == {"purpose": "办理医保"}


def test_reveal_needs_a_purpose_the_right_and_a_number(world, as_, numbered):
    assert reveal(as_("li"), world.chen, "").status_code == 422
    assert reveal(as_("zhao"), world.chen).status_code == 403
    assert reveal(as_("wang"), world.chen).status_code == 404
    assert reveal(as_("li"), world.sun).status_code == 422
    assert not Look.objects.filter(kind=LookKind.REVEAL).exists()


def test_reveal_is_throttled_by_the_hour(world, as_, numbered, on_the_day):
    Look.objects.bulk_create(
        Look(member=world.sun, looker=world.li.user, looker_post="", kind=LookKind.REVEAL, at=on_the_day)
        for _ in range(60)
    )

    response = reveal(as_("li"), world.chen)

    assert response.status_code == 429
    assert numbered not in response.content.decode()


# --- add


def typed(world, **changes):
    values = {
        "branch": world.a.pk,
        "group": "",
        "name": "新来",
        "gender": "male",
        "birth_on": "1990-01-02",
        "id_number": id_number(date(1990, 1, 2), 5),
        "mobile": "１３８ ００００ １１１１",
        "ethnicity": "汉族",
        "education": "college",
        "occupation": "worker",
        "employer": "",
        "standing": "formal",
        "joined_on": "2015-07-01",
        "confirmed_on": "2016-07-01",
        "since": "2026-03-01",
        "basis": "支部党员大会2026-3",
    }
    return {**values, **changes}


def test_add_puts_a_person_into_the_register(world, as_):
    response = as_("li").post(reverse("members:member-create"), typed(world))

    member = Member.unscoped.get(name="新来")
    assert response.url == page_of(member)
    assert (member.branch, member.path, member.mobile) == (world.a, world.a.path, "13800001111")
    assert unseal(bytes(member.id_number_sealed)) == id_number(date(1990, 1, 2), 5)


def test_add_form_knows_the_secretarys_branch(world, as_):
    text = as_("li").get(reverse("members:member-create")).content.decode()

    assert f'<option value="{world.a.pk}" selected>' in text
    assert world.c.name not in text


def test_add_names_each_fault_beside_its_field(world, as_):
    response = as_("li").post(
        reverse("members:member-create"), typed(world, joined_on="2030-01-01", mobile="12")
    )

    text = response.content.decode()
    assert response.status_code == 422
    assert "id_joined_on_errors" in text
    assert "id_mobile_errors" in text


def test_add_warns_of_a_likely_duplicate_and_saves_when_insisted(world, as_):
    twin = make_member(world.a, "新来", birth_on=date(1990, 1, 2))
    client = as_("li")

    warned = client.post(reverse("members:member-create"), typed(world))
    saved = client.post(reverse("members:member-create"), typed(world, insists="on"))

    assert warned.status_code == 422
    assert re.findall(r'<li data-id="(\d+)"', warned.content.decode()) == [str(twin.pk)]
    assert saved.status_code == 302


def test_add_does_not_show_a_likely_duplicate_out_of_scope(world, as_):
    make_member(world.c, "新来", birth_on=date(1990, 1, 2))

    assert as_("li").post(reverse("members:member-create"), typed(world)).status_code == 302


def test_add_says_only_that_a_number_out_of_scope_exists(world, as_):
    number = id_number(date(1990, 1, 2), 5)
    make_member(world.c, "别处", id_number_digest=blind(number))

    response = as_("li").post(reverse("members:member-create"), typed(world))

    assert response.status_code == 422
    assert "id_id_number_errors" in response.content.decode()
    assert "别处" not in response.content.decode()


def test_add_in_another_branch_is_no_choice(world, as_):
    assert (
        as_("li").post(reverse("members:member-create"), typed(world, branch=world.c.pk)).status_code == 422
    )
    assert as_("zhao").get(reverse("members:member-create")).status_code == 403


# --- correct


def corrected(world, member, **changes):
    values = {
        "name": member.name,
        "gender": member.gender,
        "birth_on": member.birth_on.isoformat(),
        "id_number": "",
        "mobile": member.mobile,
        "ethnicity": member.ethnicity,
        "education": member.education,
        "occupation": member.occupation,
        "employer": "",
        "joined_on": member.joined_on.isoformat(),
        "confirmed_on": member.confirmed_on.isoformat(),
        "version": member.version,
    }
    return {**values, **changes}


def correct(client, world, **changes):
    url = reverse("members:member-correct", args=[world.chen.pk])
    return client.post(url, corrected(world, world.chen, **changes))


def test_correct_saves_and_keeps_before_and_after(world, as_, numbered):
    response = correct(as_("li"), world, employer="龙山印刷厂")

    entry = AuditEntry.objects.get(action="member.corrected")
    world.chen.refresh_from_db()
    assert response.url == page_of(world.chen)
    assert world.chen.employer == "龙山印刷厂"
    assert unseal(bytes(world.chen.id_number_sealed)) == numbered
    assert entry.changes == {"employer": ["", "龙山印刷厂"], "insisted": False}


def test_a_reading_of_ones_own_orders_and_finds_the_member(world, as_, numbered):
    response = correct(as_("li"), world, name="乐嘉", reading="Lè Jiā")

    assert response.status_code == 302
    member = Member.unscoped.get(pk=world.chen.pk)
    assert (member.reading, member.name_key, member.initials) == ("le jia", "le jia|乐嘉", "lj")
    entry = AuditEntry.objects.get(action="member.corrected")
    assert entry.changes["reading"] == ["", "le jia"]


def test_a_reading_that_is_no_pinyin_is_refused(world, as_, numbered):
    response = correct(as_("li"), world, reading="乐嘉")

    assert response.status_code == 422
    assert Member.unscoped.get(pk=world.chen.pk).reading == ""


def test_correct_over_somebody_elses_save_shows_both(world, as_):
    Member.unscoped.filter(pk=world.chen.pk).update(employer="别人写的", version=2)

    response = correct(as_("li"), world, employer="我写的", version=1)

    text = response.content.decode()
    assert response.status_code == 409
    assert "别人写的" in text
    assert "我写的" in text
    assert 'name="version" value="2"' in text


def test_correct_asks_to_look_again_at_what_is_odd(world, as_):
    client = as_("li")

    assert correct(client, world, joined_on="1990-01-01").status_code == 422
    assert correct(client, world, joined_on="1990-01-01", insists="on").status_code == 302


def test_correct_form_holds_what_the_register_has(world, as_, numbered):
    text = as_("li").get(reverse("members:member-correct", args=[world.chen.pk])).content.decode()

    assert 'value="陈党员"' in text
    assert numbered not in text


def test_correct_needs_the_right_here(world, as_):
    url = reverse("members:member-correct", args=[world.chen.pk])

    assert as_("zhao").get(url).status_code == 403
    assert as_("wang").get(url).status_code == 404


def test_a_right_in_one_branch_is_none_in_another(world, as_):
    make_post(world.wang, world.a, PostKind.DISCIPLINE)

    assert as_("wang").get(page_of(world.chen)).status_code == 200
    assert as_("wang").get(reverse("members:member-correct", args=[world.chen.pk])).status_code == 403
    assert as_("wang").get(reverse("members:group-members", args=[world.a.pk])).status_code == 403


def test_add_form_opens_on_the_branch_it_was_asked_for(world, as_):
    make_post(world.li, world.c, PostKind.DEPUTY_SECRETARY)
    client = as_("li")

    plain = client.get(reverse("members:member-create")).content.decode()
    asked = client.get(reverse("members:member-create"), {"branch": world.c.pk}).content.decode()

    assert f'<option value="{world.c.pk}" selected>' not in plain
    assert f'<option value="{world.c.pk}" selected>' in asked
