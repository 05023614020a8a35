"""How a paper is numbered, and what may be said of it on a day. Pure."""

from datetime import date
from enum import StrEnum

from members.choices import PaperKind, PaperState

# The word of each kind in a number, as on paper: 东街道党工委介字〔2026〕0012号.
WORDS: dict[PaperKind, str] = {
    PaperKind.LETTER: "介字",
    PaperKind.SLIP: "回字",
    PaperKind.CERTIFICATE: "证字",
    PaperKind.CARD: "流字",
}


class Verdict(StrEnum):
    """All that a stranger is told of a paper."""

    VALID = "valid"
    OVER = "over"  # its last day has passed
    ENDED = "ended"


def number_of(body: str, kind: PaperKind, year: int, serial: int) -> str:
    return f"{body}{WORDS[kind]}〔{year}〕{serial:04d}号"


def verdict(state: PaperState, valid_until: date | None, today: date) -> Verdict:
    if state == PaperState.ENDED:
        return Verdict.ENDED
    return Verdict.OVER if valid_until is not None and valid_until < today else Verdict.VALID
