"""What a member may tell about the way of the own transfer, and when. A word that moves nothing. Pure."""

from collections.abc import Collection

from members.choices import MemberReport, TransferState

# Papers can be handed in, and a member can report in, once the sending side has let go.
WHEN: dict[MemberReport, frozenset[TransferState]] = {
    MemberReport.HANDED_IN: frozenset({TransferState.AT_RECEIVER}),
    MemberReport.ARRIVED: frozenset({TransferState.SENT, TransferState.AT_RECEIVER}),
}


def move_of(report: MemberReport) -> str:
    """How the step of a report is named."""
    return f"report-{report}"


def open_reports(state: str, said: Collection[str]) -> tuple[MemberReport, ...]:
    """What can be told in this state and has not been told in it."""
    return tuple(report for report in MemberReport if state in WHEN[report] and move_of(report) not in said)
