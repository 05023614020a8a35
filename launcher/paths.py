"""Where things are: the source tree, its virtual environment, and the demo's data."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = Path(os.environ.get("PORTAL_VENV") or ROOT / ".venv")
PYTHON = VENV / "bin" / "python"
RUN = Path(os.environ.get("PORTAL_DATA") or ROOT / ".run")
# Persistent data of a service account that cannot enter the source tree (a checkout under /root).
STATE = Path("/var/lib/orgportal")
