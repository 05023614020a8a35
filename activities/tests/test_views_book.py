"""The record book: a period of one branch on paper, nothing of another in it."""

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.choices import ActivityState, LedgerKind
from activities.models import Activity
from activities.rules.duties import Period
from activities.tests.factories import make_activity
from activities.tests.ledgers import quarter
from activities.tests.pages import CREATE, ids_on, page, typed
from activities.views.book import period_asked
from activities.workflows.duties import open_duties

pytestmark = pytest.mark.usefixtures("on_the_day")
As = Callable[[str], Any]
Q1, Q4 = Period(date(2026, 1, 1), date(2026, 3, 31)), Period(date(2025, 10, 1), date(2025, 12, 31))


def address(world: Any, period: str = "2026-Q1") -> str:
    return f"/activities/book/{world.a.pk}/?period={period}"


def test_a_quarter_stands_in_the_book_with_its_duties(world: Any, as_: As) -> None:
    open_duties(world.today)
    client = as_("li")
    client.post(CREATE, typed(world))

    html = page(client.get(address(world)))

    activity = Activity.unscoped.get()
    assert ids_on(html) == [activity.pk]
    for words in (
        "第一季度支部党员大会",
        "经费公开",
        "公示一季度账目",
        "陈党员",
        "<td>孙党员</td><td>请假</td><td>生病</td><td>住院</td>",
        "党群活动室",
        "按时",
    ):
        assert words in html


def test_it_holds_the_period_of_the_branch_and_no_voided_entry(world: Any, as_: As) -> None:
    user = world.li.user
    before, first, last = (
        make_activity(world.a, user, [world.li], held_on=day)
        for day in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 3, 31))
    )
    make_activity(world.a, user, state=ActivityState.VOID, reason="重复")
    make_activity(world.c, world.wang.user, [world.wang])
    silent = make_activity(
        world.a, user, state=ActivityState.DID_NOT_MEET, reason="防汛", held_on=date(2026, 2, 2)
    )
    client = as_("li")

    assert ids_on(page(client.get(address(world)))) == [first.pk, silent.pk, last.pk]
    assert ids_on(page(client.get(address(world, "2025")))) == [before.pk]
    assert "防汛" in page(client.get(address(world)))


def test_an_empty_period_says_so(world: Any, as_: As) -> None:
    assert "本期没有记录。" in page(as_("li").get(address(world, "2024-Q1")))


def test_a_longer_book_asks_no_more_of_the_database(
    world: Any, as_: As, django_assert_num_queries: Any
) -> None:
    open_duties(world.today)
    client = as_("li")
    client.post(CREATE, typed(world, guests=f"{world.wang.number} 王外人"))
    with CaptureQueriesContext(connection) as one:
        client.get(address(world))
    asked = len(one)
    for day in ("2026-03-06", "2026-03-07", "2026-03-08"):
        client.post(CREATE, typed(world, held_on=day, guests=f"{world.wang.number} 王外人"))

    with django_assert_num_queries(asked):
        assert len(ids_on(page(client.get(address(world))))) == 4


def test_the_list_leads_to_the_own_book(world: Any, as_: As) -> None:
    assert f"/activities/book/{world.a.pk}/" in page(as_("li").get("/activities/"))
    assert "/activities/book/" not in page(as_("qian").get("/activities/"))
    assert f"/activities/book/{world.b.pk}/" in page(as_("qian").get(f"/activities/?branch={world.b.pk}"))
    assert "/activities/book/" not in page(as_("wang").get(f"/activities/?branch={world.b.pk}"))


@pytest.mark.parametrize(
    ("text", "today", "expected"),
    [
        ("2026-Q1", date(2026, 3, 10), Q1),
        ("2026", date(2026, 3, 10), Period(date(2026, 1, 1), date(2026, 12, 31))),
        ("", date(2026, 3, 10), Q1),
        ("", date(2026, 1, 10), Q4),
        ("2026-Q5", date(2026, 3, 10), Q1),
        ("0001", date(2026, 3, 10), Q1),
        ("2027-Q1", date(2026, 3, 10), Q1),
        ("x", date(2026, 3, 10), Q1),
    ],
)
def test_a_period_is_named_or_the_one_due_to_be_bound(text: str, today: date, expected: Period) -> None:
    assert period_asked(text, LedgerKind.BOOK, today) == expected


@pytest.mark.parametrize("kind", ["book", "quarter", "year", "talks", "duties"])
def test_each_ledger_is_a_page_with_its_files_beside_it(world: Any, as_: As, kind: str) -> None:
    quarter(world)

    html = page(as_("li").get(f"/activities/ledgers/{world.a.pk}/{kind}/"))

    for form in ("pdf", "xlsx", "docx"):
        assert f"/activities/ledgers/{world.a.pk}/{kind}.{form}?period=2026" in html


@pytest.mark.parametrize(
    ("file", "starts"), [("duties.pdf", b"%PDF-"), ("book.xlsx", b"PK"), ("talks.docx", b"PK")]
)
def test_a_ledger_comes_as_a_file_of_its_name(world: Any, as_: As, file: str, starts: bytes) -> None:
    response = as_("li").get(f"/activities/ledgers/{world.a.pk}/{file}?period=2026-Q1")

    assert response.content.startswith(starts)
    name = unquote(response["Content-Disposition"])
    assert name.endswith(f"_甲社区党支部_2026-Q1{file[file.index('.') :]}")
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("address", ["record/", "book.exe", "nothing/", "nothing.pdf", "sign_in.pdf"])
def test_what_is_no_ledger_of_a_period_is_not_there(world: Any, as_: As, address: str) -> None:
    assert as_("li").get(f"/activities/ledgers/{world.a.pk}/{address}").status_code == 404


def test_the_years_of_a_summary_and_the_quarters_of_a_sheet_are_offered(world: Any, as_: As) -> None:
    year = page(as_("li").get(f"/activities/ledgers/{world.a.pk}/year/?period=2026-Q1"))
    sheet = page(as_("li").get(f"/activities/ledgers/{world.a.pk}/quarter/?period=2025"))

    assert "?period=2025" in year
    assert "2026-Q2" not in year
    assert "?period=2025-Q4" in sheet
    assert "2026年第2季度" in sheet


def test_a_meeting_is_a_page_and_a_file_and_so_is_who_signed(world: Any, as_: As) -> None:
    full = quarter(world)[1]
    client, base = as_("li"), f"/activities/{full.pk}/papers/"

    assert "有表决权" in page(client.get(f"{base}sign_in/"))
    assert ids_on(page(client.get(f"/activities/{full.pk}/print/"))) == [full.pk]
    assert client.get(f"{base}sign_in.pdf").content.startswith(b"%PDF-")
    assert client.get(f"{base}record.docx").content.startswith(b"PK")
    for address in ("book/", "book.pdf", "record.exe"):
        assert client.get(f"{base}{address}").status_code == 404


def test_a_voided_record_is_printed_as_such(world: Any, as_: As) -> None:
    quarter(world)
    void = Activity.unscoped.get(state=ActivityState.VOID)

    assert "重复" in page(as_("li").get(f"/activities/{void.pk}/print/"))
