"""What holds for a campaign, a pledge and a comment, without a database."""

from datetime import date

import pytest

from activities.rules import campaigns as rules
from activities.rules.campaigns import Plan, Stage
from orgportal.core.scoping import Grant, Scope

D = [date(2026, month, 1) for month in range(1, 13)]


def plan(*stages, starts_on=D[0], ends_on=D[11]):
    laid = tuple(Stage(title="x", starts_on=first, ends_on=last) for first, last in stages)
    return Plan(title="t", aim="a", starts_on=starts_on, ends_on=ends_on, stages=laid)


@pytest.mark.parametrize(
    ("laid_out", "problem"),
    [
        (plan((D[0], D[2]), (D[2], D[11])), ""),
        (plan((D[0], D[2]), starts_on=D[5], ends_on=D[4]), "campaign_ends_before_it_starts"),
        (plan(), "campaign_without_stage"),
        (plan((D[3], D[2])), "stage_ends_before_it_starts"),
        (plan((D[0], D[4]), (D[3], D[6])), "stages_overlap"),
        (plan((D[0], D[4]), starts_on=D[1]), "stages_overlap"),
        (plan((D[0], D[4]), ends_on=D[3]), "stage_outside_campaign"),
    ],
)
def test_stages_follow_one_another_inside_the_campaign(laid_out, problem):
    assert rules.plan_problem(laid_out) == problem


@pytest.mark.parametrize(
    ("due_on", "problem"), [(D[2], ""), (D[0], "pledge_day_outside"), (D[9], "pledge_day_outside")]
)
def test_a_promise_is_kept_inside_the_campaign(due_on, problem):
    assert rules.pledge_problem(due_on, joined_on=D[1], ends_on=D[8]) == problem


@pytest.mark.parametrize(
    ("progress", "note", "gives_up", "problem"),
    [
        (0, "", False, ""), (100, "", False, ""), (101, "", False, "progress_unreadable"),
        (-1, "", False, "progress_unreadable"), (5, "", True, "note_missing"), (5, "搬走了", True, ""),
    ],
)  # fmt: skip
def test_progress_is_per_cent_and_giving_up_has_a_reason(progress, note, gives_up, problem):
    assert rules.progress_problem(progress, note, gives_up=gives_up) == problem


def scope(root, *rights, member_id=None):
    return Scope(member_id=member_id, grants=(Grant(root, frozenset(rights)),))


def test_who_may_pledge():
    secretary, member = scope("00010001", rules.PLEDGE), Scope(member_id=7)

    assert rules.may_pledge(secretary, "00010001", member_id=None)
    assert rules.may_pledge(secretary, "00010001", member_id=7)
    assert rules.may_pledge(member, "00010001", member_id=7)
    assert not rules.may_pledge(member, "00010001", member_id=8)
    assert not rules.may_pledge(member, "00010001", member_id=None)
    assert not rules.may_pledge(Scope(), "00010001", member_id=7)


def test_who_may_comment():
    secretary = scope("00010001", rules.COMMENT, member_id=7)
    above = scope("0001", rules.COMMENT, member_id=9)

    assert rules.may_comment(above, "00010001", member_id=None)
    assert not rules.may_comment(secretary, "00010001", member_id=None)
    assert not rules.may_comment(above, "0001", member_id=None)
    assert rules.may_comment(secretary, "00010001", member_id=8)
    assert not rules.may_comment(secretary, "00010001", member_id=7)
    assert not rules.may_comment(Scope(member_id=8), "00010001", member_id=7)
