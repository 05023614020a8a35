"""Pages of members who live away: what each side reads, what a form says, and what a list costs."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from branches.choices import Form
from branches.tests.factories import make_organization
from members.choices import InflowState, LookKind, ProposalState
from members.models import Contact, ContactProposal, HostAttendance, Inflow, Look, MobileSpell
from members.queries.contact import records_open
from members.tables import evidence_lines
from members.tests.factories import make_member, make_spell
from members.tests.matrix_mobile import NEW_STAY, chen_away, chen_lost
from members.tests.mobile import SINCE, host, send_away
from members.tests.transfer_pages import ids, text
from members.workflows.numbers import TRIES_AN_HOUR, count_tries

pytestmark = pytest.mark.usefixtures("on_the_day")
LIST = reverse("members:mobile-list")


def words_of(response):
    return text(response)


def test_whom_to_contact_comes_first_the_longest_overdue_on_top(world, as_):
    late = make_spell(world.chen, next_contact_on=date(2026, 2, 1))
    soon = make_spell(world.sun, next_contact_on=world.today + timedelta(days=7))
    unplanned = make_spell(world.ran)
    make_spell(world.li, next_contact_on=world.today + timedelta(days=8))

    page = as_("li").get(LIST)

    shown = [int(pk) for pk in re.findall(r'data-id="(\d+)"', page.content.decode())]
    assert shown == [late.pk, soon.pk, unplanned.pk]
    assert "自2026年2月1日起逾期" in words_of(page)
    assert "未安排" in words_of(page)


@pytest.mark.parametrize(("key", "words"), [
    ("contact", "目前没有需要联系的党员"), ("away", "没有登记外出党员"), ("hosted", "没有登记流入党员"),
    ("lost", "没有失联党员"), ("branches", "没有流动党员党支部"),
])  # fmt: skip
def test_every_list_says_so_when_it_is_empty(world, as_, key, words):
    assert words in words_of(as_("li").get(f"{LIST}?list={key}"))


def test_lists_are_narrowed_by_branch_and_words_and_an_unknown_one_is_not_found(world, as_):
    mine = make_spell(world.chen)
    other = make_spell(make_member(world.b, "乙甲"), place="山东省青岛市")
    client = as_("zhao")

    assert ids(client.get(f"{LIST}?list=away&branch={world.a.pk}")) == {mine.pk}
    assert ids(client.get(f"{LIST}?list=away&q=青岛")) == {other.pk}
    assert ids(client.get(f"{LIST}?list=away&q=陈")) == {mine.pk}
    assert "没有符合条件" in words_of(client.get(f"{LIST}?list=away&q=无此人")) or ids(
        client.get(f"{LIST}?list=away&q=无此人")
    ) == set()  # fmt: skip
    assert ids(client.get(f"{LIST}?list=hosted&q=无此人")) == set()
    assert client.get(f"{LIST}?list=nothing").status_code == 404


def test_branches_for_mobile_members_are_listed_with_theirs(world, as_):
    body = make_organization(world.committee_1, "驻深圳流动党员党支部", form=Form.MOBILE)
    make_member(body, "深一")
    host(world, "P0000000000", "何来客", "zhao", branch=body)

    page = as_("zhao").get(f"{LIST}?list=branches")

    assert ids(page) == {body.pk}
    assert "驻深圳流动党员党支部" in words_of(page)


@pytest.mark.parametrize("key", ["contact", "away"])
def test_a_list_costs_the_same_however_long(world, as_, django_assert_num_queries, key):
    client = as_("zhao")
    make_spell(world.chen, contact_person=world.sun)
    client.get(f"{LIST}?list={key}")
    with django_assert_num_queries(14):
        client.get(f"{LIST}?list={key}")
    for number in range(3):
        make_spell(make_member(world.b, f"乙{number}"))

    with django_assert_num_queries(14):
        client.get(f"{LIST}?list={key}")


def test_the_page_of_a_stay_proposes_the_transfer_after_half_a_year(world, as_):
    spell = make_spell(world.chen, starts_on=date(2025, 9, 10))
    page = as_("li").get(spell.get_absolute_url())

    assert "第二十五条" in words_of(page)
    assert f"{reverse('members:transfer-start')}?member={world.chen.pk}" in page.content.decode()
    Inflow.unscoped.create(
        host=world.c, number=world.chen.number, name="陈党员", member=world.chen, spell=spell,
        state=InflowState.MATCHED, since=SINCE, recorded_at=world.now, recorded_by=world.wang.user,
    )  # fmt: skip
    address = f"{reverse('members:transfer-start')}?member={world.chen.pk}&amp;target={world.c.pk}"
    assert address in as_("li").get(spell.get_absolute_url()).content.decode()
    start = as_("li").get(address.replace("&amp;", "&")).content.decode()
    assert "丙社区党支部" in start
    assert "陈党员" in start
    MobileSpell.unscoped.update(starts_on=date(2025, 9, 11))
    assert "第二十五条" not in words_of(as_("li").get(spell.get_absolute_url()))


def test_the_contact_person_reads_what_phoning_needs_and_no_more(world, as_):
    chen_away(world)
    spell = MobileSpell.unscoped.get()
    page = as_("sun").get(spell.get_absolute_url())

    assert world.chen.mobile in page.content.decode()
    for act in ("mobile-end", "mobile-correct", "mobile-move"):
        assert reverse(f"members:{act}", args=[spell.pk]) not in page.content.decode()
    assert f'/members/{world.chen.pk}/"' not in page.content.decode()


def test_a_stay_is_entered_put_right_and_ended_on_pages(world, as_):
    client = as_("li")
    start = reverse("members:mobile-start", args=[world.chen.pk])

    refused = client.post(start, {**NEW_STAY, "place": "大连市人民路1号", "target_text": "无此支部"})
    assert refused.status_code == 422
    assert "不要填区县、街道和门牌" in words_of(refused)
    assert client.post(start, {**NEW_STAY, "since": "2026-03-11"}).status_code == 422
    made = client.post(start, {**NEW_STAY, "contact_person": world.sun.pk, "target_text": "丙社区党支部"})
    spell = MobileSpell.unscoped.get()
    assert made.headers["Location"] == spell.get_absolute_url()
    assert (spell.contact_person, Inflow.unscoped.get().host) == (world.sun, world.c)
    assert client.post(start, NEW_STAY).status_code == 422

    correct = reverse("members:mobile-correct", args=[spell.pk])
    assert "丙社区党支部" in client.get(correct).content.decode()
    stale = client.post(correct, {**NEW_STAY, "version": 9})
    assert stale.status_code == 422
    end = reverse("members:mobile-end", args=[spell.pk])
    assert client.post(end, {"on": "2026-03-11", "version": 1}).status_code == 422
    client.post(end, {"on": "2026-03-10", "version": 1, "mistake": "1"})
    spell.refresh_from_db()
    assert spell.end_kind == "mistake"


def test_a_host_named_by_a_report_stands_in_the_form(world, as_):
    host(world, world.chen.number, "陈党员")

    page = as_("li").get(LIST)
    assert "丙社区党支部" in words_of(page)
    start = f"{reverse('members:mobile-start', args=[world.chen.pk])}?host={world.c.pk}"
    assert f'value="{world.c.pk}"' in as_("li").get(start).content.decode()
    as_("li").post(start, {**NEW_STAY, "target": world.c.pk})
    assert Inflow.unscoped.get().state == InflowState.MATCHED


def test_contacts_are_noted_and_struck_on_pages(world, as_):
    spell = make_spell(world.chen)
    client, log = as_("li"), reverse("members:contact-log", args=[world.chen.pk])

    assert "流动党员经常联系" in words_of(client.get(log))
    future = client.post(log, {"method": "phone", "on": "2026-03-11", "by": ""})
    assert future.status_code == 422
    assert "联系发生后才能登记" in words_of(future)
    done = client.post(log, {"method": "phone", "on": "2026-03-10", "by": world.sun.pk, "note": "一切正常"})
    assert done.headers["Location"] == spell.get_absolute_url()
    contact = Contact.unscoped.get()
    assert contact.by == world.sun
    strike = reverse("members:contact-strike", args=[contact.pk])
    client.post(strike, {"reason": "登记有误"})
    assert client.post(strike, {"reason": "再次"}).status_code == 422
    assert "已作废" in words_of(client.get(spell.get_absolute_url()))


def test_a_host_sees_no_more_than_the_match_allows(world, as_):
    send_away(world, since=SINCE, contact_id=world.sun.pk)
    right = host(world, world.chen.number, "陈党员")
    wrong = host(world, world.sun.number, "孙某人")
    client = as_("wang")

    shown = client.get(right.get_absolute_url()).content.decode()
    assert "甲社区党支部" in shown
    for secret in (world.chen.mobile, "孙党员", "辽宁省大连市", f"/members/{world.chen.pk}/"):
        assert secret not in shown
    hidden = words_of(client.get(wrong.get_absolute_url()))
    assert "甲社区" not in hidden
    assert "流出地党支部尚未确认" in hidden
    assert client.get(reverse("members:mobile-detail", args=[right.spell_id])).status_code == 404
    assert client.get(reverse("members:member-detail", args=[world.chen.pk])).status_code == 404


def test_the_answer_to_a_hosts_entry_is_the_same_whether_it_fits(world, as_):
    client, add = as_("wang"), reverse("members:inflow-create")
    fields = {"branch": world.c.pk, "since": "2026-03-01"}
    answers = [
        client.post(add, {**fields, "number": number, "name": name})
        for number, name in ((world.chen.number, "陈党员"), (world.sun.number, "孙悟空"))
    ]
    pages = [client.get(answer.headers["Location"]) for answer in answers]

    assert [answer.status_code for answer in answers] == [302, 302]
    plain = [
        words_of(page).replace(name, "").replace(number, "")
        for page, name, number in zip(
            pages, ("陈党员", "孙悟空"), (world.chen.number, world.sun.number), strict=True
        )
    ]
    assert plain[0] == plain[1]


def test_too_many_numbers_within_the_hour_are_refused(world, as_):
    count_tries(TRIES_AN_HOUR, actor=world.user("wang"), at=world.now)
    fields = {"branch": world.c.pk, "since": "2026-03-01", "number": "P1", "name": "何来客"}

    answer = as_("wang").post(reverse("members:inflow-create"), fields)

    assert answer.status_code == 422
    assert "请稍后再试" in words_of(answer)
    row = Inflow.unscoped.create(
        host=world.c, number="P2", name="乙", state=InflowState.REGISTERED, since=SINCE,
        recorded_at=world.now, recorded_by=world.wang.user,
    )  # fmt: skip
    correct = reverse("members:inflow-correct", args=[row.pk])
    assert as_("wang").post(correct, {**fields, "version": 1}).status_code == 422
    end = reverse("members:inflow-end", args=[row.pk])
    assert as_("wang").post(end, {"on": "2026-03-11", "version": 1}).status_code == 422


def test_a_proposal_shows_evidence_and_rule_and_is_set_aside(world, as_):
    chen_lost(world)
    row = ContactProposal.unscoped.get()
    row.evidence = [
        {"source": "attendance", "on": "2025-08-01", "evidence": "activities.activity:1099511627853"}
    ]
    row.save()
    client = as_("li")

    page = words_of(client.get(row.get_absolute_url()))
    for words in ("停止党籍", "第二十四条", "2025年8月1日", "记录 1-77", "由会议依据事实和文件研究决定"):
        assert words in page
    assert (
        f'href="{reverse("activities:activity-detail", args=[1099511627853])}"'
        in as_("zhao").get(row.get_absolute_url()).content.decode()
    )
    assert "失联党员" in words_of(client.get(world.chen.get_absolute_url()))
    past = {"reason": "found", "version": 1, "rests_until": "2026-03-10"}
    assert client.post(row.get_absolute_url(), past).status_code == 422
    client.post(row.get_absolute_url(), {"reason": "found", "version": 1})
    row.refresh_from_db()
    assert row.state == ProposalState.DISMISSED
    assert "已取得联系" in words_of(client.get(row.get_absolute_url()))


def test_a_record_is_a_link_for_who_may_open_it_where_the_member_sat(world):
    at_home = {"source": "attendance", "on": "2025-08-01", "evidence": "activities.activity:7"}
    as_guest = {"source": "attendance", "on": "2025-09-01", "evidence": "activities.activity:8"}
    before = {"source": "attendance", "on": "1999-01-01", "evidence": "activities.activity:9"}
    called = {"source": "contact", "on": "2025-08-01", "evidence": "members.contact:7"}
    HostAttendance.objects.create(
        member=world.chen, host=world.c, on=date(2025, 9, 1), what="党员大会", evidence=as_guest["evidence"]
    )

    found = {
        name: records_open(world.chen, [at_home, as_guest, before, called], world.scope(name))
        for name in ("li", "wang", "qian", "sun")
    }

    assert found == {
        "li": {"activities.activity:7"}, "wang": {"activities.activity:8"},
        "qian": {"activities.activity:7", "activities.activity:8"}, "sun": frozenset(),
    }  # fmt: skip
    lines = evidence_lines([at_home, as_guest], found["li"])
    assert [(line["record"], line["url"]) for line in lines] == [("0-7", "/activities/7/"), ("0-8", "")]


# --- the member's own


def test_a_member_tells_the_branch_in_five_touches(world, as_):
    """Place, reason, send: where and since are filled in already."""
    client, tell = as_("chen"), reverse("members:own-away")
    page = client.get(tell).content.decode()
    assert 'value="2026-03-10"' in page
    assert re.search(r'value="in"[^>]*checked', page)

    told = client.post(tell, {"place": "大连", "reason": "work", "where": "in", "since": "2026-03-10"})

    assert told.headers["Location"] == reverse("members:own-mobile")
    assert "辽宁省大连市" in words_of(client.get(reverse("members:own-mobile")))
    on = client.post(
        tell, {"place": "青岛", "reason": "work", "where": "in", "since": "2026-03-10", "version": 1}
    )
    assert on.status_code == 422
    assert client.post(tell, {"place": "火星", "reason": "work", "where": "in"}).status_code == 422


def test_a_member_moves_on_and_comes_back(world, as_):
    spell = make_spell(world.chen, contact_person=world.sun)
    client = as_("chen")

    client.post(reverse("members:own-away"), {**NEW_STAY, "place": "青岛", "version": spell.version})
    running = MobileSpell.unscoped.running().get()
    assert (running.place, running.contact_person) == ("山东省青岛市", world.sun)
    back = reverse("members:own-back")
    assert client.post(back, {"on": "2026-03-11", "version": 1}).status_code == 422
    client.post(back, {"on": "2026-03-10", "version": 1})
    assert not MobileSpell.unscoped.running().exists()


def test_whom_i_keep_in_touch_with_stands_on_my_page(world, as_):
    chen_away(world)

    assert ids(as_("sun").get(reverse("members:own-mobile"))) == {MobileSpell.unscoped.get().pk}


def test_my_copy_holds_stays_contacts_hosts_and_proposals(world, as_):
    chen_away(world)
    chen_lost(world)
    host(world, world.chen.number, "陈党员")

    record = as_("chen").get(reverse("members:own-copy", kwargs={"file_format": "json"})).json()

    assert [row["place"] for row in record["stays"]] == ["辽宁省大连市"]
    assert [(row["method"], row["by"]) for row in record["contacts"]] == [("phone", "李书记")]
    assert [(row["host"], row["state"]) for row in record["hosts"]] == [("丙社区党支部", "matched")]
    assert [row["kind"] for row in record["proposals"]] == ["stop"]
    assert record["visits"] == []
    book = as_("chen").get(reverse("members:own-copy", kwargs={"file_format": "xlsx"}))
    assert book.status_code == 200


def test_who_opens_a_stay_or_the_number_stands_on_the_page_of_who_looked(world, as_):
    spell = make_spell(world.chen, contact_person=world.sun)
    phone = reverse("members:contact-log", args=[world.chen.pk])

    as_("li").get(spell.get_absolute_url())
    as_("sun").get(phone)
    as_("chen").get(spell.get_absolute_url())

    stay, number = Look.objects.order_by("pk")
    assert (stay.looker, stay.kind, stay.looker_post) == (
        world.li.user, LookKind.STAY, "secretary|甲社区党支部",
    )  # fmt: skip
    assert (number.looker, number.kind, number.member) == (world.sun.user, LookKind.PHONE, world.chen)
    seen = words_of(as_("chen").get(reverse("members:own")))
    assert "查看外出情况及手机号" in seen
    assert "孙党员" in seen
    assert "流出地联系人" in seen


def test_nothing_typed_in_a_contact_form_is_a_second_look(world, as_):
    make_spell(world.chen)

    as_("li").post(reverse("members:contact-log", args=[world.chen.pk]), {})

    assert not Look.objects.exists()
