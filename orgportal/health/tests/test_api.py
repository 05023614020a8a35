"""Assessments and summaries over the API: rows in scope, detail, strangers."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from conftest import World
from orgportal.health.models import PeriodSummary
from orgportal.health.tests.matrix import a_month, bodies_of, branches_of

JAN = date(2026, 1, 1)
pytestmark = pytest.mark.usefixtures("on_the_day")


def rows_of(client: Any, name: str, query: str = "") -> list[dict[str, Any]]:
    return client.get(reverse(f"api-health:{name}") + query).json()["results"]


@pytest.mark.parametrize("persona", ["li", "zhao", "qian", "wang", "chen", "sys"])
def test_lists_show_what_is_in_scope(world: World, as_: Any, persona: str) -> None:
    a_month(world)
    client = as_(persona)

    assert {row["id"] for row in rows_of(client, "assessment-list")} == branches_of(world, persona)
    bodies = {row["organization_id"] for row in rows_of(client, "summary-list")}
    assert bodies == bodies_of(world, persona)


def test_lists_are_filtered(world: World, as_: Any) -> None:
    a_month(world)

    silent = rows_of(as_("qian"), "assessment-list", "?is_silent=true")
    january = rows_of(as_("qian"), "summary-list", f"?starts_on=2026-01-01&organization={world.a.pk}")

    assert {row["id"] for row in silent} == {world.a.pk, world.b.pk, world.c.pk}
    assert [row["organization_id"] for row in january] == [world.a.pk]


def test_lists_take_the_same_queries_for_one_row_and_four(
    world: World, as_: Any, django_assert_max_num_queries: Any
) -> None:
    a_month(world)
    for name in ("assessment-list", "summary-list"):
        counts = []
        for persona in ("wang", "qian"):
            client = as_(persona)
            rows_of(client, name)
            with django_assert_max_num_queries(10) as seen:
                rows_of(client, name)
            counts.append(len(seen))
        assert counts[0] == counts[1]


def test_detail_tells_findings_with_citation_and_evidence(world: World, as_: Any) -> None:
    a_month(world)

    answer = as_("zhao").get(reverse("api-health:assessment-detail", args=[world.b.pk])).json()

    missing = next(finding for finding in answer["findings"] if finding["code"] == "duty_missing")
    assert (answer["id"], missing["measured"], len(missing["evidence"])) == (world.b.pk, 1, 1)
    assert missing["citation"]["instrument"] == "中国共产党支部工作条例（试行）"
    assert answer["facts"]["formal"] == 0


def test_detail_of_a_summary_is_what_was_frozen(world: World, as_: Any) -> None:
    a_month(world)
    summary = PeriodSummary.unscoped.get(organization=world.district, starts_on=JAN)

    answer = as_("qian").get(reverse("api-health:summary-detail", args=[summary.pk])).json()

    assert (answer["content"], answer["digest"]) == (summary.content, summary.digest)


@pytest.mark.parametrize("persona", ["wang", "chen", "ran"])
def test_details_are_not_found_by_strangers(world: World, as_: Any, persona: str) -> None:
    a_month(world)
    summary = PeriodSummary.unscoped.get(organization=world.a, starts_on=JAN)

    for name, pk in (("assessment-detail", world.a.pk), ("summary-detail", summary.pk)):
        assert as_(persona).get(reverse(f"api-health:{name}", args=[pk])).status_code == 404
