"""What the feed tests share: an address, and what a calendar program reads at it."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from activities.choices import ActivityState
from activities.models import Activity, Decision
from activities.tests.factories import make_activity
from activities.workflows.feeds import MadeFeed, make_feed
from branches.tests.factories import NOW
from members.choices import PeriodReason
from members.models import BranchPeriod, Member

MEETING = {"starts_at": time(9, 0), "ends_at": time(10, 30), "place": "党群活动室"}


def make(world: Any, persona: str, branch: Any = None, at: datetime | None = None) -> MadeFeed:
    return make_feed(branch, actor=world.user(persona), scope=world.scope(persona), at=at or world.now)


def fetch(token: str, **headers: str) -> Any:
    """Without a session, as a phone does."""
    return Client(headers=headers).get(reverse("activities:feed-read", args=[token]))


def events(token: str) -> dict[str, Any]:
    """Title to event, in the order of the calendar."""
    answer = fetch(token)
    assert answer.status_code == 200, answer.content
    return {str(each["summary"]): each for each in Calendar.from_ical(answer.content).walk("VEVENT")}


def record(world: Any, title: str, branch: Any = None, there: Any = (), **fields: Any) -> Activity:
    return make_activity(branch or world.a, world.li.user, there, title=title, **fields)


def plan(world: Any, title: str, branch: Any = None, **fields: Any) -> Activity:
    shape = {"state": ActivityState.PLANNED, "held_on": date(2026, 3, 20), **fields}
    return record(world, title, branch, **shape)


def follow_up(activity: Activity, text: str, owner: Member, due_on: date) -> Decision:
    item = activity.items.create(position=activity.items.count() + 1, topic="议题")
    return item.decisions.create(text=text, owner=owner, due_on=due_on)


def move(member: Member, to: Any) -> None:
    """As an accepted transfer leaves the register."""
    periods = BranchPeriod.objects.filter(member=member)
    periods.update(ends_on=NOW.date() - timedelta(days=1))
    shape = {"starts_on": NOW.date(), "reason": PeriodReason.TRANSFERRED, "recorded_at": NOW}
    BranchPeriod.objects.create(member=member, branch=to, **shape)
    Member.unscoped.filter(pk=member.pk).update(branch=to, path=to.path)
