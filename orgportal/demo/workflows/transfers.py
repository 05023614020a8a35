"""Transfers in every state, made by the real workflow so that each has its steps, notices and audit lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from branches.choices import Kind
from branches.models import Organization
from branches.rules import parent_of
from members.choices import RefusalReason, Standing, TransferReason, TransferState
from members.models import Member, Transfer
from members.queries import scope_for
from members.workflows.transfer import Details, Words, lapse, lapsed, move, start
from orgportal.core.models import User
from orgportal.demo.workflows.posts import Cast


@dataclass(frozen=True, slots=True)
class Story:
    """How one transfer went: started so many days ago, then one move every `pace` days."""

    days_ago: int
    moves: tuple[str, ...] = ()
    pace: int = 2
    is_by_member: bool = False
    keep_draft: bool = False


STORIES = (
    *(Story(days, ("approve", "accept")) for days in (400, 310, 250, 190, 120, 75)),
    *(Story(days, ("approve",)) for days in (64, 40, 21, 12, 6)),
    *(Story(days) for days in (33, 9, 4)),
    *(Story(days, is_by_member=True) for days in (18, 5, 2)),
    Story(15, is_by_member=True, keep_draft=True),
    Story(30, ("approve", "return"), pace=5),
    Story(90, ("approve", "refuse"), pace=6),
    Story(50, ("withdraw",)),
    Story(150, ("approve",)),  # past its validity: expires by clock
    Story(130),
)
# The demo member's own: waiting at the receiving side, as the first screen should show.
OWN = Story(8, ("release", "approve"), is_by_member=True)
# What waits for the demo secretary: a member who asks to leave, and one who is to be taken in.
LEAVING = Story(3, is_by_member=True)
ARRIVING = Story(6, ("approve",))


@dataclass(frozen=True, slots=True)
class Stage:
    """The people and places transfers are played with."""

    cast: Cast
    branches: dict[int, Organization]
    by_path: dict[str, Organization]

    def committee(self, branch: Organization) -> Organization:
        """The nearest body above that is not itself a general branch."""
        above = self.by_path[parent_of(branch.path)]
        return self.committee(above) if above.kind == Kind.GENERAL_BRANCH else above


def play(cast: Cast, random: Random, now: datetime, today: date) -> int:
    """Make all of them; returns how many."""
    bodies = list(Organization.unscoped.current())
    led = {body.pk: body for body in bodies if body.kind == Kind.BRANCH and body.pk in cast.secretaries}
    stage = Stage(cast, led, {body.path: body for body in bodies})
    movers = _movers(cast, led, random)
    for user_name, story in (("member", OWN), ("member2", LEAVING)):
        person = Member.unscoped.get(user__user_name=user_name)
        _play(story, person, _elsewhere(stage, led[person.branch_id], random), stage, now)
    own = led[Member.unscoped.get(user__user_name="secretary").branch_id]
    _play(ARRIVING, next(mover for mover in movers if _is_away_from(own, mover, stage)), own, stage, now)
    for story in STORIES:
        mover = next(movers)
        _play(story, mover, _elsewhere(stage, led[mover.branch_id], random), stage, now)
    for pk in lapsed(today):
        lapse(pk, on=today, at=now)
    return len(STORIES) + 3


def _is_away_from(own: Organization, mover: Member, stage: Stage) -> bool:
    return stage.committee(stage.branches[mover.branch_id]) != stage.committee(own)


def _movers(cast: Cast, led: dict[int, Organization], random: Random) -> Iterator[Member]:
    """Members of different branches who hold no post."""
    plain = Member.unscoped.filter(posts=None, user=None, standing=Standing.FORMAL, branch__in=list(led))
    first_of_branch = list(plain.order_by("branch_id", "id").distinct("branch_id"))
    random.shuffle(first_of_branch)
    return iter(first_of_branch)


def _elsewhere(stage: Stage, source: Organization, random: Random) -> Organization:
    """A branch under another committee, so that every step is seen."""
    here = stage.committee(source)
    others = [
        body for body in stage.branches.values() if stage.committee(body) != here and body.form == "regular"
    ]
    return random.choice(others)


def _play(story: Story, member: Member, target: Organization, stage: Stage, now: datetime) -> None:
    at = now - timedelta(days=story.days_ago)
    source = stage.branches[member.branch_id]
    actor = member.user if story.is_by_member and member.user else stage.cast.leader(source.pk)
    details = Details(target=target, reason=TransferReason.JOB, remark="工作调动", dues_paid_to=at.date())
    scope = scope_for(actor, at.date())
    transfer = start(member, details, actor=actor, scope=scope, at=at, keep_draft=story.keep_draft)
    for step, name in enumerate(story.moves, 1):
        when = at + timedelta(days=step * story.pace)
        mover = _actor(name, transfer, stage)
        said = Words(
            remark="" if name in {"approve", "accept", "release"} else "材料不齐，请补充后再办",
            grounds=RefusalReason.FILE_CHECK if name == "refuse" else "",
        )
        transfer = move(transfer, name, actor=mover, scope=scope_for(mover, when.date()), at=when, words=said)


def _actor(name: str, transfer: Transfer, stage: Stage) -> User:
    if name == "approve":
        return stage.cast.leader(stage.committee(transfer.source).pk)
    is_at_target = transfer.state == TransferState.AT_RECEIVER and name in {"accept", "return", "refuse"}
    place = transfer.target if is_at_target and transfer.target else transfer.source
    return stage.cast.leader(place.pk)
