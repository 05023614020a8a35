"""The working calendar as it stands, and its holidays in words."""

from collections import defaultdict
from datetime import date

from django.utils.translation import gettext_lazy as _

from orgportal.core.models import HolidayNotice
from orgportal.core.workdays import SpecialDate, WorkCalendar

# By the part of the name that is always there: notices say 清明节 as well as 清明, and join two in one name.
HOLIDAYS = {
    "元旦": _("New Year's Day"),
    "春节": _("Spring Festival"),
    "清明": _("Tomb-sweeping Day"),
    "劳动节": _("Labour Day"),
    "端午": _("Dragon Boat Festival"),
    "中秋": _("Mid-autumn Festival"),
    "国庆": _("National Day"),
}


def work_calendar() -> WorkCalendar:
    """One query; small enough to be read anew for each batch of work."""
    own: dict[int, dict[date, SpecialDate]] = defaultdict(dict)
    rows = HolidayNotice.objects.values_list("year", "days__on", "days__is_workday", "days__name")
    for year, on, is_workday, name in rows:
        own[year][on] = SpecialDate(on, is_workday, name)
    return WorkCalendar(dict(own))


def holiday_words(name: str) -> str:
    """The holiday in the reader's language; the words of the notice where they are not known."""
    known = [str(words) for part, words in HOLIDAYS.items() if part in name]
    return " / ".join(known) or name
