"""Complaints and suggestions about the system: everybody writes, the system administrator answers by date."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from orgportal.core import audit, inbox
from orgportal.core.errors import Refused
from orgportal.core.locking import update_versioned
from orgportal.core.models import Desk, Feedback, User
from orgportal.core.workflows.desks import demand_desk


@transaction.atomic
def write(kind: str, text: str, page: str, *, actor: User, at: datetime) -> Feedback:
    feedback = Feedback.objects.create(author=actor, kind=kind, text=text, page=page, created_at=at)
    audit.record(actor=actor, action="feedback.written", target=feedback, at=at)
    return feedback


@transaction.atomic
def answer(feedback: Feedback, text: str, *, seen_version: int, actor: User, at: datetime) -> Feedback:
    """Give the dated answer, once, and tell the writer."""
    demand_desk(actor, Desk.SYSTEM)
    if feedback.answered_at is not None:
        raise Refused("already_answered")
    answered = update_versioned(
        feedback, seen_version=seen_version, answer=text, answered_at=at, answered_by=actor
    )
    audit.record(actor=actor, action="feedback.answered", target=answered, at=at)
    inbox.notify(
        [answered.author_id],
        "core.feedback_answered",
        f"feedback:{answered.pk}",
        params={},
        url=reverse("core:feedback-list"),
        at=at,
    )
    return answered
