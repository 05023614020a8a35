"""pytest plugin of `./portal test --ci`: which lines and branches a worker ran.

A probe takes itself out once it was hit, so counting costs next to nothing; tracing made a run half as long
again. Loaded with `-p`, before anything that is counted is imported.
"""

import json
import os
from pathlib import Path

import slipcover

FOLDER = "COUNTED_IN"
WORKER = "PYTEST_XDIST_WORKER"
SOURCES = ["orgportal", "branches", "members", "activities"]
OMITTED = ["*/migrations/*", "*/tests/*"]


def begin() -> slipcover.Slipcover:
    """Count what is imported from now on; files nobody imports count as not run."""
    counts = slipcover.Slipcover(immediate=True, branch=True, source=SOURCES, omit=OMITTED)
    files = slipcover.FileMatcher(sources=SOURCES, omit=OMITTED)
    slipcover.ImportManager(counts, files).__enter__()
    return counts


COUNTS = begin() if WORKER in os.environ else None


def pytest_sessionfinish() -> None:
    """Each worker leaves a file of its own."""
    if COUNTS:
        file = Path(os.environ[FOLDER]) / f"{os.environ[WORKER]}.json"
        file.write_text(json.dumps(COUNTS.get_coverage()))
