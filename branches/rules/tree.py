"""The tree's arithmetic and its law: fixed-width paths of four base-36 digits a level, who may stand where,
which posts a body has, and what its member counts call for. Pure."""

from dataclasses import dataclass
from datetime import date

from branches.choices import Form, Kind, PostKind
from branches.provisions import COMMITTEE_FROM, JOINT_TRIGGER, MAX_MEMBERS, RIGHTS, RIGHTS_ABOVE, STRUCTURE
from orgportal.core.rulebook import Citation, Rulebook

LEVEL_WIDTH = 4
MAX_DEPTH = 16
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
MOST_CHILDREN = 36**LEVEL_WIDTH - 1


def step(number: int) -> str:
    """The four digits of the n-th child. Raises ValueError when a level is full."""
    if not 1 <= number <= MOST_CHILDREN:
        raise ValueError(number)
    digits = ""
    for _ in range(LEVEL_WIDTH):
        number, rest = divmod(number, 36)
        digits = DIGITS[rest] + digits
    return digits


def child_path(parent: str, number: int) -> str:
    return parent + step(number)


def next_number(last_child_path: str | None) -> int:
    """The number after the last child's, 1 where there is none."""
    return int(last_child_path[-LEVEL_WIDTH:], 36) + 1 if last_child_path else 1


def ancestors(path: str) -> list[str]:
    """Paths of all bodies above, from the top."""
    return [path[:end] for end in range(LEVEL_WIDTH, len(path), LEVEL_WIDTH)]


def parent_of(path: str) -> str:
    return path[:-LEVEL_WIDTH]


def depth(path: str) -> int:
    """1 for the root."""
    return len(path) // LEVEL_WIDTH


def is_inside(path: str, root: str) -> bool:
    return path.startswith(root)


def rights_of(post: PostKind, body: Kind) -> frozenset[str]:
    """What a post lets its holder do in this kind of body; above a branch one oversees."""
    if body != Kind.BRANCH and post in RIGHTS_ABOVE:
        return RIGHTS_ABOVE[post]
    return RIGHTS[post]


# --- who may stand where


@dataclass(frozen=True, slots=True)
class Objection:
    """Why the structure table refuses a place, and what it would allow."""

    code: str
    kinds: tuple[Kind, ...] = ()
    forms: tuple[Form, ...] = ()


def placement_objection(kind: Kind, form: Form, parent: Kind | None) -> Objection | None:
    """What the structure table has against this kind and form under that parent, None where it agrees."""
    row = STRUCTURE[kind]
    if form not in row.forms:
        return Objection("form_not_allowed", forms=tuple(each for each in Form if each in row.forms))
    if parent is None:
        return None if row.may_be_root else Objection("needs_parent", kinds=_in_order(row.parents))
    if parent not in row.parents:
        return Objection("parent_kind_wrong", kinds=_in_order(row.parents))
    return None


def _in_order(kinds: frozenset[Kind]) -> tuple[Kind, ...]:
    return tuple(kind for kind in Kind if kind in kinds)


# --- posts


def posts_expected(kind: Kind, *, has_committee: bool) -> tuple[PostKind, ...]:
    """The posts such a body is never without: a secretary, and the three seats of a branch committee."""
    if kind == Kind.BRANCH and has_committee:
        return (PostKind.SECRETARY, PostKind.ORGANISATION, PostKind.PUBLICITY, PostKind.DISCIPLINE)
    return (PostKind.SECRETARY,)


# --- what the member counts call for


@dataclass(frozen=True, slots=True)
class Advice:
    """A count of a branch held against a provision. It advises; the committee above decides."""

    code: str
    measured: int
    expected: int
    citation: Citation


def set_up_advice(
    *, form: Form, has_committee: bool, formal: int, probationary: int, book: Rulebook, on: date
) -> list[Advice]:
    """BR Art 4, 5, 20: a committee from seven formal members, split above fifty, join below three."""
    found: list[Advice] = []

    def hold(code: str, measured: int, key: str) -> None:
        found.append(Advice(code, measured, book.value(key, on), book.cite(key, on)))

    # BR Art 8: a temporary branch holds no elections, its officers are appointed.
    elects = form != Form.TEMPORARY
    if elects and not has_committee and formal >= book.value(COMMITTEE_FROM.key, on):
        hold("committee_due", formal, COMMITTEE_FROM.key)
    if formal + probationary > book.value(MAX_MEMBERS.key, on):
        hold("split_due", formal + probationary, MAX_MEMBERS.key)
    if form == Form.REGULAR and formal < book.value(JOINT_TRIGGER.key, on):
        hold("join_due", formal, JOINT_TRIGGER.key)
    return found
