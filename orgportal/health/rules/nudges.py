"""What may be nudged (催办): each matter with who stands for it; and who is left alone, with the reason."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from branches.choices import PostKind
from members.rules.transfer import ACTS, BRANCH_POSTS, COMMITTEE_POSTS, Side

RECORDS, FILLS = ("activity.record",), ("post.edit",)
MOVES = (*ACTS[Side.SOURCE], *ACTS[Side.COMMITTEE], *ACTS[Side.TARGET])
# More than this in one press would not be read by who sends it: the list is narrowed first.
MOST = 500


@dataclass(frozen=True, slots=True)
class Matter:
    """Something a body can be asked for. With `codes` it is a finding on the branch."""

    key: str
    may: tuple[str, ...]
    codes: tuple[str, ...] = ()
    kinds: frozenset[PostKind] = BRANCH_POSTS

    @property
    def rule(self) -> str:
        return f"health.nudge_{self.key}"


DUTY, ELECTION, TRANSFER = "duty", "election", "transfer"
MATTERS = {
    matter.key: matter
    for matter in (
        Matter("silent", RECORDS, ("silent", "silent_on_duty")),
        Matter(DUTY, RECORDS),
        Matter("post", FILLS, ("secretary_vacant", "secretary_vacant_long")),
        Matter(ELECTION, FILLS),
        Matter(
            TRANSFER, (*ACTS[Side.SOURCE], *ACTS[Side.COMMITTEE], *ACTS[Side.TARGET]), (), COMMITTEE_POSTS
        ),
        Matter("contact", ("mobile.edit",), ("contact_overdue",)),
        Matter("follow_up", RECORDS, ("follow_up_overdue",)),
        Matter("pledge", ("pledge.edit",), ("pledge_missing", "pledge_to_make")),
    )
}
OF_FINDINGS = {key: matter for key, matter in MATTERS.items() if matter.codes}


@dataclass(frozen=True, slots=True)
class Thing:
    """One matter of one body in the list somebody looks at; `objection` says why it need not be asked for."""

    subject: str
    path: str
    body_id: int
    body: str
    url: str
    params: dict[str, Any] = field(default_factory=dict)
    objection: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """A matter to be asked for, and the accounts that stand for it."""

    thing: Thing
    people: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    thing: Thing
    reason: str


def divide(
    things: Collection[Thing],
    people: Mapping[str, Collection[int]],
    asked_lately: Collection[str],
    asker: int,
    root: str,
) -> tuple[list[Target], list[LeftOut]]:
    """Who is asked and who is left alone: done, elsewhere, asked lately, or with nobody to ask.

    `people` are accounts by path; nobody asks themselves.
    """
    targets, left_out = [], []
    for thing in things:
        others = tuple(sorted(pk for pk in people.get(thing.path, ()) if pk != asker))
        reason = thing.objection
        if not reason and not thing.path.startswith(root):
            reason = "elsewhere"
        if not reason and thing.subject in asked_lately:
            reason = "asked_lately"
        if not reason and not others:
            reason = "nobody"
        if reason:
            left_out.append(LeftOut(thing, reason))
        else:
            targets.append(Target(thing, others))
    return targets, left_out
