"""Addresses of ledgers, for the access matrix: whoever sees the branch's records, and those records alone."""

from collections.abc import Callable
from datetime import date
from typing import Any

from activities.choices import LedgerForm, LedgerKind
from activities.models import LedgerRun
from activities.rules.duties import Period
from activities.workflows.ledger_runs import Wanted, order, run
from orgportal.tests.matrix import Row

PAGES = "anon:302 li|ran|zhao|qian:200 wang:404 chen|sun|sys|sec|aud:403"
CALLS = "anon:401 li|ran|zhao|qian:200 wang|chen|sun|sys|sec|aud:404"

Kwargs = Callable[[Any], dict[str, Any]]


def book_of_a(world: Any) -> dict[str, Any]:
    return {"branch": world.a.pk, "kind": "book"}


def ledger_rows(prepare: Callable[[Any], None], of_a: Kwargs) -> list[Row]:
    """`prepare` writes records in each branch, `of_a` names A's."""

    def own(world: Any, _persona: str) -> set[int]:
        return {of_a(world)["pk"]}

    def paper(world: Any) -> dict[str, Any]:
        return {**of_a(world), "kind": "sign_in"}

    period, form = "?period=2026-Q1", "form=xlsx"
    return [
        Row("activities:ledger", PAGES, kwargs=book_of_a, query=period, prepare=prepare, ids=own),
        Row("activities:ledger-file", PAGES, kwargs=lambda world: {**book_of_a(world), "form": "xlsx"}),
        Row("activities:activity-paper", PAGES, kwargs=paper, prepare=prepare, ids=own),
        Row(
            "activities:activity-file",
            PAGES,
            kwargs=lambda world: {**paper(world), "form": "xlsx"},
            prepare=prepare,
        ),
        Row("api-activities:ledger", CALLS, kwargs=book_of_a, query=period, prepare=prepare),
        Row("api-activities:ledger-file", CALLS, kwargs=book_of_a, query=f"{period}&{form}"),
        Row("api-activities:activity-paper", CALLS, kwargs=paper, prepare=prepare),
        Row("api-activities:activity-file", CALLS, kwargs=paper, query=f"?{form}", prepare=prepare),
        *run_rows(),
    ]


# --- of a whole body


def ordered(world: Any) -> None:
    """One order of zhao's, drawn, with one branch that could not be."""
    wanted = Wanted(LedgerKind.DUTIES, Period(date(2026, 1, 1), date(2026, 3, 31)), LedgerForm.XLSX)
    made = order(world.committee_1, wanted, actor=world.zhao.user, scope=world.scope("zhao"), at=world.now)
    run(made.pk, at=world.now)
    made.files.filter(branch=world.b).update(state="failed", content=None)


def the_run(world: Any) -> dict[str, Any]:
    return {"pk": LedgerRun.unscoped.get().pk}


def branches(world: Any, _persona: str) -> set[int]:
    return {world.a.pk, world.b.pk}


def wanted_of(world: Any) -> dict[str, Any]:
    return {"organization": world.committee_1.pk, "kind": "book", "period": "2026-Q1", "form": "pdf"}


def run_rows() -> list[Row]:
    mine = "anon:302 zhao:{} li|ran|qian|wang|chen|sun|sys|sec|aud:404"
    call = "anon:401 zhao:{} li|ran|qian|wang|chen|sun|sys|sec|aud:404"
    of_run = {"kwargs": the_run, "prepare": ordered}
    return [
        Row("activities:ledger-runs", "anon:302 li|ran|zhao|qian|wang:200 chen|sun|sys|sec|aud:403"),
        Row(
            "activities:ledger-runs",
            "anon:302 zhao|qian:302 li|ran|wang:422 chen|sun|sys|sec|aud:403",
            method="POST",
            data=wanted_of,
        ),
        Row("activities:ledger-run", mine.format(200), ids=branches, **of_run),
        Row("activities:ledger-run-file", mine.format(200), **of_run),
        Row("activities:ledger-run-again", mine.format(302), method="POST", **of_run),
        Row("api-activities:ledger-runs", "anon:401 li|ran|chen|sun|zhao|qian|wang|sys|sec|aud:200"),
        Row(
            "api-activities:ledger-runs",
            "anon:401 zhao|qian:201 li|ran|wang|chen|sun|sys|sec|aud:400",
            method="POST",
            data=wanted_of,
        ),
        Row("api-activities:ledger-run", call.format(200), **of_run),
        Row("api-activities:ledger-run-file", call.format(200), **of_run),
        Row("api-activities:ledger-run-again", call.format(200), method="POST", **of_run),
    ]
