"""The portal's summaries of one quarter, as the clock makes them, with every other period taken as made."""

from datetime import date, datetime

from django.db import connection
from django.utils import timezone

from orgportal.health.models import SummaryRun
from orgportal.health.queries.summaries import records_begin_on
from orgportal.health.rules.findings import months_after
from orgportal.health.rules.quarters import quarter_end, quarter_of
from orgportal.health.rules.totals import Span, spans_to_sum
from orgportal.health.workflows.summaries import make_summaries


def last_quarter(today: date) -> Span:
    """The newest that is over for more than a month."""
    first = quarter_of(months_after(today, -4))
    return Span(first, quarter_end(first))


def alone(first: date) -> None:
    """Every period but the quarter that begins that day counts as summed up."""
    wanted, now = Span(first, quarter_end(first)), timezone.now()
    spans = spans_to_sum(records_begin_on() or first, timezone.localdate(now), 0, [])
    SummaryRun.objects.bulk_create(
        [
            SummaryRun(**span._asdict(), known_at=now, started_at=now, finished_at=now)
            for span in spans
            if span != wanted
        ],
        ignore_conflicts=True,
    )


def forget() -> None:
    """As if nothing had been summed up."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE health_periodsummary, health_summaryrun")


def run_quarter(at: datetime) -> int:
    """How many summaries were written: branches and bodies above."""
    return make_summaries(timezone.localdate(at), at=at)
