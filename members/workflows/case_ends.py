"""A disposition file ends with the membership: there is nobody left to deal with."""

from datetime import date, datetime

from django.db.models import F

from members.choices import CaseAct, CaseState
from members.models import Case, CaseStep, StandingChange
from orgportal.core import audit


def close_for(
    member_id: int, on: date, basis: str, at: datetime, change: StandingChange | None = None
) -> None:
    """Close the open file, if there is one, with the day and the reason, in the caller's transaction."""
    case = Case.unscoped.open().select_for_update().filter(member=member_id).first()
    if case is None:
        return
    CaseStep.objects.create(case=case, act=CaseAct.ENDED, on=on, document=basis[:120], recorded_at=at)
    Case.unscoped.filter(pk=case.pk).update(
        state=CaseState.ENDED, closed_at=at, change=change, version=F("version") + 1
    )
    kind = change.kind if change else ""
    audit.record(actor=None, action="case.ended", target=case, at=at, changes={"on": on, "because": kind})
