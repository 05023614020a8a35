"""Holds the coverage promise: 95% overall, and every branch of rules, workflows and scoping."""

import json
import sys
from pathlib import Path, PurePosixPath
from typing import Any

OVERALL = 95.0


def is_strict(path: str) -> bool:
    parts = PurePosixPath(path)
    return parts.name in {"rules.py", "scoping.py"} or parts.parent.name in {"rules", "workflows"}


def shortfalls(report: dict[str, Any]) -> list[str]:
    found = []
    overall = report["totals"]["percent_covered"]
    if overall < OVERALL:
        found.append(f"overall {overall:.1f}%, promised {OVERALL:.0f}%")
    for path, file in sorted(report["files"].items()):
        if is_strict(path) and file["summary"]["percent_covered"] < 100:
            lines = file["missing_lines"] + [line for line, _ in file.get("missing_branches", [])]
            found.append(
                f"{path} {file['summary']['percent_covered']:.1f}%, promised 100%: lines {sorted(set(lines))}"
            )
    return found


def main(file: Path) -> int:
    report = json.loads(file.read_text())
    found = shortfalls(report)
    print(f"coverage: {report['totals']['percent_covered']:.1f}% overall")
    for line in found:
        print(f"  below the promise: {line}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
