"""Quarters as the two coverages are frozen in them. Pure."""

from collections.abc import Collection
from datetime import date, timedelta

from branches.rules.coverage import cell_of
from orgportal.health.rules.findings import months_after
from orgportal.health.rules.totals import month_end


def quarter_of(day: date) -> date:
    """The first day of the quarter."""
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def quarter_end(first: date) -> date:
    return month_end(months_after(first, 2))


def quarters_to_freeze(begin: date, on: date, cut_off: int, frozen: Collection[date]) -> list[date]:
    """Quarters since the one records began in that ended more than `cut_off` days ago, oldest first."""
    first, found = quarter_of(begin), []
    while quarter_end(first) + timedelta(days=cut_off) < on:
        if first not in frozen:
            found.append(first)
        first = months_after(first, 3)
    return found


def unit_cell(
    lists: frozenset[str] | None, first: date, *, is_frozen: bool, listed_on: date, left_on: date | None
) -> str:
    """What a matrix says of a unit in a quarter: as it was frozen, or why nothing was.

    On the list by its dates and yet without a line: entered too late, or another body answered for it.
    """
    if lists is not None:
        return cell_of(lists)
    if not is_frozen:
        return "not_frozen"
    end = quarter_end(first)
    was_listed = listed_on <= end and (left_on is None or left_on > end)
    return "no_data" if was_listed else "unlisted"
