"""The list of members: in scope, filtered by the URL, cut by keyset, taken away with a trace."""

import re
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.urls import reverse

from branches.choices import PostKind
from branches.tests.factories import make_group, make_organization
from members.choices import LookKind, MobileState, Standing
from members.models import Look, Member
from members.queries.lists import LEAVING_SHOWN, PAGE
from members.tests.factories import make_member, make_post, make_transfer
from orgportal.core.models import AuditEntry

pytestmark = pytest.mark.usefixtures("on_the_day")
LIST = reverse("members:member-list")


def ids(response) -> list[int]:
    return [int(each) for each in re.findall(r'<tr data-id="(\d+)"', response.content.decode())]


def count_said(response) -> int:
    (said,) = re.findall(r'class="list-count" role="status">共 (\d+) 条', response.content.decode())
    return int(said)


def names(response) -> list[str]:
    found = dict(Member.unscoped.values_list("pk", "name"))
    return [found[pk] for pk in ids(response)]


def test_roster_shows_one_branch_to_its_secretary_in_pinyin_order(world, as_):
    response = as_("li").get(LIST)

    assert names(response) == ["陈党员", "李书记", "冉记录", "孙党员"]
    assert "139" in response.content.decode()
    assert world.chen.mobile not in response.content.decode()


def test_roster_of_a_committee_holds_its_branches_and_not_the_officer_himself(world, as_):
    member = make_member(world.b, "乙某")

    assert set(ids(as_("zhao").get(LIST))) == {
        world.li.pk,
        world.ran.pk,
        world.chen.pk,
        world.sun.pk,
        member.pk,
    }


def test_roster_is_closed_to_plain_members(world, as_):
    assert as_("chen").get(LIST).status_code == 403


def test_roster_part_is_what_the_page_includes(world, as_):
    client = as_("li")

    part = client.get(LIST, headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in part
    assert len(re.findall("<tr data-id", part)) == 4


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "陈"}, ["陈党员"]),
        ({"q": "党员"}, ["陈党员", "孙党员"]),
        ({"q": "cdy"}, ["陈党员"]),
        ({"q": "chendang"}, ["陈党员"]),
        ({"q": " Chen Dang "}, ["陈党员"]),
        ({"q": "６６７８"}, ["孙党员"]),
        ({"q": "没有"}, []),
        ({"standing": "probationary"}, ["艾新"]),
        ({"gender": "female"}, ["冉记录"]),
        ({"age": "41-50"}, ["艾新", "陈党员", "李书记", "冉记录", "孙党员"]),
        ({"age": "-30"}, []),
        ({"age": "71-"}, []),
        ({"post": "secretary"}, ["李书记"]),
        ({"mobile": "any"}, ["陈党员"]),
        ({"mobile": "abroad"}, []),
        ({"standing": "nonsense"}, []),
        ({"standing": "ended"}, ["老陈"]),
    ],
)
def test_roster_filters(world, as_, query, found):
    Member.unscoped.filter(pk=world.sun.pk).update(mobile="13812346678")
    Member.unscoped.filter(pk=world.ran.pk).update(gender="female")
    Member.unscoped.filter(pk=world.chen.pk).update(mobile_state=MobileState.OUT)
    make_member(
        world.a, "艾新", standing=Standing.PROBATIONARY, confirmed_on=None, joined_on=date(2025, 9, 1)
    )
    make_member(world.a, "老陈", standing=Standing.ENDED)

    assert names(as_("li").get(LIST, query)) == found


def test_roster_narrows_to_a_body_and_offers_its_groups(world, as_):
    group = make_group(world.a)
    Member.unscoped.filter(pk=world.chen.pk).update(group=group)
    client = as_("qian")

    assert 'name="group"' not in client.get(LIST).content.decode()
    assert set(names(client.get(LIST, {"branch": world.organ.pk}))) == {"赵组织", "钱科长"}
    assert names(client.get(LIST, {"branch": world.a.pk, "group": group.pk})) == ["陈党员"]


def test_roster_of_a_body_out_of_scope_shows_nothing(world, as_):
    assert ids(as_("li").get(LIST, {"branch": world.c.pk})) == []


def test_roster_marks_who_is_leaving_but_still_ours(world, as_):
    make_transfer(world.chen, world.b, state="sent")

    page = as_("li").get(LIST).content.decode()

    assert page.count("badge--info") == 1


def test_pages_follow_each_other_both_ways(world, as_):
    for number in range(PAGE + 10):
        make_member(world.b, f"成员{chr(0x4E00 + number)}")
    client = as_("zhao")
    everyone = [
        pk
        for _key, pk in sorted(
            Member.unscoped.filter(path__startswith=world.committee_1.path).values_list("name_key", "pk")
        )
    ]

    first = client.get(LIST)
    second = client.get(LIST, {"after": ids(first)[-1]})
    back = client.get(LIST, {"before": ids(second)[0]})

    assert ids(first) == everyone[:PAGE]
    assert ids(second) == everyone[PAGE:]
    assert ids(back) == everyone[:PAGE]
    assert 'rel="prev"' not in back.content.decode()
    assert [count_said(page) for page in (first, second, back)] == [len(everyone)] * 3


def test_two_roots_are_merged_in_one_order(world, as_):
    make_post(world.li, world.c, PostKind.DISCIPLINE)

    assert names(as_("li").get(LIST)) == ["陈党员", "李书记", "冉记录", "孙党员", "王外人"]
    assert names(as_("li").get(LIST, {"after": world.sun.pk})) == ["王外人"]


def test_a_cursor_out_of_scope_is_the_first_page(world, as_):
    assert len(ids(as_("li").get(LIST, {"after": world.wang.pk}))) == 4


@pytest.mark.parametrize("extra", [0, 2])
def test_roster_costs_the_same_with_one_row_and_with_three(world, as_, django_assert_num_queries, extra):
    for number in range(1 + extra):
        make_member(world.b, f"乙{number}")
    client = as_("zhao")
    client.get(LIST)

    with django_assert_num_queries(14):
        client.get(LIST, {"branch": world.b.pk})


def test_who_is_on_the_way_out_stands_above_the_roster_and_is_a_filter_of_it(world, as_):
    sent = make_transfer(world.chen, world.c, state="sent", sent_on=date(2026, 3, 9))
    make_transfer(world.sun, world.c, state="submitted")

    page = as_("li").get(LIST).content.decode()
    assert "正在转出：对方接收前仍由本支部管理" in page
    assert sent.get_absolute_url() in page
    assert ids(as_("li").get(LIST, {"leaving": "yes"})) == [world.chen.pk]
    assert "正在转出：" not in as_("li").get(LIST, {"q": "陈"}).content.decode()
    assert "正在转出：" not in as_("wang").get(LIST).content.decode()  # coming, not leaving


def test_who_leaves_stands_above_a_list_that_does_not_show_them(world, as_):
    make_transfer(world.chen, world.c, state="sent", sent_on=date(2026, 3, 9))
    young = {"age": "-30"}

    page = as_("li").get(LIST, young)

    assert world.chen.pk not in ids(page)
    assert "正在转出：对方接收前仍由本支部管理" in page.content.decode()


def test_who_leaves_for_another_system_is_named_with_the_body_there(world, as_):
    make_transfer(
        world.chen, None, state="sent", sent_on=date(2026, 3, 9),
        outside_body="某部队机关支部", outside_committee="某部队政治部",
    )  # fmt: skip

    answer = as_("li").get(LIST)

    assert "陈党员</a> → 某部队机关支部" in answer.content.decode()
    assert count_said(answer) == len(ids(answer))


def test_only_the_longest_on_the_way_are_named_and_all_of_them_linked(world, as_):
    for number in range(LEAVING_SHOWN + 1):
        member = make_member(world.a, f"转{number}")
        make_transfer(member, world.c, state="sent", sent_on=date(2026, 3, 9))

    page = as_("li").get(LIST).content.decode()

    assert page.count("2026年3月9日转出") == LEAVING_SHOWN
    assert f"全部{LEAVING_SHOWN + 1}名正在转出的党员" in page
    assert "leaving=yes" in page


def test_empty_roster_says_why(world, as_):
    empty = make_organization(world.committee_2, "新支部")
    make_post(world.sun, empty, PostKind.SECRETARY)

    assert "empty--first_use" in as_("sun").get(LIST).content.decode()
    assert "empty--no_result" in as_("li").get(LIST, {"q": "没有"}).content.decode()


# --- taking the list away


def sheet_text(response) -> str:
    return ZipFile(BytesIO(response.content)).read("xl/worksheets/sheet1.xml").decode()


def test_export_is_text_only_and_tells_each_member(world, as_):
    Member.unscoped.filter(pk=world.chen.pk).update(employer="=1+1", id_number_sealed=b"x")
    url = reverse("members:member-export")

    response = as_("li").post(f"{url}?q=陈", {"purpose": "核对名册", "kind": "export"})

    text = sheet_text(response)
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    assert "陈党员" in text
    assert "孙党员" not in text
    assert "<f>" not in text
    assert "=1+1" in text
    look = Look.objects.get(kind=LookKind.EXPORT)
    assert (look.member, look.looker, look.purpose) == (world.chen, world.li.user, "核对名册")
    assert look.looker_post == "secretary|甲社区党支部"
    entry = AuditEntry.objects.get(action="member.exported")
    assert (entry.changes["rows"], entry.changes["purpose"]) == (1, "核对名册")


def test_print_lists_everybody_without_identity_numbers(world, as_):
    response = as_("li").post(reverse("members:member-export"), {"purpose": "开会", "kind": "print"})

    assert response.content.decode().count("<tr>") == 5
    assert Look.objects.filter(kind=LookKind.PRINT).count() == 4
    assert AuditEntry.objects.filter(action="member.printed").count() == 1


def test_export_asks_what_for(world, as_):
    client = as_("li")
    url = reverse("members:member-export")

    assert client.get(url).status_code == 200
    assert client.post(url, {"purpose": "", "kind": "export"}).status_code == 422
    assert not Look.objects.exists()


def test_export_refuses_more_than_the_limit(world, as_, monkeypatch):
    monkeypatch.setattr("members.workflows.privacy.EXPORT_LIMIT", 3)

    response = as_("li").post(reverse("members:member-export"), {"purpose": "开会", "kind": "export"})

    assert response.status_code == 422
    assert not Look.objects.exists()


def test_export_holds_only_where_the_right_holds(world, as_):
    make_post(world.li, world.c, PostKind.DISCIPLINE)

    text = sheet_text(as_("li").post(reverse("members:member-export"), {"purpose": "开会", "kind": "export"}))

    assert "王外人" not in text
    assert "陈党员" in text


def test_export_is_closed_without_the_right(world, as_):
    make_post(world.chen, world.a, PostKind.DISCIPLINE)

    assert as_("chen").get(LIST).status_code == 200
    assert as_("chen").get(reverse("members:member-export")).status_code == 403
