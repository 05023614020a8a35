"""How two histories of one person join: branches, standings, what stands against it."""

from datetime import date

import pytest

from members.rules.merging import Joined, Overlap, Span, Stand, cut, join, join_stands, prefer

D = date


def test_days_in_one_branch_are_counted_once():
    one = [Span(1, D(2015, 7, 1), D(2018, 6, 30)), Span(2, D(2018, 7, 1))]
    other = [Span(1, D(2016, 1, 1), D(2018, 6, 30)), Span(2, D(2018, 7, 1), D(2020, 1, 1))]

    assert join(one, other).spans == (Span(1, D(2015, 7, 1), D(2018, 6, 30)), Span(2, D(2018, 7, 1)))
    assert join([Span(1, D(2015, 1, 1))], [Span(1, D(2016, 1, 1), D(2016, 2, 1))]).spans == (
        Span(1, D(2015, 1, 1)),
    )


def test_days_in_two_branches_are_named_and_a_gap_too():
    one, other = Span(1, D(2015, 7, 1)), Span(2, D(2018, 7, 1))

    assert join([one], [other]) == Joined(overlaps=(Overlap(one, other),))
    assert (one.days(), Span(1, D(2015, 1, 1), D(2016, 1, 1)).days()) == (
        "2015-07-01 – …", "2015-01-01 – 2016-01-01",
    )  # fmt: skip
    assert join([Span(1, D(2015, 1, 1), D(2016, 1, 1))], [Span(2, D(2016, 1, 3))]).gap == D(2016, 1, 2)


def test_a_cut_lets_one_history_end_and_the_other_begin():
    one, other = cut([Span(1, D(2015, 7, 1))], [Span(2, D(2014, 1, 1))], D(2018, 7, 1))

    assert join(one, other).spans == (Span(1, D(2015, 7, 1), D(2018, 6, 30)), Span(2, D(2018, 7, 1)))
    assert cut([Span(1, D(2019, 1, 1))], [Span(2, D(2014, 1, 1), D(2015, 1, 1))], D(2018, 7, 1)) == ([], [])


def stand(standing, starts_on, ends_on=None, end_kind="", basis=""):
    return Stand(standing, end_kind, "", starts_on, ends_on, basis)


FIRST = [stand("formal", D(2000, 1, 1), D(2015, 12, 31)), stand("ended", D(2016, 1, 1), None, "resigned")]
SECOND = [stand("probationary", D(2020, 1, 1), D(2020, 12, 31)), stand("formal", D(2021, 1, 1))]


@pytest.mark.parametrize(("one", "other"), [(FIRST, SECOND), (SECOND, FIRST)])
def test_whoever_left_and_came_back_was_away_between(one, other):
    found = join_stands(one, other).stands

    away = stand("ended", D(2016, 1, 1), D(2019, 12, 31), "resigned")
    assert found == (FIRST[0], away, *SECOND)
    spans = [Span(1, D(2000, 1, 1), D(2015, 12, 31))], [Span(2, D(2020, 1, 1))]
    assert join(*spans, found).spans == (*spans[0], *spans[1])
    assert join(*spans).gap == D(2016, 1, 1)
    assert join(*spans, [stand("ended", D(2016, 2, 1))]).gap == D(2016, 1, 1)


def test_standings_told_alike_count_once_and_told_differently_are_named():
    long, short = stand("formal", D(2010, 1, 1)), stand("formal", D(2012, 1, 1), D(2014, 1, 1), "", "决议")
    assert join_stands([long], [short]).stands == (stand("formal", D(2010, 1, 1), None, "", "决议"),)
    probation = stand("probationary", D(2010, 1, 1), D(2010, 12, 31))
    assert join_stands([long], [probation]).overlaps == ((long, probation),)
    died = [FIRST[0], stand("ended", D(2016, 1, 1), None, "death")]
    assert len(join_stands(died, SECOND).overlaps) == 2
    twice = [SECOND[0], stand("ended", D(2021, 1, 1), None, "cancelled")]
    assert [each.end_kind for each in join_stands(FIRST, twice).stands] == ["", "resigned", "", "cancelled"]


def test_the_record_preferred_tells_and_the_other_fills_its_silence():
    early = [stand("probationary", D(1999, 1, 1), D(2003, 1, 1)), stand("formal", D(2003, 1, 2))]
    one, other = prefer(FIRST, early)
    assert join_stands(one, other).stands == (
        stand("probationary", D(1999, 1, 1), D(1999, 12, 31)), *FIRST,
    )  # fmt: skip
    again = [*SECOND[:1], stand("ended", D(2021, 1, 1), None, "cancelled")]
    one, other = prefer(FIRST, again)
    assert [each.standing for each in join_stands(one, other).stands] == [
        "formal", "ended", "probationary", "ended",
    ]  # fmt: skip
    assert prefer([], SECOND) == ([], SECOND)
    ended = stand("ended", D(2016, 1, 1), D(2019, 12, 31), "resigned")
    assert prefer(SECOND, FIRST)[1] == [FIRST[0], ended]
