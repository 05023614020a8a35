"""Events as an iCalendar text (RFC 5545, RFC 7986). Equal events give equal bytes, so a reader can be told
that nothing changed; folding, escaping and time zones are the library's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from icalendar import Calendar, vText
from icalendar import Event as Component
from icalendar import Timezone as ZoneComponent

CONTENT_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//orgportal//calendar//ZH"
CONFIRMED, TENTATIVE, CANCELLED = "CONFIRMED", "TENTATIVE", "CANCELLED"
REFRESH = timedelta(hours=1)
# China has kept one time all year round since 1992; the library writes what holds between these days.
ZONE_SINCE, ZONE_UNTIL = date(1992, 1, 1), date(2038, 1, 1)


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a calendar. `starts` is a day or an hour on the wall; `ends` is None where nobody said."""

    uid: str
    title: str
    kind: str
    starts: date
    changed_at: datetime
    ends: datetime | None = None
    status: str = CONFIRMED
    version: int = 0
    place: str = ""
    url: str = ""
    is_deadline: bool = False  # takes none of anybody's time


def calendar_of(name: str, language: str, events: Iterable[Event]) -> bytes:
    """The whole calendar, in the order given; `language` is that of the words the portal adds."""
    spoken = {"language": language}
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", vText(name), parameters=spoken)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    calendar.add_component(_zone())
    for event in events:
        calendar.add_component(_component(event, spoken))
    text: bytes = calendar.to_ical(sorted=False)
    return text


@cache
def _zone() -> Any:
    zone = ZoneComponent.from_tzid(settings.TIME_ZONE, first_date=ZONE_SINCE, last_date=ZONE_UNTIL)
    zone.pop("comment", None)
    return zone


def _component(event: Event, spoken: dict[str, str]) -> Any:
    component = Component()
    component.add("uid", event.uid)
    component.add("dtstamp", event.changed_at)
    component.add("last-modified", event.changed_at)
    component.add("sequence", event.version)
    _add_times(component, event)
    component.add("summary", event.title)
    component.add("status", event.status)
    component.add("transp", "TRANSPARENT" if event.is_deadline else "OPAQUE")
    component.add("categories", [event.kind], parameters=spoken)
    component.add("description", "\n".join(filter(None, (event.kind, event.url))), parameters=spoken)
    if event.place:
        component.add("location", event.place)
    if event.url:
        component.add("url", event.url)
    return component


def _add_times(component: Any, event: Event) -> None:
    """A day stands for itself in whatever zone it is read; an hour carries the zone of its wall."""
    if not isinstance(event.starts, datetime):
        component.add("dtstart", event.starts)
        component.add("dtend", event.starts + timedelta(days=1))
        return
    zone = ZoneInfo(settings.TIME_ZONE)
    component.add("dtstart", event.starts.replace(tzinfo=zone))
    if event.ends is not None:
        component.add("dtend", event.ends.replace(tzinfo=zone))
