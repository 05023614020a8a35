"""Posts of the committee, members on the way, lost or from elsewhere, and gaps of the register. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from branches.choices import Form
from members.provisions import LETTER_USUAL_DAYS, LETTER_VALID_DAYS, MATCH_REMIND, STOP_LOST
from orgportal.core.rulebook import Finding, Level, Rulebook
from orgportal.health.provisions import COMMITTEE_POSTS, MEMBER_FIELDS
from orgportal.health.rules.inputs import BranchInputs, Dated


def findings(inputs: BranchInputs, book: Rulebook, on: date) -> Iterator[Finding]:
    yield committee_posts(inputs, book, on)
    yield transit(inputs, book, on)
    yield lost(inputs, book, on)
    yield hosted(inputs, book, on)
    yield gaps(inputs, book, on)


def committee_posts(inputs: BranchInputs, book: Rulebook, on: date) -> Finding:
    """BR Art 20: the posts of a branch committee beside the secretary's."""
    key = COMMITTEE_POSTS.key
    asked = book.value(key, on)

    def found(code: str, level: Level, measured: str | None = None, since: date | None = None) -> Finding:
        return Finding(key, code, level, measured, asked, since)

    # BR Art 8: officers of a temporary branch are appointed, as it needs them.
    if not inputs.has_committee or inputs.form == Form.TEMPORARY:
        return found("committee_posts_not_asked", Level.NOT_APPLICABLE)
    seats = {seat.kind: seat for seat in inputs.posts}
    kinds = asked.split(",")
    if not any(kind in seats for kind in kinds):
        return found("committee_posts_unknown", Level.NO_DATA)
    vacant = [kind for kind in kinds if kind not in seats or not seats[kind].is_held]
    if not vacant:
        return found("committee_posts_held", Level.GOOD)
    left = [seats[kind].vacant_since or on for kind in vacant if kind in seats]
    return found("committee_posts_vacant", Level.WARN, ",".join(vacant), min(left, default=None))


def transit(inputs: BranchInputs, book: Rulebook, on: date) -> Finding:
    """Members sent off and not taken in: up to a month, up to three, and beyond, where a letter is void."""
    usual, most = LETTER_USUAL_DAYS.key, LETTER_VALID_DAYS.key
    over = sorted([*_before(inputs.on_the_way, book, most, on), *inputs.lapsed], key=lambda row: row[::-1])
    if over:
        return _named("in_transit_over", Level.URGENT, over, book, most, on)
    if long := _before(inputs.on_the_way, book, usual, on):
        return _named("in_transit_long", Level.NOTE, long, book, usual, on)
    code = "in_transit" if inputs.on_the_way else "nobody_in_transit"
    number = len(inputs.on_the_way)
    return Finding(usual, code, Level.GOOD, number, book.value(usual, on))


def lost(inputs: BranchInputs, book: Rulebook, on: date) -> Finding:
    """ED Art 24: the clocks run in `members`; a meeting decides what follows."""
    key = STOP_LOST.key
    if inputs.lost:
        return _named("member_lost", Level.WARN, inputs.lost, book, key, on)
    return Finding(key, "nobody_lost", Level.GOOD, 0, book.value(key, on))


def hosted(inputs: BranchInputs, book: Rulebook, on: date) -> Finding:
    """Who came from elsewhere is placed: the two ends have to meet."""
    key = MATCH_REMIND.key
    days = min(book.value(key, on))

    def found(code: str, level: Level, rows: Sequence[Dated]) -> Finding:
        ids = tuple(row.id for row in rows)
        return Finding(key, code, level, len(rows), days, rows[0].on, ids)

    if not inputs.hosted:
        return Finding(key, "nobody_hosted", Level.NOT_APPLICABLE, None, days)
    late = [row for row in inputs.expected_here if row.on < on - timedelta(days=days)]
    if late:
        return found("hosted_waiting_long", Level.WARN, late)
    if inputs.expected_here:
        return found("hosted_waiting", Level.NOTE, inputs.expected_here)
    return Finding(key, "hosted_settled", Level.GOOD, inputs.hosted, days)


def gaps(inputs: BranchInputs, book: Rulebook, on: date) -> Finding:
    """What the register lacks is a gap of the record, and nobody's fault."""
    key = MEMBER_FIELDS.key
    asked = book.value(key, on)
    if not inputs.formal + inputs.probationary:
        return Finding(key, "nobody_registered", Level.NOT_APPLICABLE, None, asked)
    ids = inputs.unnumbered
    code, level = ("register_gaps", Level.NO_DATA) if ids else ("register_complete", Level.GOOD)
    return Finding(key, code, level, len(ids), asked, None, ids)


def _before(rows: Sequence[Dated], book: Rulebook, key: str, on: date) -> list[Dated]:
    edge = on - timedelta(days=book.value(key, on))
    return [row for row in rows if row.on < edge]


def _named(code: str, level: Level, rows: Sequence[Dated], book: Rulebook, key: str, on: date) -> Finding:
    ids = tuple(row.id for row in rows)
    return Finding(key, code, level, len(ids), book.value(key, on), rows[0].on, ids)
