"""Dated periods: two inclusive dates as on paper, one range in the database."""

from django.contrib.postgres.fields import DateRangeField
from django.db.models import F, Func, Value


def inclusive(starts: str = "starts_on", ends: str = "ends_on") -> Func:
    """Two inclusive dates as a range; a null end is open."""
    return Func(F(starts), F(ends), Value("[]"), function="daterange", output_field=DateRangeField())
