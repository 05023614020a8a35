"""The findings: thresholds at their edges, then what must hold for any facts."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities import provisions as activities
from activities.choices import DutyState
from activities.provisions import DUTY_RULES
from branches import provisions as branches
from branches.choices import Form, Sector
from members import provisions as members
from orgportal.core.rulebook import Finding, Level, LocalRule, Rulebook, Version
from orgportal.health import provisions as health
from orgportal.health.rules import BranchInputs, Dated, DutyLine, assess, months_after
from orgportal.health.rules import findings as rules
from orgportal.health.rules.totals import Span, span_named, spans_to_sum

ON = date(2026, 3, 10)
BOOK = Rulebook.of((*branches.PROVISIONS, *members.PROVISIONS, *activities.PROVISIONS, *health.PROVISIONS))
GENERAL, LECTURE = "meeting.general.freq", "lecture.freq"
SEVERITY = {
    Level.NOT_APPLICABLE: 0, Level.NO_DATA: 0, Level.GOOD: 0, Level.NOTE: 1, Level.WARN: 2, Level.URGENT: 3,
}  # fmt: skip


def branch(**facts: Any) -> BranchInputs:
    base = {
        "id": 1, "path": "00010001", "parent_id": 9, "name": "甲支部", "form": Form.REGULAR,
        "sector": Sector.COMMUNITY, "has_committee": True, "established_on": date(2010, 7, 1),
        "formal": 12, "probationary": 1,
    }  # fmt: skip
    return BranchInputs(**{**base, **facts})


def line(state: str, rule: str = GENERAL, due: date = date(2026, 2, 28), number: int = 1) -> DutyLine:
    ids = tuple(range(1, number + 1))
    named = state in (DutyState.MISSING, DutyState.DID_NOT_MEET)
    dues = (due,) * number if state == DutyState.MISSING else ()
    return DutyLine(rule, state, number, number, due, due, ids if named else (), dues)


def ago(days: int) -> date:
    return ON - timedelta(days=days)


def told(finding: Finding) -> tuple[str, Level]:
    return finding.code, finding.level


# --- periods


@pytest.mark.parametrize("name", ["2026-01", "2026-12", "2026-Q1", "2026-Q4", "2026"])
def test_a_period_is_read_as_it_is_named(name: str) -> None:
    span = span_named(name)

    assert span is not None
    assert span.name == name
    assert span.earlier(12).name == name.replace("2026", "2025")


@pytest.mark.parametrize("text", ["", "2026-13", "2026-Q5", "0026", "next year", "2026-1"])
def test_what_is_no_period_is_none(text: str) -> None:
    assert span_named(text) is None


def test_periods_are_ready_past_their_cut_off_and_from_their_first_month_on() -> None:
    begin = date(2025, 2, 10)

    names = [span.name for span in spans_to_sum(begin, date(2027, 1, 6), 5, [Span(begin, begin)])]

    assert names[:6] == ["2025-02", "2025-03", "2025-04", "2025-05", "2025-06", "2025-Q2"]
    assert names[-3:] == ["2026-12", "2026-Q4", "2026"]
    assert spans_to_sum(begin, date(2027, 1, 5), 5, ())[-1].name == "2026-11"


# --- silence


@pytest.mark.parametrize(
    ("facts", "code", "level", "since"),
    [
        ({}, "nothing_known", Level.NO_DATA, None),
        ({"last_record_on": ago(45)}, "heard", Level.GOOD, None),
        ({"last_record_on": ago(46)}, "nothing_known", Level.NO_DATA, None),
        ({"last_record_on": ago(46), "first_duty_on": ago(90)}, "silent", Level.URGENT, ago(45)),
        # A record from before the portal knew the branch: what lies between is not known.
        ({"last_record_on": ago(90), "first_duty_on": ago(20)}, "nothing_known", Level.NO_DATA, None),
        ({"first_duty_on": ago(45)}, "nothing_known", Level.NO_DATA, None),
        ({"first_duty_on": ago(46)}, "silent", Level.URGENT, ago(46)),
        # Founded after its first duty's period began: silence counts from the founding.
        ({"first_duty_on": ago(90), "established_on": ago(20)}, "nothing_known", Level.NO_DATA, None),
    ],
)
def test_silence_is_counted_from_the_last_record(
    facts: dict[str, Any], code: str, level: Level, since: date | None
) -> None:
    found = rules.silence(branch(**facts), BOOK, ON)

    assert (*told(found), found.since) == (code, level, since)
    assert found.expected == 45


def test_silence_is_not_counted_from_before_the_records_began() -> None:
    since = LocalRule(
        "duty.taken_over_on", "0001", Version(ago(20).isoformat(), "区委", "—", date(1921, 7, 23))
    )
    book = Rulebook.of(BOOK.provisions.values(), [since])

    # The duty of a year began before them.
    assert told(rules.silence(branch(first_duty_on=ago(68)), book, ON)) == ("nothing_known", Level.NO_DATA)
    assert told(rules.silence(branch(first_duty_on=ago(68)), BOOK, ON)) == ("silent", Level.URGENT)


def test_silence_is_a_duty_past_its_day_with_nothing_said() -> None:
    unsaid = branch(last_record_on=ago(3), duties=(line(DutyState.MISSING, due=ago(10)),))
    long_ago = branch(last_record_on=ago(3), duties=(line(DutyState.MISSING, due=ago(46)),))

    found = rules.silence(unsaid, BOOK, ON)

    assert (*told(found), found.since, found.evidence) == ("silent_on_duty", Level.URGENT, ago(9), (1,))
    assert told(rules.silence(long_ago, BOOK, ON)) == ("heard", Level.GOOD)


def test_silence_follows_the_local_rule() -> None:
    strict = LocalRule("health.silent_days", "0001", Version(30, "区委组织部要求", "—", date(2025, 1, 1)))
    book = Rulebook.of(BOOK.provisions.values(), [strict])

    found = rules.silence(branch(last_record_on=ago(31), first_duty_on=ago(90)), book, ON)

    assert (found.code, found.expected) == ("silent", 30)
    assert book.edition(ON)[found.key]["citation"]["instrument"] == "区委组织部要求"


# --- duties


@pytest.mark.parametrize(
    ("lines", "code", "level"),
    [
        ((), "duty_not_applicable", Level.NOT_APPLICABLE),
        ((line(DutyState.NOT_APPLICABLE),), "duty_not_applicable", Level.NOT_APPLICABLE),
        ((line(DutyState.NO_DATA),), "duty_no_data", Level.NO_DATA),
        ((line(DutyState.NO_DATA), line(DutyState.NOT_DUE)), "duty_not_due", Level.GOOD),
        ((line(DutyState.ON_TIME), line(DutyState.NOT_DUE)), "duty_met", Level.GOOD),
        ((line(DutyState.LATE),), "duty_late", Level.GOOD),
        ((line(DutyState.EXCUSED),), "duty_excused", Level.GOOD),
        ((line(DutyState.DID_NOT_MEET),), "duty_did_not_meet", Level.WARN),
        # Since then it met: the answer stands on record, nothing is left to do.
        ((line(DutyState.DID_NOT_MEET, due=ago(60)), line(DutyState.ON_TIME)), "duty_met", Level.GOOD),
        # Two groups answered for one period: the one that did not meet is told.
        ((line(DutyState.DID_NOT_MEET), line(DutyState.ON_TIME)), "duty_did_not_meet", Level.WARN),
        ((line(DutyState.ON_TIME), line(DutyState.MISSING, number=2)), "duty_missing", Level.URGENT),
    ],
)
def test_duties_are_read_as_they_are_stored(lines: tuple[DutyLine, ...], code: str, level: Level) -> None:
    found = {finding.key: finding for finding in rules.duties(branch(duties=lines), BOOK, ON)}

    assert list(found) == [rule.key for rule in DUTY_RULES]
    assert told(found[GENERAL]) == (code, level)
    assert told(found[LECTURE]) == ("duty_not_applicable", Level.NOT_APPLICABLE)


def test_duties_missing_name_their_rows_and_cite_the_rule() -> None:
    found = rules.duties(branch(duties=(line(DutyState.MISSING, number=2),)), BOOK, ON)[0]

    assert found.as_json() == {
        "key": GENERAL, "code": "duty_missing", "level": "urgent", "measured": 2, "expected": "quarter",
        "since": "2026-02-28", "evidence": [1, 2],
    }  # fmt: skip
    assert BOOK.edition(ON)[found.key]["citation"] == {
        "key": GENERAL, "instrument": "中国共产党支部工作条例（试行）", "article": "第十一条",
        "valid_from": "2018-10-28",
    }  # fmt: skip


# --- the team


@pytest.mark.parametrize(
    ("facts", "code", "level"),
    [
        ({}, "secretary_unknown", Level.NO_DATA),
        ({"has_secretary": True}, "secretary_in_post", Level.GOOD),
        ({"has_secretary": True, "vacant_since": date(2025, 1, 1)}, "secretary_in_post", Level.GOOD),
        ({"has_secretary": False, "vacant_since": date(2025, 12, 11)}, "secretary_vacant", Level.WARN),
        ({"has_secretary": False, "vacant_since": date(2025, 12, 10)}, "secretary_vacant_long", Level.URGENT),
    ],
)
def test_secretary_vacant_over_three_months_is_urgent(facts: dict[str, Any], code: str, level: Level) -> None:
    assert told(rules.secretary(branch(**facts), BOOK, ON)) == (code, level)


@pytest.mark.parametrize(
    ("due", "basis", "form", "code", "level"),
    [
        (None, "", Form.REGULAR, "term_unknown", Level.NO_DATA),
        (ago(1), "", Form.TEMPORARY, "term_not_applicable", Level.NOT_APPLICABLE),
        (ago(1), "", Form.REGULAR, "term_overdue", Level.URGENT),
        (ago(1), "东工委〔2026〕3号", Form.REGULAR, "term_extended", Level.NOTE),
        (date(2025, 3, 10), "东工委〔2025〕3号", Form.REGULAR, "term_extended", Level.NOTE),
        (date(2025, 3, 9), "东工委〔2025〕3号", Form.REGULAR, "term_overdue_extension", Level.URGENT),
        (ON, "", Form.REGULAR, "term_ending", Level.WARN),
        (date(2026, 9, 10), "", Form.REGULAR, "term_ending", Level.WARN),
        (date(2026, 9, 11), "", Form.REGULAR, "term_running", Level.GOOD),
    ],
)
def test_term_is_told_six_months_before_and_once_overdue(
    due: date | None, basis: str, form: Form, code: str, level: Level
) -> None:
    term_id = 5 if due else None
    facts = branch(term_id=term_id, term_due_on=due, extension_basis=basis, form=form)

    assert told(rules.term(facts, BOOK, ON)) == (code, level)


def test_term_cites_the_rule_of_the_sector() -> None:
    facts = {"term_id": 5, "term_due_on": ago(1)}

    village = rules.term(branch(sector=Sector.VILLAGE, **facts), BOOK, ON)
    school = rules.term(branch(sector=Sector.SCHOOL, **facts), BOOK, ON)

    assert (village.key, village.expected) == ("term.years.village_community", 5)
    assert (school.key, school.expected) == ("term.years.other", 3)


@pytest.mark.parametrize(
    ("facts", "told_codes"),
    [
        ({"formal": 0, "probationary": 0}, [("register_empty", Level.NO_DATA)]),
        ({"formal": 12}, [("set_up_fits", Level.GOOD)]),
        ({"formal": 7, "has_committee": False}, [("committee_due", Level.WARN)]),
        ({"formal": 6, "has_committee": False}, [("set_up_fits", Level.GOOD)]),
        ({"formal": 50}, [("split_due", Level.NOTE)]),
        ({"formal": 49}, [("set_up_fits", Level.GOOD)]),
        ({"formal": 2}, [("join_due", Level.NOTE)]),
        ({"formal": 60, "has_committee": False}, [("committee_due", Level.WARN), ("split_due", Level.NOTE)]),
    ],
)
def test_set_up_advises_from_the_member_counts(
    facts: dict[str, Any], told_codes: list[tuple[str, Level]]
) -> None:
    assert [told(found) for found in rules.set_up(branch(**facts), BOOK, ON)] == told_codes


# --- people waiting


@pytest.mark.parametrize(
    ("rows", "code", "level"),
    [
        ((), "no_transfer_waiting", Level.GOOD),
        ((Dated(7, ago(10)),), "transfer_waiting", Level.NOTE),
        ((Dated(7, ago(11)), Dated(8, ago(2))), "transfer_waiting_long", Level.URGENT),
    ],
)
def test_transfers_waiting_too_long_are_named(rows: tuple[Dated, ...], code: str, level: Level) -> None:
    found = rules.transfers(branch(waiting=rows), BOOK, ON)

    assert told(found) == (code, level)
    assert found.evidence == ((7,) if rows else ())


@pytest.mark.parametrize(
    ("facts", "code", "level"),
    [
        ({}, "no_mobile_members", Level.NOT_APPLICABLE),
        ({"mobile": 2, "contact_unknown": 2}, "contact_unknown", Level.NO_DATA),
        ({"mobile": 2, "contact_unknown": 1}, "contact_kept", Level.GOOD),
        ({"mobile": 2, "contacts": (Dated(3, ago(1)),)}, "contact_overdue", Level.WARN),
    ],
)
def test_mobile_contact_overdue_is_told(facts: dict[str, Any], code: str, level: Level) -> None:
    assert told(rules.mobile_contact(branch(**facts), BOOK, ON)) == (code, level)


def test_follow_ups_past_their_day_are_told() -> None:
    late = rules.follow_ups(branch(follow_ups=(Dated(4, ago(1)),)), BOOK, ON)

    assert (*told(late), late.since, late.evidence) == ("follow_up_overdue", Level.WARN, ago(1), (4,))
    assert told(rules.follow_ups(branch(), BOOK, ON)) == ("follow_ups_kept", Level.GOOD)


@pytest.mark.parametrize(
    ("facts", "code", "level"),
    [
        ({}, "no_campaign", Level.NOT_APPLICABLE),
        ({"campaigns": 1}, "pledge_made", Level.GOOD),
        ({"campaigns": 1, "without_pledge": (Dated(2, ago(30)),)}, "pledge_to_make", Level.NOTE),
        ({"campaigns": 1, "without_pledge": (Dated(2, ago(31)),)}, "pledge_missing", Level.WARN),
    ],
)
def test_pledges_are_asked_for_after_a_while(facts: dict[str, Any], code: str, level: Level) -> None:
    assert told(rules.pledges(branch(**facts), BOOK, ON)) == (code, level)


def test_months_after_keeps_to_the_end_of_a_shorter_month() -> None:
    assert months_after(date(2025, 11, 30), 3) == date(2026, 2, 28)
    assert months_after(date(2026, 3, 31), -1) == date(2026, 2, 28)
    assert months_after(date(2026, 12, 5), 1) == date(2027, 1, 5)


# --- what must hold for any facts

DAYS = st.dates(ago(400), ON)
STATES = st.sampled_from(DutyState.values)
LINES = st.builds(
    lambda rule, state, due, number: line(state, rule, due, number),
    st.sampled_from([rule.key for rule in DUTY_RULES]), STATES, DAYS, st.integers(1, 3),
)  # fmt: skip
DATED = st.lists(st.builds(Dated, st.integers(1, 99), DAYS), max_size=3).map(tuple)
FACTS = st.builds(
    branch,
    form=st.sampled_from(Form.values), sector=st.sampled_from(Sector.values), has_committee=st.booleans(),
    formal=st.integers(0, 70), probationary=st.integers(0, 5), mobile=st.integers(0, 4),
    contact_unknown=st.integers(0, 2), contacts=DATED, first_duty_on=st.none() | DAYS,
    duties=st.lists(LINES, max_size=8, unique_by=lambda each: (each.rule, each.state)).map(tuple),
    last_record_on=st.none() | DAYS, term_id=st.none() | st.just(5),
    term_due_on=st.none() | st.dates(ago(900), ON + timedelta(days=900)),
    extension_basis=st.sampled_from(["", "文号"]), has_secretary=st.none() | st.booleans(),
    vacant_since=st.none() | DAYS, waiting=DATED, follow_ups=DATED, campaigns=st.integers(0, 2),
    without_pledge=DATED,
)  # fmt: skip


def worst_by_key(inputs: BranchInputs) -> dict[str, int]:
    found: dict[str, int] = {}
    for finding in assess(inputs, BOOK, ON).findings:
        found[finding.key] = max(found.get(finding.key, 0), SEVERITY[finding.level])
    return found


@given(FACTS, st.sampled_from(range(8)), DAYS)
def test_a_held_meeting_more_never_worsens_a_level(inputs: BranchInputs, which: int, held_on: date) -> None:
    """Holding a meeting turns one duty on time or late and moves the last record forward, nothing else."""
    rule = DUTY_RULES[which].key
    open_lines = [each for each in inputs.duties if each.rule == rule and each.state not in HELD]
    others = [each for each in inputs.duties if each.rule != rule or each.state in HELD]
    met = [line(DutyState.LATE if each.state == DutyState.MISSING else DutyState.ON_TIME, rule,
                each.last_due_on) for each in open_lines[:1]]  # fmt: skip
    last = max(held_on, inputs.last_record_on or held_on)
    after = replace(inputs, last_record_on=last, duties=(*merged(others, met), *open_lines[1:]))

    before, now = worst_by_key(inputs), worst_by_key(after)

    assert {key: level for key, level in now.items() if level > before[key]} == {}


HELD = (DutyState.ON_TIME, DutyState.LATE)


def merged(lines: list[DutyLine], more: list[DutyLine]) -> list[DutyLine]:
    """Lines stay one per rule and state."""
    taken = {(each.rule, each.state): each for each in lines}
    for each in more:
        old = taken.get((each.rule, each.state))
        latest = max(each.last_due_on, old.last_due_on) if old else each.last_due_on
        taken[each.rule, each.state] = (old or each)._replace(last_due_on=latest)
    return list(taken.values())


@given(FACTS)
def test_what_is_not_known_never_counts_as_bad(inputs: BranchInputs) -> None:
    unknown = branch(
        form=inputs.form, sector=inputs.sector, formal=0, probationary=0, mobile=inputs.mobile,
        contact_unknown=inputs.mobile,
        duties=tuple(each._replace(state=DutyState.NO_DATA, ids=(), due_days=()) for each in inputs.duties),
    )  # fmt: skip

    found = assess(unknown, BOOK, ON)

    assert {finding.level for finding in found.findings} <= {Level.NO_DATA, Level.NOT_APPLICABLE, Level.GOOD}
    assert (found.is_silent, found.needs_help) == (False, 0)


@given(FACTS)
def test_an_assessment_counts_no_points(inputs: BranchInputs) -> None:
    found = assess(inputs, BOOK, ON)

    urgent = [finding for finding in found.findings if finding.level is Level.URGENT]
    assert found.needs_help == len(urgent)
    assert found.is_silent == ("health.silent_days" in {finding.key for finding in urgent})
    assert all(BOOK.cite(finding.key, ON).instrument for finding in found.findings)
    assert found == assess(inputs, BOOK, ON)
