"""Orders of ledgers for a whole body: how far each is, and bodies one can order for."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from activities.choices import RunRowState, RunState
from activities.models import Activity, LedgerFile, LedgerRun
from branches.choices import Kind
from branches.models import Organization
from orgportal.core.scoping import Scope, within


@dataclass(frozen=True, slots=True)
class RunSheet:
    """One order as its page shows it."""

    run: LedgerRun
    files: list[LedgerFile]
    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def settled(self) -> int:
        return self.total - self.counts[RunRowState.WAITING]

    @property
    def is_running(self) -> bool:
        return self.run.state == RunState.RUNNING

    @property
    def is_ready(self) -> bool:
        return self.run.is_done and self.counts[RunRowState.DONE] > 0


def run_sheet(run: LedgerRun) -> RunSheet:
    """Without the files themselves."""
    files = run.files.defer("content").select_related("branch").order_by("pk")
    return RunSheet(run, list(files), run_counts(run))


def run_counts(run: LedgerRun) -> dict[str, int]:
    found = dict(run.files.values_list("state").annotate(n=Count("pk")))
    return {str(state): found.get(state, 0) for state in RunRowState}


def bodies_to_order_for(scope: Scope) -> QuerySet[Organization]:
    """Bodies above branches whose records the person sees, in the order of the tree."""
    rows = Organization.objects.visible_to(scope).current().exclude(kind=Kind.BRANCH)
    return rows.filter(within("path", scope.roots_for(Activity.view_right))).order_by("path")
