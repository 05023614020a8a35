"""Working days and the hour at which the portal speaks to people; Shanghai time, whatever the server's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import chinese_calendar
from django.utils import timezone

SPEAKS_FROM = time(9, 0)
SPEAKS_UNTIL = time(18, 0)
SATURDAY = 5
# The State Council gives notice of the next year's days in the autumn, as a rule by the middle of November.
ASKS_AHEAD = timedelta(days=45)

_NAMES = {str(each.value): each.chinese for each in chinese_calendar.Holiday}
_SHIPPED_YEARS = frozenset(day.year for day in chinese_calendar.holidays)


@dataclass(frozen=True, slots=True)
class SpecialDate:
    """A day that is not what its weekday says: free for a holiday, or worked in exchange for one (调休)."""

    on: date
    is_workday: bool
    name: str


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The days of the notices entered here, before the table that came with the library."""

    own: Mapping[int, Mapping[date, SpecialDate]] = field(default_factory=dict)  # by year of the notice

    def special(self, day: date) -> SpecialDate | None:
        """What a notice says of the day, if anything; a notice may reach into the year beside its own."""
        for year in (day.year, day.year - 1, day.year + 1):
            if found := self.own.get(year, {}).get(day):
                return found
        return None if day.year in self.own else shipped(day)

    def is_workday(self, day: date) -> bool:
        """Monday to Friday where no notice says otherwise."""
        said = self.special(day)
        return day.weekday() < SATURDAY if said is None else said.is_workday

    def knows(self, year: int) -> bool:
        return year in self.own or year in _SHIPPED_YEARS

    def known_until(self, today: date) -> date:
        """The last day of the last year known without a gap; of the year before, if this one is unknown."""
        year = today.year
        while self.knows(year):
            year += 1
        return date(year - 1, 12, 31)

    def asks_for(self, today: date) -> int | None:
        """The year whose notice should be entered now, if any."""
        last = self.known_until(today)
        return last.year + 1 if last - today < ASKS_AHEAD else None

    def special_days(self, year: int) -> list[SpecialDate]:
        """All of a year's notice, in order of their dates."""
        if year in self.own:
            return sorted(self.own[year].values(), key=lambda each: each.on)
        day, found = date(year, 1, 1), []
        while day.year == year:
            if said := shipped(day):
                found.append(said)
            day += timedelta(days=1)
        return found


def shipped(day: date) -> SpecialDate | None:
    """A day of the library's table that is not what its weekday says."""
    if name := chinese_calendar.workdays.get(day):
        return SpecialDate(day, is_workday=True, name=_NAMES.get(name, name))
    if name := chinese_calendar.holidays.get(day):
        return SpecialDate(day, is_workday=False, name=_NAMES.get(name, name))
    return None


def next_workday(day: date, calendar: WorkCalendar) -> date:
    """That day, or the first working day after it."""
    while not calendar.is_workday(day):
        day += timedelta(days=1)
    return day


def send_time(day: date, at: datetime, calendar: WorkCalendar) -> datetime:
    """Nine o'clock of the first working day from `day` on; what is late, the next moment of office hours."""
    slot = _nine(next_workday(day, calendar))
    now = timezone.localtime(at)
    if slot >= now:
        return slot
    today = now.date()
    if calendar.is_workday(today) and SPEAKS_FROM <= now.time() < SPEAKS_UNTIL:
        return at
    is_early = calendar.is_workday(today) and now.time() < SPEAKS_FROM
    return _nine(next_workday(today if is_early else today + timedelta(days=1), calendar))


def _nine(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, SPEAKS_FROM))
