"""Draws docs/transfer.md's table and diagram from the table of moves; `--check` fails when they differ.

python -m scripts.draw_transfer [--check]
"""

import sys
from pathlib import Path

from members.rules.transfer import MOVES, OPEN, Move

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "transfer.md"
BEGIN, END = "<!-- drawn from members/rules/transfer.py -->", "<!-- end of drawing -->"


def drawing() -> str:
    """Both parts as they should stand in the page."""
    arrows: dict[tuple[str, str], set[str]] = {}
    for row in MOVES:
        for state in row.from_states:
            for to in filter(None, (row.to, row.to_inside)):
                arrows.setdefault((state, to), set()).add(f"{row.name} ({row.side})")
    edges = [
        f"    {state} --> {to}: {', '.join(sorted(names))}" for (state, to), names in sorted(arrows.items())
    ]
    ends = sorted({row.to for row in MOVES if row.is_end})
    return "\n".join(
        [
            "| move | from | to | who | right (any of) | needs |",
            "|---|---|---|---|---|---|",
            *(line(row) for row in MOVES),
            "",
            "```mermaid",
            "stateDiagram-v2",
            "    [*] --> draft: start, kept as a draft",
            "    [*] --> submitted: start (member)",
            "    [*] --> sent: start (source)",
            *edges,
            *(f"    {state} --> [*]" for state in ends),
            "```",
        ]
    )


def line(row: Move) -> str:
    """One row of the table."""
    starts = "every open state" if row.from_states == OPEN else ", ".join(sorted(row.from_states))
    leads = f"{row.to}, {row.to_inside} inside one committee" if row.to_inside else row.to
    rights = " or ".join(f"`{right}`" for right in row.rights) or "—"
    needs = "listed grounds and a reason" if row.needs_grounds else "a reason" if row.needs_reason else "—"
    return f"| {row.name} | {starts} | {leads} | {row.side} | {rights} | {needs} |"


def page(text: str) -> str:
    head, rest = text.split(BEGIN)
    return f"{head}{BEGIN}\n\n{drawing()}\n\n{END}{rest.split(END)[1]}"


def main(arguments: list[str]) -> int:
    text = PAGE.read_text(encoding="utf-8")
    drawn = page(text)
    if "--check" in arguments:
        return int(drawn != text)
    PAGE.write_text(drawn, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
