"""What a group robot is told of a body: the numbers of the page of Coverage, and nobody's name."""

from collections.abc import Mapping
from datetime import date

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import translation

from branches.models import Organization
from orgportal.core.jinja import day
from orgportal.core.scoping import Grant, Scope
from orgportal.core.webhooks import Message
from orgportal.health.messages import ROBOT_LINE, ROBOT_OUTCOMES, ROBOT_PARTS, ROBOT_TEST
from orgportal.health.models import Robot, RobotMessage
from orgportal.health.queries.district import MonthView, numbers, with_need

RIGHT = "robot.edit"
SEES = frozenset({"branch.view", "activity.view", "transfer.view", "health.view"})


def counts_of(body: Organization, on: date) -> dict[str, int]:
    """The numbers an overseer of the body reads on that day, those above nought (docs/crossings.md)."""
    scope, view = Scope(grants=(Grant(body.path, SEES),)), MonthView.of("", on)
    found = numbers(scope, view, with_need(scope, view))
    return {name: number for name in ROBOT_PARTS if (number := getattr(found, name))}


def message_of(row: RobotMessage) -> Message:
    """In the robot's language: a repeat says the same, since the counts are kept with the row."""
    body = row.robot.organization
    url = f"{settings.SITE_ADDRESS}{reverse('health:district')}" if settings.SITE_ADDRESS else ""
    with translation.override(row.robot.language):
        text = " ".join(filter(None, (_text(row, body.name), url)))
    facts = {
        "body": body.name,
        "on": row.on.isoformat(),
        "counts": row.counts,
        "url": url,
        "test": row.is_test,
    }
    return Message(str(row.key), text, facts)


def _text(row: RobotMessage, body: str) -> str:
    if row.is_test:
        return str(ROBOT_TEST).format(body=body)
    comma = translation.pgettext("clause", ", ")
    said = {name: words for name, words in ROBOT_PARTS.items() if name in row.counts}
    parts = comma.join(str(words).format(number=row.counts[name]) for name, words in said.items())
    return str(ROBOT_LINE).format(body=body, on=day(row.on), parts=parts)


def robots(scope: Scope) -> QuerySet[Robot]:
    """Those in use at bodies whose robots one may set up, with how the last message went."""
    said = RobotMessage.objects.exclude(state=RobotMessage.State.CANCELLED)
    last = said.filter(robot=OuterRef("pk")).order_by("-id")
    rows = Robot.objects.visible_to(scope).in_use().select_related("organization", "recorded_by")
    return rows.annotate(
        last_on=Subquery(last.values("on")[:1]),
        last_state=Subquery(last.values("state")[:1]),
        last_outcome=Subquery(last.values("outcome")[:1]),
    )


def outcome_words(code: str, words: Mapping[str, object] = ROBOT_OUTCOMES) -> str:
    """The sentence of a code as it is kept with a message."""
    if not code:
        return ""
    kind, _, number = code.partition("_")
    key = code if code in words else kind if kind in words else "other"
    return str(words[key]).format(code=number if kind in words else code)
