"""Faults planted in the counting of votes, each with the row of the hand table that must come out wrong."""

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor
from typing import Any

from activities.choices import Base, Outcome
from activities.rules import quorum, records, votes


@dataclass(frozen=True, slots=True)
class Fault:
    """What is put in place of what, and the row it must change."""

    name: str
    case: str
    changes: tuple[tuple[Any, str, Any], ...]


def _everywhere(name: str, value: Any) -> tuple[tuple[Any, str, Any], ...]:
    return tuple((where, name, value) for where in (quorum, votes))


def _half_is_enough(share: Fraction, of: int) -> int:
    return ceil(of * share)


def _rounded_down(share: Fraction, of: int) -> int:
    return floor(of * share)


def _over_the_share(share: Fraction, of: int) -> int:
    return floor(of * share) + 1


_RULING, _TURNOUT, _ATTENDANCE, _LEFT_OUT = (
    votes.ruling_on, records.turnout_of, records.attendance_of, records.left_out,
)  # fmt: skip


def _present_is_the_base(vote: Any, kind: Any, turnout: Any, book: Any, day: Any) -> Any:
    return _RULING(vote, kind, replace(turnout, entitled=turnout.there), book, day)


def _always_ordinary(vote: Any, kind: Any, turnout: Any, book: Any, day: Any) -> Any:
    return _RULING(replace(vote, majority="ordinary"), kind, turnout, book, day)


def _abstentions_agree(vote: Any, needed: int, quorum: int, turnout: Any) -> Outcome:
    return _OUTCOME(replace(vote, votes_for=vote.votes_for + vote.votes_abstained), needed, quorum, turnout)


def _more_for_than_against(vote: Any, needed: int, quorum: int, turnout: Any) -> Outcome:
    return _OUTCOME(vote, vote.votes_against + 1, quorum, turnout)


def _quorum_does_not_matter(vote: Any, needed: int, quorum: int, turnout: Any) -> Outcome:
    return Outcome.PASSED if vote.votes_for >= needed else Outcome.NOT_PASSED


def _nobody_entitled_is_enough(vote: Any, needed: int, quorum: int, turnout: Any) -> Outcome:
    if turnout.there < quorum:
        return Outcome.NO_QUORUM
    return Outcome.PASSED if vote.votes_for >= needed else Outcome.NOT_PASSED


def _everybody_votes(kind: str, attendance: Any) -> Any:
    return votes.Turnout(attendance.expected, len(attendance.present))


def _probationers_make_the_quorum(kind: str, attendance: Any) -> Any:
    return replace(_TURNOUT(kind, attendance), there=len(attendance.present))


def _each_left_out_lowers_the_count(seats: Any, absences: Any) -> Any:
    found = _ATTENDANCE(seats, absences)
    without = {seat.id for seat in seats if not seat.has_vote}
    return replace(found, voters_expected=found.voters_expected - len(without & _LEFT_OUT(absences)))


class _NoSetting:
    def __call__(self, _value: str) -> Base:
        return Base.PRESENT

    EXPECTED, PRESENT = Base.EXPECTED, Base.PRESENT


class _AlwaysTheRoll(_NoSetting):
    def __call__(self, _value: str) -> Base:
        return Base.EXPECTED


_OUTCOME = votes._outcome  # noqa: SLF001

FAULTS = (
    Fault("half is enough", "exactly half of an even roll", _everywhere("more_than", _half_is_enough)),
    Fault(
        "the quorum is rounded down", "election four fifths is no whole number and rounds up",
        _everywhere("at_least", _rounded_down),
    ),
    Fault(
        "over half must come, not half", "exactly half came and all agree",
        _everywhere("at_least", _over_the_share),
    ),
    Fault(
        "an ordinary vote counted by those present", "over half of those present but not of the roll",
        ((records, "ruling_on", _present_is_the_base),),
    ),
    Fault(
        "an election held like an ordinary vote",
        "election over half of those present but not of the roll",
        ((records, "ruling_on", _always_ordinary),),
    ),
    Fault(
        "exclusions are ignored", "one left out makes the roll odd",
        ((records, "left_out", lambda absences: set()),),
    ),
    Fault(
        "leaving out a probationary member lowers the count",
        "leaving out probationary members changes nothing",
        ((records, "attendance_of", _each_left_out_lowers_the_count),),
    ),
    Fault(
        "probationary members are counted", "probationary members there are not counted",
        ((records, "turnout_of", _everybody_votes),),
    ),
    Fault(
        "probationary members make the quorum", "probationary members make no quorum",
        ((records, "turnout_of", _probationers_make_the_quorum),),
    ),
    Fault("abstentions agree", "all abstain", ((votes, "_outcome", _abstentions_agree),)),
    Fault(
        "more for than against is enough", "over half of those present but not of the roll",
        ((votes, "_outcome", _more_for_than_against),),
    ),
    Fault(
        "the quorum does not matter", "election one short of four fifths",
        ((votes, "_outcome", _quorum_does_not_matter),),
    ),
    Fault(
        "nobody entitled is a quorum", "nobody with a vote",
        ((votes, "_outcome", _nobody_entitled_is_enough),),
    ),
    Fault(
        "the setting of the base is not read", "election by the roll one over half of those present",
        ((votes, "Base", _NoSetting()),),
    ),
    Fault(
        "every election is counted by the roll", "election over half of those present but not of the roll",
        ((votes, "Base", _AlwaysTheRoll()),),
    ),
    Fault("the sum is not checked", "a vote missing", ((records, "_faults_of_votes", lambda *told: []),)),
    Fault(
        "a committee leaves people out too", "a committee leaves nobody out",
        ((records, "_faults_of_exclusions", lambda entry: []),),
    ),
    Fault(
        "a general meeting inside another activity is overlooked",
        "a general meeting inside a theme day votes",
        ((records, "voting_kind", lambda kind, also: quorum.voting_kind(kind, ())),),
    ),
)  # fmt: skip
