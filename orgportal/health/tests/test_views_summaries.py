"""Frozen summaries as pages and on paper."""

import io
import re
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

from activities.choices import DutyState
from activities.models import Duty
from branches.tests.factories import NOW
from conftest import World
from orgportal.health.models import PeriodSummary
from orgportal.health.rules.totals import Span
from orgportal.health.tests.matrix import a_month
from orgportal.health.tests.reading import ids_of, text_of
from orgportal.health.workflows.summaries import make_summaries, revise_summaries

JAN, MAR = date(2026, 1, 1), date(2026, 3, 1)
JANUARY = Span(JAN, date(2026, 1, 31))
pytestmark = pytest.mark.usefixtures("on_the_day")


# --- summaries


def test_summary_says_what_was_frozen_and_how_it_was_made(world: World, as_: Any) -> None:
    a_month(world)
    district = PeriodSummary.unscoped.get(organization=world.district, starts_on=JAN)

    page = as_("qian").get(district.get_absolute_url())

    assert set(ids_of(page)) == set(district.content["silent_ids"])
    assert district.edition_id in text_of(page)
    assert "2026年1月31日" in text_of(page)


def linked(page: Any) -> list[tuple[int, str]]:
    found = re.findall(r'<a href="(/health/summaries/\?[^"]+)">(\d+)</a>', page.content.decode())
    return [(int(value), address.replace("&amp;", "&")) for address, value in found]


@pytest.mark.parametrize(("persona", "body"), [("qian", "district"), ("zhao", "committee_1")])
def test_numbers_of_a_body_open_the_summaries_of_as_many_branches(
    world: World, as_: Any, persona: str, body: str
) -> None:
    a_month(world)
    summary = PeriodSummary.unscoped.get(organization=getattr(world, body), starts_on=JAN)
    client = as_(persona)

    numbers = linked(client.get(summary.get_absolute_url()))

    assert numbers
    for value, address in numbers:
        assert (address, len(ids_of(client.get(address)))) == (address, value)
    assert (
        linked(client.get(PeriodSummary.unscoped.get(organization=world.a, starts_on=JAN).get_absolute_url()))
        == []
    )


def test_a_list_under_a_body_out_of_sight_is_empty(world: World, as_: Any) -> None:
    a_month(world)
    address = f"{reverse('health:summary-list')}?under={world.committee_1.pk}"

    assert ids_of(as_("zhao").get(address))
    assert ids_of(as_("wang").get(address)) == []


def test_summary_links_its_revisions_with_their_reason(world: World, as_: Any) -> None:
    a_month(world)
    Duty.unscoped.filter(branch=world.b, starts_on=JAN).update(state=DutyState.EXCUSED, reason="防汛")
    revise_summaries(
        Span(JAN, date(2026, 1, 31)), reason="补充免于开展说明", actor=None, at=NOW + timedelta(minutes=5)
    )
    newest = PeriodSummary.unscoped.get(organization=world.b, starts_on=JAN, revision=2)

    listed = ids_of(as_("qian").get(reverse("health:summary-list") + "?q=乙"))
    page = text_of(as_("qian").get(newest.get_absolute_url()))

    assert listed == [newest.pk]
    assert "补充免于开展说明" in page


def test_summary_stands_beside_its_own_past_and_nobody_elses(world: World, as_: Any) -> None:
    a_month(world)
    Duty.unscoped.filter(branch=world.a).update(recorded_at=NOW - timedelta(days=200))
    make_summaries(date(2026, 3, 10), at=NOW)
    february = PeriodSummary.unscoped.get(organization=world.a, starts_on=date(2026, 2, 1))

    page = text_of(as_("li").get(february.get_absolute_url()))

    past = page[page.index("与自身过去相比") :]
    assert past.index("2026年2月") < past.index("2026年1月")
    assert "2025年2月" not in past


def test_summary_prints_on_paper(world: World, as_: Any) -> None:
    a_month(world)
    for body in (world.district, world.a):
        summary = PeriodSummary.unscoped.get(organization=body, starts_on=JAN)
        page = as_("qian").get(reverse("health:summary-print", args=[summary.pk]))
        assert "支部健康情况报告" in text_of(page)
        assert b"side" not in page.content


def test_summary_is_a_file_that_says_the_same(world: World, as_: Any) -> None:
    a_month(world)
    district = PeriodSummary.unscoped.get(organization=world.district, starts_on=JAN)
    address = {
        form: reverse("health:summary-file", args=[district.pk, form])
        for form in ("xlsx", "pdf", "docx", "txt")
    }

    book = as_("qian").get(address["xlsx"])
    sheets = openpyxl.load_workbook(io.BytesIO(book.content))
    rows = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in sheets}

    totals = district.content["totals"]
    numbers = {row[0]: row[1] for row in rows["基本数据"][1:]}
    assert (numbers["党支部"], numbers["缺失"]) == (totals["branches"], totals["duty.missing"])
    below = {row[0]: row[1] for row in rows["直属下级党组织"][1:]}
    assert below == {line["name"]: line["totals"]["branches"] for line in district.content["below"]}
    assert [row[0] for row in rows["近期无活动支部"][1:]] == [
        branch.name for branch in (world.a, world.b, world.c) if branch.pk in district.content["silent_ids"]
    ]
    assert as_("qian").get(address["pdf"]).content.startswith(b"%PDF")
    assert as_("qian").get(address["docx"]).content.startswith(b"PK")
    assert as_("qian").get(address["txt"]).status_code == 404


@pytest.mark.parametrize("query", ["?kind=above", "?need=silent", "?kind=branch&period=2026-01"])
def test_summary_list_is_narrowed(world: World, as_: Any, query: str) -> None:
    a_month(world)
    rows = PeriodSummary.unscoped.filter(starts_on=JAN)
    branches = rows.filter(organization__kind="branch")
    expected = {"?kind=above": rows.exclude(organization__kind="branch"),
                "?need=silent": branches.filter(is_silent=True)}.get(query, branches)  # fmt: skip

    page = as_("qian").get(reverse("health:summary-list") + query)

    assert set(ids_of(page)) == set(expected.values_list("pk", flat=True))
