"""Draws docs/record-life.md's table and diagram from the table of moves; `--check` fails when they differ.

python -m scripts.draw_life [--check]
"""

import sys
from pathlib import Path

from activities.rules.life import MOVES, Move

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "record-life.md"
BEGIN, END = "<!-- drawn from activities/rules/life.py -->", "<!-- end of drawing -->"
VOIDED = "voided"


def drawing() -> str:
    """Both parts as they should stand in the page."""
    arrows: dict[tuple[str, str], set[str]] = {}
    for row in MOVES:
        for state in row.from_states:
            arrows.setdefault((state, row.to or VOIDED), set()).add(f"{row.name} ({row.who})")
            if row.to_by_chair:
                arrows.setdefault((state, row.to_by_chair), set()).add(f"{row.name} (chair)")
    edges = [
        f"    {state} --> {to}: {', '.join(sorted(names))}" for (state, to), names in sorted(arrows.items())
    ]
    return "\n".join(
        [
            "| move | from | to | who | right | needs |",
            "|---|---|---|---|---|---|",
            *(line(row) for row in MOVES),
            "",
            "```mermaid",
            "stateDiagram-v2",
            "    [*] --> to_confirm: record",
            "    [*] --> confirmed: record (chair)",
            *edges,
            f"    {VOIDED} --> [*]",
            "```",
        ]
    )


def line(row: Move) -> str:
    """One row of the table."""
    leads = f"{row.to}, {row.to_by_chair} by the chair" if row.to_by_chair else row.to or VOIDED
    right = f"`{row.right}`" if row.right else "—"
    needs = "a reason" if row.needs_reason else "—"
    return f"| {row.name} | {', '.join(sorted(row.from_states))} | {leads} | {row.who} | {right} | {needs} |"


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
