"""Numbers of papers and what is said of one on a day."""

from datetime import date

import pytest

from members.choices import PaperKind, PaperState
from members.rules.papers import Verdict, number_of, verdict

TODAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (PaperKind.LETTER, "东街道介字〔2026〕0012号"),
        (PaperKind.SLIP, "东街道回字〔2026〕0012号"),
        (PaperKind.CERTIFICATE, "东街道证字〔2026〕0012号"),
        (PaperKind.CARD, "东街道流字〔2026〕0012号"),
    ],
)
def test_number_names_body_kind_year_and_place(kind: PaperKind, number: str) -> None:
    assert number_of("东街道", kind, 2026, 12) == number


@pytest.mark.parametrize(
    ("state", "valid_until", "expected"),
    [
        (PaperState.ISSUED, None, Verdict.VALID),
        (PaperState.ISSUED, TODAY, Verdict.VALID),
        (PaperState.ISSUED, date(2026, 3, 9), Verdict.OVER),
        (PaperState.ENDED, TODAY, Verdict.ENDED),
        (PaperState.ENDED, date(2026, 3, 9), Verdict.ENDED),
    ],
)
def test_verdict_of_a_day(state: PaperState, valid_until: date | None, expected: Verdict) -> None:
    assert verdict(state, valid_until, TODAY) == expected
