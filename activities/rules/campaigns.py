"""What holds for a campaign, a pledge and a leader's comment. Pure."""

from dataclasses import dataclass
from datetime import date

from branches.rules import parent_of
from orgportal.core.scoping import Scope

PLEDGE = "pledge.edit"
COMMENT = "comment.write"
WHOLE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    title: str
    starts_on: date
    ends_on: date
    goal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A campaign as it is laid out before it is rolled out."""

    title: str
    aim: str
    starts_on: date
    ends_on: date
    stages: tuple[Stage, ...]
    basis: str = ""


def plan_problem(plan: Plan) -> str:
    """Why the dates do not hold together ("" if they do): stages follow one another inside the campaign."""
    if plan.ends_on < plan.starts_on:
        return "campaign_ends_before_it_starts"
    if not plan.stages:
        return "campaign_without_stage"
    day = plan.starts_on
    for stage in plan.stages:
        if stage.ends_on < stage.starts_on:
            return "stage_ends_before_it_starts"
        if stage.starts_on < day:
            return "stages_overlap"
        day = stage.ends_on
    return "stage_outside_campaign" if day > plan.ends_on else ""


def pledge_problem(due_on: date, *, joined_on: date, ends_on: date) -> str:
    """A promise is checkable: it is kept by a day between joining and the campaign's end."""
    return "" if joined_on <= due_on <= ends_on else "pledge_day_outside"


def progress_problem(progress: int, note: str, *, gives_up: bool) -> str:
    if gives_up and not note:
        return "note_missing"
    return "progress_unreadable" if not 0 <= progress <= WHOLE else ""


def may_pledge(scope: Scope, path: str, *, member_id: int | None) -> bool:
    """The branch's by who runs it; a member's by the member, or by who runs the branch in their name."""
    return scope.may(PLEDGE, path) or (member_id is not None and member_id == scope.member_id)


def may_comment(scope: Scope, path: str, *, member_id: int | None) -> bool:
    """The level above on a branch's pledge; on a member's the branch's leader, never on the own one."""
    if member_id is None:
        above = parent_of(path)
        return bool(above) and scope.may(COMMENT, above)
    return member_id != scope.member_id and scope.may(COMMENT, path)
