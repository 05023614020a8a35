"""Pages of the paper way: a body outside, the letter and its print, the slip, those who come on paper."""

import html
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pypdfium2
import pytest
from django.test import Client

from members.choices import Standing
from members.models import Arrival, Member, Paper, Transfer
from members.tests.arrivals import NUMBER, registered
from members.tests.matrix_papers import STAY, typed_letter
from members.tests.test_workflows_certificates import certified
from members.tests.transfers import OUTSIDE, act, begin_outside, with_letter
from members.workflows import transfer as work
from orgportal.core.models import AuditEntry
from orgportal.core.sealing import seal

pytestmark = pytest.mark.usefixtures("on_the_day")
As = Callable[[str], Client]
TYPED = {
    "outside_body": OUTSIDE.body, "outside_committee": OUTSIDE.committee, "outside_postcode": "130022",
    "reason": "job", "step": "confirm",
}  # fmt: skip


def words_of(response: Any) -> str:
    return str(response.content.decode())


def sheet(response: Any) -> str:
    assert response["Content-Type"] == "application/pdf"
    text = pypdfium2.PdfDocument(response.content)[0].get_textpage().get_text_range()
    return text.replace(" ", "").replace("\r\n", "")


# --- starting


def test_a_member_starts_to_a_body_outside(world: Any, as_: As) -> None:
    response = as_("chen").post("/members/transfers/start/own/", TYPED)

    transfer = Transfer.unscoped.get()
    assert response.status_code == 302
    assert (transfer.target, transfer.outside_body, transfer.state) == (None, OUTSIDE.body, "submitted")


def test_the_check_page_names_the_body(world: Any, as_: As) -> None:
    page = words_of(as_("chen").get("/members/transfers/start/own/", {**TYPED, "step": "check"}))

    assert OUTSIDE.body in page
    assert f'name="outside_committee" value="{OUTSIDE.committee}"' in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"outside_committee": ""}, "请填写介绍信抬头"),
        ({"target_text": "乙社区"}, "只能选填一个"),
        ({"outside_postcode": "13"}, "邮政编码为6位数字"),
    ],
)
def test_what_is_missing_or_doubled_is_said(world: Any, as_: As, typed: dict[str, str], words: str) -> None:
    response = as_("chen").post("/members/transfers/start/own/", {**TYPED, **typed})

    assert response.status_code == 422
    assert words in words_of(response)


def test_details_are_corrected_with_the_body_typed_before(world: Any, as_: As) -> None:
    transfer = begin_outside(world, "li", keep_draft=True)

    page = words_of(as_("li").get(f"/members/transfers/{transfer.pk}/correct/"))

    assert f'value="{OUTSIDE.body}"' in page


# --- the letter


def test_the_committee_issues_with_the_usual_term_offered(world: Any, as_: As) -> None:
    transfer = begin_outside(world)
    address = f"/members/transfers/{transfer.pk}/issue/"

    offered = words_of(as_("zhao").get(address))
    assert 'value="30"' in offered
    assert "市外一般为30天" in offered
    assert as_("zhao").post(address, {"version": 1, "days": 30}).status_code == 302
    page = words_of(as_("chen").get(f"/members/transfers/{transfer.pk}/"))
    assert Paper.unscoped.get().number in page
    assert "报告介绍信已交达" in page


def test_a_term_too_long_comes_back_with_the_form(world: Any, as_: As) -> None:
    transfer = begin_outside(world)

    response = as_("zhao").post(f"/members/transfers/{transfer.pk}/issue/", {"version": 1, "days": 91})

    assert response.status_code == 422
    assert "一般不超过90天，确需延长的" in words_of(response)
    assert 'name="days"' in words_of(response)


def test_what_cannot_be_read_comes_back_with_all_that_was_typed(world: Any, as_: As) -> None:
    """Nobody was faster: a day that is none is said beside its field."""
    transfer = with_letter(world)
    typed = {"version": transfer.version, "accepted_on": "2026-02-30", "slip_number": "南组回字12号"}

    response = as_("zhao").post(f"/members/transfers/{transfer.pk}/confirm/", typed)

    assert response.status_code == 422
    assert 'value="南组回字12号"' in words_of(response)
    assert 'id="id_accepted_on_errors"' in words_of(response)
    assert "已有他人先行办理" not in words_of(response)


def test_the_print_holds_what_the_letter_says(world: Any, as_: As) -> None:
    Member.unscoped.filter(pk=world.chen.pk).update(name="𠮷㛃龘", id_number_sealed=seal(NUMBER))
    with_letter(world)
    paper = Paper.unscoped.get()

    response = as_("zhao").get(f"/members/papers/{paper.pk}/print.pdf")

    text = sheet(response)
    for words in (
        "𠮷㛃龘",
        NUMBER,
        paper.number.replace(" ", ""),
        OUTSIDE.committee,
        "存根",
        "回执联",
        "骑缝盖章",
    ):
        assert words in text
    assert "作废" not in text
    assert AuditEntry.objects.latest("pk").action == "paper.printed"


def test_a_void_letter_says_so_across_the_sheet(world: Any, as_: As) -> None:
    act(world, "chen", with_letter(world), "withdraw")

    response = as_("chen").get(f"/members/papers/{Paper.unscoped.get().pk}/print.pdf")

    assert "作废" in sheet(response)


def test_the_page_of_a_paper_leads_to_its_print_and_to_the_newer_one(world: Any, as_: As) -> None:
    transfer = with_letter(world)
    first = Paper.unscoped.get()
    act(world, "zhao", transfer, "reissue", work.Words(remark="抬头写错"))

    old = words_of(as_("zhao").get(f"/members/papers/{first.pk}/"))
    new = words_of(as_("zhao").get(f"/members/papers/{Paper.unscoped.latest('pk').pk}/"))

    assert "已重新开具" in old
    assert "/print.pdf" in new
    assert first.number in new


def test_papers_are_found_by_number_name_and_kind(world: Any, as_: As) -> None:
    with_letter(world)

    def found(query: str) -> bool:
        return "介字" in words_of(as_("zhao").get(f"/members/papers/?{query}"))

    assert found("q=陈党员")
    assert found("q=0001")
    assert not found("q=王外人")
    assert found("kind=letter&state=valid")
    assert not found("state=over")
    assert not found("state=ended")
    assert not found("kind=nonsense")


def test_papers_are_found_by_state_and_days_and_what_was_asked_stays(world: Any, as_: As) -> None:
    letter = Paper.unscoped.get(transfer=with_letter(world))
    zhao = as_("zhao")

    def found(query: str) -> bool:
        return letter.number in words_of(zhao.get(f"/members/papers/?{query}"))

    assert found("issued_from=2026-03-10&issued_to=2026-03-10")
    assert not found("issued_from=2026-03-11")
    assert not found("issued_to=2026-03-09")
    Paper.unscoped.update(issued_on=date(2026, 3, 1), valid_until=date(2026, 3, 9))
    assert found("state=over")
    assert not found("state=valid")
    Paper.unscoped.update(state="ended", end_reason="used", ended_on=date(2026, 3, 10))
    assert found("state=ended")
    assert not found("state=over")
    wrong = words_of(zhao.get("/members/papers/?issued_from=2026-03-11&issued_to=2026-03-01"))
    assert letter.number not in wrong
    assert 'value="2026-03-11"' in wrong
    assert "暂无" in wrong or "没有" in wrong


def test_pages_of_a_filtered_list_keep_the_filter(world: Any, as_: As) -> None:
    first = Paper.unscoped.get(transfer=with_letter(world))
    known = {name: getattr(first, name) for name in ("issuer", "branch", "member", "issued_by", "issued_on")}
    Paper.unscoped.bulk_create(
        Paper(
            kind="certificate", year=2026, serial=n, number=f"证字{n}号", token=f"{n:043d}",
            recorded_at=world.now, **known,
        )
        for n in range(1, 60)
    )  # fmt: skip

    page = words_of(as_("zhao").get("/members/papers/?issued_from=2026-03-10"))

    following = html.unescape(re.findall(r'rel="next"[^>]*href="([^"]+)"', page)[0])
    assert "issued_from=2026-03-10" in following
    assert first.number not in page
    assert first.number in words_of(as_("zhao").get(f"/members/papers/{following}"))


def test_arriving_letters_are_found_by_words_and_days(world: Any, as_: As) -> None:
    registered(world)

    def found(query: str) -> bool:
        return "𠮷来" in words_of(as_("li").get(f"/members/arrivals/?{query}"))

    assert found("q=𠮷来")
    assert found("q=88")
    assert found("q=南关区&issued_from=2026-03-01&issued_to=2026-03-01")
    assert not found("issued_from=2026-03-02&state=all")
    assert not found("q=无此人")
    assert not found("issued_from=abc")


def test_papers_are_found_by_program_too(world: Any, as_: As) -> None:
    letter = Paper.unscoped.get(transfer=with_letter(world))

    def found(query: str) -> list[int]:
        return [row["id"] for row in as_("zhao").get(f"/api/v1/papers/?{query}").json()["results"]]

    assert found("issued_on__gte=2026-03-10&valid_until__gte=2026-03-11") == [letter.pk]
    assert found("issued_on__lte=2026-03-09") == []
    assert found(f"number={letter.number}") == [letter.pk]


def test_the_first_paper_is_still_to_come(world: Any, as_: As) -> None:
    assert "尚未签发文书" in words_of(as_("zhao").get("/members/papers/"))


def test_a_letter_never_handed_in_is_marked(world: Any, as_: As) -> None:
    transfer = with_letter(world)
    Transfer.unscoped.filter(pk=transfer.pk).update(valid_until="2026-03-01")

    assert "介绍信未交" in words_of(as_("zhao").get("/members/transfers/?queue=waiting"))
    assert "疑似口袋党员" in words_of(as_("zhao").get(f"/members/transfers/{transfer.pk}/"))


def test_the_slip_is_confirmed_on_its_page(world: Any, as_: As) -> None:
    transfer = act(world, "chen", with_letter(world), "hand-in")
    address = f"/members/transfers/{transfer.pk}/confirm/"

    form = words_of(as_("zhao").get(address))
    assert "回执编号" in form
    assert "不再列入本系统名册" in form
    assert "接收日期（以回执为准） <span" not in form  # it has to be told
    nothing = words_of(as_("zhao").post(address, {"version": transfer.version}))
    assert '<a href="#id_accepted_on">接收日期（以回执为准）：请按回执填写接收日期。</a>' in nothing
    typed = {"version": transfer.version, "accepted_on": "2026-03-10", "slip_number": "12"}
    response = as_("zhao").post(address, typed, follow=True)

    # Chen joined the branch long ago, so the day is free.
    assert Transfer.unscoped.get().state == "accepted"
    for words in (OUTSIDE.body, OUTSIDE.committee, OUTSIDE.phone, "2026年3月10日", "回执编号"):
        assert words in words_of(response)
    assert Member.unscoped.get(pk=world.chen.pk).standing == Standing.ENDED


# --- in


def test_a_letter_is_registered_accepted_and_its_slip_printed(world: Any, as_: As) -> None:
    li = as_("li")
    registered_page = li.post("/members/arrivals/add/", typed_letter(world), follow=True)
    arrival = Arrival.unscoped.get()
    assert "接收新来编入甲社区党支部" in words_of(registered_page)

    page = li.post(
        f"/members/arrivals/{arrival.pk}/accept/", {"accepted_on": "2026-03-10", "version": 1}, follow=True
    )

    slip = Paper.unscoped.get()
    assert "打印回执" in words_of(page)
    text = sheet(li.get(f"/members/papers/{slip.pk}/print.pdf"))
    for words in ("新来", slip.number, "南介1号", "甲社区党支部", "特此回复"):
        assert words in text


def test_a_bad_check_digit_is_shown_and_can_be_insisted_on(world: Any, as_: As) -> None:
    wrong = {**typed_letter(world), "id_number": NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")}

    response = as_("li").post("/members/arrivals/add/", wrong)

    assert response.status_code == 422
    assert 'name="insists"' in words_of(response)
    assert as_("li").post("/members/arrivals/add/", {**wrong, "insists": "on"}).status_code == 302


@pytest.mark.parametrize(
    ("act_name", "typed", "status", "words"),
    [
        ("accept", {"accepted_on": "2026-02-01", "version": 1}, 422, "接收日期不能早于"),
        ("accept", {"accepted_on": "昨天", "version": 1}, 422, ""),
        ("accept", {"accepted_on": "2026-03-10", "version": 7}, 409, "该介绍信刚刚被更正"),
        ("refuse", {"version": 1}, 422, ""),
        ("refuse", {"version": ""}, 422, ""),
    ],
)
def test_what_cannot_be_is_said_on_the_page(
    world: Any, as_: As, act_name: str, typed: dict[str, Any], status: int, words: str
) -> None:
    arrival = registered(world)

    response = as_("li").post(f"/members/arrivals/{arrival.pk}/{act_name}/", typed)

    assert response.status_code == status
    assert words in words_of(response)
    assert "<title>错误：" in words_of(response)
    assert Arrival.unscoped.get().is_open


def test_a_letter_given_back_says_that_it_is_over_and_who_stays_responsible(world: Any, as_: As) -> None:
    address = registered(world).get_absolute_url()
    answer = {"version": 1, "grounds": "not_here", "remark": "不在本社区居住"}

    page = words_of(as_("li").post(f"{address}refuse/", answer, follow=True))

    assert "已办结：已拒绝" in page
    assert "不在本社区居住" in page
    assert "仍由其负责管理" in page


@pytest.mark.parametrize(
    "address", ["/members/arrivals/add/", "/members/add/", "/members/{chen}/standing/stop/"]
)
def test_errors_are_listed_in_the_order_of_the_fields(world: Any, as_: As, address: str) -> None:
    page = words_of(as_("li").post(address.format(chen=world.chen.pk), {"version": 1}))

    listed = re.findall(r'<li><a href="#(\w+)">', page)
    places = [page.index(f'id="{each}"') for each in listed]
    assert len(listed) > 2
    assert places == sorted(places)


def test_letters_on_the_table_and_all(world: Any, as_: As) -> None:
    assert "暂无待办介绍信" in words_of(as_("li").get("/members/arrivals/"))
    arrival = registered(world)
    as_("li").post(
        f"/members/arrivals/{arrival.pk}/refuse/", {"grounds": "not_here", "remark": "不在", "version": 1}
    )

    assert "𠮷来" not in words_of(as_("li").get("/members/arrivals/"))
    assert "𠮷来" in words_of(as_("li").get("/members/arrivals/?state=all"))


# --- certificates


def test_a_certificate_is_issued_and_printed(world: Any, as_: As) -> None:
    response = as_("li").post(f"/members/{world.chen.pk}/certificate/", STAY, follow=True)

    paper = Paper.unscoped.get()
    assert paper.number in words_of(response)
    assert "兹证明" in sheet(as_("li").get(f"/members/papers/{paper.pk}/print.pdf"))


def test_a_certificate_too_long_is_refused_in_words(world: Any, as_: As) -> None:
    typed = {**STAY, "valid_until": "2027-01-01"}

    response = as_("li").post(f"/members/{world.chen.pk}/certificate/", typed)

    assert response.status_code == 422
    assert "最长 6 个月" in words_of(response)


def test_an_ended_certificate_is_not_ended_again(world: Any, as_: As) -> None:
    address = f"/members/papers/{certified(world).pk}/end/"
    as_("li").post(address, {"reason": "returned"})

    response = as_("li").post(address, {"reason": "lost"})

    assert response.status_code == 422
    assert "已终止" in words_of(response)
