"""Every address × every person × in and out of scope, held against a plain-Python oracle.

Runs the suite's own matrix (orgportal/tests/test_access_matrix.py) and counts what it covered.
"""

import subprocess
import sys

import django

django.setup()

from orgportal.tests.matrix import PERSONAS  # noqa: E402
from orgportal.tests.test_access_matrix import ROWS  # noqa: E402

command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "orgportal/tests/test_access_matrix.py"]
run = subprocess.run(command, capture_output=True, text=True, check=False)
print("\n".join(run.stdout.splitlines()[-12:]))
leaks = run.stdout.count("FAILED")
with_oracle = sum(row.ids is not None for row in ROWS)
addresses = len({row.name for row in ROWS})
print(f"{len(ROWS)} rows, {addresses} addresses, {with_oracle} rows held against an id oracle")
print(f"cells tested: {len(ROWS) * len(PERSONAS)}, leaks: {leaks}")
sys.exit(run.returncode)
