"""Several records typed from paper: all of them, or none and which line stood in the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from activities.models import Activity
from activities.rules.records import Entry
from activities.workflows.meetings import NotHeld, record_meeting, record_not_held
from branches.models import Organization
from orgportal.core.errors import Refused
from orgportal.core.models import User
from orgportal.core.scoping import Scope


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A meeting, or that there was none; `is_another`: yes, a second of the kind on that day."""

    said: Entry | NotHeld
    is_another: bool = False


class LineRefused(Refused):
    """One line was refused; `index` counts from 0, code and params are those of the refusal."""

    def __init__(self, index: int, refusal: Refused) -> None:
        super().__init__(refusal.code, **refusal.params)
        self.index = index


@transaction.atomic
def record_lines(
    lines: Sequence[PaperLine], *, branch: Organization, actor: User, scope: Scope, at: datetime
) -> list[Activity]:
    """Record every line in its order, or raise `LineRefused` for the first that cannot be and keep none."""
    done: list[Activity] = []
    for index, line in enumerate(lines):
        try:
            done.append(_record(line, branch, actor, scope, at))
        except Refused as refusal:
            raise LineRefused(index, refusal) from refusal
    return done


def _record(line: PaperLine, branch: Organization, actor: User, scope: Scope, at: datetime) -> Activity:
    if isinstance(line.said, NotHeld):
        return record_not_held(line.said, branch=branch, actor=actor, scope=scope, at=at)
    return record_meeting(
        line.said, branch=branch, actor=actor, scope=scope, at=at, is_another=line.is_another
    )
