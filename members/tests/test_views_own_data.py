"""Pages of a member's own matters and of the branch's answers, as a person uses them."""

import json

import pytest
from django.urls import reverse

from members.choices import OwnField
from members.models import Confirmation, Correction, Member
from members.tests.factories import make_member
from members.tests.test_workflows_own import answer, ask, chen, confirm, correct
from members.tests.transfer_pages import text
from members.workflows.own import Wish

pytestmark = pytest.mark.usefixtures("on_the_day")
CONTACT = reverse("members:own-contact")
OWN = reverse("members:own")


def wish(as_, field, **data):
    return as_("chen").post(reverse("members:own-ask", args=[field]), {"why": "材料", **data})


def test_contact_page_tidies_the_number_and_the_branch_reads_that_the_member_did_it(world, as_):
    page = as_("chen").get(CONTACT)
    saved = as_("chen").post(CONTACT, {"mobile": " 139 1234-0000 ", "employer": "厂", "version": 1})

    assert page.status_code == 200
    assert saved.headers["Location"] == OWN
    assert chen(world).mobile == "13912340000"
    assert "党员本人已更正" in text(as_("li").get(world.chen.get_absolute_url()))


@pytest.mark.parametrize("mobile", ["12812345678", "1391234000", "139123400001", "abc"])
def test_a_number_of_another_shape_is_told_beside_its_field(world, as_, mobile):
    response = as_("chen").post(CONTACT, {"mobile": mobile, "employer": "", "version": 1})

    assert response.status_code == 422
    assert 'id="id_mobile_errors"' in response.content.decode()


def test_a_stale_page_shows_both_and_saving_again_is_a_choice(world, as_):
    correct(world)
    typed = {"mobile": "13500000000", "employer": "", "version": 1}

    stale = as_("chen").post(CONTACT, typed)

    assert stale.status_code == 409
    assert "13912340000" in text(stale)
    assert as_("chen").post(CONTACT, {**typed, "version": chen(world).version}).status_code == 302


def test_a_number_signed_in_with_elsewhere_is_refused_in_words(world, as_):
    from_sun = world.sun.user
    from_sun.mobile = "13912340000"
    from_sun.save()

    response = as_("chen").post(CONTACT, {"mobile": "13912340000", "employer": "", "version": 1})

    assert response.status_code == 422
    assert "已有其他账号" in text(response)


@pytest.mark.parametrize("field", [name for name in OwnField if name not in {"mobile", "employer"}])
def test_each_fact_has_its_own_form(world, as_, field):
    assert as_("chen").get(reverse("members:own-ask", args=[field])).status_code == 200


def test_asking_answers_with_the_request_and_its_day(world, as_):
    sent = wish(as_, "birth_on", wanted="1981-05-17")
    asked = Correction.unscoped.get()

    assert sent.headers["Location"] == asked.get_absolute_url()
    shown = text(as_("chen").get(asked.get_absolute_url()))
    assert "1981年5月17日" in shown
    assert "2026年3月25日" in shown
    assert wish(as_, "birth_on", wanted="1981-05-18").status_code == 422
    assert wish(as_, "gender", wanted="other").status_code == 422
    assert wish(as_, "id_number", wanted="123").status_code == 422
    assert wish(as_, "id_number", wanted="110101 19800517 0015").status_code == 302
    assert wish(as_, "confirmed_on", wanted="").status_code == 302
    assert wish(as_, "mobile", wanted="1").status_code == 404


def test_taking_back_is_one_press_and_a_second_one_says_so(world, as_):
    asked = ask(world)
    address = reverse("members:own-withdraw", args=[asked.pk])

    assert address in as_("chen").get(asked.get_absolute_url()).content.decode()
    assert as_("chen").post(address, {}).headers["Location"] == asked.get_absolute_url()
    assert as_("chen").post(address, {"version": 1}).headers["Location"] == OWN
    again = as_("chen").post(address, {"version": 2}, follow=True)
    assert "已经答复或撤回" in text(again)


def test_the_branch_answers_from_its_queue(world, as_):
    asked = ask(world)
    client, address = as_("li"), reverse("members:correction-list")
    assert asked.get_absolute_url() in client.get(address).content.decode()
    assert "陈党员：学历" in text(client.get(address))

    seen = {"version": 1, "member_version": 1}
    accept = reverse("members:correction-answer", args=[asked.pk, "accept"])
    decline = reverse("members:correction-answer", args=[asked.pk, "decline"])
    assert client.post(accept, {}).status_code == 422
    assert client.post(decline, seen).status_code == 422
    assert client.post(accept, {**seen, "member_version": 9}).status_code == 409
    assert client.post(accept.replace("accept", "other"), seen).status_code == 404
    assert client.post(accept, seen).headers["Location"] == asked.get_absolute_url()
    assert client.post(accept, seen).status_code == 409
    assert chen(world).education == "university"
    assert f'data-id="{asked.pk}"' in client.get(f"{address}?show=settled").content.decode()
    assert f'data-id="{asked.pk}"' not in client.get(address).content.decode()


def test_a_second_look_is_asked_for_in_words_and_can_be_insisted_on(world, as_):
    make_member(world.a, "新名", birth_on=chen(world).birth_on)
    asked = ask(world, Wish(field=OwnField.NAME, wanted="新名", why="户口簿"))
    accept = reverse("members:correction-answer", args=[asked.pk, "accept"])
    seen = {"version": 1, "member_version": 1}

    odd = as_("li").post(accept, seen)

    assert odd.status_code == 422
    assert 'name="insists"' in odd.content.decode()
    assert as_("li").post(accept, {**seen, "insists": "on"}).status_code == 302


def test_what_is_wrong_outright_cannot_be_insisted_on(world, as_):
    asked = ask(world, Wish(field=OwnField.BIRTH_ON, wanted="2006-01-01", why="户口簿"))
    accept = reverse("members:correction-answer", args=[asked.pk, "accept"])

    wrong = as_("li").post(accept, {"version": 1, "member_version": 1, "insists": "on"})

    assert wrong.status_code == 422
    assert Correction.unscoped.get().is_open


def test_a_refusal_of_the_register_stands_above_the_form(world, as_):
    asked = ask(world)
    Member.unscoped.filter(pk=world.chen.pk).update(standing="ended")
    accept = reverse("members:correction-answer", args=[asked.pk, "accept"])

    assert as_("li").post(accept, {"version": 1, "member_version": 1}).status_code == 422


def test_own_page_asks_once_a_year_and_one_press_answers(world, as_):
    assert "请完成2026年度信息核对" in text(as_("chen").get("/"))
    assert "全部无误" in text(as_("chen").get(OWN))

    assert as_("chen").post(reverse("members:own-confirm"), {"version": 1}).headers["Location"] == OWN

    assert Confirmation.unscoped.get().member_id == world.chen.pk
    assert "您已于" in text(as_("chen").get(OWN))
    assert "请完成2026年度信息核对" not in text(as_("chen").get("/"))


def test_confirming_what_has_changed_meanwhile_asks_to_look_again(world, as_):
    correct(world)

    again = as_("chen").post(reverse("members:own-confirm"), {"version": 1}, follow=True)

    assert "期间有变动" in text(again)
    assert not Confirmation.unscoped.exists()
    as_("chen").post(reverse("members:own-confirm"), {})
    assert not Confirmation.unscoped.exists()


def test_the_branch_sees_who_has_not_and_confirms_for_them(world, as_):
    listed = reverse("members:confirmation-list")
    address = reverse("members:member-confirm", args=[world.chen.pk])
    page = as_("li").get(listed)
    assert address in page.content.decode()
    assert address not in as_("zhao").get(listed).content.decode()
    assert f'data-id="{world.chen.pk}"' in as_("li").get(f"{listed}?q=陈").content.decode()
    assert "没有" in text(as_("li").get(f"{listed}?q=无此人"))

    assert as_("li").post(address, {"version": 1}).status_code == 422
    assert as_("li").post(address, {"version": 9, "how": "电话"}).status_code == 422
    assert as_("li").post(address, {"version": 1, "how": "电话"}).headers["Location"] == listed

    assert "代党员核对确认（电话）" in text(as_("li").get(world.chen.get_absolute_url()))
    assert "党支部已于" in text(as_("chen").get(OWN))
    assert "年度已核对" in text(as_("li").get(address))


def test_own_page_names_who_can_see_it(world, as_):
    shown = text(as_("chen").get(OWN))

    assert "赵组织 · 东街道党工委 · 组织员" in shown
    assert "可以逐次查看完整身份证号" in shown


def test_the_copy_holds_requests_and_confirmations(world, as_):
    answer(world, ask(world))
    confirm(world)

    record = json.loads(as_("chen").get(reverse("members:own-copy", args=["json"])).content)

    assert record["corrections"][0]["answer"] == "已核对"
    assert record["confirmations"][0]["year"] == 2026
    assert as_("chen").get(reverse("members:own-copy", args=["xlsx"])).status_code == 200


@pytest.mark.parametrize("extra", [0, 2])
def test_lists_cost_the_same_with_more_rows(world, as_, django_assert_num_queries, extra):
    for number in range(extra):
        one = make_member(world.a, f"甲{number}")
        Correction.unscoped.create(
            member=one, field="name", wanted="新名", state="open", asked_at=world.now, due_on=world.today
        )
    client = as_("li")
    ask(world)
    client.get(reverse("members:correction-list"))
    client.get(reverse("members:confirmation-list"))

    with django_assert_num_queries(10):
        client.get(reverse("members:correction-list"))
    with django_assert_num_queries(12):
        client.get(reverse("members:confirmation-list"))
