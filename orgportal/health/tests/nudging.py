"""A winter in which something is owed, and the way to nudge it: shared by the tests of nudges."""

from datetime import date
from typing import Any

from django.http import QueryDict

from branches.tests.factories import NOW, TODAY
from conftest import World
from orgportal.health.filters import list_to_nudge
from orgportal.health.models import Nudge
from orgportal.health.queries.nudges import Selection, select
from orgportal.health.rules.nudges import MATTERS
from orgportal.health.workflows.nudges import Asked, send

BY = date(2026, 3, 17)
MISSING = "month=2026-01-01&state=missing"


def selection_of(world: World, who: str, matter: str = "duty", query: str = MISSING) -> Selection:
    filters, rows = list_to_nudge(matter, QueryDict(query), scope=world.scope(who), today=TODAY)
    assert filters.body is not None
    return select(MATTERS[matter], rows, filters.body, world.user(who).pk, TODAY)


def nudge_by(world: World, who: str = "qian", **changes: Any) -> Nudge:
    matter = changes.pop("matter", "duty")
    selection = changes.pop("selection", None) or selection_of(
        world, who, matter, changes.pop("query", MISSING)
    )
    asked = Asked(**{"answer_by": BY, "note": "", "seen": selection.subjects, **changes})
    return send(selection, asked, actor=world.user(who), scope=world.scope(who), at=NOW)


def told(selection: Selection) -> dict[str, list[str]]:
    """By matter, the user names of those who would read it."""
    return {
        target.thing.subject: [user.user_name for user in selection.told(target)]
        for target in selection.targets
    }


def left_out(selection: Selection) -> dict[str, str]:
    return {each.thing.subject: each.reason for each in selection.left_out}
