"""Pages of ledgers for a whole body: one form, the progress, the archive."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from activities.models import LedgerRun
from activities.tests.matrix_ledgers import ordered
from activities.tests.pages import page
from activities.workflows.ledger_runs import clear, run

pytestmark = pytest.mark.usefixtures("on_the_day")
As = Callable[[str], Any]
RUNS = "/activities/ledgers/"


def wanted(world: Any, **changes: Any) -> dict[str, Any]:
    return {
        "organization": world.committee_1.pk,
        "kind": "quarter",
        "period": "2026-Q1",
        "form": "pdf",
        **changes,
    }


def test_it_is_ordered_in_one_step_and_followed(world: Any, as_: As) -> None:
    client = as_("zhao")

    address = client.post(RUNS, wanted(world))["Location"]

    assert "已完成 0 / 2" in page(client.get(address)) or "hx-get" in page(client.get(address))
    run(LedgerRun.unscoped.get().pk, at=world.now)
    html = page(client.get(address))
    assert "files.zip" in html
    assert "hx-get" not in html.split('id="ledger-run"')[1].split(">")[0]
    assert client.get(f"{address}files.zip").content.startswith(b"PK")
    assert address in page(client.get(RUNS))


def test_another_period_is_refused_at_its_field(world: Any, as_: As) -> None:
    response = as_("zhao").post(RUNS, wanted(world, kind="year"))

    assert response.status_code == 422
    assert "年度汇总表请选年度" in page(response)


def test_without_a_branch_it_is_refused_in_words(world: Any, as_: As) -> None:
    world.committee_1.__class__.unscoped.filter(parent=world.committee_1).update(established_on=world.today)

    assert "没有党支部" in page(as_("zhao").post(RUNS, wanted(world, period="2025-Q1")))


def test_a_secretary_is_told_where_the_own_ledgers_are(world: Any, as_: As) -> None:
    assert "没有可批量导出的上级党组织" in page(as_("li").get(RUNS))
    assert RUNS not in page(as_("li").get("/activities/"))
    assert f'href="{RUNS}"' in page(as_("zhao").get("/activities/"))


def test_what_failed_is_tried_again_and_what_is_gone_is_said(world: Any, as_: As) -> None:
    ordered(world)
    made, client = LedgerRun.unscoped.get(), as_("zhao")
    address = made.get_absolute_url()

    assert "again/" in page(client.get(address))
    assert client.post(f"{address}again/").status_code == 302
    assert client.post(f"{address}again/").status_code == 409
    run(made.pk, at=world.now)
    clear(at=world.now + timedelta(days=9))
    gone = client.get(f"{address}files.zip")
    assert (gone.status_code, "已过保存期" in page(gone)) == (409, True)
