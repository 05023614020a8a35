from datetime import date
from itertools import product

import pytest

from activities.choices import ActivityState
from activities.rules.joint import CALLED_OFF, Announced, JointNews, news_of

ONE, OTHER = date(2026, 3, 4), date(2026, 3, 6)
PLANNED, HELD, OFF = ActivityState.PLANNED, ActivityState.HELD, ActivityState.CANCELLED


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        ((PLANNED, ONE), (PLANNED, ONE), None),
        ((PLANNED, ONE), (HELD, ONE), None),
        ((PLANNED, ONE), (PLANNED, OTHER), JointNews.MOVED),
        ((PLANNED, ONE), (HELD, OTHER), JointNews.MOVED),
        ((HELD, ONE), (HELD, OTHER), JointNews.MOVED),
        ((OFF, ONE), (PLANNED, ONE), JointNews.MOVED),
        ((OFF, ONE), (OFF, ONE), None),
        ((ActivityState.POSTPONED, ONE), (OFF, ONE), JointNews.OFF),
    ],
)
def test_what_the_invited_are_told(was, now, expected):
    assert news_of(Announced(*was), Announced(*now)) == expected


@pytest.mark.parametrize(("was", "off"), list(product((PLANNED, HELD), sorted(CALLED_OFF))))
def test_each_way_of_calling_it_off_is_told(was, off):
    assert news_of(Announced(was, ONE), Announced(off, OTHER)) == JointNews.OFF
