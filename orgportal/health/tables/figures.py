"""The counts of a body as they were stored, under the names they are read by."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from activities.choices import DutyState
from orgportal.health.messages import BELOW
from orgportal.health.queries.district import share
from orgportal.health.rules.totals import expected_of, held_of

SHOWN_STATES = (
    DutyState.ON_TIME,
    DutyState.LATE,
    DutyState.EXCUSED,
    DutyState.DID_NOT_MEET,
    DutyState.MISSING,
)


# Who needs what kind of help: branches counted by finding.
NEEDS_OF = {
    "secretary": ("secretary_vacant", "secretary_vacant_long"),
    "posts": ("committee_posts_vacant",),
    "election": ("term_overdue", "term_overdue_extension"),
    "transfer": ("transfer_waiting_long",),
    "transit": ("in_transit_over",),
    "contact": ("contact_overdue",),
    "lost": ("member_lost",),
    "hosts": ("hosted_waiting_long",),
    "follow_up": ("follow_up_overdue",),
}


@dataclass(frozen=True, slots=True)
class Figures:
    """The counts of one body, with the shares of its denominator."""

    branches: int
    silent: int
    formal: int
    probationary: int
    mobile: int
    on_the_way: int
    unnumbered: int
    expected: int
    held: int
    held_share: int | None
    on_time_share: int | None
    states: dict[str, int]
    needs: dict[str, int]


def figures_of(totals: Mapping[str, int]) -> Figures:
    expected, held = expected_of(totals), held_of(totals)
    states = {state.value: totals.get(f"duty.{state}", 0) for state in SHOWN_STATES}
    return Figures(
        branches=totals.get("branches", 0),
        silent=totals.get("silent", 0),
        formal=totals.get("members.formal", 0),
        probationary=totals.get("members.probationary", 0),
        mobile=totals.get("members.mobile", 0),
        on_the_way=totals.get("members.on_the_way", 0),
        unnumbered=totals.get("members.unnumbered", 0),
        expected=expected,
        held=held,
        held_share=share(held, expected),
        on_time_share=share(states[DutyState.ON_TIME], expected),
        states=states,
        needs={
            need: sum(totals.get(f"finding.{code}", 0) for code in codes) for need, codes in NEEDS_OF.items()
        },
    )


def row_of(figures: Figures) -> list[int]:
    values = {**asdict(figures), **figures.states, **figures.needs}
    return [values[name] for name in BELOW]
