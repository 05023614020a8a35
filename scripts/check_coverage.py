"""Holds the coverage promise: 95% overall, and every branch of rules, workflows and scoping."""

import json
import sys
from pathlib import Path, PurePosixPath
from typing import Any

import slipcover

OVERALL = 95.0


def is_strict(path: str) -> bool:
    parts = PurePosixPath(path)
    return parts.name in {"rules.py", "scoping.py"} or parts.parent.name in {"rules", "workflows"}


def shortfalls(report: dict[str, Any]) -> list[str]:
    found = []
    overall = report["summary"]["percent_covered"]
    if overall < OVERALL:
        found.append(f"overall {overall:.1f}%, promised {OVERALL:.0f}%")
    for path, file in sorted(report["files"].items()):
        if is_strict(path) and file["summary"]["percent_covered"] < 100:
            lines = file["missing_lines"] + [line for line, _ in file.get("missing_branches", [])]
            found.append(
                f"{path} {file['summary']['percent_covered']:.1f}%, promised 100%: lines {sorted(set(lines))}"
            )
    return found


def together(folder: Path) -> dict[str, Any]:
    """What any of the workers ran (scripts.counting); without workers nothing is counted."""
    reports = [json.loads(file.read_text()) for file in sorted(folder.glob("*.json"))]
    if not reports:
        raise SystemExit("coverage: no worker has counted anything")
    first, *others = reports
    for other in others:
        slipcover.merge_coverage(first, other)
    whole: dict[str, Any] = first
    return whole


def main(folder: Path) -> int:
    report = together(folder)
    found = shortfalls(report)
    print(f"coverage: {report['summary']['percent_covered']:.1f}% overall")
    for line in found:
        print(f"  below the promise: {line}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
