"""Which days a feed covers, when an entry is, whether it stands, and who is called to it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from activities.rules.feeds import Window, hours_of, is_to_note, kinds_not_called_to, status_of, window_on

AT = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)


def test_window_reaches_six_months_back_and_twelve_ahead() -> None:
    assert window_on(date(2026, 8, 31)) == Window(date(2026, 2, 28), date(2027, 8, 31))


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "expected"),
    [
        (None, None, (date(2026, 3, 5), None)),
        (None, time(10, 0), (date(2026, 3, 5), None)),
        (time(9, 0), None, (datetime(2026, 3, 5, 9, 0), None)),  # noqa: DTZ001
        (time(9, 0), time(10, 30), (datetime(2026, 3, 5, 9, 0), datetime(2026, 3, 5, 10, 30))),  # noqa: DTZ001
    ],
)
def test_an_entry_lasts_the_day_unless_its_beginning_is_known(
    starts_at: time | None, ends_at: time | None, expected: tuple[date, datetime | None]
) -> None:
    assert hours_of(date(2026, 3, 5), starts_at, ends_at) == expected


@pytest.mark.parametrize(
    ("state", "starts_at", "expected"),
    [
        ("planned", time(9, 0), "CONFIRMED"),
        ("planned", None, "TENTATIVE"),
        ("held", None, "CONFIRMED"),
        ("held", time(9, 0), "CONFIRMED"),
        ("did_not_meet", None, "CANCELLED"),
        ("excused", None, "CANCELLED"),
        ("void", time(9, 0), "CANCELLED"),
    ],
)
def test_status_says_whether_it_stands(state: str, starts_at: time | None, expected: str) -> None:
    assert status_of(state, starts_at) == expected


def test_only_the_committee_is_called_to_its_meetings() -> None:
    assert kinds_not_called_to(["secretary"]) == frozenset()
    assert kinds_not_called_to(["recorder"]) == {"committee"}
    assert kinds_not_called_to([]) == {"committee"}


def test_a_reading_is_noted_once_an_hour() -> None:
    assert is_to_note(None, AT)
    assert not is_to_note(AT - timedelta(minutes=59), AT)
    assert is_to_note(AT - timedelta(hours=1), AT)
