"""Verifying the audit trail on request, with the result kept in the trail itself."""

from datetime import datetime
from pathlib import Path

from django.conf import settings

from orgportal.core import audit
from orgportal.core.models import User


def verify_for(actor: User, *, at: datetime) -> audit.Verdict:
    """Walk the chain against the checkpoints outside the database and record what was found."""
    points = audit.read_checkpoints(Path(settings.AUDIT_CHECKPOINT_FILE))
    verdict = audit.verify(points)
    changes = {
        "entries": verdict.entries,
        "checkpoints": len(points),
        "fault": verdict.fault,
        "entry": verdict.entry_id,
    }
    audit.record(actor=actor, action="audit.verified", target=None, at=at, changes=changes)
    return verdict
