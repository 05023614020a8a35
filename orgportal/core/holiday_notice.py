"""Reads the State Council's yearly notice of holidays as it is published, and writes it back. Pure.

A line of it:

    二、春节：2月15日（农历腊月二十八、周日）至23日（周一）放假调休，共9天。2月14日（周六）上班。
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from orgportal.core.workdays import SATURDAY, SpecialDate

LONGEST_NAME = 30
# The holidays every notice has had since 2008 (全国年节及纪念日放假办法); one left out is asked about.
USUAL = ("元旦", "春节", "清明", "劳动节", "端午", "中秋", "国庆节")
WEEKDAYS = "一二三四五六日"

_LEAD = re.compile(r"^\s*(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]\s*)?")
_DAY = re.compile(
    r"(?:(?P<year>\d{4})年)?(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})日(?:[（(](?P<remark>[^（）()]*)[）)])?"
)
_WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")
_COUNT = re.compile(r"共(\d{1,2})天|放假(\d{1,2})天")
_TO = re.compile(r"^\s*(?:至|到|[-–—~～])\s*$")
_BETWEEN = re.compile(r"[。；;，,](?![^（(]*[）)])")
OFF, WORKED = "放假", "上班"


@dataclass(frozen=True, slots=True)
class Fault:
    """What cannot be right, in which line of the text (from 1)."""

    code: str
    line: int
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the text says: its days, what is wrong with it, lines passed over and holidays it leaves out."""

    days: tuple[SpecialDate, ...] = ()
    faults: tuple[Fault, ...] = ()
    passed_over: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        names = " ".join({each.name for each in self.days})
        return tuple(name for name in USUAL if name not in names)


class _Wrong(ValueError):
    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def read_notice(text: str, year: int) -> Reading:
    """The days of the notice for `year`. Lines that name no day to be free or worked are passed over."""
    days: dict[date, SpecialDate] = {}
    faults: list[Fault] = []
    passed: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        if not (_DAY.search(line) and (OFF in line or WORKED in line)):
            passed.append(line.strip())
            continue
        try:
            for each in _read_line(line, year):
                _add(each, days)
        except _Wrong as wrong:
            faults.append(Fault(wrong.code, number, wrong.params))
    if not days and not faults:
        faults.append(Fault("no_day_in_it", 1))
    return Reading(tuple(sorted(days.values(), key=lambda each: each.on)), tuple(faults), tuple(passed))


def _add(each: SpecialDate, days: dict[date, SpecialDate]) -> None:
    if each.on in days:
        raise _Wrong("day_twice", day=each.on)
    days[each.on] = each


def _read_line(line: str, year: int) -> list[SpecialDate]:
    name, sign, rest = _LEAD.sub("", line, count=1).replace(":", "：").partition("：")
    name = name.strip()
    if not sign or not 0 < len(name) <= LONGEST_NAME or _DAY.search(name):
        raise _Wrong("name_missing")
    found: list[SpecialDate] = []
    waiting: list[date] = []
    for part in _BETWEEN.split(rest):
        waiting += _days_of(part, year)
        if OFF in part or WORKED in part:
            if not waiting:
                raise _Wrong("day_missing", part=part.strip())
            found += [_special(day, name, is_workday=OFF not in part) for day in waiting]
            waiting = []
        if count := _COUNT.search(part):
            _check_count(found, int(count[1] or count[2]))
    if waiting:
        raise _Wrong("free_or_worked", day=waiting[0])
    return found


def _special(day: date, name: str, *, is_workday: bool) -> SpecialDate:
    if is_workday and day.weekday() < SATURDAY:
        raise _Wrong("worked_anyway", day=day)
    return SpecialDate(day, is_workday, name)


def _check_count(found: Iterable[SpecialDate], count: int) -> None:
    free = sum(not each.is_workday for each in found)
    if free != count:
        raise _Wrong("count_differs", count=count, read=free)


def _days_of(part: str, year: int) -> list[date]:
    """Single days and spans of a part of a sentence; a month or year named once holds for what follows."""
    found: list[date] = []
    end, month, of_year = 0, 0, year
    for match in _DAY.finditer(part):
        of_year, month = int(match["year"] or of_year), int(match["month"] or month)
        day = _day(of_year, month, int(match["day"]), match["remark"] or "")
        # A notice may reach into the December before its year and the January after it.
        if not 0 <= (day.year - year) * 12 + day.month <= 13:
            raise _Wrong("other_year", day=day, year=year)
        if found and _TO.match(part[end : match.start()]):
            found += _span(found[-1], day)
        else:
            found.append(day)
        end = match.end()
    return found


def _day(year: int, month: int, day: int, remark: str) -> date:
    if not month:
        raise _Wrong("month_missing", part=f"{day}日")
    try:
        found = date(year, month, day)
    except ValueError:
        raise _Wrong("no_such_day", part=f"{month}月{day}日") from None
    said = _WEEKDAY.search(remark)
    if said and WEEKDAYS[found.weekday()] != said[1].replace("天", "日"):
        raise _Wrong("other_weekday", day=found, said=said[0])
    return found


def _span(first: date, last: date) -> list[date]:
    """The days after the first up to the last."""
    if last <= first:
        raise _Wrong("span_backwards", day=last)
    return [first + timedelta(days=step) for step in range(1, (last - first).days + 1)]


# --- and back


def write_notice(days: Sequence[SpecialDate], year: int) -> str:
    """The text `read_notice` reads the same days from: a line for each holiday, in order of its first day."""
    by_name: dict[str, list[SpecialDate]] = {}
    for each in sorted(days, key=lambda each: each.on):
        by_name.setdefault(each.name, []).append(each)
    return "\n".join(f"{name}：{''.join(_sentences(each, year))}" for name, each in by_name.items())


def _sentences(days: Sequence[SpecialDate], year: int) -> Iterator[str]:
    # A year once named holds for what follows: beside a day of another year, every day names its own.
    names_years = any(each.on.year != year for each in days)
    for is_workday, verb in ((False, OFF), (True, WORKED)):
        chosen = [each.on for each in days if each.is_workday == is_workday]
        if chosen:
            yield "、".join(_spans(chosen, names_years=names_years)) + verb + "。"


def _spans(days: Sequence[date], *, names_years: bool) -> Iterator[str]:
    for _start, run in groupby(enumerate(days), key=lambda pair: pair[1] - timedelta(days=pair[0])):
        first, *rest = (day for _place, day in run)
        last = f"至{_told(rest[-1], names_years=names_years)}" if rest else ""
        yield _told(first, names_years=names_years) + last


def _told(day: date, *, names_years: bool) -> str:
    year = f"{day.year}年" if names_years else ""
    return f"{year}{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"
