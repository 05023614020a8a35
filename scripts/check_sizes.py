"""Holds the size limits of the house: split what is over them, never waive."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

LINES = {".py": 400, ".html": 120, ".css": 150}
NAMED = {"orgportal/settings.py": 250, "orgportal/settings_test.py": 15}
SKIPPED = {"migrations", "staticfiles", "htmlcov"}
CLASS, FUNCTION, VIEW, TASK = 200, 40, 25, 15
TABLE_STATEMENTS = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.Expr)


def is_table(tree: ast.Module) -> bool:
    """One plain table of data may be longer: no function, class or branch in it."""
    return all(isinstance(statement, TABLE_STATEMENTS) for statement in tree.body)


def function_limit(path: Path) -> int:
    if path.name == "tasks.py":
        return TASK
    is_view = path.name == "views.py" or path.parent.name == "views"
    return VIEW if is_view else FUNCTION


def too_long(path: Path, text: str) -> Iterator[str]:
    """One line per thing over its limit."""
    count, named = len(text.splitlines()), NAMED.get(path.as_posix())
    tree = ast.parse(text) if path.suffix == ".py" else ast.Module([], [])
    most = named or LINES[path.suffix]
    if count > most and (named or path.suffix != ".py" or not is_table(tree)):
        yield f"{path}: {count} lines, limit {most}"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            limit = CLASS if isinstance(node, ast.ClassDef) else function_limit(path)
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > limit:
                yield f"{path}:{node.lineno}: {node.name} has {length} lines, limit {limit}"


def sources(root: Path) -> Iterator[Path]:
    """The tree's own files: no hidden, generated or migration folder."""
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if path.suffix in LINES and not any(part.startswith(".") or part in SKIPPED for part in parts):
            yield path.relative_to(root)


def main(root: Path) -> int:
    paths = list(sources(root))
    found = [line for path in paths for line in too_long(path, (root / path).read_text(encoding="utf-8"))]
    print("\n".join(found) or f"{len(paths)} files within the limits")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parent.parent))
