"""The tree's arithmetic: fixed-width paths of four base-36 digits a level. Pure."""

from branches.choices import Kind, PostKind
from branches.provisions import RIGHTS, RIGHTS_ABOVE

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
